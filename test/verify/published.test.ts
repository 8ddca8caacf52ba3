/** Derivations from books, papers, notes and code, and slips: the verdicts must be right, and the mistakes named. */

import { describe, expect, it } from 'vitest';
import { builtInModel, type Model, readModel } from '../../src/model/index.js';
import { verify } from '../../src/verify/index.js';
import { books } from './published/books.js';
import { notes } from './published/notes.js';
import { papers } from './published/papers.js';
import { slips } from './published/slips.js';

const modelOf = (model: string): Model => (model.includes('\n') ? readModel(model, { file: 'source' }) : (builtInModel(model) as Model));

describe('published derivations that are right', () => {
  for (const { source, model, text, targets = [], agrees = 0 } of [...books, ...papers, ...notes]) {
    it(source, () => {
      const result = verify(modelOf(model), text, { targets });
      const unproved = result.lines.filter(({ verdict }) => verdict !== 'proved').map(({ verdict, text: line }) => `${verdict}: ${line}`);
      expect(unproved.filter((line) => !line.startsWith('agrees'))).toEqual([]);
      expect(unproved.length).toBeLessThanOrEqual(agrees);
      expect(result.verdict).toBe('correct');
      expect(result.score).toBe(1);
    });
  }
});

describe('slips', () => {
  for (const { source, model, text, verdict, named } of slips) {
    it(source, () => {
      const result = verify(modelOf(model), text);
      expect(result.verdict).toBe('incorrect');
      const wrong = result.lines.filter((line) => line.verdict === 'refuted' || line.verdict === 'ill-shaped');
      expect(wrong[0]?.verdict).toBe(verdict);
      const [found] = wrong[0]?.diagnostics ?? [];
      const ids = [found?.ruleId, ...(found?.also ?? [])];
      expect(named.some((id) => ids.includes(id))).toBe(true);
      expect(found?.repair).not.toBeNull();
    });
  }
});
