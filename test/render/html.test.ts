/** The HTML page: whole, self-contained, the same each time. */

import { describe, expect, test } from 'vitest';
import { katexAssets, renderHtml } from '../../src/render/index.js';
import { documentOf, hardDocument, mathematicsOf } from './documents.js';
import { sampleDocument } from './sample-document.js';

const assets = katexAssets();
const page = renderHtml(sampleDocument, assets);
const body = page.slice(page.indexOf('<body>'));

describe('the page', () => {
  test('needs nothing from outside and runs nothing', () => {
    expect(page).toContain("default-src 'none'");
    expect(page).not.toMatch(/<script|<link|@import|url\((?!data:)/);
    expect([...page.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1])).toEqual(['https://example.org/lab?sheet=11&amp;part=4']);
  });

  test('is the same each time', () => {
    expect(renderHtml(sampleDocument, assets)).toBe(page);
  });

  test('carries the fonts it uses and no others', () => {
    const fonts = (html: string): string[] =>
      [
        ...html.matchAll(
          /@font-face\{[^}]*font-family:(KaTeX_\w+);font-style:(\w+);font-weight:(\d+);src:url\(data:font\/woff2;base64,[A-Za-z0-9+/=]{1000,}\)/g,
        ),
      ].map((match) => match.slice(1).join(' '));
    expect(fonts(page)).toContain('KaTeX_Math italic 400');
    expect(fonts(page)).not.toContain('KaTeX_Fraktur normal 400');
    const fraktur = documentOf({ type: 'paragraph', content: [{ type: 'math', math: { latex: '\\mathfrak{g}', text: 'g' } }] });
    expect(fonts(renderHtml(fraktur, assets))).toContain('KaTeX_Fraktur normal 400');
    expect(page.length).toBeLessThan(600_000);
  });

  test('has MathML for every formula and no formula that KaTeX refused', () => {
    expect([...body.matchAll(/<math /g)].length).toBeGreaterThanOrEqual(mathematicsOf(sampleDocument).length - 40);
    expect(body).not.toContain('katex-error');
    expect(body).not.toContain('class="unset"');
  });

  test('counts headings, figures and tables without a gap', () => {
    const levels = [...body.matchAll(/<h(\d)>/g)].map((match) => Number(match[1]));
    expect(levels[0]).toBe(1);
    for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? level)).toBeLessThanOrEqual(1);
    expect(body).toContain('<b>Figure 2.</b>');
    expect(body).toContain('<caption><b>Table 2.</b>');
    expect(body).toContain('id="equation-9"');
  });

  test('closes every element it opens', () => {
    for (const html of [page, renderHtml(hardDocument, assets)]) {
      const stack: string[] = [];
      for (const [, slash = '', name = '', empty = ''] of html
        .slice(html.indexOf('<body>'))
        .matchAll(/<(\/?)([a-zA-Z][a-zA-Z0-9-]*)(?:"[^"]*"|[^>"])*?(\/?)>/g)) {
        if (empty === '/' || name === 'br') continue;
        if (slash === '') stack.push(name);
        else if (name !== 'html') expect(stack.pop()).toBe(name);
      }
      expect(stack).toEqual([]);
    }
  });

  test('says each verdict in words', () => {
    for (const word of ['proved', 'checked', 'agrees', 'refuted', 'ill-shaped', 'unreadable', 'undecided', 'carried'])
      expect(body).toContain(`</span> ${word}</span>`);
  });
});
