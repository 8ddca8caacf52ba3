/** The proof of a claim as steps: each side with equation after equation put in, or the ranges from which an inequality follows. */

import { referenceKey, type Tensor } from '../network/index.js';
import type { Asymptote, ClaimReason, ClaimStep, Fact, InequalityRule, Interval } from '../proof/index.js';
import { inverseOf, type JudgedClaim } from '../verify/claims/index.js';
import type { Block, EquationLine, Inline, Mathematics } from './document.js';
import { listed, type Presenter, sentence } from './presenter.js';
import type { PresentedModel, QuestionContext } from './questions/question.js';

type Proved = JudgedClaim['proofs'][number];

export function proofBlocks(numbers: EquationNumbers, presenter: Presenter, judged: JudgedClaim): readonly Block[] {
  const several = judged.proofs.length > 1;
  return [...limitBlocks(presenter, judged), ...judged.proofs.flatMap((proved) => blocksOf(numbers, presenter, judged, proved, several))];
}

/** γ → ∞ is worked out as ε → 0. */
function limitBlocks(presenter: Presenter, { read, claim }: JudgedClaim): readonly Block[] {
  return read.claim.givens.flatMap(({ value, reference, negative }): Block[] => {
    const sign = negative === true ? { latex: '-', text: '−' } : { latex: '', text: '' };
    if (value !== undefined || !claim.model.declarations.has(inverseOf(reference.name))) return [];
    const name = presenter.reference(reference);
    const inverse = presenter.reference({ name: inverseOf(reference.name), indices: reference.indices });
    return [
      {
        type: 'paragraph',
        content: sentence(
          'Let ',
          { latex: `${name.latex} = ${sign.latex}1/${inverse.latex}`, text: `${name.text} = ${sign.text}1/${inverse.text}` },
          '; then ',
          { latex: `${inverse.latex} \\to 0`, text: `${inverse.text} → 0` },
          ' from above.',
        ),
      },
    ];
  });
}

function blocksOf(numbers: EquationNumbers, presenter: Presenter, judged: JudgedClaim, { statement, proof }: Proved, several: boolean): readonly Block[] {
  const axes = [...judged.claim.axes.keys()];
  const blocks: Block[] = [];
  if (several)
    blocks.push({
      type: 'paragraph',
      content: sentence('For ', presenter.formula(statement.formulas.left), ' and ', presenter.formula(statement.formulas.right), ':'),
    });
  const proved: Proved = { statement, proof };
  const lines = [
    ...sideLines(numbers, presenter, proved, 'left', axes),
    ...sideLines(numbers, presenter, proved, 'right', axes),
    ...denominatorLines(presenter, proved, axes),
  ];
  if (lines.length > 0) blocks.push({ type: 'equations', lines });
  if (proof.inequality !== undefined) blocks.push(...inequalityBlocks(numbers, presenter, proof.inequality, proof.induction));
  else if (proof.induction !== undefined) blocks.push({ type: 'paragraph', content: inductionSentence(proof.induction) });
  else blocks.push({ type: 'paragraph', content: closing(proof.level, lines.length > 0) });
  if (proof.assumes.length > 0)
    blocks.push({
      type: 'callout',
      kind: 'assumption',
      title: sentence('Used'),
      blocks: [{ type: 'paragraph', content: sentence(`${proof.assumes.join('; ')}.`) }],
    });
  return blocks;
}

// ---------------------------------------------------------------- equalities

/** The lines of one side, from what was written on; none where it stays as it is. Multiplications by denominators are shown once, with the product of all. */
function sideLines(
  numbers: EquationNumbers,
  presenter: Presenter,
  { statement, proof }: Proved,
  side: 'left' | 'right',
  axes: readonly string[],
): readonly EquationLine[] {
  const lines: EquationLine[] = [];
  const { steps } = proof;
  const multiplied = steps.findIndex(({ reason }) => reason.kind === 'denominators');
  const plain = multiplied < 0 ? steps : steps.slice(0, multiplied);
  const written = presenter.formula(statement.formulas[side]);
  const print = (step: ClaimStep): Mathematics => (step.reason.kind === 'written' ? written : tensorMath(presenter, step[side], axes));
  for (let at = 1; at < plain.length; at += 1) {
    const [before, after] = [plain[at - 1] as ClaimStep, plain[at] as ClaimStep];
    if (before[side] === after[side] && after.reason.kind !== 'definition') continue;
    const left = lines.length === 0 ? written : print(before);
    const right = print(after);
    if (left.latex === right.latex) continue;
    lines.push({
      ...(lines.length === 0 ? { left } : {}),
      relation: '=',
      right,
      reason: reasonOf(numbers, presenter, after.reason, before[side], after[side]),
    });
  }
  return lines;
}

/** Longer products are not written out. */
const LONGEST = 120;

/** Both sides times all denominators: the same expression. */
function denominatorLines(presenter: Presenter, { statement, proof: { steps } }: Proved, axes: readonly string[]): readonly EquationLine[] {
  const factors = steps.flatMap(({ reason }) => (reason.kind === 'denominators' ? [tensorMath(presenter, reason.factor, axes)] : []));
  const last = steps.at(-1);
  if (factors.length === 0 || last === undefined) return [];
  const all = factors.map(inBrackets);
  const times = (side: 'left' | 'right'): Mathematics => {
    const parts = [inBrackets(presenter.formula(statement.formulas[side])), ...all];
    return { latex: parts.map((part) => part.latex).join(' '), text: parts.map((part) => part.text).join(' ') };
  };
  const right = tensorMath(presenter, last.left, axes);
  if (times('left').text.length > LONGEST || times('right').text.length > LONGEST)
    return [
      {
        left: presenter.formula(statement.formulas.left),
        relation: '=',
        right: presenter.formula(statement.formulas.right),
        reason: sentence('multiplied by all denominators and multiplied out, both sides are the same'),
      },
    ];
  return [
    { left: times('left'), relation: '=', right, reason: sentence('multiplied by the denominators') },
    { left: times('right'), relation: '=', right },
  ];
}

const inBrackets = ({ latex, text }: Mathematics): Mathematics => ({ latex: `\\left( ${latex} \\right)`, text: `(${text})` });

function tensorMath(presenter: Presenter, tensor: Parameters<Presenter['tensor']>[0], axes: readonly string[]): Mathematics {
  if (axes.length === 0) return presenter.tensor(tensor);
  return presenter.formula(presenter.raise(tensor, axes, undefined, axes.slice(0, tensor.dims.length)).formula);
}

function reasonOf(numbers: EquationNumbers, presenter: Presenter, reason: ClaimReason, side: Tensor, after: Tensor): readonly Inline[] {
  switch (reason.kind) {
    case 'written':
      return [];
    case 'given':
      return sentence('what is given put in', ...(reason.asymptotes ?? []).flatMap((asymptote) => ['; ', asymptoteMath(asymptote)]));
    case 'derivative':
      return sentence(after.terms.length === 0 ? 'no path leads from one to the other' : 'chain rule within the step');
    case 'definition':
      return sentence('by definition');
    case 'one-hot':
      return sentence('0 and 1 are their own squares');
    case 'hypothesis':
      return sentence('what holds one step earlier');
    case 'denominators':
      return sentence('multiplied by the denominator');
    case 'equations': {
      const read = new Set(presenter.workspace.quantities(side).flatMap(({ quantity }) => (quantity.kind === 'value' ? [referenceKey(quantity)] : [])));
      const references = reason.references.filter((reference) => read.has(referenceKey(reference)));
      const known = references.map((reference) => numbers.of(reference.name));
      if (known.length > 0 && known.every((number) => number !== undefined)) return sentence(known.map((number) => `(${number})`).join(', '));
      return sentence(...listed(references.map((reference) => presenter.reference(reference))), ' put in');
    }
  }
}

/** tanh(a) → 1 as a → ∞. */
function asymptoteMath({ operator, sign, value }: Asymptote): Mathematics {
  const [infinity, plain] = sign > 0 ? ['\\infty', '∞'] : ['-\\infty', '−∞'];
  const name = { latex: operator.latex[0] ?? operator.name, text: operator.plain[0] ?? operator.name };
  return {
    latex: `${name.latex}(a) \\to ${value} \\text{ as } a \\to ${infinity}`,
    text: `${name.text}(a) → ${String(value).replace('-', '−')} as a → ${plain}`,
  };
}

/** Numbers of the equations behind names, also where several models take part (merged names say whose they are). */
export class EquationNumbers {
  readonly #models: ReadonlyMap<string, PresentedModel>;

  constructor(
    context: QuestionContext,
    readonly base: PresentedModel,
    others: readonly string[],
  ) {
    const inSheet = new Set(context.sheet.parts.flatMap((part) => (part.type === 'block' && part.kind === 'model' ? [part.words[0] ?? ''] : [])));
    this.#models = new Map(others.filter((name) => inSheet.has(name)).map((name) => [name, context.model(name)]));
  }

  of(name: string): number | undefined {
    const [model, own] = [...this.#models].flatMap(([key, presented]) =>
      name.startsWith(`${key}.`) ? [[presented, name.slice(key.length + 1)] as const] : [],
    )[0] ?? [this.base, name.trim()];
    return [...model.numbers].find(([equation]) => equation.name === own && equation.ranges.length === equation.indices.length)?.[1];
  }
}

function inductionSentence({ letter, first }: NonNullable<Proved['proof']['induction']>): readonly Inline[] {
  const [at, earlier]: Mathematics[] = [
    { latex: `${letter} = ${first.key}`, text: `${letter} = ${first.key}` },
    { latex: `${letter} - 1`, text: `${letter} − 1` },
  ];
  return sentence(
    'By induction: for ',
    at as Mathematics,
    ' the two sides are the same; what holds for ',
    earlier as Mathematics,
    ' was put in above, and they are the same again. This holds for every size.',
  );
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
      return sentence(
        'All functions here are continuous and nothing is divided by what vanishes, so the limit is the value with the limits put in. The limit need not be reached.',
      );
    case 'ranges':
      return sentence(end.trim());
  }
}

// ---------------------------------------------------------------- inequalities

const bound = (value: number): Mathematics =>
  value === Infinity
    ? { latex: '\\infty', text: '∞' }
    : value === -Infinity
      ? { latex: '-\\infty', text: '−∞' }
      : { latex: String(value), text: String(value).replace('-', '−') };

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
  return [...groups.values()].map(({ range, names }) => ({
    latex: `${names.map((name) => name.latex).join(', ')} \\in ${range.latex}`,
    text: `${names.map((name) => name.text).join(', ')} ∈ ${range.text}`,
  }));
}

function namedRange(
  presenter: Presenter,
  unknown: { readonly quantity?: Parameters<Presenter['quantity']>[0]; readonly interval: Interval },
): { readonly name: Mathematics; readonly range: Mathematics } | undefined {
  const { quantity, interval } = unknown;
  if (quantity === undefined || (interval.low === -Infinity && interval.high === Infinity)) return undefined;
  return { name: presenter.quantity(quantity), range: rangeMath(interval) };
}

/** " by (1) and (4)": the equations whose functions take no other values. */
function equationsBehind(
  equations: EquationNumbers,
  unknowns: readonly { readonly quantity?: Parameters<Presenter['quantity']>[0]; readonly interval: Interval }[],
): string {
  const numbers = unknowns.flatMap(({ quantity, interval }) =>
    quantity?.kind === 'value' && (interval.low > -Infinity || interval.high < Infinity) ? [equations.of(quantity.name)] : [],
  );
  const known = [...new Set(numbers.filter((number) => number !== undefined))].sort((a, b) => a - b).map((number) => `(${number})`);
  return known.length === 0 ? '' : ` by ${known.length === 1 ? known[0] : `${known.slice(0, -1).join(', ')} and ${known.at(-1)}`}`;
}

const RULES: { readonly [R in InequalityRule]: string } = {
  signs: 'Values from 0 upwards and from 0 downwards are looked at apart.',
  growth: 'At 0 it holds, and away from 0 the difference of the two sides grows, for its derivative keeps its sign.',
  hypothesis: 'What is assumed is used.',
  cases: 'The cases of max, min and |·| are settled one by one.',
  pieces: 'A maximum is the larger and a minimum the smaller of its arguments, |a| the larger of a and −a: it is enough to look at each of them.',
  squares: 'Neither side is negative, so their squares may be compared.',
  square: 'The difference is quadratic and has no two real zeros.',
  ends: '',
  ranges: 'Over these ranges what is left keeps its sign.',
};

const TANGENTS: { readonly [name: string]: string } = {
  exp: 'exp(a) ≥ 1 + a everywhere.',
  log: 'log(a) ≤ a − 1 everywhere.',
  softplus: 'softplus(a) > a everywhere.',
  tanh: 'tanh(a) lies between 0 and a.',
  sin: 'sin(a) ≤ a for a ≥ 0, and sin(a) ≥ a for a ≤ 0.',
};

function factText(fact: Fact): string {
  switch (fact.kind) {
    case 'order':
      return `${fact.operator.plain[0] ?? fact.operator.name} ${fact.operator.monotone === 'increasing' ? 'grows' : 'falls'} with its argument.`;
    case 'tangent':
      return TANGENTS[fact.operator.name] ?? '';
    case 'dot':
      return 'A dot product is at most the product of the two norms.';
    case 'sum':
      return 'A sum of bounded values lies between the number of them times the one bound and times the other.';
  }
}

function inequalityBlocks(
  numbers: EquationNumbers,
  presenter: Presenter,
  proof: NonNullable<Proved['proof']['inequality']>,
  induction: Proved['proof']['induction'],
): readonly Block[] {
  const fromModel = [...proof.bounded].filter((unknown) => proof.assumed?.has(unknown) !== true);
  const [ranges, assumed] = [rangesSentence(presenter, fromModel), rangesSentence(presenter, [...(proof.assumed ?? [])])];
  const atEnds = [...proof.atEnds].flatMap(({ quantity }) => (quantity === undefined ? [] : [presenter.quantity(quantity)]));
  const sentences: (string | Mathematics)[] = [];
  if (induction !== undefined) {
    const { letter, first } = induction;
    const at: Mathematics = { latex: `${letter} = ${first.key}`, text: `${letter} = ${first.key}` };
    const earlier: Mathematics = { latex: `${letter} - 1`, text: `${letter} − 1` };
    sentences.push('By induction: it holds for ', at, ', where the values that stand before the first step are put in; let it hold for ', earlier, '. ');
  }
  if (ranges.length > 0) sentences.push('Entry by entry, ', ...listed(ranges), `${equationsBehind(numbers, fromModel)}. `);
  if (assumed.length > 0) sentences.push('By assumption, ', ...listed(assumed), '. ');
  const ends =
    atEnds.length > 0
      ? [
          'The difference of the two sides is affine in ',
          ...listed(atEnds),
          ', so it is smallest at an end of ',
          atEnds.length === 1 ? 'its range. ' : 'each range. ',
        ]
      : [];
  const order: readonly InequalityRule[] = ['signs', 'hypothesis', 'growth', 'squares', 'cases', 'pieces', 'square', 'ends', 'ranges'];
  for (const fact of new Set([...proof.facts].map(factText))) sentences.push(`${fact} `);
  const plain = proof.rules.size === 1 && ranges.length > 0;
  for (const rule of order) {
    if (!proof.rules.has(rule) || (plain && rule === 'ranges') || (assumed.length > 0 && rule === 'hypothesis')) continue;
    if (rule === 'ends') sentences.push(...ends);
    else sentences.push(rule === 'ranges' && ranges.length + assumed.length === 0 ? 'What is left keeps its sign. ' : `${RULES[rule]} `);
  }
  sentences.push('This holds for every size.');
  return [{ type: 'paragraph', content: sentence(...sentences) }];
}
