/**
 * What is known of letters (they lie in their ranges, lengths are at least 1), and indicators simplified by it.
 *
 * Provable means: a sum of at most two known non-negative expressions plus a non-negative constant. What is not provable stays as a condition.
 */

import type { IndexRange } from '../model/model.js';
import {
  addWhole,
  scaleWhole,
  shiftWhole,
  solveWhole,
  substituteWhole,
  subtractWhole,
  type Tensor,
  type Whole,
  type Workspace,
  wholeLetter,
  wholeNumber,
  wholeValue,
} from '../network/index.js';

/** Expressions known to be ≥ 0. */
export type Facts = readonly Whole[];

/** Facts of letters in ranges, and of the lengths that bound them. */
export function factsOf(ranges: readonly IndexRange[], lengths: readonly string[] = []): Facts {
  const facts: Whole[] = [];
  for (const { letter, from, to } of ranges) {
    facts.push(subtractWhole(wholeLetter(letter), from), subtractWhole(to, wholeLetter(letter)), subtractWhole(to, from));
  }
  for (const length of lengths) facts.push(shiftWhole(wholeLetter(length), -1));
  return distinctFacts(facts);
}

/** Each fact once, numbers left out. */
export const distinctFacts = (facts: readonly Whole[]): Facts =>
  facts.filter((fact, at) => wholeValue(fact) === undefined && facts.findIndex((other) => other.key === fact.key) === at);

export function provablyNonNegative(of: Whole, facts: Facts): boolean {
  const plain = wholeValue(of);
  if (plain !== undefined) return plain >= 0;
  const leaves = (rest: Whole): boolean => (wholeValue(rest) ?? -1) >= 0;
  return facts.some((fact) => {
    const rest = subtractWhole(of, fact);
    return leaves(rest) || facts.some((other) => leaves(subtractWhole(rest, other)));
  });
}

const provablyNegative = (of: Whole, facts: Facts): boolean => provablyNonNegative(shiftWhole(scaleWhole(of, -1), -1), facts);

/** Drops indicators that hold, removes terms whose indicator fails, and moves conditions on a bound letter into the bounds of its sum. */
export function simplifyConditions(workspace: Workspace, tensor: Tensor, facts: Facts): Tensor {
  return rewriteHeads(workspace, tensor, facts);
}

function rewriteHeads(workspace: Workspace, tensor: Tensor, facts: Facts): Tensor {
  return workspace.rebuild(tensor, {
    head: (head) => {
      if (head.kind === 'indicator') {
        if (head.relation === 'nonnegative') {
          if (provablyNonNegative(head.of, facts)) return workspace.number(1);
          return provablyNegative(head.of, facts) ? workspace.number(0) : undefined;
        }
        const above = shiftWhole(head.of, -1);
        return provablyNonNegative(above, facts) || provablyNegative(head.of, facts) ? workspace.number(0) : undefined;
      }
      if (head.kind !== 'rangeSum') return undefined;
      const { letter, body: opened } = workspace.open(head);
      const inside = factsOf([{ letter, from: head.from, to: head.to }]);
      const body = rewriteHeads(workspace, opened, [...facts, ...inside.slice(0, 2)]);
      return sumWithTightBounds(workspace, letter, head.from, head.to, body, facts);
    },
  });
}

/** Σ of a body term by term, each condition t ≥ b or t ≤ b made a bound where it is known to be the tighter one. */
function sumWithTightBounds(workspace: Workspace, letter: string, from: Whole, to: Whole, body: Tensor, facts: Facts): Tensor {
  const groups = new Map<string, { from: Whole; to: Whole; terms: Tensor[] }>();
  for (const term of body.terms) {
    let low = from;
    let high = to;
    const dropped = new Set<string>();
    for (const leaf of term.net.leaves) {
      const { head } = leaf.head;
      if (head.kind !== 'indicator' || head.relation !== 'nonnegative' || !leaf.head.letters.has(letter)) continue;
      const bound = solveWhole(head.of, letter);
      if (bound === undefined) continue;
      const isLower =
        wholeValue(subtractWhole(subtractWhole(head.of, wholeLetter(letter)), substituteWhole(head.of, new Map([[letter, wholeNumber(0)]])))) === 0;
      const tighter = isLower ? subtractWhole(bound, low) : subtractWhole(high, bound);
      if (!provablyNonNegative(tighter, facts)) continue;
      if (isLower) low = bound;
      else high = bound;
      dropped.add(head.of.key);
    }
    const alone = workspace.fromTerms(body.dims, [term]);
    const cleaned =
      dropped.size === 0
        ? alone
        : workspace.rebuild(alone, {
            head: (head) => (head.kind === 'indicator' && head.relation === 'nonnegative' && dropped.has(head.of.key) ? workspace.number(1) : undefined),
          });
    const key = `${low.key}..${high.key}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { from: low, to: high, terms: [cleaned] });
    else group.terms.push(cleaned);
  }
  if (groups.size === 0) return workspace.zero(body.dims);
  return workspace.add(...[...groups.values()].map((group) => workspace.rangeSum(letter, group.from, group.to, workspace.add(...group.terms))));
}

export const lengthOf = (range: IndexRange): Whole => addWhole(subtractWhole(range.to, range.from), wholeNumber(1));
