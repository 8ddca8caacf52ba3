/**
 * Names that an answer brings along: which left sides are new, and how they enter the lexicon.
 *
 * A left side is new when it is neither declared nor a derivative name (\bar v, \delta v, dv of a declared v, a bare δ); `:=` makes any name new.
 */

import { InputError } from '../errors.js';
import type { Model } from '../model/model.js';
import { LexiconTables, lexiconName } from '../notation/lexicon.js';
import { readLeftSide } from '../notation/parse.js';
import { accentWords } from '../notation/parse-scripts.js';
import type { Lexicon, LexiconName, Line, RawName, ScriptItem } from '../notation/syntax.js';
import { functionWord } from '../notation/words.js';
import { assignedWord } from './code-loops.js';

/** Letters that sums and partials of answers run over, unless they are names of the model. */
const INDEX_LETTERS = ['t', 'k', 's', 'j', 'i', 'r', 'q', 'l', 'm', 'p', 'u', 'v', 'tau'];

/** Index letters of an answer: the model's, and the usual ones that mean nothing else there. */
export function indexLetters(model: Model, tables: LexiconTables): readonly string[] {
  const free = INDEX_LETTERS.filter((letter) => !tables.isDeclaredBase(letter) && !model.sizes.includes(letter));
  return [...new Set([...model.letters.keys(), ...free])];
}

/** The names that the left sides of these lines define, one for each spelling. */
export function newNames(lines: readonly Line[], model: Model, lexicon: Lexicon, carried: ReadonlySet<string> = new Set()): readonly LexiconName[] {
  const tables = new LexiconTables(lexicon);
  const lefts = lines
    .flatMap((line) => leftNames(line))
    .filter(
      ({ raw, isDefinition, word }) =>
        isDefinition ||
        carried.has(word ?? '') ||
        (isOfTarget(raw, word, model) && !isAccented({ ...raw, base: raw.base.slice(1) }, tables)) ||
        (!isDeclared(raw, tables) && !isDerivativeName(raw, tables) && !isReserved(raw, model)),
    );
  const withLetters = new Set(lefts.filter(({ raw }) => raw.scripts.some((item) => isLetterIndex(item, lexicon))).map(({ raw }) => stem(raw)));
  const found = new Map<string, LexiconName>();
  for (const { raw } of lefts) {
    const isIndex = (item: ScriptItem): boolean => isLetterIndex(item, lexicon) || isPlaceIndex(item, lexicon, withLetters.has(stem(raw)));
    const made = lexiconName(raw, isIndex, { hasAxes: true });
    const known = found.get(made.key);
    if (known === undefined || known.indexCount < made.indexCount) found.set(made.key, made);
  }
  return [...found.values()];
}

/** dy in code, y the one-hot target: nobody differentiates by it, it is the error of the output under a short name. */
function isOfTarget({ base, accents }: RawName, word: string | undefined, model: Model): boolean {
  const target = word === undefined || accents.length > 0 || !base.startsWith('d') ? undefined : model.declarations.get(base.slice(1));
  return target?.role === 'input' && (target.assumptions.sumsToOne === true || target.assumptions.oneHot === true);
}

interface Left {
  readonly raw: RawName;
  readonly isDefinition: boolean;
  /** The word of code on the left side. */
  readonly word: string | undefined;
}

function leftNames(line: Line): readonly Left[] {
  try {
    const left = readLeftSide(line);
    if (left.kind !== 'equation' && left.kind !== 'definition') return [];
    return left.names.map(({ raw }) => ({ raw, isDefinition: left.kind === 'definition', word: assignedWord(line) }));
  } catch (error) {
    if (error instanceof InputError) return [];
    throw error;
  }
}

const stem = (raw: RawName): string => `${raw.accents.join(' ')} ${raw.base}`;

/** t, t-1, i+1: expressions in index letters. */
export function isLetterIndex(item: ScriptItem, lexicon: Lexicon): boolean {
  const parts = item.text.match(/[A-Za-z]+|\d+|[^\sA-Za-z0-9]/g) ?? [];
  const words = parts.filter((part) => /^[A-Za-z]/.test(part));
  const each = words.flatMap((word) => (lexicon.letters.has(word) || lexicon.sizes.has(word) ? [word] : [...word]));
  return each.some((letter) => lexicon.letters.has(letter)) && each.every((letter) => lexicon.letters.has(letter) || lexicon.sizes.has(letter));
}

/** T, T+1, 0: a place, where the name has an index. */
function isPlaceIndex(item: ScriptItem, lexicon: Lexicon, hasLetters: boolean): boolean {
  if (item.place === 'parenthesised' && /^\d+$/.test(item.text)) return false;
  const isNumber = /^\d+$/.test(item.text);
  const isLength = /^[A-Z](?:\s*[-+]\s*\d+)?$/.test(item.text) && lexicon.sizes.has(item.text.charAt(0));
  return isLength || (isNumber && hasLetters);
}

/** A declared name (or function) with some of its scripts as labels. */
export function isDeclared(raw: RawName, tables: LexiconTables): boolean {
  const texts = raw.scripts.map((item) => item.text);
  const matches = (name: LexiconName): boolean => name.labels.every((label) => texts.includes(label.text)) && restIsIndices(texts, name, tables);
  return tables.withStem(raw).some(matches);
}

/** What is left of the scripts beside a name's labels must be indices, not words of their own. */
function restIsIndices(texts: readonly string[], name: LexiconName, tables: LexiconTables): boolean {
  const rest = [...texts];
  for (const label of name.labels) rest.splice(rest.indexOf(label.text), 1);
  return rest.every(
    (text) => !/[A-Za-z]{2,}/.test(text) || text === 'prev' || text === 'next' || [...text].every((letter) => tables.lexicon.letters.has(letter)),
  );
}

/** dW, dh_t, \bar{h}_t, δ_t, δ^h_t: what stands for a derivative unless the answer defines it otherwise. */
export function isDerivativeName(raw: RawName, tables: LexiconTables): boolean {
  if (raw.base === 'delta' && raw.primes === 0 && raw.accents.length === 0) return raw.scripts.every((item) => isBareScript(item, tables));
  const [first, ...rest] = raw.accents;
  if (first === 'bar' && isDeclared({ ...raw, accents: rest }, tables)) return true;
  if (!/^d./.test(raw.base) || raw.accents.length > 0) return false;
  const of = { ...raw, base: raw.base.slice(1) };
  return isDeclared(of, tables) || isAccented(of, tables);
}

/** y_hat, c_tilde: a declared name whose accent is written as a word below the line. */
function isAccented(raw: RawName, tables: LexiconTables): boolean {
  const accent = raw.scripts.find(({ text, place }) => place === 'subscript' && accentWords.has(text));
  return accent !== undefined && isDeclared({ ...raw, accents: [accent.text], scripts: raw.scripts.filter((item) => item !== accent) }, tables);
}

/** Scripts under which a δ is still the bare δ: steps, and names of the model. */
const isBareScript = (item: ScriptItem, tables: LexiconTables): boolean =>
  isLetterIndex(item, tables.lexicon) || isPlaceIndex(item, tables.lexicon, true) || namedBy(item.text, tables) !== undefined;

/** The declared name that a label such as `h`, `o`, `tilde c` stands for. */
export function namedBy(label: string, tables: LexiconTables): LexiconName | undefined {
  const words = label
    .replaceAll(/[()]/g, '')
    .split(/[_^\s]/)
    .filter((word) => word !== '');
  const [base, ...labels] = words;
  if (base === undefined) return undefined;
  return tables.lexicon.names.find((name) => name.base === base && name.accents.length === 0 && name.labels.map(({ text }) => text).join() === labels.join());
}

/** The loss under another letter, and functions: nothing an answer defines by the way. */
function isReserved(raw: RawName, model: Model): boolean {
  const isLoss = ['J', 'L', 'E', 'loss'].includes(raw.base) && raw.accents.length === 0 && raw.primes === 0;
  return (
    (isLoss && model.loss !== undefined && raw.scripts.length <= 1) ||
    model.functions.has(raw.base) ||
    functionWord(raw.base) !== undefined ||
    model.sizes.includes(raw.base)
  );
}

/** δ^h, δ_{f,t}: bare δ whose label is a name of the model, as lexicon names, where the text writes them. */
export function labelledDeltas(text: string, tables: LexiconTables): readonly LexiconName[] {
  const labels = new Set<string>();
  const pattern =
    /(?:\\delta|δ|\bdelta)\s*(?:_\{?[^{}^\s]{1,12}\}?)?\s*\^\s*\{?\(?\s*([A-Za-z]{1,3})\s*\)?\}?|(?:\\delta|δ|\bdelta)\s*_\s*\{\s*([A-Za-z]{1,3})\s*,/g;
  for (const match of text.matchAll(pattern)) labels.add(match[1] ?? match[2] ?? '');
  return [...labels].flatMap((label): readonly LexiconName[] => {
    const named = namedBy(label, tables);
    if (named === undefined || tables.lexicon.sizes.has(label) || named.indexCount === 0) return [];
    return [
      {
        key: `delta^${label}`,
        base: 'delta',
        accents: [],
        primes: 0,
        labels: [{ place: 'superscript', text: label }],
        indexCount: named.indexCount,
        hasAxes: true,
      },
    ];
  });
}

/** A left side such as `d o_t`, in LaTeX: a size times a name is nobody's left side. */
const isApart = (text: string): boolean => /^\s*(?:&\s*)?d\s*(?:[A-Za-z]|\\(?:tilde|hat|bar|widetilde|widehat)\b)[^=]*&?\s*=/.test(text) && text.includes('\\');

/** Whether a left side of these lines is dW, dh_t: d is then no size that stands beside a name. */
export function usesDifferentials(lines: readonly Line[], lexicon: Lexicon): boolean {
  const tables = new LexiconTables(lexicon);
  return lines.some(
    (line) =>
      isApart(line.text) ||
      leftNames(line).some(({ raw }) => raw.accents.length === 0 && /^d./.test(raw.base) && isDeclared({ ...raw, base: raw.base.slice(1) }, tables)),
  );
}
