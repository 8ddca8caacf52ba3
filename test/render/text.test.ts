/** The terminal text: fills its width and no more, lines relations up, dresses words only when asked to. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PLAIN_STYLER, renderBlocksText, renderText } from '../../src/render/index.js';
import { brokenText } from '../../src/render/text-equations.js';
import { columnsOf, fillWords } from '../../src/render/text-layout.js';
import { hardDocument } from './documents.js';
import { sampleDocument } from './sample-document.js';

describe('the text', () => {
  test.each([60, 80, 120])('fits %i columns', (width) => {
    for (const line of renderText(sampleDocument, { width }).split('\n'))
      expect(columnsOf(line), line).toBeLessThanOrEqual(line.startsWith('    dW_g') || line.includes('for t in range') ? 80 : width);
  });

  test('puts relations under each other', () => {
    const lines = renderText(sampleDocument, { width: 90 }).split('\n');
    const model = lines.filter((line) => /^ +[fioChJ]\S* = /.test(line)).slice(0, 7);
    expect(model).toHaveLength(7);
    expect(new Set(model.map((line) => columnsOf(line.slice(0, line.indexOf('=')))))).toHaveProperty('size', 1);
  });

  test('a styler changes what is shown and nothing of the layout', () => {
    const mark = (text: string): string => `\u001b[1m${text}\u001b[0m`;
    const styled = renderText(sampleDocument, { styler: { strong: mark, emphasis: mark, muted: mark, good: mark, bad: mark, open: mark } });
    expect(styled).toContain('\u001b[1m');
    expect(styled.replace(/\u001b\[[01]m/g, '').replace(/ +$/gm, '')).toBe(renderText(sampleDocument, { styler: PLAIN_STYLER }));
  });

  test('blocks alone come without a title', () => {
    expect(renderBlocksText([{ type: 'paragraph', content: [{ type: 'text', text: 'a\nb' }] }])).toBe('a b\n');
  });

  test('every verdict, caption, alternative and footnote is there', () => {
    const text = renderText(hardDocument) + renderText(sampleDocument);
    for (const words of ['✗ refuted', '? undecided', 'Figure 2.', '[Three falling curves', 'Slip. SQUARE_LOST', 'chainrule 0.1.0, seed 0'])
      expect(text).toContain(words);
  });
});

describe('laying out', () => {
  test('no line is wider than it may be, and no letter is lost', () => {
    const text = fc.array(fc.stringMatching(/^(?:[a-z日]|e\u0301){1,20}$/), { maxLength: 12 });
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 30 }), (words, width) => {
        const lines = fillWords(
          words.map((word) => ({ text: word, style: (shown) => shown, glued: false })),
          width,
        );
        for (const line of lines) {
          expect(line.columns).toBeLessThanOrEqual(width);
          expect(columnsOf(line.shown)).toBe(line.columns);
        }
        expect(
          lines
            .map((line) => line.shown)
            .join('')
            .replace(/ /g, ''),
        ).toBe(words.join(''));
      }),
    );
  });

  test('formulas are broken before outer signs', () => {
    expect(brokenText('(a + b) c + d − e', 12)).toEqual(['(a + b) c', '+ d − e']);
  });

  test('a wide term is folded where the fewest brackets are open, and never behind a sign', () => {
    expect(brokenText('Σ_{t=1}^{T} (r ⊙ (1 − r) ⊙ h ⊙ (U (g ⊙ z ⊙ (1 − q)))) k', 44)).toEqual([
      'Σ_{t=1}^{T} (r ⊙ (1 − r) ⊙ h',
      '    ⊙ (U (g ⊙ z ⊙ (1 − q)))) k',
    ]);
  });

  test('no symbol is lost, whatever the width', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', '+', '(b', 'c)', '⊙', 'Σ_{t}', '−'), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 8, max: 60 }),
        (words, width) => {
          const rows = brokenText(words.join(' '), width);
          expect(rows.map((row) => row.trim()).join(' ')).toBe(words.join(' '));
        },
      ),
    );
  });
});
