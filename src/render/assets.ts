/** Reads the style sheet and the fonts of KaTeX from the installed package: the file part of the HTML renderer. */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What an HTML page carries with it. */
export interface KatexAssets {
  readonly css: string;
  /** A font of KaTeX by its file name without ending, such as `KaTeX_Main-Regular`, as base64 of woff2. */
  font(name: string): string;
}

/** The assets of the installed KaTeX; each file is read when it is asked for. */
export function katexAssets(): KatexAssets {
  const css = createRequire(import.meta.url).resolve('katex/dist/katex.min.css');
  return {
    css: readFileSync(css, 'utf8'),
    font: (name) => readFileSync(join(dirname(css), 'fonts', `${name}.woff2`)).toString('base64'),
  };
}
