/** Hostile text in every string of a document comes out inert in every format. */

import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { describe, expect, test } from 'vitest';
import { renderBlocksText, renderers } from '../../src/render/index.js';
import type { SolutionDocument } from '../../src/solution/document.js';
import { readProse } from '../../src/solution/prose.js';
import { documentOf, withStrings } from './documents.js';

const ATTACKS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style><script>alert(1)</script>',
  '<!-- ',
  ']]>',
  '&lt;script&gt;',
  'javascript:alert(1)',
  'https://x.org/"onclick="alert(1)',
  'https://x.org/a)](javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  '\\input{/etc/passwd}',
  '\\write18{id}',
  '\\immediate\\write18{id}',
  '\\end{document}',
  '\\csname input\\endcsname',
  '^^5cinput{x}',
  '\\catcode`\\%=12',
  '$\\input{x}$',
  '}\\input{x}{',
  '%\n\\input{x}',
  '\\href{javascript:alert(1)}{x}',
  '\\def\\x{\\x}\\x',
  '#1',
  '~\\_^{}',
  '[x](javascript:alert(1))',
  '![x](http://evil/x.png)',
  '`</code><script>`',
  '```\n<script>alert(1)</script>',
  '| a | b |',
  '$$\n\\input{x}\n$$',
  '\n\n# heading',
  '\u001b[31mred\u001b]0;title\u0007',
  '\u202Eevil',
  '\u0000',
  '\n\n<iframe src="http://evil">',
] as const;

function htmlIsInert(html: string): void {
  expect(html).not.toMatch(/<(?:script|img|iframe|object|embed|link|base|form)\b/i);
  for (const tag of html.matchAll(/<[a-zA-Z][^>]*>/g)) expect(tag[0].replace(/"[^"]*"/g, '""')).not.toMatch(/\son[a-z]+\s*=|'/i);
  for (const link of html.matchAll(/(?:href|src)="([^"]*)"/g)) expect(link[1]).toMatch(/^(?:https?:\/\/|mailto:)/);
}

/** What stands outside of escapes: commands that the renderer itself never writes. */
function latexIsInert(latex: string): void {
  const body = latex.slice(latex.indexOf('\\begin{document}'));
  expect(body).not.toMatch(/\\(?:input|include|write|immediate|csname|catcode|def|let|openin|read|special|newwrite|verb)(?![A-Za-z])/);
  expect(body).not.toContain('^^');
  expect(body.match(/\\end\{document\}/g)).toHaveLength(1);
  expect(body.trimEnd().endsWith('\\end{document}')).toBe(true);
  for (const link of body.matchAll(/\\href\{([^}]*)\}/g)) expect(link[1]).toMatch(/^(?:https?:\/\/|mailto:)/);
}

function markdownIsInert(markdown: string): void {
  const html = new MarkdownIt({ html: true, linkify: false }).render(markdown.replace(/\$\$[\s\S]*?\$\$/g, '').replace(/<br>|<\/?sub>/g, ''));
  htmlIsInert(html);
}

function textIsInert(text: string): void {
  expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
}

function allAreInert(document: SolutionDocument): void {
  htmlIsInert(renderers.html(document));
  latexIsInert(renderers.tex(document));
  markdownIsInert(renderers.md(document));
  textIsInert(renderers.txt(document, {}));
  expect(JSON.parse(renderers.json(document))).toEqual(document);
}

describe('hostile text', () => {
  test.each(ATTACKS)('%j in every string', (attack) => {
    allAreInert(withStrings(() => attack));
  });

  test('mixtures in single strings', () => {
    const attack = fc
      .array(fc.oneof(fc.constantFrom(...ATTACKS), fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 4 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(attack, fc.nat(400), (text, chosen) => {
        let index = 0;
        allAreInert(
          withStrings((original) => {
            index += 1;
            return index % 400 === chosen || index % 7 === chosen % 7 ? text : original;
          }),
        );
      }),
      { numRuns: 25 },
    );
  });

  test('in prose', () => {
    const attack = fc
      .array(fc.oneof(fc.constantFrom(...ATTACKS, '\n', '- ', '> ', '**', '$', '$$', '| a | b |\n|---|---|\n'), fc.string({ maxLength: 6 })), { maxLength: 12 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(attack, (text) => {
        const blocks = readProse(text);
        allAreInert(documentOf(...blocks));
        textIsInert(renderBlocksText(blocks));
      }),
      { numRuns: 40 },
    );
  });
});
