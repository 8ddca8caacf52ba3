/** Raising random networks to matrix notation keeps value, shape and direction, by a separate interpreter. */
import fc from 'fast-check';
import katex from 'katex';
import { describe, expect, it } from 'vitest';
import { createWorkspace, type Tensor, type Workspace, wholeNumber } from '../../src/network/index.js';
import type { Layout } from '../../src/notation/directions.js';
import { lower } from '../../src/notation/lower.js';
import { printLatex } from '../../src/notation/print-latex.js';
import { type RaiseOptions, raise } from '../../src/notation/raise.js';
import { PLAIN_NAMES } from '../../src/notation/spelling.js';
import { type Environment, entriesOf, evaluateFormula, NUMERATOR_LAYOUT, positionsOf, tensorEntry } from './evaluate.js';
import { build, planOf, SIZES, T } from './random-networks.js';

// ---------------------------------------------------------------- the property

const optionsFor = (workspace: Workspace, convention: 'row' | 'column', mixed: boolean, layout: Layout): RaiseOptions => ({
  workspace,
  convention,
  layout,
  orientationOf: (name) => (mixed && name.charCodeAt(0) % 2 === 0 ? 'row' : undefined),
  declared: ['A_n', 'B_n', 'A_d', 'u_n', 'p_n', 'q_d'],
  letters: [{ letter: 't', from: wholeNumber(1), to: T }],
});

function agrees(tensor: Tensor, options: RaiseOptions): void {
  const dims = tensor.dims.map((dim) =>
    Number(
      [...SIZES.entries()]
        .reduce((text, [name, size]) => text.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `${size}`), dim.key)
        .split('+')
        .reduce((a, b) => a + Number(b), 0),
    ),
  );
  const expected = [...positionsOf(dims)].map((positions) => tensorEntry(tensor, positions, SIZES));
  const sizes: Environment = options.layout === 'numerator' ? new Map([...SIZES, [NUMERATOR_LAYOUT, 1]]) : SIZES;
  const { formula, axes } = raise(tensor, options);
  const found =
    axes === undefined
      ? entriesOf(evaluateFormula(formula, sizes), dims)
      : [...positionsOf(dims)].map((positions) =>
          evaluateFormula(formula, new Map([...sizes, ...positions.map((position, k) => [axes[k] ?? '?', position + 1] as const)])).of(0, 0),
        );
  const size = Math.max(1, ...expected.map(Math.abs));
  expect(found).toHaveLength(expected.length);
  found.forEach((value, k) => expect(Math.abs(value - (expected[k] ?? 0)) / size, `${printLatex(formula, PLAIN_NAMES)}`).toBeLessThan(1e-9));
  katex.renderToString(printLatex(formula, PLAIN_NAMES), { strict: 'error' });
}

const SHAPES: readonly (readonly string[])[] = [[], ['n'], ['d'], ['s'], ['n', 'd'], ['d', 'n'], ['n', 'n'], ['n', 's'], ['n', 'd', 'n']];

describe('raise', () => {
  it('is undone by lowering', () => {
    fc.assert(
      fc.property(
        planOf(2),
        fc.constantFrom(...SHAPES.filter((shape) => shape.length < 3)),
        fc.constantFrom('row', 'column'),
        fc.boolean(),
        (plan, shape, convention, mixed) => {
          const ws = createWorkspace();
          const tensor = build(ws, plan, shape);
          const { formula, why } = raise(tensor, optionsFor(ws, convention, mixed, 'gradient'));
          fc.pre(why === undefined);
          const again = lower(formula, ws);
          expect(ws.expand(ws.add(again, ws.scale(tensor, -1))).terms, printLatex(formula, PLAIN_NAMES)).toHaveLength(0);
        },
      ),
      { numRuns: 200 },
    );
  });

  for (const shape of SHAPES) {
    it(`writes tensors over [${shape.join(', ')}] as formulas of the same value, shape and direction`, () => {
      fc.assert(
        fc.property(
          planOf(2),
          fc.constantFrom('row', 'column'),
          fc.boolean(),
          fc.constantFrom('gradient', 'numerator', 'mixed'),
          fc.boolean(),
          (plan, convention, mixed, layout, expand) => {
            const ws = createWorkspace();
            const tensor = build(ws, plan, shape);
            agrees(expand && shape.length < 3 ? ws.expand(tensor) : tensor, optionsFor(ws, convention, mixed, layout));
          },
        ),
        { numRuns: 60 },
      );
    });
  }
});
