/** All formats a solution is rendered to: a plain map from format to renderer. */

import type { SolutionDocument } from '../solution/document.js';
import { katexAssets } from './assets.js';
import { renderHtml } from './html.js';
import { renderJson } from './json.js';
import { renderLatex } from './latex.js';
import { renderMarkdown } from './markdown.js';
import { renderText, type TextOptions } from './text.js';

export { type KatexAssets, katexAssets } from './assets.js';
export { renderHtml } from './html.js';
export { renderJson } from './json.js';
export { renderLatex } from './latex.js';
export { renderMarkdown } from './markdown.js';
export { renderBlocksText, renderText, type TextOptions } from './text.js';
export { PLAIN_STYLER, type Styler } from './text-layout.js';

/** What the renderers may be told; each takes what concerns it. */
export type RenderOptions = TextOptions;

export type Renderer = (document: SolutionDocument, options: RenderOptions) => string | Promise<Uint8Array>;

/** Text formats answer at once; PDF answers with bytes. */
export const renderers = {
  html: (document) => renderHtml(document, katexAssets()),
  tex: (document) => renderLatex(document),
  md: (document) => renderMarkdown(document),
  txt: (document, options) => renderText(document, options),
  json: (document) => renderJson(document),
  pdf: async (document) => (await import('./pdf/compile.js')).documentToPdf(document),
} as const satisfies Readonly<Record<string, Renderer>>;
