/** Prose: what becomes of Markdown and of the mathematics in it. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Block, Inline } from '../../src/solution/document.js';
import { proseMathematics, readProse } from '../../src/solution/prose.js';

const content = (markdown: string): readonly Inline[] => {
  const [block] = readProse(markdown);
  return block?.type === 'paragraph' ? block.content : [];
};

describe('running text', () => {
  test('emphasis, code and line breaks', () => {
    expect(content('a *b* **c** `d`  \ne')).toEqual([
      { type: 'text', text: 'a ' },
      { type: 'emphasis', children: [{ type: 'text', text: 'b' }] },
      { type: 'text', text: ' ' },
      { type: 'strong', children: [{ type: 'text', text: 'c' }] },
      { type: 'text', text: ' ' },
      { type: 'code', text: 'd' },
      { type: 'lineBreak' },
      { type: 'text', text: 'e' },
    ]);
  });

  test('mathematics keeps its underscores and stars', () => {
    expect(content('Let $x_t * y_t$ be')[1]).toEqual({ type: 'math', math: { latex: 'x_t * y_t', text: 'xₜ ∗ yₜ' } });
  });

  test('prices are not mathematics', () => {
    expect(content('from $5 to $6, or \\$7')).toEqual([{ type: 'text', text: 'from $5 to $6, or $7' }]);
  });

  test('links of the web and of mail only', () => {
    expect(content('[a](https://x.org)')[0]).toMatchObject({ type: 'link', href: 'https://x.org' });
    expect(content('[a](mailto:a@x.org)')[0]).toMatchObject({ type: 'link' });
    for (const address of ['javascript:alert(1)', 'file:///etc/passwd', '/a', 'data:text/html,x', 'JaVaScRiPt:x'])
      expect(JSON.stringify(content(`[a](${address})`))).not.toContain('"link"');
  });

  test('HTML and images are text', () => {
    expect(content('<b>x</b>')).toEqual([{ type: 'text', text: '<b>x</b>' }]);
    expect(content('![what it shows](http://x.org/a.png)')).toEqual([{ type: 'text', text: 'what it shows' }]);
  });

  test.each(['\\input{x}', '\\href{a}{b}', 'x_', '\\frac{a}'])('$%s$ is shown as code', (latex) => {
    expect(content(`$${latex}$`)).toEqual([{ type: 'code', text: latex }]);
  });
});

describe('blocks', () => {
  const kinds = (markdown: string): string[] => readProse(markdown).map((block) => block.type);

  test('headings, lists, quotes, code, tables', () => {
    expect(kinds('# a\n\n- b\n\n> c\n\n```py\nd\n```\n\n| e | f |\n|---|--:|\n| 1 | 2 |\n\n1. g')).toEqual([
      'heading',
      'list',
      'quote',
      'codeBlock',
      'table',
      'list',
    ]);
    expect(readProse('| e | f |\n|---|--:|\n| 1 | 2 |')[0]).toMatchObject({ align: ['left', 'right'], header: [{}, {}], rows: [[{}, {}]] });
  });

  test('displays become equation lines, one a row', () => {
    const [block] = readProse('$$\n\\begin{align*}\na &= b \\\\\n&= c\n+ d\n\\end{align*}\n$$');
    expect(block).toEqual({
      type: 'equations',
      lines: [
        { left: { latex: 'a', text: 'a' }, relation: '=', right: { latex: 'b', text: 'b' } },
        { relation: '=', right: { latex: 'c + d', text: 'c + d' } },
      ],
    } satisfies Block);
    expect(readProse('$$x$$')[0]).toMatchObject({ lines: [{ relation: '', right: { latex: 'x' } }] });
    expect(readProse('text\n$$\nx = y\n- z\n$$\nmore').map((part) => part.type)).toEqual(['paragraph', 'equations', 'paragraph']);
  });

  test('a display that is not allowed is code', () => {
    expect(readProse('$$\n\\input{x}\n$$')).toEqual([{ type: 'codeBlock', language: 'latex', text: '\\input{x}' }]);
  });

  test('a display that is never closed is text', () => {
    expect(kinds('$$\nx')).toEqual(['paragraph']);
  });
});

describe('any text', () => {
  test('is read without an error', () => {
    const pieces = fc.constantFrom(
      '$',
      '$$',
      '\n',
      '\n\n',
      '*',
      '_',
      '`',
      '```',
      '[',
      '](',
      ')',
      '> ',
      '- ',
      '1. ',
      '|',
      '---',
      '\\',
      '#',
      'x',
      ' ',
      '<',
      '>',
      '&',
      '\\begin{align}',
      '\\\\',
      '!',
    );
    fc.assert(fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 4 })), { maxLength: 40 }), (parts) => void readProse(parts.join(''))));
  });

  test('long and deep text takes no long time', () => {
    const started = performance.now();
    readProse('> '.repeat(5000));
    readProse('$'.repeat(20_001));
    readProse('$ x '.repeat(5000));
    readProse('$x'.repeat(5000));
    readProse('[('.repeat(3000));
    readProse(`${'- '.repeat(2000)}x`);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('formulas alone', () => {
    expect(proseMathematics('x^2')).toEqual({ latex: 'x^2', text: 'x²' });
    expect(proseMathematics('\\def')).toBeUndefined();
    expect(proseMathematics('')).toBeUndefined();
  });
});
