/**
 * The closed form of a gradient through a linear recurrence of a scalar: y = h_T with h_t = w (u_t + h_{t−1}) solved for any T, by induction, and
 * differentiated term by term.
 */

import { closedForm, factsOf, type LinearRecurrence, linearRecurrence, mergePowers, simplifyConditions, startValue } from '../../calculus/index.js';
import type { Target } from '../../calculus/target.js';
import { InputError } from '../../errors.js';
import type { Model } from '../../model/model.js';
import { subtractWhole, type Tensor, type Whole, wholeLetter } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import type { Block, Mathematics } from '../document.js';
import { type Presenter, text } from '../presenter.js';

export interface ClosedGradient {
  readonly blocks: readonly Block[];
  readonly formula: Tensor;
}

/** Undefined where the target is not one state of a linear scalar recurrence at one place, or the recurrence is not solved. */
export function closedGradient(
  presenter: Presenter,
  model: Model,
  target: Extract<Target, { kind: 'gradient' }>,
  left: Mathematics,
): ClosedGradient | undefined {
  const of = target.of?.name ?? model.loss;
  const equation = model.equations.find(({ name, ranges }) => name === of && ranges.length === 0);
  const leaf = equation?.value.terms.length === 1 && equation.value.terms[0]?.net.leaves.length === 1 ? equation.value.terms[0].net.leaves[0] : undefined;
  const read = leaf?.head.head.kind === 'symbol' ? leaf.head.head.quantity : undefined;
  const scalar = (model.declarations.get(target.by.name)?.dims.length ?? 1) === 0;
  if (!scalar || equation === undefined || equation.value.dims.length > 0 || read?.kind !== 'value' || read.indices.length !== 1) return undefined;
  const recurrence = solvable(model, read.name);
  if (recurrence === undefined) return undefined;
  const parts = solved(model, recurrence, read.indices[0] as Whole);
  const { workspace } = model;
  const facts = factsOf([recurrence.range]);
  const tidy = (tensor: Tensor): Tensor => mergePowers(workspace, simplifyConditions(workspace, workspace.expand(tensor), facts));
  const by = (tensor: Tensor): Tensor => tidy(workspace.differentiate(tensor, target.by.name, target.by.indices, []));
  const isShared = target.by.indices.length === 0;
  const whole = workspace.add(workspace.zero([]), ...parts.map(summed(model)));
  const derivative = isShared ? parts.map((part) => ({ ...part, body: by(part.body) })) : [{ body: by(whole) }];
  const shown = derivative.filter(({ body }) => body.terms.length > 0);
  const lines = [
    {
      left: presenter.reference({ name: equation.name, indices: [] }),
      relation: '=',
      right: sumMath(presenter, parts),
      reason: [text('the recurrence solved, proved by induction')],
    },
    { left, relation: '=', right: sumMath(presenter, shown), reason: [text('differentiated term by term')] },
  ];
  return {
    blocks: [
      { type: 'paragraph', content: [text('The recurrence is linear, so that there is a closed form too:')] },
      { type: 'result', lines },
    ],
    formula: workspace.add(workspace.zero([]), ...derivative.map(summed(model))),
  };
}

/** A summand, with the letter it is summed over. */
interface Part {
  readonly body: Tensor;
  readonly over?: { readonly letter: string; readonly from: Whole; readonly to: Whole };
}

function solvable(model: Model, name: string): LinearRecurrence | undefined {
  try {
    const recurrence = linearRecurrence(model, name);
    return recurrence.dims.length === 0 && !recurrence.varying && closedForm(model, recurrence).proved ? recurrence : undefined;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** The value at a step: w^{T−k} g_k summed over k, and what the start contributes. */
function solved(model: Model, recurrence: LinearRecurrence, at: Whole): readonly Part[] {
  const { workspace } = model;
  const { factor, rest, range, start } = recurrence;
  const times = (a: Tensor, b: Tensor): Tensor =>
    mergePowers(
      workspace,
      workspace.expand(
        workspace.contract(
          [],
          [
            { tensor: a, labels: [] },
            { tensor: b, labels: [] },
          ],
        ),
      ),
    );
  const first = startValue(model, recurrence);
  const fromStart = times(workspace.matrixPower(factor, subtractWhole(at, start.indices[0] as Whole)), first);
  const letter = ['k', 's', 'r', 'q'].find((each) => !model.sizes.includes(each) && !model.declarations.has(each)) ?? 'k';
  const inner = workspace.substituteLetters(rest, new Map([[range.letter, wholeLetter(letter)]]));
  const body = times(workspace.matrixPower(factor, subtractWhole(at, wholeLetter(letter))), inner);
  return [
    ...(fromStart.terms.length === 0 ? [] : [{ body: fromStart }]),
    ...(rest.terms.length === 0 ? [] : [{ body, over: { letter, from: range.from, to: at } }]),
  ];
}

const summed =
  ({ workspace }: Model) =>
  ({ body, over }: Part): Tensor =>
    over === undefined ? body : workspace.rangeSum(over.letter, over.from, over.to, body);

function sumMath(presenter: Presenter, parts: readonly Part[]): Mathematics {
  const terms = parts.map(({ body, over }): Formula => {
    const { formula } = presenter.raise(body, over === undefined ? [] : [over.letter]);
    return over === undefined ? formula : { kind: 'rangeSum', letter: over.letter, from: over.from, to: over.to, body: formula, shape: { dims: [] } };
  });
  const [only] = terms;
  if (only === undefined) return { latex: '0', text: '0' };
  return presenter.formula(terms.length === 1 ? only : { kind: 'sum', terms: terms.map((formula) => ({ sign: 1 as const, formula })), shape: { dims: [] } });
}
