/** The door to what is made of several solutions: an index page, and one bound PDF. */

import { katexAssets } from './assets.js';
import { type IndexPage, renderIndexPage } from './index-page.js';
import type { Book } from './pdf/book.js';

export type { IndexPage } from './index-page.js';
export type { Book } from './pdf/book.js';

/** The index of a collection as an HTML page that loads nothing and runs nothing. */
export function renderIndex(index: IndexPage): string {
  return renderIndexPage(index, katexAssets());
}

/**
 * All solutions as one PDF: contents with page numbers, an outline, running page numbers.
 * Throws an InputError for a book without a solution, and a BudgetError where setting it takes too long.
 */
export async function bindSolutions(book: Book): Promise<Uint8Array> {
  return (await import('./pdf/compile.js')).bookToPdf(book);
}
