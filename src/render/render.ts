/** One door to all formats: a document and a format in, text or bytes out. */

import { InputError } from '../errors.js';
import type { SolutionDocument } from '../solution/document.js';
import { renderers } from './index.js';

export type Format = keyof typeof renderers;

export interface RenderSettings {
  /** What typesets a PDF: the engine that the package ships (default), or an installed TeX. */
  readonly engine?: 'typst' | 'latex';
  /** Columns of the terminal, for text. */
  readonly width?: number;
}

/**
 * Renders a solution: text for txt, md, tex, html and json; bytes for pdf.
 * Throws an InputError for a format that does not exist, or where a TeX installation is asked for and there is none.
 */
export async function render(document: SolutionDocument, format: Format, settings: RenderSettings = {}): Promise<string | Uint8Array> {
  if (!Object.hasOwn(renderers, format))
    throw new InputError({
      ruleId: 'unknown-format',
      message: `There is no format ${String(format)}.`,
      fix: `The formats are ${Object.keys(renderers).join(', ')}.`,
    });
  if (format === 'pdf' && settings.engine === 'latex') return (await import('./latex-pdf.js')).latexToPdf(renderers.tex(document));
  return renderers[format](document, settings.width === undefined ? {} : { width: settings.width });
}
