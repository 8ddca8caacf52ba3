/** The Markdown file: read back by a Markdown reader, it has the same parts; its formulas are legal. */

import katex from 'katex';
import MarkdownIt from 'markdown-it';
import { describe, expect, test } from 'vitest';
import { escapeMarkdown } from '../../src/render/escape.js';
import { renderMarkdown } from '../../src/render/index.js';
import { hardDocument } from './documents.js';
import { sampleDocument } from './sample-document.js';

const markdown = renderMarkdown(sampleDocument);

describe('the file', () => {
  test.each([sampleDocument, hardDocument].map((document) => renderMarkdown(document)))('has legal formulas that Markdown leaves alone', (text) => {
    const displays = [...text.replace(/^[> ]+/gm, '').matchAll(/^\$\$\n([\s\S]*?)\n\$\$$/gm)].map((match) => match[1] ?? '');
    const inline = [...text.replace(/\$\$[\s\S]*?\$\$/g, '').matchAll(/(?<!\\)\$([^$\n]+?)(?<!\\)\$/g)].map((match) => match[1] ?? '');
    expect(displays.length).toBeGreaterThan(2);
    for (const formula of [...displays, ...inline]) {
      expect(() => katex.renderToString(formula, { strict: 'ignore', throwOnError: true, trust: false }), formula).not.toThrow();
      expect(formula).not.toMatch(/\\[^A-Za-z]|[*<>]/);
    }
  });

  test('has all headings and tables', () => {
    const html = new MarkdownIt().render(markdown);
    expect([...html.matchAll(/<h2>/g)]).toHaveLength(sampleDocument.sections.length);
    expect([...html.matchAll(/<table>/g)]).toHaveLength(2);
    expect(html).toContain('<a href="https://example.org/lab?sheet=11&amp;part=4">the lab sheet</a>');
    expect(html).toContain('the gates | and the candidate');
  });

  test.each(['1. a', '- a', '# a', '* a * b', '_a_', '[a](b)', '`a`', '<b>', '$a$', 'a | b', '+ a', '===', '~~a~~', 'https://x.org', '&amp;', '\\'])(
    '%s as text stays text',
    (text) => {
      expect(
        new MarkdownIt({ linkify: true, html: true }).renderInline(escapeMarkdown(text)).replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&'),
      ).toBe(text);
      expect(new MarkdownIt({ html: true }).render(escapeMarkdown(text))).toMatch(/^<p>[^<]*<\/p>\n$/);
    },
  );
});
