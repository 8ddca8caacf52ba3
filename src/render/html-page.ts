/** The frame of every HTML page: one file that loads nothing and runs nothing. */

import type { KatexAssets } from './assets.js';
import { escapeHtml, oneLine } from './escape.js';
import { pageStyle } from './html-style.js';

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; base-uri 'none'; form-action 'none'";

/** A whole page around a body that is HTML already; `title` is plain text, `style` more rules. The same arguments give the same bytes. */
export function htmlPage(title: string, body: string, assets: KatexAssets, style = ''): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="chainrule">
<title>${escapeHtml(oneLine(title))}</title>
<style>
${pageStyle(body, assets)}${style}
</style>
</head>
<body>
${body}
</body>
</html>
`;
}
