/**
 * Linear recurrences v_t = A_t v_{t−1} + g_t solved for any t: v_t = A_t ⋯ A_{t₀+1} v_{t₀} + Σ_k A_t ⋯ A_{k+1} g_k, with powers where A does not
 * depend on t, and proved by induction: the base by the empty product, the step by peeling one factor.
 */

import { InputError } from '../errors.js';
import type { Declaration, IndexRange, Model } from '../model/model.js';
import { shiftWhole, subtractWhole, type Tensor, type ValueReference, type Whole, wholeLetter } from '../network/index.js';
import { cancelInverses, peelPowers } from './powers.js';

export interface LinearRecurrence {
  readonly name: string;
  readonly range: IndexRange;
  /** A_t: the value's axes twice; a scalar for scalars. */
  readonly factor: Tensor;
  /** g_t, the rest; no terms where there is none. */
  readonly rest: Tensor;
  /** The value before the first step. */
  readonly start: ValueReference;
  readonly dims: readonly Whole[];
  readonly varying: boolean;
}

export interface ClosedForm {
  readonly recurrence: LinearRecurrence;
  /** In place of A, where it is written otherwise (Q Λ Qᵀ): equal to it. */
  readonly factor: Tensor;
  readonly value: Tensor;
  /** Base and step reduce to 0 = 0. */
  readonly proved: boolean;
  /** The end from which the powers are peeled. */
  readonly side: 'first' | 'last';
}

/** A name's own recurrence, as it is linear in the step before. Throws an InputError where it is not, or reaches further back. */
export function linearRecurrence(model: Model, name: string): LinearRecurrence {
  const { workspace } = model;
  const declaration = model.declarations.get(name);
  const equation = model.equations.find((candidate) => candidate.name === name && candidate.ranges.length === 1 && candidate.indices.length === 1);
  const [range] = equation?.ranges ?? [];
  if (declaration === undefined || equation === undefined || range === undefined)
    return refuse(name, 'It has no equation that holds at every step of one loop.');
  const before = { name, indices: [shiftWhole(wholeLetter(range.letter), -1)] };
  const factor = workspace.differentiate(equation.value, name, before.indices, declaration.dims);
  const rest = workspace.expand(
    workspace.replace(equation.value, (quantity, dims) => (quantity.kind === 'value' && quantity.name === name ? workspace.zero(dims) : undefined)),
  );
  const mentions = (tensor: Tensor): boolean => workspace.quantities(tensor).some(({ quantity }) => quantity.kind === 'value' && quantity.name === name);
  if (declaration.dims.length > 1 || mentions(factor) || factor.terms.length === 0) return refuse(name, 'Its equation is not linear in the step before.');
  const recurrence: LinearRecurrence = {
    name,
    range,
    factor: workspace.expand(factor),
    rest,
    start: { name, indices: [shiftWhole(range.from, -1)] },
    dims: declaration.dims,
    varying: workspace.letters(factor).has(range.letter),
  };
  const again = workspace.add(applied(model, recurrence.factor, workspace.value(name, before.indices, declaration.dims)), rest);
  if (workspace.expand(workspace.add(equation.value, workspace.scale(again, -1))).terms.length > 0)
    return refuse(name, 'Its equation is not linear in the step before.');
  if (recurrence.varying && declaration.dims.length === 0)
    return refuse(name, 'Its factor changes from step to step, and it is a scalar: the product has no short form.');
  return recurrence;
}

function refuse(name: string, why: string): never {
  throw new InputError({
    ruleId: 'not-linear',
    message: `${name} has no closed form here.`,
    why,
    fix: 'Ask for the closed form of a linear recurrence, such as h_t = W h_{t-1}.',
  });
}

/** A v, for matrices and for scalars. */
export function applied(model: Model, factor: Tensor, value: Tensor): Tensor {
  const { workspace } = model;
  if (value.dims.length === 0)
    return workspace.contract(
      [],
      [
        { tensor: factor, labels: [] },
        { tensor: value, labels: [] },
      ],
    );
  return workspace.contract(
    ['i'],
    [
      { tensor: factor, labels: ['i', 'j'] },
      { tensor: value, labels: ['j'] },
    ],
  );
}

/** Whether rows are the convention: then the transposed factor's power is what one writes. */
const isRow = (declaration: Declaration | undefined, model: Model): boolean => (declaration?.orientation ?? model.settings.convention) === 'row';

/** A_t ⋯ A_{k+1}: the identity for k = t. `power` takes the power of a factor that is the same at every step. */
export function propagator(model: Model, recurrence: LinearRecurrence, from: Whole, power: (exponent: Whole) => Tensor): Tensor {
  const { workspace } = model;
  const t = wholeLetter(recurrence.range.letter);
  if (!recurrence.varying) return power(subtractWhole(t, from));
  const letter = '¤j';
  const body = workspace.substituteLetters(recurrence.factor, new Map([[recurrence.range.letter, wholeLetter(letter)]]));
  return workspace.product(letter, t, shiftWhole(from, 1), -1, body);
}

/** The powers of the factor as they stand; in the row convention those of its transpose. */
export function plainPower(model: Model, recurrence: LinearRecurrence): (exponent: Whole) => Tensor {
  const { workspace } = model;
  const { factor, dims } = recurrence;
  if (dims.length === 0) return (exponent) => workspace.matrixPower(factor, exponent);
  const turn = isSymbol(factor) ? isTransposedSymbol(factor) : isRow(model.declarations.get(recurrence.name), model);
  if (!turn) return (exponent) => workspace.matrixPower(factor, exponent);
  const transposed = workspace.permute(factor, [1, 0]);
  return (exponent) => workspace.permute(workspace.matrixPower(transposed, exponent), [1, 0]);
}

const isSymbol = (tensor: Tensor): boolean => tensor.terms.length === 1 && tensor.terms[0]?.net.leaves.length === 1;

/** (Wᵗ)ᵀ rather than (Wᵀ)ᵗ. */
function isTransposedSymbol(tensor: Tensor): boolean {
  const [leaf] = tensor.terms[0]?.net.leaves ?? [];
  return isSymbol(tensor) && leaf?.slots[0] === 1;
}

/** The closed form, with its proof by induction. `power` gives Aᵏ; `factor` is A written the same way. */
export function closedForm(model: Model, recurrence: LinearRecurrence, power = plainPower(model, recurrence), factor = recurrence.factor): ClosedForm {
  const { workspace } = model;
  const { range, rest, start, dims } = recurrence;
  const first = startValue(model, recurrence);
  const fromStart = applied(model, propagator(model, recurrence, start.indices[0] as Whole, power), first);
  const letter = '¤k';
  const k = wholeLetter(letter);
  const inner = applied(model, propagator(model, recurrence, k, power), workspace.substituteLetters(rest, new Map([[range.letter, k]])));
  const sum = rest.terms.length === 0 ? workspace.zero(dims) : workspace.rangeSum(letter, range.from, wholeLetter(range.letter), inner);
  const value = workspace.add(workspace.zero(dims), fromStart, sum);
  return { recurrence, factor, value, ...induction(model, recurrence, value, factor, first) };
}

/** v before the first step: 0 where nothing frees or sets it. */
export function startValue(model: Model, { name, start, dims }: LinearRecurrence): Tensor {
  const { workspace } = model;
  const same = (indices: readonly Whole[]): boolean => indices.every((index, at) => index.key === start.indices[at]?.key);
  const boundary = model.boundaries.find((candidate) => candidate.name === name && same(candidate.indices));
  const set = model.equations.some((equation) => equation.name === name && same(equation.indices));
  return boundary?.kind === 'zero' || (boundary === undefined && !set) ? workspace.zero(dims) : workspace.value(name, start.indices, dims);
}

function induction(model: Model, { range, rest, start }: LinearRecurrence, value: Tensor, factor: Tensor, first: Tensor): Pick<ClosedForm, 'proved' | 'side'> {
  const { workspace } = model;
  const at = (index: Whole): Tensor => workspace.substituteLetters(value, new Map([[range.letter, index]]));
  const vanishes = (tensor: Tensor): boolean => cancelInverses(workspace, workspace.expand(tensor)).terms.length === 0;
  const base = vanishes(workspace.add(at(start.indices[0] as Whole), workspace.scale(first, -1)));
  const before = at(shiftWhole(wholeLetter(range.letter), -1));
  const stepped = workspace.add(applied(model, factor, before), rest);
  const peels = (side: 'first' | 'last'): boolean => vanishes(workspace.add(peelPowers(workspace, value, range.letter, side), workspace.scale(stepped, -1)));
  const side = peels('first') ? 'first' : 'last';
  return { proved: base && (side === 'first' || peels('last')), side };
}
