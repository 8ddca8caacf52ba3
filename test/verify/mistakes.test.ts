/** Every entry of the catalogue on an example that the engine makes: typed in, it is refuted, named, repaired with a proof and pointed at. */

import { describe, expect, it } from 'vitest';
import { printText } from '../../src/notation/print-text.js';
import { namesOf } from '../../src/notation/spelling.js';
import { exampleOf } from '../../src/verify/examples.js';
import { verify } from '../../src/verify/index.js';
import { MISTAKES } from '../../src/verify/mistakes/index.js';

describe('every mistake of the catalogue', () => {
  for (const { id, title, explanation, tell } of MISTAKES) {
    it(`${id} is known by its own example`, () => {
      const example = exampleOf(id);
      if (example === undefined) throw new Error(`no built-in model shows ${id}`);
      const { model, line } = example.right;
      const print = (formula: typeof line.left): string => printText(formula, namesOf(model), { markReach: true });
      const [right, wrong] = [line.right, example.wrong.right].map((side) => `${print(line.left)} = ${print(side)}`) as [string, string];
      expect(verify(model, right).lines.map(({ verdict }) => verdict)).toEqual(['proved']);

      const [judged, ...more] = verify(model, wrong).lines;
      expect(more).toEqual([]);
      expect(judged?.verdict).toMatch(/^(?:refuted|ill-shaped)$/);
      const [found] = judged?.diagnostics ?? [];
      expect([found?.ruleId, ...(found?.also ?? [])]).toContain(id);
      expect(found?.repair?.proved).toBe(true);
      expect(found?.repair?.from).not.toBe(found?.repair?.to);
      expect(found?.region?.startLine).toBe(1);
      expect(found?.region?.startColumn).toBeGreaterThan(print(line.left).length);
      expect(found?.region?.endColumn).toBeLessThanOrEqual(wrong.length + 1);
      if (judged?.verdict === 'refuted') {
        expect(found?.counterexample?.yours).not.toBeCloseTo(found?.counterexample?.correct ?? Number.NaN, 3);
        expect(example.counterexample).toBeDefined();
      }
    });

    it(`${id} is explained in whole sentences`, () => {
      expect(title).not.toMatch(/[.]$/);
      expect(explanation).toMatch(/[.]$/);
      expect(tell).toMatch(/[.]$/);
    });
  }

  it('has one entry an id', () => {
    expect(new Set(MISTAKES.map(({ id }) => id)).size).toBe(MISTAKES.length);
  });
});
