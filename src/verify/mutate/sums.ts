/** Changes of sums: terms left out or counted twice, signs, factors in front, sums over steps and their ranges. */

import type { IndexRange } from '../../model/model.js';
import { shiftWhole, type Whole, wholeLetter } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import { substituteFormula } from '../../notation/walk.js';
import { complementOf, type ModelFacts } from './model-facts.js';
import type { Change } from './products.js';
import { inPlaceOf, integer, negated, quantitiesOf, rank, type Site, scaled } from './sites.js';

type Sum = Extract<Formula, { readonly kind: 'sum' }>;

const both = (after: Formula, alteration: Change['repairs']): Change => ({ after, repairs: alteration, spoils: alteration });

function sumOf(terms: Sum['terms'], like: Formula): Formula {
  const [only] = terms;
  if (only !== undefined && terms.length === 1 && only.sign === 1) return { ...only.formula, ...(like.region === undefined ? {} : { region: like.region }) };
  return inPlaceOf({ kind: 'sum', terms }, like);
}

/** One summand left out. */
export function* droppedTerms({ node }: Site): Generator<Change> {
  if (node.kind !== 'sum' || node.terms.length < 2) return;
  for (const [at, { formula }] of node.terms.entries()) {
    const rest = node.terms.filter((_, k) => k !== at);
    if (rest.every((term) => rank(term.formula) < rank(node))) continue;
    yield {
      after: sumOf(rest, node),
      repairs: { kind: 'extra term', term: formula, repeated: isRepeated(node, at) },
      spoils: { kind: 'missing term', term: formula, repeated: false },
    };
  }
}

function isRepeated(node: Sum, at: number): boolean {
  const names = (formula: Formula): string =>
    quantitiesOf(formula)
      .map((quantity) => (quantity.kind === 'partial' ? 'partial' : `${quantity.kind} ${quantity.name}`))
      .sort()
      .join();
  const own = names(node.terms[at]?.formula as Formula);
  return node.terms.some(({ formula }, k) => k !== at && names(formula) === own);
}

/** All terms but one of a step left out: what comes from step t + 1, whatever its path. */
export function* droppedSteps({ node }: Site, letter: string): Generator<Change> {
  if (node.kind !== 'sum' || node.terms.length < 3) return;
  const late = node.terms.map(({ formula }) =>
    quantitiesOf(formula).some((quantity) => quantity.kind === 'adjoint' && quantity.indices.some((index) => index.key !== wholeLetter(letter).key)),
  );
  const dropped = node.terms.filter((_, at) => late[at]);
  const rest = node.terms.filter((_, at) => !late[at]);
  if (dropped.length < 2 || rest.length === 0) return;
  const alteration = { term: sumOf(dropped, node), repeated: false };
  yield { after: sumOf(rest, node), repairs: { kind: 'extra term', ...alteration }, spoils: { kind: 'missing term', ...alteration } };
}

/** One summand counted twice. */
export function* doubledTerms({ node }: Site): Generator<Change> {
  if (node.kind !== 'sum' || node.terms.length < 2 || complementOf(node) !== undefined) return;
  for (const [at, term] of node.terms.entries()) {
    if (rank(term.formula) === 0 || term.formula.kind === 'power') continue;
    const terms = node.terms.map((each, k) => (k === at ? { ...each, formula: scaled(integer(2), each.formula) } : each));
    const about = { term: term.formula, repeated: true };
    yield { after: sumOf(terms, node), repairs: { kind: 'missing term', ...about }, spoils: { kind: 'extra term', ...about } };
  }
}

/** The sign of a summand, of a factor or of the whole. */
export function* signs({ node, parent }: Site): Generator<Change> {
  if (node.kind === 'sum') {
    if (node.terms.length > 1) {
      for (const at of node.terms.keys()) {
        const terms = node.terms.map((term, k): Sum['terms'][number] => (k === at ? { ...term, sign: term.sign === 1 ? -1 : 1 } : term));
        yield both(inPlaceOf({ kind: 'sum', terms }, node), { kind: 'sign', of: node.terms[at]?.formula ?? node });
      }
    }
    yield both(negated(node), { kind: 'sign', of: node });
  } else if (parent === undefined) yield both(negated(node), { kind: 'sign', of: node });
}

/** A number or a length in front: 2, ½, T, 1/T and the other sizes. */
export function* scales({ node, parent }: Site, facts: ModelFacts): Generator<Change> {
  if (parent !== undefined && parent.kind !== 'sum' && parent.kind !== 'rangeSum') return;
  if (rank(node) === 0 && parent !== undefined) return;
  for (const by of scaleFactors(facts)) yield both(scaled(by, node), { kind: 'scale', by, of: node });
}

function scaleFactors({ model }: ModelFacts): readonly Formula[] {
  const over = (top: Formula, bottom: Formula): Formula => ({ kind: 'quotient', numerator: top, denominator: bottom, shape: { dims: [] } });
  const sizes = model.sizes.map((name): Formula => ({ kind: 'whole', value: wholeLetter(name), shape: { dims: [] } }));
  const two = integer(2);
  return [two, over(integer(1), two), ...sizes.flatMap((size) => [over(integer(1), size), size])];
}

/** 1/√d for the sizes of axes inside a softmax, and for those under a root of the model in front of terms. */
export function* rootScales({ node, parent }: Site, facts: ModelFacts): Generator<Change> {
  const rootOf = (value: Whole): Formula => ({ kind: 'squareRoot', of: { kind: 'whole', value, shape: { dims: [] } }, shape: { dims: [] } });
  if (node.kind === 'softmax') {
    for (const name of facts.model.sizes) {
      const root = rootOf(wholeLetter(name));
      const after: Formula = { ...node, of: inPlaceOf({ kind: 'quotient', numerator: node.of, denominator: root }, node.of) };
      yield both(after, { kind: 'scale', by: root, of: node });
    }
  }
  if (node.kind === 'quotient' && node.denominator.kind === 'squareRoot')
    yield both({ ...node.numerator, shape: node.shape }, { kind: 'scale', by: node.denominator, of: node });
  if (parent !== undefined && parent.kind !== 'sum' && parent.kind !== 'rangeSum') return;
  if (rank(node) === 0 && parent !== undefined) return;
  for (const size of facts.roots) {
    const by: Formula = { kind: 'quotient', numerator: integer(1), denominator: rootOf(size), shape: { dims: [] } };
    yield both(inPlaceOf({ kind: 'quotient', numerator: node, denominator: rootOf(size) }, node), { kind: 'scale', by, of: node });
  }
}

/** A summand there once more, of the step after: what the gradient of that step holds already. */
export function* addedTerms({ node, parent }: Site, letter: string): Generator<Change> {
  if (node.kind !== 'sum' || node.terms.length < 2 || rank(node) === 0 || (parent !== undefined && parent.kind !== 'rangeSum')) return;
  for (const { sign, formula } of node.terms) {
    const later = substituteFormula(formula, new Map([[letter, shiftWhole(wholeLetter(letter), 1)]]));
    if (rank(formula) < rank(node)) continue;
    const about = { term: later, repeated: true };
    yield {
      after: inPlaceOf({ kind: 'sum', terms: [...node.terms, { sign, formula: later }] }, node),
      repairs: { kind: 'missing term', ...about },
      spoils: { kind: 'extra term', ...about },
    };
  }
}

// ---------------------------------------------------------------- sums over steps

/** Σ_t put in front of what is said for every t; the letter is free in the wrong line. */
export function* missingSums({ node, parent }: Site, ranges: readonly IndexRange[]): Generator<Change> {
  if (parent !== undefined) return;
  for (const { letter, from, to } of ranges) {
    const after: Formula = { kind: 'rangeSum', letter, from, to, body: node, shape: node.shape, ...(node.region === undefined ? {} : { region: node.region }) };
    const alteration = { kind: 'missing sum', letter, place: 'every' } as const;
    yield both(after, alteration);
  }
}

/** The sum left out: its term for every step, or for the last alone. */
export function* droppedSums({ node }: Site): Generator<Change> {
  if (node.kind !== 'rangeSum') return;
  const last = substituteFormula(node.body, new Map([[node.letter, node.to]]));
  yield both({ ...last, ...(node.region === undefined ? {} : { region: node.region }) }, { kind: 'missing sum', letter: node.letter, place: 'last' });
}

/** One of two sums too many: the term at the beginning of the inner range in place of all of them. */
export function* collapsedSums({ node, parent }: Site): Generator<Change> {
  if (node.kind !== 'rangeSum' || parent?.kind !== 'rangeSum') return;
  const first = substituteFormula(node.body, new Map([[node.letter, node.from]]));
  const about = { term: node, repeated: true } as const;
  yield {
    after: { ...first, ...(node.region === undefined ? {} : { region: node.region }) },
    repairs: { kind: 'extra term', ...about },
    spoils: { kind: 'missing term', ...about },
  };
}

/** The term of the last step made a sum over all. */
export function* sumsOfLast({ node, parent }: Site, ranges: readonly IndexRange[]): Generator<Change> {
  if (parent !== undefined) return;
  for (const { letter, from, to } of ranges) {
    const spread = generalised(node, to, wholeLetter(letter));
    if (spread === undefined) continue;
    const after: Formula = {
      kind: 'rangeSum',
      letter,
      from,
      to,
      body: spread,
      shape: node.shape,
      ...(node.region === undefined ? {} : { region: node.region }),
    };
    yield both(after, { kind: 'missing sum', letter, place: 'last' });
  }
}

/** The formula with T + c turned into t + c; undefined where T does not occur as an index. */
function generalised(node: Formula, last: Whole, by: Whole): Formula | undefined {
  const [name] = last.monomials.flatMap(({ letters }) => letters);
  if (
    name === undefined ||
    !quantitiesOf(node).some(
      (quantity) => quantity.kind !== 'partial' && quantity.indices.some((index) => index.monomials.some(({ letters }) => letters.includes(name))),
    )
  )
    return undefined;
  return substituteFormula(node, new Map([[name, by]]));
}

/** Bounds one step off, and sums cut off after the last steps. */
export function* otherRanges({ node }: Site, ranges: readonly IndexRange[]): Generator<Change> {
  if (node.kind !== 'rangeSum' && node.kind !== 'rangeProduct') return;
  const of = node.kind === 'rangeSum' ? 'sum' : 'product';
  const seen = new Set([`${node.from.key}…${node.to.key}`]);
  const put = (from: Whole, to: Whole, truncated: boolean): Change | undefined => {
    const key = `${from.key}…${to.key}`;
    if (seen.has(key)) return undefined;
    seen.add(key);
    return both({ ...node, from, to }, { kind: 'range', of, truncated });
  };
  const full = ranges.find(({ letter }) => letter === node.letter) ?? ranges[0];
  const changes = [
    ...[-1, 1].flatMap((by) => [put(shiftWhole(node.from, by), node.to, false), put(node.from, shiftWhole(node.to, by), false)]),
    put(shiftWhole(node.from, 1), shiftWhole(node.to, 1), false),
    put(shiftWhole(node.from, -1), shiftWhole(node.to, -1), false),
    ...(of === 'sum' && full !== undefined
      ? [put(full.from, full.to, true), put(full.from, node.to, true), put(node.from, full.to, true), put(shiftWhole(node.to, -1), node.to, true)]
      : []),
  ];
  for (const change of changes) if (change !== undefined) yield change;
}
