/** All formats a solution is rendered to: a plain map from format to renderer. */

import type { SolutionDocument } from '../solution/document.js';
import { katexAssets } from './assets.js';
import { renderHtml } from './html.js';

export { katexAssets, type KatexAssets } from './assets.js';
export { renderHtml } from './html.js';

export interface RenderOptions {
  /** Columns of a terminal, for text. */
  readonly width?: number;
}

export type Renderer = (document: SolutionDocument, options: RenderOptions) => string | Promise<Uint8Array>;

/** Text formats answer at once; PDF answers with bytes. */
export const renderers = {
  html: (document) => renderHtml(document, katexAssets()),
} as const satisfies Readonly<Record<string, Renderer>>;
