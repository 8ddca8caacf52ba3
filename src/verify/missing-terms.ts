/** Terms that a formula lacks, or has too many: both sides written out in the same names, and one found among the terms of the other. */

import { adjointsIn } from '../calculus/index.js';
import { BudgetError, InputError } from '../errors.js';
import { quantityKey, type Tensor } from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import { raise } from '../notation/raise.js';
import type { Edit } from './mutate/alteration.js';
import { inPlaceOf, lying, negated } from './mutate/sites.js';
import type { LineJudge, ReadLine } from './types.js';

/** The change that adds what is missing, or takes away what is too much; undefined where neither side is part of the other. */
export function missingTerms(line: ReadLine, judge: LineJudge, left: Tensor, right: Tensor): Edit | undefined {
  if (line.axes.size > 0) return undefined;
  try {
    const { workspace } = judge.model;
    const facts = judge.prover.facts(line.ranges);
    const own = writtenOut(judge, judge.prover.eliminate(judge.prover.normal(right, facts), facts), facts);
    const correct = writtenOut(judge, judge.prover.eliminate(judge.prover.normal(left, facts), facts), facts);
    const difference = workspace.add(correct, workspace.scale(own, -1));
    if (difference.terms.length === 0) return undefined;
    if (own.terms.length > 0 && difference.terms.length + own.terms.length === correct.terms.length) return changed(line, judge, difference, 'missing term');
    if (correct.terms.length > 0 && difference.terms.length + correct.terms.length === own.terms.length)
      return changed(line, judge, workspace.scale(difference, -1), 'extra term');
    return undefined;
  } catch (error) {
    if (error instanceof InputError || error instanceof BudgetError) return undefined;
    throw error;
  }
}

/** A lone adjoint is written out by one step of its recursion; everything else stays. */
function writtenOut(judge: LineJudge, tensor: Tensor, facts: ReturnType<LineJudge['prover']['facts']>): Tensor {
  const found = judge.prover.system();
  const [term] = tensor.terms;
  if (found === undefined || tensor.terms.length !== 1 || term?.net.leaves.length !== 1) return tensor;
  const adjoints = adjointsIn(found.system, tensor).map((reference) => quantityKey(found.system.quantity(reference.name, reference.indices)));
  return adjoints.length === 1 ? (judge.prover.unrollEarliest(tensor, facts) ?? tensor) : tensor;
}

function changed(line: ReadLine, judge: LineJudge, part: Tensor, kind: 'missing term' | 'extra term'): Edit {
  const raised = raiseFor(judge, part, line);
  const term = lying(raised, line.right.shape);
  const { right } = line;
  const terms = right.kind === 'sum' ? right.terms : [{ sign: 1 as const, formula: right }];
  const added = kind === 'missing term' ? term : negated(term);
  const after = inPlaceOf({ kind: 'sum', terms: [...terms, ...(added.kind === 'sum' ? added.terms : [{ sign: 1 as const, formula: added }])] }, right);
  return { before: right, after, whole: after, alteration: { kind, term, repeated: kind === 'extra term' } };
}

/** A network in matrix notation, as the answer's model writes it. */
export function raiseFor(judge: LineJudge, tensor: Tensor, line: Pick<ReadLine, 'ranges'>): Formula {
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
