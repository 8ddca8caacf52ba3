/** The tree that the parser makes of a line of text: what was written, before names, shapes and indices are known. */
import type { Region } from '../errors.js';

export type { Region };
