/**
 * Hessian–vector products, checked in the same way: what the calculus derives by differentiating ⟨gradient, v⟩ backwards once more, against the forward
 * tangent of the gradient along v. The gradient's own formula is what is differentiated, so this stands on a check of the first order.
 */

import { AdjointSystem, resolveDerivatives } from '../calculus/index.js';
import { InputError } from '../errors.js';
import type { Declaration, Equation, Model } from '../model/model.js';
import type { Tensor, ValueReference } from '../network/index.js';
import { namesOf, printWhole, spellName } from '../notation/spelling.js';
import { type Directions, derivativeResolver, Random, type Run, randomPoint, randomSizes, type Scope, SpreadRunner, TangentRunner } from '../numeric/index.js';
import type { CheckResult, TargetResult } from './check.js';
import { judge, toleranceOf, UNIT_ROUNDOFF, type Verdict } from './verdict.js';

const SLOPE = '⟨∇,v⟩';
const directionName = (name: string): string => `v ${name}`;

/** ⟨∂J/∂w, v⟩ as the loss of a model that holds the directions as constants and the first backward pass as equations. */
function withDirections(model: Model, loss: string, names: readonly string[]): Model {
  const { workspace } = model;
  const declarations = new Map(model.declarations);
  const terms = names.map((name): Tensor => {
    const declaration = model.declarations.get(name) as Declaration;
    const { dims } = declaration;
    declarations.set(directionName(name), { ...declaration, name: directionName(name), role: 'constant', assumptions: {} });
    const labels = dims.map((_, axis) => `${axis}`);
    const gradient = workspace.symbol({ kind: 'adjoint', target: { name: loss, indices: [] }, name, indices: [] }, dims);
    return workspace.contract(
      [],
      [
        { tensor: gradient, labels },
        { tensor: workspace.value(directionName(name), [], dims), labels },
      ],
    );
  });
  const value = workspace.add(workspace.zero([]), ...terms);
  const spelling = { latex: '\\langle \\nabla, v \\rangle', text: SLOPE, indexPlace: 'subscript' as const };
  declarations.set(SLOPE, { name: SLOPE, spelling, indices: [], dims: [], role: 'computed', assumptions: {} });
  const equation: Equation = { name: SLOPE, indices: [], ranges: [], value, source: { kind: 'ones', shape: { dims: [] } } };
  return resolveDerivatives({ ...model, declarations, equations: [...model.equations, equation], loss: SLOPE });
}

/** Names of all parameters without an index: what the Hessian is taken over. */
const parametersOf = (model: Model): string[] =>
  [...model.declarations.values()].filter(({ role, indices }) => role === 'parameter' && indices.length === 0).map(({ name }) => name);

/**
 * Checks (H v) for every parameter, H over all of them, at a random point and along one random direction.
 * Throws an InputError when the model has no loss, or no parameter without an index.
 */
export function checkHessianProducts(source: Model, { seed = 0, sizes }: { readonly seed?: number; readonly sizes?: Scope } = {}): CheckResult {
  const first = resolveDerivatives(source);
  const { loss } = first;
  const names = parametersOf(first);
  if (loss === undefined || names.length === 0)
    throw new InputError({ ruleId: 'nothing-to-check', message: 'Second orders need a loss and a parameter.', fix: 'Name a target.' });
  const model = withDirections(first, loss, names);
  const chosen = randomSizes(model, seed, sizes);
  const { run } = randomPoint(model, seed, { sizes: chosen, derivatives: derivativeResolver(model, chosen) });
  drawDirections(run, names, seed);
  run.refresh();
  const system = new AdjointSystem(model, { name: SLOPE, indices: [] }, false);
  const targets = names.map((name) => checkProduct(run, system, { name, indices: [] }, { loss, names }));
  const bad = run.firstNonFinite();
  return {
    ok: bad === undefined && targets.every(({ entries, verdicts }) => verdicts.agree === entries),
    targets,
    seed,
    sizes: Object.fromEntries(run.sizes),
    ...(bad === undefined ? {} : { firstNonFinite: bad.label }),
  };
}

function drawDirections(run: Run, names: readonly string[], seed: number): void {
  for (const name of names) {
    const random = new Random(seed, `direction/${name}`);
    run.givenAt(directionName(name), [])?.data.forEach((_, i, data) => {
      data[i] = random.signed(0.5, 1);
    });
  }
}

function checkProduct(run: Run, system: AdjointSystem, by: ValueReference, { loss, names }: { loss: string; names: readonly string[] }): TargetResult {
  const { machine, model } = run;
  const formula = machine.evaluation(system.of(by.name).value, new Map());
  const program = machine.program([formula]);
  program.run();
  const spread = new SpreadRunner(machine).of([formula], program)[0] as Float64Array;
  const gradient = machine.instance({ kind: 'adjoint', target: { name: loss, indices: [] }, name: by.name, indices: [] }, run.dims(by.name));
  const backward = machine.program([gradient]);
  backward.run();
  const moved = new Map(
    names.map((name) => [machine.instance({ kind: 'value', name, indices: [] }, run.dims(name)), run.givenAt(directionName(name), [])?.data]),
  );
  const directions: Directions = {
    count: 1,
    at: new Set(moved.keys()),
    add(instance, into, _from, lanes) {
      moved.get(instance)?.forEach((entry, i) => {
        into[i * lanes] = (into[i * lanes] as number) + entry;
      });
    },
  };
  const { columns, kinks } = new TangentRunner(machine).run({ program: backward, watched: [gradient], directions });
  return compare(`(H v) for ${spelled(model, by.name)}`, formula.data, columns[0] as Float64Array, spread, {
    dims: formula.dims,
    shape: shapeOf(model, by.name),
    isKink: kinks[0] === 1,
  });
}

const shapeOf = (model: Model, name: string): string => (model.declarations.get(name)?.dims ?? []).map((dim) => printWhole(dim, 'text')).join(' × ') || '1';

const spelled = (model: Model, name: string): string => {
  const spelling = namesOf(model).spelling(name);
  return spelling === undefined ? name : spellName(spelling, [], [], 'text').printed;
};

function compare(
  target: string,
  formula: Float64Array,
  numeric: Float64Array,
  spread: Float64Array,
  { dims, shape, isKink }: { dims: readonly number[]; shape: string; isKink: boolean },
): TargetResult {
  const verdicts: Partial<Record<Verdict, number>> = {};
  const scale = formula.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let [worst, error, units, bar] = [0, -1, 0, 0];
  formula.forEach((value, i) => {
    const other = numeric[i] as number;
    const own = (spread[i] as number) || scale;
    const verdict = judge({ formula: value, numeric: other, spread: own, scale, isKink });
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    const difference = Math.abs(value - other);
    if (difference > 0) units = Math.max(units, difference / (UNIT_ROUNDOFF * own));
    bar = Math.max(bar, toleranceOf(own));
    if (!(difference <= error)) [worst, error] = [i, difference];
  });
  const entry = entryOf(worst, dims);
  return {
    target,
    shape,
    entries: formula.length,
    maxRelError: error <= 0 ? 0 : error / scale,
    maxErrorBar: scale === 0 ? 0 : bar / scale,
    maxUnits: units,
    method: 'forward tangent of the gradient',
    evaluations: 1,
    worst:
      formula.length === 0
        ? null
        : { entry, formula: formula[worst] as number, numeric: numeric[worst] as number, errorBar: toleranceOf(spread[worst] as number) },
    verdicts,
    coverage: { oneByOne: formula.length },
  };
}

function entryOf(offset: number, dims: readonly number[]): number[] {
  let rest = offset;
  return [...dims]
    .reverse()
    .map((dim) => {
      const at = rest % dim;
      rest = Math.floor(rest / dim);
      return at + 1;
    })
    .reverse();
}
