/**
 * Gradients over more steps than memory can hold: checkpoints.
 *
 * The steps are cut into segments. A first sweep keeps only the states between segments; a second one, from the last segment to the first, runs
 * each segment forward again and then backward. A segment is the model itself over fewer steps: its initial states are given, and its loss has
 * one term more, ⟨λ_v, v_T⟩ for every state v, where λ_v is the adjoint that the segment after it found at its own initial state. So nothing
 * of the calculus is new here, and one forward sweep more is the whole price (Griewank and Walther, Evaluating Derivatives, ch. 12).
 */

import { InputError } from '../../errors.js';
import type { Declaration, Model } from '../../model/model.js';
import {
  type Head,
  lettersOf,
  shiftWhole,
  substituteWhole,
  type Tensor,
  WHOLE_ONE,
  type Whole,
  wholeLetter,
  wholeName,
  wholeNumber,
  wholeValue,
} from '../../network/index.js';
import type { SimdTier } from '../kernels/simd.js';
import { type CompiledPlan, compilePlan } from './compile.js';
import { createPlanRun, type PlanRun } from './run.js';

export interface SegmentsRequest {
  readonly model: Model;
  /** Numbers for all sizes and lengths of the model; the number of steps is the true one. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Parameters whose gradients are wanted. */
  readonly gradients: readonly string[];
  /** Steps of a segment; about the root of the number of steps unless given. */
  readonly length?: number;
  /** Samples run side by side, innermost in every array that holds one number a sample. 1 unless given. */
  readonly batch?: number;
  readonly tier?: SimdTier | 'portable';
}

/** Writes what the caller gives at one step: an input, or the gradient of an unspecified loss (`ell'0`). It is asked twice for each step, and has to say the same. */
export type StepSource = (name: string, step: number, into: Float64Array) => void;

export interface SegmentedRun {
  /** Memory in bytes: tape of a segment, states between segments, gradients. */
  readonly bytes: number;
  /** Steps of each segment. */
  readonly lengths: readonly number[];
  /** Names that the source is asked for at every step. */
  readonly stepwise: readonly string[];
  /** Numbers of a parameter, a constant or an input without a step, to be set; row-major. */
  at(name: string): Float64Array;
  /** Initial value of a state, to be set; zero otherwise. */
  initial(name: string): Float64Array;
  run(source: StepSource): void;
  /** ∂J/∂(parameter) after a run, in the parameter's shape; of an initial value with `initialGradient`. */
  gradient(name: string): Float64Array;
  initialGradient(name: string): Float64Array;
}

/** Prepares the run. Throws an InputError for a model that does not fall into segments, saying why, and where even a segment is too large. */
export function createSegmentedRun(request: SegmentsRequest): SegmentedRun {
  const segment = segmentOf(request.model, request.sizes);
  const steps = request.sizes.get(segment.length) as number;
  const length = Math.min(steps, Math.max(1, Math.floor(request.length ?? Math.ceil(Math.sqrt(steps)))));
  const rest = steps % length;
  const lengths = [...Array.from({ length: Math.floor(steps / length) }, () => length), ...(rest > 0 ? [rest] : [])];
  return new Segments(request, segment, lengths);
}

const CARRIED = 'carried adjoint of ';
/** 1 in the last segment, else 0: terms of the loss that belong to no step. */
const LAST = 'last segment';

interface SegmentModel {
  readonly model: Model;
  /** Name of the number of steps. */
  readonly length: string;
  readonly states: readonly Declaration[];
}

function refuse(why: string): never {
  throw new InputError({
    ruleId: 'no-segments',
    message: 'This model cannot be run in segments.',
    why,
    fix: 'Run it whole, over fewer steps or with smaller sizes.',
  });
}

interface Steps {
  readonly letter: string;
  /** Name of their number. */
  readonly length: string;
}

/** The model over one segment. */
function segmentOf(model: Model, sizes: ReadonlyMap<string, number>): SegmentModel {
  const { workspace } = model;
  const loss = model.equations.find(({ name }) => name === model.loss);
  if (loss === undefined || model.loss === undefined) return refuse('It has no loss.');
  const steps = stepsOf(model);
  const { letter, length } = steps;
  const full = new Map([[length, wholeNumber(sizes.get(length) ?? 0)]]);
  for (const equation of model.equations) checkEquation(model, equation.name, equation.value, steps, equation === loss);
  const states = statesOf(model, letter);
  const once = workspace.value(LAST, [], []);
  const terms = loss.value.terms.map((term): Tensor => {
    const alone = wholesSettled(model, workspace.fromTerms([], [term]), full);
    const sums = term.net.leaves.filter(({ head }) => head.head.kind === 'rangeSum');
    return sums.length === 1
      ? alone
      : workspace.contract(
          [],
          [
            { tensor: alone, labels: [] },
            { tensor: once, labels: [] },
          ],
        );
  });
  const carried = states.map(({ name, dims }): Tensor => {
    const labels = dims.map((_, axis) => `${axis}`);
    return workspace.contract(
      [],
      [
        { tensor: workspace.value(CARRIED + name, [], dims), labels },
        { tensor: workspace.value(name, [wholeLetter(length)], dims), labels },
      ],
    );
  });
  const given = (name: string, of: Declaration, dims: readonly Whole[]): [string, Declaration] => [
    name,
    { name, spelling: of.spelling, indices: [], dims, role: 'input', assumptions: {} },
  ];
  const declarations = new Map([
    ...model.declarations,
    ...states.map((state) => given(CARRIED + state.name, state, state.dims)),
    given(LAST, model.declarations.get(model.loss) as Declaration, []),
  ]);
  const boundaries = states.map(({ name }) => ({ name, indices: [wholeNumber(0)], kind: 'freed' as const }));
  const equations = model.equations.map((equation) =>
    equation === loss ? { ...equation, value: workspace.add(...terms, ...carried) } : { ...equation, value: wholesSettled(model, equation.value, full) },
  );
  return { model: { ...model, declarations, equations, boundaries }, length, states };
}

/** The letter that steps, and the name of their number: every equation with an index has this one. */
function stepsOf(model: Model): Steps {
  const ranges = model.equations.flatMap((equation) => equation.ranges);
  const [first] = ranges;
  const length = first === undefined ? undefined : wholeName(first.to);
  if (first === undefined || length === undefined || wholeValue(first.from) !== 1) return refuse('Its steps do not run from 1 to a length.');
  for (const { letter, from, to } of ranges)
    if (letter !== first.letter || wholeValue(from) !== 1 || to.key !== first.to.key) refuse(`Beside ${first.letter} = 1, …, ${length} it has other ranges.`);
  for (const { name, indices, ranges: own } of model.equations)
    if (indices.length > 1 || (indices.length === 1 && own.length !== 1)) refuse(`${name} has an equation of its own at one place, or several indices.`);
  if (model.boundaries.some(({ kind }) => kind === 'equation')) refuse('An initial state has an equation.');
  return { letter: first.letter, length };
}

/** A step may read itself and the step before; the number of a step may not matter. The loss sums over all steps, or reads the last one. */
function checkEquation(model: Model, name: string, value: Tensor, { letter, length }: Steps, isLoss: boolean): void {
  const { workspace } = model;
  for (const { quantity } of workspace.quantities(value)) {
    if (quantity.kind !== 'value') refuse(`${name} reads a derivative.`);
    const computed = model.declarations.get(quantity.name)?.role === 'computed';
    for (const index of quantity.indices) {
      const shift = index.monomials.find(({ letters }) => letters.length === 0)?.coefficient ?? 0;
      const isStep = isLoss ? wholeValue(index) === undefined : lettersOf(index).has(letter);
      if (!isStep) refuse(`${name} reads ${quantity.name} at a fixed step.`);
      if (shift !== 0 && (shift !== -1 || !computed || wholeName(shiftWhole(index, 1)) === length))
        refuse(`${name} reads ${quantity.name} at another step than its own and the one before.`);
    }
  }
  workspace.rebuild(value, {
    head: (head: Head) => {
      if (head.kind === 'indicator') refuse(`In ${name} the number of the step matters.`);
      if (head.kind === 'whole' && [...lettersOf(head.value)].some((each) => !model.sizes.includes(each))) refuse(`In ${name} the number of the step matters.`);
      if (head.kind === 'rangeSum' && !(isLoss && wholeValue(head.from) === 1 && wholeName(head.to) === length))
        refuse(`${name} sums over other steps than all of them.`);
      return undefined;
    },
  });
}

/** Lengths that stand as numbers in formulas (1/T) are those of the whole run. */
function wholesSettled(model: Model, tensor: Tensor, full: ReadonlyMap<string, Whole>): Tensor {
  const { workspace } = model;
  return workspace.rebuild(tensor, { head: (head: Head) => (head.kind === 'whole' ? workspace.whole(substituteWhole(head.value, full)) : undefined) });
}

/** Names that a step reads from the step before. */
function statesOf(model: Model, letter: string): Declaration[] {
  const before = new Set<string>();
  for (const { value } of model.equations)
    for (const { quantity } of model.workspace.quantities(value))
      if (quantity.kind === 'value' && quantity.indices.some((index) => wholeValue(substituteWhole(index, new Map([[letter, WHOLE_ONE]]))) === 0))
        before.add(quantity.name);
  return [...model.declarations.values()].filter(({ name, role }) => role === 'computed' && before.has(name));
}

class Segments implements SegmentedRun {
  readonly bytes: number;
  readonly stepwise: readonly string[];
  readonly #runs: ReadonlyMap<number, PlanRun>;
  /** Parameters and whatever else is given once. */
  readonly #fixed: ReadonlyMap<string, Float64Array>;
  readonly #gradients: ReadonlyMap<string, Float64Array>;
  /** States before each segment. */
  readonly #states: ReadonlyMap<string, readonly Float64Array[]>;
  readonly #initialGradients: ReadonlyMap<string, Float64Array>;

  constructor(
    request: SegmentsRequest,
    segment: SegmentModel,
    readonly lengths: readonly number[],
  ) {
    const plans = new Map([...new Set(lengths)].map((steps) => [steps, planOf(request, segment, steps)]));
    const [plan] = plans.values();
    if (plan === undefined) throw new InputError({ ruleId: 'no-segments', message: 'There are no steps to run.' });
    const run = new Map([...plans].map(([steps, own]) => [steps, createPlanRun(own, request.tier)]));
    this.#runs = run;
    const [any] = run.values() as IterableIterator<PlanRun>;
    const sample = any as PlanRun;
    const own = new Set([...segment.states.map(({ name }) => CARRIED + name), LAST]);
    const roles = new Map([...segment.model.declarations.values()].map(({ name, role }) => [name, role]));
    const given = [...plan.buffers.values()].filter(
      ({ name }) => !own.has(name) && (roles.get(name) ?? (isFunction(segment.model, name) ? 'input' : 'computed')) !== 'computed',
    );
    this.stepwise = given.filter(({ places }) => places.length === 1).map(({ name }) => name);
    this.#fixed = new Map(given.filter(({ places }) => places.length === 0).map(({ name }) => [name, sample.at(name).slice()]));
    this.#gradients = new Map(request.gradients.map((name) => [name, new Float64Array(sample.gradientAt(name).length)]));
    this.#states = new Map(segment.states.map(({ name }) => [name, lengths.map(() => new Float64Array(sample.at(name, 0).length))]));
    this.#initialGradients = new Map(segment.states.map(({ name }) => [name, new Float64Array(sample.at(name, 0).length)]));
    const arrays = [...this.#fixed.values(), ...this.#gradients.values(), ...this.#initialGradients.values(), ...[...this.#states.values()].flat()];
    this.bytes = [...plans.values()].reduce((sum, { bytes }) => sum + bytes, 0) + arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  at(name: string): Float64Array {
    return this.#held(this.#fixed, name);
  }

  initial(name: string): Float64Array {
    return this.#held(new Map([...this.#states].map(([state, [first]]) => [state, first as Float64Array])), name);
  }

  gradient(name: string): Float64Array {
    return this.#held(this.#gradients, name);
  }

  initialGradient(name: string): Float64Array {
    return this.#held(this.#initialGradients, name);
  }

  run(source: StepSource): void {
    for (const sum of this.#gradients.values()) sum.fill(0);
    for (const run of this.#runs.values()) for (const [name, numbers] of this.#fixed) run.at(name).set(numbers);
    this.lengths.forEach((_, k) => {
      const run = this.#forward(k, source);
      for (const [name, states] of this.#states) states[k + 1]?.set(run.at(name, this.lengths[k] as number));
    });
    for (const adjoint of this.#initialGradients.values()) adjoint.fill(0);
    for (let k = this.lengths.length - 1; k >= 0; k--) this.#backward(k, source);
  }

  #forward(k: number, source: StepSource): PlanRun {
    const steps = this.lengths[k] as number;
    const run = this.#runs.get(steps) as PlanRun;
    const before = this.lengths.slice(0, k).reduce((sum, length) => sum + length, 0);
    for (const name of this.stepwise) for (let step = 1; step <= steps; step++) source(name, before + step, run.at(name, step));
    for (const [name, states] of this.#states) run.at(name, 0).set(states[k] as Float64Array);
    run.forward();
    return run;
  }

  /** The segment's own gradients are added; the adjoints at its initial states go to the segment before. */
  #backward(k: number, source: StepSource): void {
    const last = k === this.lengths.length - 1;
    const run = last ? (this.#runs.get(this.lengths[k] as number) as PlanRun) : this.#forward(k, source);
    if (run.plan.buffers.has(LAST)) run.at(LAST).fill(last ? 1 : 0);
    for (const [name, adjoint] of this.#initialGradients) run.at(CARRIED + name).set(adjoint);
    run.backward();
    for (const [name, sum] of this.#gradients) {
      const part = run.gradientAt(name);
      for (let entry = 0; entry < sum.length; entry++) sum[entry] = (sum[entry] as number) + (part[entry] as number);
    }
    for (const [name, adjoint] of this.#initialGradients) adjoint.set(run.gradientAt(name, 0));
  }

  #held(arrays: ReadonlyMap<string, Float64Array>, name: string): Float64Array {
    const array = arrays.get(name);
    if (array === undefined)
      throw new InputError({ ruleId: 'no-such-value', message: `Nothing is held for ${name}.`, fix: `There are ${[...arrays.keys()].join(', ') || 'none'}.` });
    return array;
  }
}

const isFunction = (model: Model, name: string): boolean => [...model.functions.keys()].some((own) => name === own || name.startsWith(`${own}'`));

function planOf({ gradients, sizes, batch }: SegmentsRequest, { model, length, states }: SegmentModel, steps: number): CompiledPlan {
  const plan = compilePlan({
    model,
    sizes: new Map([...sizes, [length, steps]]),
    values: states.map(({ name }) => name),
    gradients: [...gradients, ...states.map(({ name }) => name)],
    ...(batch === undefined ? {} : { batch }),
  });
  return 'refused' in plan ? refuse(plan.refused) : plan;
}
