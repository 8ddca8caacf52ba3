/** Derivations as people type them, about the built-in models: every line right, and proved. */

import { describe, expect, it } from 'vitest';
import { builtInModel, type Model, readModel } from '../../src/model/index.js';
import { verify } from '../../src/verify/index.js';
import { derivations } from './derivations.js';
import { slides, slidesModel } from './slides.js';

const model = (name: string): Model => builtInModel(name) as Model;

describe('right derivations', () => {
  for (const { title, about, text, targets } of derivations) {
    it(title, () => {
      const result = verify(model(about), text, { targets });
      const lines = result.lines.map((line) => `${line.verdict}: ${line.text}`);
      expect(lines.filter((line) => !line.startsWith('proved'))).toEqual([]);
      expect(result.verdict).toBe('correct');
      expect(result.score).toBe(1);
      expect(result.targets.every(({ line }) => line !== null)).toBe(true);
    });
  }
});

describe("the slides' own formulas", () => {
  for (const transposed of [true, false]) {
    const sheet = readModel(slidesModel(transposed), { file: 'slides' });
    for (const { text, withTransposes, without } of slides) {
      it(`${transposed ? 'with' : 'without'} transposes in the model: ${text.slice(0, 40)}`, () => {
        const verdicts = verify(sheet, text).lines.map(({ verdict }) => verdict);
        expect(verdicts).toEqual(transposed ? withTransposes : without);
      });
    }
  }

  it('name the mistake of the gradient of W, and repair it', () => {
    const [line] = verify(readModel(slidesModel(false), { file: 'slides' }), slides.find(({ text }) => text.includes('\\nabla_{W}'))?.text ?? '').lines;
    expect(line?.diagnostics[0]?.ruleId).toBe('RNN-INDEX');
    expect(line?.diagnostics[0]?.repair?.proved).toBe(true);
  });
});
