/** Terms that a formula lacks, or has too many: both sides written out in the same names, and one found among the terms of the other. */

import { adjointsIn, jacobian, partialEquation } from '../calculus/index.js';
import { BudgetError, InputError } from '../errors.js';
import type { Model } from '../model/model.js';
import { quantityKey, type Reach, type Tensor, type ValueReference } from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import { raise } from '../notation/raise.js';
import { NeedsIndices } from '../notation/series-parallel.js';
import type { Edit } from './mutate/alteration.js';
import { inPlaceOf, lying, negated } from './mutate/sites.js';
import type { LineJudge, ReadLine } from './types.js';

/** The change that adds what is missing, or takes away what is too much; undefined where neither side is part of the other. */
export function missingTerms(line: ReadLine, judge: LineJudge, left: Tensor, right: Tensor): Edit | undefined {
  if (line.axes.size > 0) return undefined;
  try {
    const { workspace } = judge.model;
    const facts = judge.prover.facts(line.ranges);
    const plain = (side: Tensor): Tensor => judge.prover.eliminate(judge.prover.resolvePartials(judge.prover.normal(side, facts), facts), facts);
    const own = writtenOut(judge, plain(right), facts);
    const correct = writtenOut(judge, writtenPartial(judge, left) === undefined ? plain(left) : left, facts);
    const difference = workspace.add(correct, workspace.scale(own, -1));
    if (difference.terms.length === 0) return undefined;
    if (own.terms.length > 0 && difference.terms.length + own.terms.length === correct.terms.length)
      return changed(line, judge, left, difference, 'missing term');
    if (correct.terms.length > 0 && difference.terms.length + correct.terms.length === own.terms.length)
      return changed(line, judge, left, workspace.scale(difference, -1), 'extra term');
    return undefined;
  } catch (error) {
    if (error instanceof InputError || error instanceof BudgetError) return undefined;
    throw error;
  }
}

/** A lone adjoint is written out by one step of its recursion, a lone partial by its equation; everything else stays. */
function writtenOut(judge: LineJudge, tensor: Tensor, facts: ReturnType<LineJudge['prover']['facts']>): Tensor {
  const partial = writtenPartial(judge, tensor);
  if (partial !== undefined) return judge.prover.normal(partial, facts);
  const found = judge.prover.system();
  const [term] = tensor.terms;
  if (found === undefined || tensor.terms.length !== 1 || term?.net.leaves.length !== 1) return tensor;
  const adjoints = adjointsIn(found.system, tensor).map((reference) => quantityKey(found.system.quantity(reference.name, reference.indices)));
  return adjoints.length === 1 ? (judge.prover.unrollEarliest(tensor, facts) ?? tensor) : tensor;
}

function writtenPartial(judge: LineJudge, tensor: Tensor): Tensor | undefined {
  const { model, sheet } = judge;
  const [found, ...more] = model.workspace.quantities(tensor);
  if (found?.quantity.kind !== 'partial' || more.length > 0 || tensor.terms.length !== 1 || tensor.terms[0]?.net.leaves.length !== 1) return undefined;
  const { numerator, denominator, reach } = found.quantity;
  const around = [numerator, denominator].every(({ name }) => sheet.declarations.has(name)) ? sheet : model;
  const value = tryJacobian(around, numerator, denominator, reach) ?? partialEquation(around, numerator, denominator, reach);
  return model.workspace.replace(tensor, (quantity) => (quantity.kind === 'partial' ? value : undefined));
}

/** Everything between the two written out, where their distance allows it. */
function tryJacobian(model: Model, numerator: ValueReference, denominator: ValueReference, reach: Reach): Tensor | undefined {
  if (denominator.indices.length === 0) return undefined;
  try {
    return jacobian(model, numerator, denominator, reach);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function changed(line: ReadLine, judge: LineJudge, left: Tensor, part: Tensor, kind: 'missing term' | 'extra term'): Edit {
  const raised = raiseFor(judge, part, line);
  const term = lying(raised, line.right.shape);
  const { right } = line;
  const alteration = { kind, term, repeated: kind === 'extra term' };
  const partial = writtenPartial(judge, left);
  if (partial !== undefined) {
    const after = inPlaceOf(lying(raiseFor(judge, partial, line), right.shape), right);
    return { before: right, after, whole: after, alteration, size: 0 };
  }
  const terms = right.kind === 'sum' ? right.terms : [{ sign: 1 as const, formula: right }];
  const added = kind === 'missing term' ? term : negated(term);
  const after = inPlaceOf({ kind: 'sum', terms: [...terms, ...(added.kind === 'sum' ? added.terms : [{ sign: 1 as const, formula: added }])] }, right);
  return { before: right, after, whole: after, alteration, size: 0 };
}

/** A network in matrix notation, as the answer's model writes it. Throws an InputError where only indices can say it. */
export function raiseFor(judge: LineJudge, tensor: Tensor, line: Pick<ReadLine, 'ranges'>): Formula {
  try {
    return raisedFor(judge, tensor, line);
  } catch (error) {
    if (error instanceof NeedsIndices) throw new InputError({ ruleId: 'needs-indices', message: error.why });
    throw error;
  }
}

function raisedFor(judge: LineJudge, tensor: Tensor, line: Pick<ReadLine, 'ranges'>): Formula {
  const { model } = judge;
  return raise(tensor, {
    workspace: model.workspace,
    convention: model.settings.convention,
    orientationOf: (name) => model.declarations.get(name)?.orientation,
    declared: [...model.declarations.keys()],
    letters: [...model.letters.values()],
    inUse: line.ranges.map(({ letter }) => letter),
  }).formula;
}
