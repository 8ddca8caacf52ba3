/** A name with its scripts: which declared name it is, which items are its indices, and what above it is a power or a transpose. */

import type { Region } from '../errors.js';
import type { Stem } from './lexicon.js';
import { indexLikeness, indexSyntax, splitIndices } from './parse-index.js';
import { accentWords, type ItemTokens, readScripts, type Script, scriptItem, splitItems } from './parse-scripts.js';
import { readStem } from './parse-stems.js';
import type { Reader } from './reader.js';
import type { LexiconName, NameSyntax } from './syntax.js';

/** A name as read: what stands above it without belonging to it comes as operations, in order. */
export interface NameRead {
  readonly name: NameSyntax & { readonly region: Region };
  readonly declared: LexiconName | undefined;
  readonly operations: readonly Script[];
  /** Primes that no declared name has: derivatives of a function, or a transpose. */
  readonly primes: number;
}

interface Resolution {
  readonly declared: LexiconName | undefined;
  readonly labels: readonly ItemTokens[];
  readonly indices: readonly ItemTokens[];
  readonly operations: readonly Script[];
}

type ItemsScript = Extract<Script, { kind: 'items' }>;

/** Reads the name at hand, or nothing when none begins there. */
export function readName(r: Reader, model?: string, start = r.at): NameRead | undefined {
  const read = readStem(r);
  if (read === undefined) return undefined;
  const scripts: Script[] = [...read.scripts];
  readScripts(r, scripts);
  while (readBrackets(r, read.stem, scripts)) readScripts(r, scripts);
  return finish(r, start, read.stem, scripts, model);
}

function countPrimes(scripts: readonly Script[]): number {
  return scripts.reduce((sum, script) => sum + (script.kind === 'primes' ? script.count : 0), 0);
}

function finish(r: Reader, start: number, bare: Stem, scripts: readonly Script[], model: string | undefined): NameRead {
  const primes = countPrimes(scripts);
  const others = scripts.filter((script) => script.kind !== 'primes');
  const withPrimes = resolve(r, { ...bare, primes }, others);
  const withoutPrimes =
    primes > 0 && withPrimes.declared === undefined && !r.declaring && r.tables.withStem(bare).length > 0 ? resolve(r, bare, others) : undefined;
  const useBare = withoutPrimes?.declared !== undefined;
  const resolution = useBare ? withoutPrimes : withPrimes;
  const stem = useBare ? bare : { ...bare, primes };
  const kept = new Set<ItemTokens>([...resolution.labels, ...resolution.indices]);
  const items = others.flatMap((script) => (script.kind === 'items' && !resolution.operations.includes(script) ? script.items : []));
  const name: NameSyntax = {
    kind: 'name',
    raw: { ...stem, scripts: items.map((item) => scriptItem(r, item)), ...(model === undefined ? {} : { model }) },
    ...(resolution.declared === undefined ? {} : { key: resolution.declared.key }),
    labels: resolution.declared === undefined ? resolution.labels.filter((item) => kept.has(item)).map((item) => scriptItem(r, item)) : [],
    indices: r.declaring ? [] : resolution.indices.map((item) => indexSyntax(r, item)),
  };
  return { name: r.node(start, name), declared: resolution.declared, operations: resolution.operations, primes: useBare ? primes : 0 };
}

/** Finds the declared name with the most labels that fits; without one, sorts the items by their looks. */
function resolve(r: Reader, stem: Stem, scripts: readonly Script[]): Resolution {
  const isBoundLetter = scripts.length === 0 && stem.accents.length === 0 && (r.bound.includes(stem.base) || r.indexMode);
  let best: { resolution: Resolution; score: number } | undefined;
  if (!isBoundLetter) {
    for (const candidate of r.tables.withStem(stem)) {
      const attempt = fit(r, candidate, scripts);
      if (attempt === undefined) continue;
      const score = attempt.exact + 4 * candidate.labels.length + (candidate.styling === stem.styling ? 2 : 0);
      if (best === undefined || score > best.score) best = { resolution: attempt.resolution, score };
    }
  }
  return best?.resolution ?? withWrittenAccent(r, stem, scripts) ?? undeclared(r, stem, scripts);
}

/** y_hat, c_tilde: a declared name with an accent that is written out below the line. */
function withWrittenAccent(r: Reader, stem: Stem, scripts: readonly Script[]): Resolution | undefined {
  const accent = scripts.find(
    (script) => script.kind === 'items' && script.place === 'subscript' && script.items.length === 1 && accentWords.has(script.items[0]?.text ?? ''),
  );
  if (accent?.kind !== 'items' || r.declaring) return undefined;
  const accented = resolve(
    r,
    { ...stem, accents: [accent.items[0]?.text ?? '', ...stem.accents] },
    scripts.filter((script) => script !== accent),
  );
  return accented.declared === undefined ? undefined : accented;
}

const itemScripts = (scripts: readonly Script[]): ItemsScript[] => scripts.filter((script) => script.kind === 'items');

/** Tries one declared name: all its labels must be there, and all else must be indices or powers. */
function fit(r: Reader, candidate: LexiconName, scripts: readonly Script[]): { resolution: Resolution; exact: number } | undefined {
  const all = itemScripts(scripts).flatMap((script) => script.items);
  const labels = new Set<ItemTokens>();
  let exact = 0;
  for (const label of candidate.labels) {
    const matching = all.filter((item) => item.text === label.text && !labels.has(item));
    const found = matching.find((item) => item.place === label.place) ?? matching[0];
    if (found === undefined) return undefined;
    labels.add(found);
    if (found.place === label.place) exact++;
  }
  const sorted = sortForDeclared(r, candidate, scripts, labels);
  return sorted === undefined
    ? undefined
    : { resolution: { declared: candidate, labels: [...labels], ...sorted }, exact: exact > 0 && exact === labels.size ? 1 : 0 };
}

function sortForDeclared(
  r: Reader,
  candidate: LexiconName,
  scripts: readonly Script[],
  labels: ReadonlySet<ItemTokens>,
): Pick<Resolution, 'indices' | 'operations'> | undefined {
  const indices: ItemTokens[] = [];
  const operations: Script[] = [];
  const subscripts = itemScripts(scripts).filter((script) => script.place !== 'superscript');
  let filled = subscripts.flatMap((script) => script.items).filter((item) => !labels.has(item)).length;
  for (const script of scripts) {
    if (script.kind !== 'items') {
      operations.push(script);
      continue;
    }
    const items = script.items.filter((item) => !labels.has(item));
    if (items.length === 0) continue;
    const wanted = candidate.indexCount - filled;
    if (script.place === 'superscript' || isPlainPower(r, script, candidate)) {
      if (script.place !== 'superscript' || !isSuperscriptIndex(r, items, candidate, wanted)) operations.push(script);
      else filled += pushIndices(r, items, indices);
      continue;
    }
    const isIndex = (item: ItemTokens): boolean => acceptsIndex(r, item, indices.length < candidate.indexCount);
    if (!items.every(isIndex)) return undefined;
    pushIndices(r, items, indices);
  }
  return { indices, operations };
}

function pushIndices(r: Reader, items: readonly ItemTokens[], indices: ItemTokens[]): number {
  const before = indices.length;
  for (const item of items) indices.push(...splitIndices(r, item));
  return indices.length - before;
}

function acceptsIndex(r: Reader, item: ItemTokens, isWanted: boolean): boolean {
  const likeness = indexLikeness(r, item);
  if (likeness === 'strict' || likeness === 'number') return true;
  if (likeness === 'loose') return isWanted || item.place === 'bracket' || item.place === 'argument';
  return item.place === 'angle';
}

/** `x^(2)` in plain text is a power unless the name has such scripts. */
function isPlainPower(r: Reader, script: ItemsScript, candidate: LexiconName | undefined): boolean {
  if (script.place !== 'parenthesised') return false;
  const isIndexPlace = candidate?.indexPlaces?.includes('parenthesised') ?? false;
  const [item] = script.items;
  const likeness = script.items.length === 1 && item !== undefined ? indexLikeness(r, item) : 'none';
  if (likeness === 'strict' || isIndexPlace || script.items.every((label) => isWord(r, label))) return false;
  return !r.isLatex || likeness === 'none';
}

function isSuperscriptIndex(r: Reader, items: readonly ItemTokens[], candidate: LexiconName, wanted: number): boolean {
  if (items.length > 1) return items.every((item) => indexLikeness(r, item) !== 'none');
  const item = items[0];
  if (item === undefined || wanted <= 0) return false;
  const likeness = indexLikeness(r, item);
  const isPlace = candidate.indexPlaces?.includes('superscript') ?? false;
  if (likeness === 'number') return isPlace || /[A-Z]/.test(item.text);
  return likeness === 'strict' || (likeness === 'loose' && isPlace);
}

/** An undeclared name: index letters are indices, words and numbers are labels, what holds more than letters above the line is a power. */
function undeclared(r: Reader, stem: Stem, scripts: readonly Script[]): Resolution {
  const labels: ItemTokens[] = [];
  const indices: ItemTokens[] = [];
  const operations: Script[] = [];
  for (const script of scripts) {
    if (script.kind !== 'items') operations.push(script);
    else if (!r.declaring && (isPlainPower(r, script, undefined) || (script.place === 'superscript' && isUndeclaredPower(r, stem, script))))
      operations.push(script);
    else
      for (const item of script.items) {
        if (looksLikeIndex(r, item)) indices.push(...splitIndices(r, item));
        else labels.push(item);
      }
  }
  return { declared: undefined, labels, indices, operations };
}

function looksLikeIndex(r: Reader, item: ItemTokens): boolean {
  const likeness = indexLikeness(r, item);
  if (likeness === 'strict' || item.place === 'angle') return true;
  if (item.place === 'bracket' || item.place === 'argument') return likeness !== 'none';
  return likeness === 'number' && /[A-Z]/.test(item.text);
}

/** Letters and words only: a label. */
function isWord(r: Reader, item: ItemTokens): boolean {
  return r.tokens.slice(item.from, item.to).every((token) => token.kind === 'letter' || token.kind === 'text' || token.text === '*' || token.text === '+');
}

function isUndeclaredPower(r: Reader, stem: Stem, script: ItemsScript): boolean {
  const item = script.items[0];
  if (item === undefined || script.items.length > 1) return false;
  const likeness = indexLikeness(r, item);
  if (likeness === 'strict') return !(stem.accents.length > 0 || stem.base === 'delta' || /^[a-z]$/.test(stem.base));
  return likeness === 'number' || !isWord(r, item);
}

/** Bases that are functions when an undeclared one is followed by a bracket. */
const functionBases = new Set(['f', 'g', 'phi', 'psi', 'ell', 'rho', 'L', 'J', 'E', 'C', 'loss', 'cost', 'sigma', 'F', 'G']);

/** An undeclared name followed by a bracket is a function: ℓ_t(…), f(…), or a word. */
export function isFunctionLike(name: NameSyntax): boolean {
  const { base } = name.raw;
  const hasIndex = name.indices.length > 0;
  const isLoss = functionBases.has(base);
  return (isLoss && !(base === 'C' && !hasIndex)) || (base.length > 1 && base.toLowerCase() === base && !isGreek(base)) || (hasIndex && /^[a-z]$/.test(base));
}

const isGreek = (base: string): boolean => /^(?:alpha|beta|gamma|delta|epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|tau|upsilon|chi|omega)$/.test(base);

/** `h[t-1]`, `w_t(i)`, `h(t)`: brackets glued to a name that hold indices. */
function readBrackets(r: Reader, stem: Stem, scripts: Script[]): boolean {
  const token = r.peek();
  if (token === undefined || token.kind !== 'sign' || (token.text !== '[' && token.text !== '(') || !token.tight) return false;
  const close = r.partner(r.at);
  const place = token.text === '[' ? 'bracket' : 'argument';
  const hasRows = r.find(r.at + 1, close, (inner) => inner.text === ';') >= 0;
  const items = splitItems(r, place, r.at + 1, close);
  if (hasRows || items.length === 0) return false;
  const accepted = place === 'bracket' ? items.every((item) => isBracketIndex(r, stem, item)) : isArgumentIndex(r, stem, scripts, items);
  if (!accepted) return false;
  scripts.push({ kind: 'items', place, items, from: r.at, to: close + 1 });
  r.at = close + 1;
  return true;
}

/** i, j, k, l mean positions here unless a value is declared with that bare letter. */
function isPositionLetter(r: Reader, item: ItemTokens): boolean {
  return /^[ijkl]$/.test(item.text) && r.tables.withStem({ base: item.text, accents: [], primes: 0 }).every((name) => name.indexCount > 0);
}

function isBracketIndex(r: Reader, stem: Stem, item: ItemTokens): boolean {
  const likeness = indexLikeness(r, item);
  if (likeness === 'strict' || likeness === 'number') return true;
  if (likeness === 'none') return false;
  const isValue = !isPositionLetter(r, item) && r.tables.isDeclaredBase(r.tokens[item.from]?.text ?? '');
  return r.declaring || (!isValue && (stem.base !== 'E' || r.tables.withStem(stem).length > 0));
}

function isArgumentIndex(r: Reader, stem: Stem, scripts: readonly Script[], items: readonly ItemTokens[]): boolean {
  const likenesses = items.map((item) => indexLikeness(r, item));
  if (likenesses.includes('none')) return false;
  if (r.declaring) return true;
  const { declared, indices } = resolve(
    r,
    { ...stem, primes: countPrimes(scripts) },
    scripts.filter((script) => script.kind !== 'primes'),
  );
  if (declared === undefined) return likenesses.every((likeness) => likeness === 'strict') && !functionBases.has(stem.base) && stem.base.length === 1;
  if (declared.isFunction === true) return false;
  if (indices.length < declared.indexCount) return true;
  // h_i(t-1): what stands below is a position, so the brackets hold the index.
  const isBelow =
    indices.every((item) => isPositionLetter(r, item) && !items.some(({ text }) => text.includes(item.text))) &&
    likenesses.every((likeness) => likeness !== 'loose');
  if (isBelow && declared.hasAxes !== false && items.length === declared.indexCount && indices.length === declared.indexCount) return true;
  const isSingle = items.every((item) => item.to - item.from === 1);
  const isPosition = (item: ItemTokens, i: number): boolean =>
    likenesses[i] === 'strict' || (likenesses[i] === 'number' ? declared.hasAxes === true : isPositionLetter(r, item) || !r.tables.isDeclaredBase(item.text));
  return isSingle && declared.hasAxes !== false && items.every(isPosition);
}
