/** The document itself as JSON; its schema travels inside it. */

import type { SolutionDocument } from '../solution/document.js';

/** Two-space JSON ending in a line end; keys in the order of the document. */
export function renderJson(document: SolutionDocument): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
