/**
 * Single changes of a text as it was parsed, for lines whose shapes do not fit: nothing has a shape there yet, so formulas cannot be changed.
 * What each change makes of the line is for the caller to read and judge.
 */

import type { NameSyntax, ProductSign, Region, Syntax } from '../../notation/syntax.js';
import { mapParts } from '../../notation/syntax-map.js';

export type TextChange =
  | { readonly kind: 'transpose' }
  | { readonly kind: 'all transposes' }
  /** a bᵀ → b aᵀ. */
  | { readonly kind: 'outer order' }
  | { readonly kind: 'order' }
  | { readonly kind: 'product sign' }
  | { readonly kind: 'diagonal' }
  | { readonly kind: 'name'; readonly wrong: string; readonly right: string }
  | { readonly kind: 'extra factor' };

export interface TextEdit {
  readonly change: TextChange;
  /** The part that changes, as it was and as it becomes. */
  readonly before: Syntax;
  readonly after: Syntax;
  readonly whole: Syntax;
}

/** Texts with more parts than this are searched only so far. */
const MOST_SITES = 120;

interface Site {
  readonly node: Syntax;
  readonly put: (replacement: Syntax) => Syntax;
}

/** The keys that may stand in the place of a declared name. */
export type OtherNames = (key: string) => readonly string[];

export function* textEdits(root: Syntax, names: OtherNames): Generator<TextEdit> {
  const sites = sitesOf(root);
  const kinds = [turns, orders, signs, diagonals, (node: Syntax) => otherNames(node, names), droppedFactors];
  for (const changes of kinds) {
    for (const { node, put } of sites) {
      for (const { after, change } of changes(node)) yield { change, before: node, after, whole: put(after) };
    }
  }
  const all = everyTranspose(root);
  if (all !== root) yield { change: { kind: 'all transposes' }, before: root, after: all, whole: all };
}

function sitesOf(root: Syntax): readonly Site[] {
  const sites: Site[] = [];
  const walk = (site: Site): void => {
    if (sites.length >= MOST_SITES) return;
    sites.push(site);
    partsOf(site.node).forEach((part, position) => {
      walk({ node: part, put: (replacement) => site.put(withPart(site.node, position, replacement)) });
    });
  };
  walk({ node: root, put: (replacement) => replacement });
  return sites;
}

function partsOf(node: Syntax): readonly Syntax[] {
  const parts: Syntax[] = [];
  mapParts(node, (part) => {
    parts.push(part);
    return part;
  });
  return parts;
}

function withPart(node: Syntax, position: number, replacement: Syntax): Syntax {
  let next = 0;
  return mapParts(node, (part) => (next++ === position ? replacement : part));
}

type Changed = { readonly after: Syntax; readonly change: TextChange };

const isNumber = ({ kind }: Syntax): boolean => kind === 'number' || kind === 'constant' || kind === 'dots';

export const turned = (of: Syntax): Syntax => (of.kind === 'transpose' ? of.of : { kind: 'transpose', of: grouped(of), spelling: 'top', region: of.region });

/** Brackets around what is more than one piece. */
const grouped = (of: Syntax): Syntax =>
  of.kind === 'sum' || of.kind === 'juxtaposition' || of.kind === 'product' || of.kind === 'bigOperator' ? { ...of, group: '(' } : of;

function* turns(node: Syntax): Generator<Changed> {
  if (isNumber(node) || node.kind === 'power') return;
  yield { after: turned(node), change: { kind: 'transpose' } };
}

/** The factors of a product that is written with one kind of sign. */
interface Factors {
  readonly factors: readonly Syntax[];
  readonly make: (factors: readonly Syntax[]) => Syntax;
}

const MATRIX_SIGNS: ReadonlySet<ProductSign> = new Set<ProductSign>(['dot', 'times', 'at']);
const MATRIX_WORDS: ReadonlySet<string> = new Set(['dot', 'matmul', 'mm']);

function matrixFactors(node: Syntax): Factors | undefined {
  if (node.kind === 'juxtaposition') return { factors: node.factors, make: (factors) => beside(factors, node.region, node) };
  if (node.kind === 'product' && node.rest.length === 1 && node.rest[0]?.sign === 'outer')
    return { factors: [node.first, turned(node.rest[0].value)], make: (factors) => beside(factors, node.region, node) };
  if (node.kind === 'product' && node.rest.every(({ sign }) => MATRIX_SIGNS.has(sign)))
    return { factors: [node.first, ...node.rest.map(({ value }) => value)], make: (factors) => beside(factors, node.region, node) };
  if (node.kind === 'application' && MATRIX_WORDS.has(node.word) && node.args.length === 2)
    return { factors: node.args, make: (factors) => beside(factors, node.region, node) };
  return undefined;
}

function beside(factors: readonly Syntax[], region: Region, like: Syntax): Syntax {
  const [only] = factors;
  if (factors.length === 1 && only !== undefined) return only;
  return { kind: 'juxtaposition', factors: factors.map(grouped), region, ...(like.group === undefined ? {} : { group: like.group }) };
}

function entrywise(factors: readonly Syntax[], region: Region): Syntax {
  const [first, ...rest] = factors.map(grouped) as [Syntax, ...Syntax[]];
  return { kind: 'product', first, rest: rest.map((value) => ({ sign: 'hadamard', value, signRegion: value.region })), region, group: '(' };
}

function* orders(node: Syntax): Generator<Changed> {
  const found = matrixFactors(node);
  if (found === undefined || found.factors.length < 2) return;
  const { factors, make } = found;
  for (let k = 0; k + 1 < factors.length; k += 1) {
    const [a, b] = [factors[k] as Syntax, factors[k + 1] as Syntax];
    if (isNumber(a) || isNumber(b)) continue;
    const replaced = (first: Syntax, second: Syntax): Syntax => make([...factors.slice(0, k), first, second, ...factors.slice(k + 2)]);
    yield { after: replaced(turned(b), turned(a)), change: { kind: 'outer order' } };
    yield { after: replaced(b, a), change: { kind: 'order' } };
    yield { after: replaced(b, turned(a)), change: { kind: 'outer order' } };
    yield { after: replaced(a, turned(b)), change: { kind: 'transpose' } };
    yield { after: replaced(turned(a), b), change: { kind: 'transpose' } };
  }
  if (factors.length > 2) {
    yield { after: make([...factors].reverse()), change: { kind: 'order' } };
    yield { after: make([...factors].reverse().map(turned)), change: { kind: 'outer order' } };
    // The last factor against all before it: (δ ⊙ …) hᵀ.
    yield { after: make([turned(factors.at(-1) as Syntax), turned(make(factors.slice(0, -1)))]), change: { kind: 'outer order' } };
  }
}

const plain = (of: Syntax): Syntax => (of.kind === 'transpose' ? of.of : of);

function* signs(node: Syntax): Generator<Changed> {
  const found = matrixFactors(node);
  if (found !== undefined) {
    const { factors, make } = found;
    for (let k = 0; k + 1 < factors.length; k += 1) {
      const pair = [factors[k] as Syntax, factors[k + 1] as Syntax];
      if (pair.some(isNumber)) continue;
      for (const both of [pair, pair.map(plain)]) {
        const product = entrywise(both, spanning(pair));
        yield { after: make([...factors.slice(0, k), product, ...factors.slice(k + 2)]), change: { kind: 'product sign' } };
      }
    }
    if (factors.length > 2) yield { after: entrywise(factors.map(plain), node.region), change: { kind: 'product sign' } };
  }
  if (node.kind === 'product' && node.rest.some(({ sign }) => sign === 'hadamard' || sign === 'star')) {
    const factors = [node.first, ...node.rest.map(({ value }) => value)];
    yield { after: beside(factors, node.region, node), change: { kind: 'product sign' } };
    if (factors.length > 2)
      yield { after: beside([entrywise(factors.slice(0, -1), node.region), factors.at(-1) as Syntax], node.region, node), change: { kind: 'product sign' } };
    if (factors.length === 2)
      yield { after: beside([factors[0] as Syntax, turned(factors[1] as Syntax)], node.region, node), change: { kind: 'product sign' } };
  }
}

const spanning = (parts: readonly Syntax[]): Region => {
  const [first, last] = [parts[0] as Syntax, parts.at(-1) as Syntax];
  return { ...first.region, endLine: last.region.endLine, endColumn: last.region.endColumn };
};

function* diagonals(node: Syntax): Generator<Changed> {
  if (isNumber(node)) return;
  if (node.kind === 'application' && node.word === 'diag' && node.args.length === 1) {
    yield { after: { ...(node.args[0] as Syntax), group: '(' }, change: { kind: 'diagonal' } };
    return;
  }
  const of: Syntax = { ...node };
  yield {
    after: { kind: 'application', word: 'diag', args: [of], primes: 0, options: [], bracketed: true, region: node.region },
    change: { kind: 'diagonal' },
  };
}

function* otherNames(node: Syntax, names: OtherNames): Generator<Changed> {
  if (node.kind !== 'name' || node.key === undefined) return;
  for (const right of names(node.key)) {
    const change: TextChange = { kind: 'name', wrong: node.key, right };
    const after: NameSyntax & { readonly region: Region } = { ...node, key: right, labels: [] };
    yield { after, change };
    for (const indices of neighbours(node.indices)) yield { after: { ...after, indices }, change };
  }
}

/** The index a step earlier or later: x_t and h_{t−1} stand side by side in a step. */
function neighbours([index, ...more]: NameSyntax['indices']): readonly NameSyntax['indices'][] {
  if (index === undefined || more.length > 0) return [];
  const { value } = index;
  const [letter, one] = value.kind === 'sum' ? value.terms : [];
  if (letter !== undefined && one?.value.kind === 'number') return [[{ ...index, value: letter.value }]];
  if (value.kind !== 'name') return [];
  const terms = [
    { sign: 1, value },
    { sign: -1, value: { kind: 'number', text: '1', region: value.region } },
  ] as const;
  return [[{ ...index, value: { kind: 'sum', terms, region: value.region } }]];
}

function* droppedFactors(node: Syntax): Generator<Changed> {
  const found = matrixFactors(node);
  if (found === undefined || found.factors.length < 2) return;
  for (const at of found.factors.keys()) yield { after: found.make(found.factors.filter((_, k) => k !== at)), change: { kind: 'extra factor' } };
}

/** Every named matrix turned: Wᵀ for W and W for Wᵀ. */
function everyTranspose(node: Syntax): Syntax {
  if (node.kind === 'transpose' && node.of.kind === 'name') return node.of;
  if (node.kind === 'name' && isParameterLike(node)) return turned(node);
  return mapParts(node, everyTranspose);
}

/** Names without indices that begin with a capital: what a text alone says about matrices. */
const isParameterLike = ({ indices, key, raw }: NameSyntax): boolean => key !== undefined && indices.length === 0 && /^\p{Lu}/u.test(raw.base);
