/** Bounds of Jacobian products against numbers: cases drawn at random, and a figure of the exact norm beside the bound for small and for large weights. */

import { evaluateWhole, rationalToNumber, type Tensor, wholeLetter, wholeNumber } from '../../network/index.js';
import { lengthsOf, multiplyMatrices, type NumericArray, type Run, singularValues, spectralNorm } from '../../numeric/index.js';
import type { Block, Mathematics } from '../document.js';
import { math, type Presenter, sentence } from '../presenter.js';
import { pointOf } from './model-point.js';
import { figureBlocks, type Series } from './plot.js';
import type { SolveSettings } from './question.js';
import type { NormFactor, StepBound } from './spectrum-bound.js';

const CASES = 120;
const STEPS = 6;
const FIGURE_STEPS = 30;
const SMALL = 0.9;
const LARGE = 1.5;

/** Norms of the product from the last step back, and the bounds of it, for every distance. */
interface Trace {
  readonly exact: readonly number[];
  /** ∏ σ_max(D) σ_max(W) with the diagonals of each step. */
  readonly stepwise: readonly number[];
  /** With the diagonals at their most; absent where they have no such. */
  readonly uniform: readonly number[] | undefined;
  /** Products of smallest singular values, where a step is one matrix. */
  readonly lower: readonly number[] | undefined;
  /** As stepwise, but with the diagonals of the earlier end in place of each step's own: what an index left fixed makes of the bound. NaN where there are none. */
  readonly fixed: readonly number[];
}

/** The bound at random weights of every size, at every distance. */
export function boundCases(bound: StepBound, settings: SolveSettings): { readonly agree: boolean; readonly words: string } {
  let [cases, beyond, fixedCases, fixedBeyond] = [0, 0, 0, 0];
  const ratios: number[] = [];
  for (let draw = 0; draw < CASES; draw++) {
    const run = pointOf(bound.model, { sizes: new Map(settings.sizes ?? []), values: new Map() }, settings.seed + 1 + draw, STEPS);
    scaleMatrices(bound, run, 0.3 + (2.7 * draw) / CASES);
    const { exact, stepwise, uniform, lower, fixed } = traceOf(bound, run, STEPS);
    exact.forEach((norm, distance) => {
      const limit = Math.min(stepwise[distance] ?? 0, uniform?.[distance] ?? Number.POSITIVE_INFINITY);
      if (distance === 0 || !Number.isFinite(norm)) return;
      cases += 1;
      if (norm > limit * (1 + 1e-9) + 1e-300 || norm < (lower?.[distance] ?? 0) * (1 - 1e-9)) beyond += 1;
      if (limit > 0) ratios.push(norm / limit);
      const slipped = fixed[distance] ?? Number.NaN;
      if (Number.isNaN(slipped)) return;
      fixedCases += 1;
      if (norm > slipped * (1 + 1e-9) + 1e-300) fixedBeyond += 1;
    });
  }
  ratios.sort((a, b) => a - b);
  const agree = beyond === 0 && cases > 0;
  const drawn = `Of ${cases} cases (${CASES} draws of weights, small and large, at distances 1 to ${STEPS}, seed ${settings.seed}) ${beyond === 0 ? 'none exceeds' : `${beyond} exceed`} the bound`;
  const slipped =
    fixedBeyond === 0
      ? ''
      : ` With the diagonal of the earlier step in the place of every step's own, the norm would exceed it in ${fixedBeyond} of ${fixedCases}.`;
  return { agree, words: `${drawn}${tightness(ratios)}${slipped}` };
}

/** How near the norm comes to its bound; the ratios are in rising order. */
function tightness(ratios: readonly number[]): string {
  const median = ratios[Math.floor(ratios.length / 2)] ?? Number.NaN;
  if ((ratios[0] ?? 0) > 1 - 1e-6) return '; it is tight: the norm reaches it in every case.';
  return Number.isNaN(median) || median > 0.999 ? '.' : `; it is loose: in the middle case the norm is ${Number(median.toPrecision(2))} of it.`;
}

/** Names of the given matrices whose norms enter. */
function matrixNames({ model, terms }: StepBound): readonly string[] {
  const names = terms.flatMap(({ factors }) =>
    factors
      .filter(({ kind }) => kind === 'matrix')
      .flatMap(({ tensor }) => model.workspace.quantities(tensor).flatMap(({ quantity }) => (quantity.kind === 'value' ? [quantity.name] : []))),
  );
  return [...new Set(names)].filter((name) => model.declarations.get(name)?.role !== 'computed');
}

/** Scales each matrix so that its largest singular value is this. */
function scaleMatrices(bound: StepBound, run: Run, size: number): void {
  for (const name of matrixNames(bound)) {
    const given = run.givenAt(name, []);
    if (given === undefined) continue;
    const norm = spectralNorm({ dims: given.dims, data: given.data });
    if (norm > 0) given.data.set(given.data.map((value) => (value * size) / norm));
  }
  run.refresh();
}

function traceOf(bound: StepBound, run: Run, steps: number): Trace {
  const { letter } = bound;
  const evaluate = (tensor: Tensor, at: number): NumericArray => run.evaluate(tensor, new Map([...run.sizes, [letter, at]]));
  const n = evaluateWhole(bound.jacobian.dims[0] ?? wholeNumber(1), run.sizes) ?? 1;
  let product = Float64Array.from({ length: n * n }, (_, k) => (k % (n + 1) === 0 ? 1 : 0));
  let [byStep, atMost] = [1, 1];
  const exact = [1];
  const stepwise = [1];
  const uniform = [1];
  const lower = [1];
  const fixed = [Number.NaN];
  const moves = bound.terms.some(({ factors }) => factors.some(({ kind, tensor }) => kind === 'diagonal' && tensor.letters.has(letter)));
  for (let distance = 1; distance <= steps; distance++) {
    const at = steps - distance + 1;
    const next = new Float64Array(n * n);
    multiplyMatrices(next, product, evaluate(bound.jacobian, at).data, n, n, n);
    product = next;
    const norms = (size: (factor: NormFactor) => number): number =>
      bound.terms.reduce(
        (sum, { coefficient, factors }) => sum + Math.abs(rationalToNumber(coefficient)) * factors.reduce((all, factor) => all * size(factor), 1),
        0,
      );
    byStep *= norms(({ kind, tensor }) => sizeOf(kind, evaluate(tensor, at)));
    atMost *= norms(({ kind, tensor, most }) => (kind === 'diagonal' && most !== undefined ? rationalToNumber(most) : sizeOf(kind, evaluate(tensor, at))));
    exact.push(spectralNorm({ dims: [n, n], data: product }));
    stepwise.push(byStep);
    uniform.push(atMost);
    const earlier = steps - distance;
    fixed.push(moves && earlier > 0 ? norms(({ kind, tensor }) => sizeOf(kind, evaluate(tensor, earlier))) ** distance : Number.NaN);
    lower.push((lower.at(-1) ?? 1) * (singularValues(evaluate(bound.jacobian, at)).at(-1) ?? 0));
  }
  const isMatrix = bound.terms.length === 1 && bound.terms.every(({ factors }) => factors.length === 1 && factors.every(({ kind }) => kind === 'matrix'));
  const known = bound.terms.every(({ factors }) => factors.every(({ kind, most }) => kind === 'matrix' || most !== undefined));
  return { exact, stepwise, uniform: known ? uniform : undefined, lower: isMatrix ? lower : undefined, fixed };
}

const sizeOf = (kind: NormFactor['kind'], value: NumericArray): number =>
  kind === 'matrix' ? spectralNorm(value) : value.data.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);

/** Exact norm and bound against the distance, for a small and a large weight. */
export function boundFigure(bound: StepBound, settings: SolveSettings, presenter: Presenter): readonly Block[] {
  const names = matrixNames(bound);
  const trace = (size: number | undefined): Trace => {
    const run = pointOf(bound.model, { sizes: new Map(settings.sizes ?? []), values: new Map() }, settings.seed, FIGURE_STEPS);
    if (size !== undefined) scaleMatrices(bound, run, size);
    else run.refresh();
    return traceOf(bound, run, FIGURE_STEPS);
  };
  const sizes = names.length === 0 ? [undefined] : [SMALL, LARGE];
  const series = sizes.flatMap((size): readonly Series[] => {
    const { exact, stepwise } = trace(size);
    const label = (word: string): Series['label'] =>
      size === undefined ? { type: 'text', text: word } : math({ latex: `\\text{${word}, } \\sigma_{\\max} = ${size}`, text: `${word}, σ_max = ${size}` });
    return [
      { label: label('norm'), at: (x) => exact[x] ?? Number.NaN },
      { label: label('bound'), at: (x) => stepwise[x] ?? Number.NaN, dash: true },
    ];
  });
  const range = bound.model.declarations.get(bound.state.name)?.indices[0];
  const length = range === undefined ? 'T' : ([...lengthsOf(bound.model)].find((name) => name === range.to.key) ?? 'T');
  const x: Mathematics = { latex: `${length} - ${bound.letter}`, text: `${length} − ${bound.letter}` };
  const y = presenter.quantity({
    kind: 'partial',
    numerator: { name: bound.state.name, indices: [wholeLetter(length)] },
    denominator: bound.state,
    reach: bound.reach,
  });
  const norm = { latex: `\\left\\| ${y.latex} \\right\\|`, text: `‖${y.text}‖` };
  const caption = sentence(
    'The norm and its bound, the product of the largest singular values of each step, against the distance',
    names.length === 0 ? '.' : ', with the weights scaled to a largest singular value below and above one.',
  );
  return figureBlocks({ x, y: norm, from: 0, to: FIGURE_STEPS, whole: true, series, caption });
}
