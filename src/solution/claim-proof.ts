/** The proof of a claim as steps: each side with equation after equation put in, or the ranges from which an inequality follows. */

import type { ValueReference } from '../network/index.js';
import type { ClaimReason, ClaimStep, InequalityRule, Interval } from '../proof/index.js';
import { inverseOf, type JudgedClaim } from '../verify/claims/index.js';
import type { Block, EquationLine, Inline, Mathematics } from './document.js';
import { listed, type Presenter, sentence } from './presenter.js';
import type { PresentedModel } from './questions/question.js';

type Proved = JudgedClaim['proofs'][number];

export function proofBlocks(presented: PresentedModel, presenter: Presenter, judged: JudgedClaim): readonly Block[] {
  const several = judged.proofs.length > 1;
  return [...limitBlocks(presenter, judged), ...judged.proofs.flatMap((proved) => blocksOf(presented, presenter, judged, proved, several))];
}

/** γ → ∞ is worked out as ε → 0. */
function limitBlocks(presenter: Presenter, { read, claim }: JudgedClaim): readonly Block[] {
  return read.claim.givens.flatMap(({ value, reference }): Block[] => {
    if (value !== undefined || !claim.model.declarations.has(inverseOf(reference.name))) return [];
    const name = presenter.reference(reference);
    const inverse = presenter.reference({ name: inverseOf(reference.name), indices: reference.indices });
    return [{ type: 'paragraph', content: sentence('Let ', { latex: `${name.latex} = 1/${inverse.latex}`, text: `${name.text} = 1/${inverse.text}` }, '; then ', { latex: `${inverse.latex} \\to 0`, text: `${inverse.text} → 0` }, '.') }];
  });
}

function blocksOf(presented: PresentedModel, presenter: Presenter, judged: JudgedClaim, { statement, proof }: Proved, several: boolean): readonly Block[] {
  const axes = [...judged.claim.axes.keys()];
  const blocks: Block[] = [];
  if (several) blocks.push({ type: 'paragraph', content: sentence('For ', presenter.formula(statement.formulas.left), ' and ', presenter.formula(statement.formulas.right), ':') });
  const lines = [...sideLines(presented, presenter, proof.steps, 'left', axes), ...sideLines(presented, presenter, proof.steps, 'right', axes)];
  if (lines.length > 0) blocks.push({ type: 'equations', lines });
  if (proof.inequality !== undefined) blocks.push(...inequalityBlocks(presenter, proof.inequality, proof.induction === true));
  else blocks.push({ type: 'paragraph', content: closing(proof.level, lines.length > 0) });
  if (proof.assumes.length > 0) blocks.push({ type: 'callout', kind: 'assumption', title: sentence('Used'), blocks: [{ type: 'paragraph', content: sentence(`${proof.assumes.join('; ')}.`) }] });
  return blocks;
}

// ---------------------------------------------------------------- equalities

/** The lines of one side, from what was written on; none where it stays as it is. */
function sideLines(presented: PresentedModel, presenter: Presenter, steps: readonly ClaimStep[], side: 'left' | 'right', axes: readonly string[]): readonly EquationLine[] {
  const lines: EquationLine[] = [];
  const print = (step: ClaimStep): Mathematics => tensorMath(presenter, step[side], axes);
  for (let at = 1; at < steps.length; at += 1) {
    const [before, after] = [steps[at - 1] as ClaimStep, steps[at] as ClaimStep];
    if (before[side] === after[side]) continue;
    const first = lines.length === 0;
    const multiplied = after.reason.kind === 'denominators';
    const left = multiplied ? product(print(before), tensorMath(presenter, after.reason.factor, axes)) : print(before);
    const right = print(after);
    if (left.latex === right.latex) continue;
    lines.push({ ...(first || multiplied ? { left } : {}), relation: '=', right, reason: reasonOf(presented, presenter, after.reason) });
  }
  return lines;
}

const product = (a: Mathematics, b: Mathematics): Mathematics => ({ latex: `\\left( ${a.latex} \\right) \\left( ${b.latex} \\right)`, text: `(${a.text}) (${b.text})` });

function tensorMath(presenter: Presenter, tensor: Parameters<Presenter['tensor']>[0], axes: readonly string[]): Mathematics {
  if (axes.length === 0) return presenter.tensor(tensor);
  return presenter.formula(presenter.raise(tensor, axes, undefined, axes.slice(0, tensor.dims.length)).formula);
}

function reasonOf(presented: PresentedModel, presenter: Presenter, reason: ClaimReason): readonly Inline[] {
  switch (reason.kind) {
    case 'written':
      return [];
    case 'given':
      return sentence('what is given put in');
    case 'derivative':
      return sentence('chain rule within the step');
    case 'definition':
      return sentence('by definition');
    case 'denominators':
      return sentence('multiplied by the denominator');
    case 'equations': {
      const numbers = reason.references.map((reference) => numberOf(presented, reference));
      if (numbers.every((number) => number !== undefined) && numbers.length > 0) return sentence(numbers.map((number) => `(${number})`).join(', '));
      return sentence(...listed(reason.references.map((reference) => presenter.reference(reference))), ' put in');
    }
  }
}

function numberOf(presented: PresentedModel, { name }: ValueReference): number | undefined {
  return [...presented.numbers].find(([equation]) => equation.name === name && equation.ranges.length === equation.indices.length)?.[1];
}

function closing(level: Proved['proof']['level'], shown: boolean): readonly Inline[] {
  const end = ' This holds for every size and all values.';
  switch (level) {
    case 'identity':
      return sentence(`Multiplied out, the two sides are the same expression.${end}`);
    case 'definition':
      return sentence(`Both sides are now the same.${end}`);
    case 'names':
      return sentence(`${shown ? 'The two sides are then the same' : 'With the equations of the model put in, the two sides are the same'}.${end}`);
    case 'chain rule':
      return sentence(`With the adjoints of the names in between put in, the two sides are the same.${end}`);
    case 'recursion':
      return sentence(`With the recursion of the adjoints unrolled, the two sides are the same.${end}`);
    case 'induction':
      return sentence(`By induction over the steps.${end}`);
    case 'continuity':
      return sentence('All functions here are continuous and nothing is divided by what vanishes, so the limit is the value with the limits put in. The limit need not be reached.');
    case 'ranges':
      return sentence(end.trim());
  }
}

// ---------------------------------------------------------------- inequalities

const bound = (value: number): Mathematics => (value === Infinity ? { latex: '\\infty', text: '∞' } : value === -Infinity ? { latex: '-\\infty', text: '−∞' } : { latex: String(value), text: String(value).replace('-', '−') });

function rangeMath({ low, high, lowOpen, highOpen }: Interval): Mathematics {
  const [from, to] = [bound(low), bound(high)];
  const [open, close] = [lowOpen ? '(' : '[', highOpen ? ')' : ']'];
  return { latex: `${open}${from.latex}, ${to.latex}${close}`, text: `${open}${from.text}, ${to.text}${close}` };
}

/** f_t, i_t ∈ (0, 1): names of one range together. */
function rangesSentence(presenter: Presenter, unknowns: Iterable<Parameters<typeof namedRange>[1]>): readonly Mathematics[] {
  const groups = new Map<string, { range: Mathematics; names: Mathematics[] }>();
  for (const unknown of unknowns) {
    const named = namedRange(presenter, unknown);
    if (named === undefined) continue;
    const group = groups.get(named.range.text) ?? { range: named.range, names: [] };
    groups.set(named.range.text, { ...group, names: [...group.names.filter((name) => name.text !== named.name.text), named.name] });
  }
  return [...groups.values()].map(({ range, names }) => ({ latex: `${names.map((name) => name.latex).join(', ')} \\in ${range.latex}`, text: `${names.map((name) => name.text).join(', ')} ∈ ${range.text}` }));
}

function namedRange(presenter: Presenter, unknown: { readonly quantity?: Parameters<Presenter['quantity']>[0]; readonly interval: Interval }): { readonly name: Mathematics; readonly range: Mathematics } | undefined {
  const { quantity, interval } = unknown;
  if (quantity === undefined || (interval.low === -Infinity && interval.high === Infinity)) return undefined;
  return { name: presenter.quantity(quantity), range: rangeMath(interval) };
}

const RULES: { readonly [R in InequalityRule]: string } = {
  hypothesis: 'What is assumed is used.',
  cases: 'The cases of max, min and |·| are settled one by one.',
  pieces: 'An absolute value is the larger of its two signs and a maximum the larger of its arguments, so it is enough to look at each of them.',
  square: 'As a quadratic expression the difference has no two real zeros.',
  ends: '',
  ranges: 'What is left keeps its sign over the ranges.',
};

function inequalityBlocks(presenter: Presenter, proof: NonNullable<Proved['proof']['inequality']>, induction: boolean): readonly Block[] {
  const ranges = rangesSentence(presenter, [...proof.bounded]);
  const atEnds = [...proof.atEnds].flatMap(({ quantity }) => (quantity === undefined ? [] : [presenter.quantity(quantity)]));
  const sentences: (string | Mathematics)[] = [];
  if (induction) sentences.push('By induction: the first value is 0 and lies within the bound; let it hold one step earlier. ');
  if (ranges.length > 0) sentences.push('Entry by entry, ', ...listed(ranges), '. ');
  const ends = atEnds.length > 0 ? ['The difference of the two sides is affine in ', ...listed(atEnds), ', so it is smallest at an end of ', atEnds.length === 1 ? 'its range. ' : 'each range. '] : [];
  const order: readonly InequalityRule[] = ['hypothesis', 'cases', 'pieces', 'square', 'ends', 'ranges'];
  for (const rule of order) {
    if (!proof.rules.has(rule)) continue;
    if (rule === 'ends') sentences.push(...ends);
    else sentences.push(`${RULES[rule]} `);
  }
  sentences.push('This holds for every size.');
  return [{ type: 'paragraph', content: sentence(...sentences) }];
}
