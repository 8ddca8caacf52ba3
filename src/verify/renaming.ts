/**
 * Forward equations at the head of an answer that are the model's under other names: s_t = tanh(A s_{t-1} + B x_t + b) for h_t = tanh(W h_{t-1} + …).
 *
 * A renaming is looked for line by line: the left side is one of the model's computed names, the names of the right side are those of that equation
 * in some order. Each attempt is read and compared at a point; the number of attempts is bounded. Only where exactly one renaming is found does it
 * hold, and where the answer's own names already do, nothing is renamed.
 */

import { BudgetError, InputError } from '../errors.js';
import { lexiconOfModel } from '../model/index.js';
import type { Equation, Model, Settings } from '../model/model.js';
import { lexiconName, plainKey } from '../notation/lexicon.js';
import { parseStatement, readLeftSide } from '../notation/parse.js';
import type { Lexicon, LexiconName, Line, NameSyntax, RawName, ScriptItem, Syntax } from '../notation/syntax.js';
import { functionWord, namespaces } from '../notation/words.js';
import { lowerStatement } from './choose.js';
import { mapNames } from './code-loops.js';
import type { Document, Found } from './document.js';
import type { Graph } from './graph.js';
import { type Item, type Items, namesOfSyntax } from './items.js';
import { Judge, type JudgeOptions } from './judge.js';
import { isLetterIndex } from './own-names.js';
import { Reading } from './reading.js';
import { namesOfAnswer } from './spellings.js';
import { stylesFor } from './style.js';

/** Names of the answer, as it spells them, by their keys there; and the model's keys for them. */
export interface Renaming {
  readonly names: readonly LexiconName[];
  /** From the answer's key to the model's. */
  readonly keys: ReadonlyMap<string, string>;
}

export type FoundRenaming =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly renaming: Renaming }
  | { readonly kind: 'several'; readonly renamings: readonly Renaming[] };

/** Lines at the head that are looked at. */
const MOST_LINES = 14;
/** Right sides that are read and compared. */
const MOST_ATTEMPTS = 1500;
const MOST_PERMUTED = 5;

interface Forward {
  readonly found: Found;
  readonly key: string;
  readonly left: Syntax;
  readonly right: Syntax;
  /** Keys of the names on the right. */
  readonly reads: readonly string[];
}

/** The renaming that the head of an answer fixes. */
export function renamingOf(document: Document, graph: Graph, items: Items, settings: Partial<Settings>, options: JudgeOptions): FoundRenaming {
  const head = headOf(document.found);
  const model = graph.sheet;
  const names = namesOfHead(head, lexiconOfModel(model, { settings: { ...model.settings, ...settings }, letters: items.letters }), model);
  const lines = forwardLines(head, { ...items.lexicon, names }, model);
  if (lines.length === 0) return { kind: 'none' };
  const search = new Search(graph, items, settings, options, lines, names);
  const found = search.run();
  const [first, ...more] = found;
  if (first === undefined || isIdentity(first, names)) return { kind: 'none' };
  const made = (keys: ReadonlyMap<string, string>): Renaming => ({ names: names.filter(({ key }) => keys.has(key)), keys });
  return more.length > 0 ? { kind: 'several', renamings: found.map(made) } : { kind: 'one', renaming: made(first) };
}

const isIdentity = (keys: ReadonlyMap<string, string>, names: readonly LexiconName[]): boolean =>
  [...keys].every(([key, model]) => key === model || names.find((name) => name.key === key) === undefined);

// ---------------------------------------------------------------- the head

const derivative =
  /\\partial|\\nabla|∂|∇|\\delta|δ|(?<![A-Za-z\\])d[A-Z][A-Za-z]*\s*(?:[+/=]|\/)|\\frac\s*\{\s*d|(?<![A-Za-z\\])d[a-z]\w*\s*(?:\[t\])?\s*=|\\bar|delta/;

/** The lines before the first derivative. */
function headOf(found: readonly Found[]): readonly Found[] {
  const end = found.findIndex(({ line, loop }) => derivative.test(line.text) || loop?.falls === true);
  return (end < 0 ? found : found.slice(0, end)).slice(0, MOST_LINES);
}

/** Every name in the head, spelt as the answer does. */
function namesOfHead(head: readonly Found[], plain: Lexicon, model: Model): readonly LexiconName[] {
  const lexicon: Lexicon = { ...plain, names: [] };
  const found = new Map<string, LexiconName>();
  const add = (raw: RawName, hasIndex = false): void => {
    const isIndex = (item: ScriptItem): boolean => item.place === 'angle' || isLetterIndex(item, lexicon) || (hasIndex && item.place === 'bracket');
    const made = lexiconName(raw, isIndex, { hasAxes: true });
    const known = found.get(made.key);
    if (known === undefined || known.indexCount < made.indexCount) found.set(made.key, made);
  };
  const words = (line: Line): void => {
    for (const match of line.text.matchAll(/(?<![\w.\\])([A-Za-z][A-Za-z0-9]+)(\s*\[)?/g)) {
      const [, word = '', bracket] = match;
      if (word.length < 2 || functionWord(word) !== undefined || namespaces.has(word) || model.sizes.includes(word)) continue;
      add({ base: word, accents: [], primes: 0, scripts: bracket === undefined ? [] : [{ place: 'bracket', text: 't', region: line.region }] }, true);
    }
  };
  for (const { line, code } of head) {
    if (code) words(line);
    // In a mail W_hh is one name, whatever LaTeX says.
    if (!line.text.includes('\\'))
      for (const [, base = '', label = ''] of line.text.matchAll(/(?<![A-Za-z_])([A-Za-z])_([a-z]{2,3})(?![A-Za-z_])/g))
        if (!['prev', 'next', 'hat'].includes(label))
          add({ base, accents: [], primes: 0, scripts: [{ place: 'subscript', text: label, region: line.region }] });
    for (const raw of rawNames(line, { ...lexicon, names: [...found.values()] })) add(raw);
  }
  return [...found.values()];
}

function rawNames(line: Line, lexicon: Lexicon): readonly RawName[] {
  try {
    const left = readLeftSide(line);
    const statement = parseStatement(line, lexicon);
    const raws: RawName[] = left.kind === 'equation' || left.kind === 'definition' ? left.names.map(({ raw }) => raw) : [];
    if (statement.kind !== 'relation') return [];
    const sides = [statement.chain, ...statement.trailer.conditions].flatMap(({ first, rest }) => [first, ...rest.map(({ value }) => value)]);
    for (const { name } of syntaxNames(sides)) if (name.key === undefined && !isLetter(name, lexicon)) raws.push(name.raw);
    return raws;
  } catch (error) {
    if (error instanceof InputError) return [];
    throw error;
  }
}

const isLetter = ({ raw }: NameSyntax, lexicon: Lexicon): boolean =>
  raw.scripts.length === 0 && raw.accents.length === 0 && (lexicon.letters.has(raw.base) || lexicon.sizes.has(raw.base));

const syntaxNames = (sides: readonly Syntax[]): readonly { readonly name: NameSyntax }[] => [...namesOfSyntax(sides)];

/** Equations of the head whose left side is one name with an index. */
function forwardLines(head: readonly Found[], lexicon: Lexicon, model: Model): readonly Forward[] {
  const lines: Forward[] = [];
  for (const found of head) {
    if (/\bzeros(?:_like)?\s*\(/.test(found.line.text)) continue;
    for (const [left, right] of equationsOf(found.line, lexicon)) {
      if (left.kind !== 'name' || left.key === undefined || left.indices.length === 0) continue;
      const reads = [...new Set(syntaxNames([right]).flatMap(({ name }) => (name.key === undefined ? [] : [name.key])))];
      // Sums to one and the like are what the sheet assumes.
      if (reads.length > 0 && model.letters.size > 0) lines.push({ found, key: left.key, left, right, reads });
    }
  }
  return lines;
}

/** The equations of a line: its own, and those behind commas. */
export function equationsOf(line: Line, lexicon: Lexicon): readonly (readonly [Syntax, Syntax])[] {
  try {
    const statement = parseStatement(line, lexicon);
    if (statement.kind !== 'relation') return [];
    return [statement.chain, ...statement.trailer.conditions].flatMap(({ first, rest }) => {
      const [link] = rest;
      return link === undefined || (link.sign !== '=' && link.sign !== ':=') ? [] : [[first, link.value] as const];
    });
  } catch (error) {
    if (error instanceof InputError) return [];
    throw error;
  }
}

// ---------------------------------------------------------------- the search

type Keys = ReadonlyMap<string, string>;

class Search {
  #attempts = 0;
  #isGreedy = true;
  #best = 0;
  readonly #solutions = new Map<string, Keys>();
  readonly #places: ReadonlyMap<string, number>;

  constructor(
    readonly graph: Graph,
    readonly items: Items,
    readonly settings: Partial<Settings>,
    readonly options: JudgeOptions,
    readonly lines: readonly Forward[],
    readonly names: readonly LexiconName[],
  ) {
    this.#places = new Map(names.map(({ key, indexCount }) => [key, indexCount]));
  }

  /** The renamings under which most lines are the model's. */
  run(): readonly Keys[] {
    // The names as they stand first, as far as they go; where a line is then left over, every other way.
    for (const isGreedy of [true, false]) {
      this.#isGreedy = isGreedy;
      this.#from(0, new Map(), new Map(), 0);
      if (this.#best === this.lines.length) break;
    }
    return [...this.#solutions.values()];
  }

  #from(at: number, keys: Keys, inlined: ReadonlyMap<string, Syntax>, matched: number): void {
    const line = this.lines[at];
    if (line === undefined) {
      this.#note(keys, matched);
      return;
    }
    if (matched + this.lines.length - at < this.#best || this.#attempts > MOST_ATTEMPTS) return;
    const right = mapNames(line.right, (name) => (name.key === undefined ? name : (inlined.get(name.key) ?? name)));
    let found = false;
    for (const equation of this.#equationsFor(line, keys)) {
      for (const extended of this.#extended(line, right, equation, keys)) {
        if (this.#attempts > MOST_ATTEMPTS) return;
        if (!this.#holds(line, right, extended)) continue;
        found = true;
        this.#from(at + 1, extended, inlined, matched + 1);
      }
      if (found && this.#isGreedy) break;
    }
    if (found && this.#isGreedy) return;
    // An abbreviation of the answer's own, or nothing of the model's.
    const isStep = line.left.kind === 'name' && line.left.indices.length === 1 && line.left.indices[0]?.value.kind === 'name';
    this.#from(at + 1, keys, isStep ? new Map([...inlined, [line.key, { ...right, group: '(' as const }]]) : inlined, matched);
  }

  #note(keys: Keys, matched: number): void {
    if (matched === 0 || matched < this.#best) return;
    if (matched > this.#best) this.#solutions.clear();
    this.#best = matched;
    this.#solutions.set(
      [...keys]
        .map(([a, b]) => `${a}→${b}`)
        .sort()
        .join(),
      keys,
    );
  }

  /** Equations that the line may be: of its own name first. */
  #equationsFor({ key }: Forward, keys: Keys): readonly Equation[] {
    const { sheet } = this.graph;
    const count = this.#places.get(key) ?? 0;
    const general = sheet.equations.filter(({ name, ranges, indices }) => ranges.length === indices.length && indices.length === count && name !== sheet.loss);
    const fixed = keys.get(key);
    if (fixed !== undefined) return general.filter(({ name }) => name === fixed);
    const taken = new Set(keys.values());
    return general.filter(({ name }) => !taken.has(name)).sort((a, b) => Number(b.name === key) - Number(a.name === key));
  }

  /** The renaming so far with the names of this line in every order that fits. */
  *#extended(line: Forward, right: Syntax, equation: Equation, keys: Keys): Generator<Keys> {
    const { declarations } = this.graph.sheet;
    const own: Keys = new Map([...keys, [line.key, equation.name]]);
    const read = [...new Set(syntaxNames([right]).flatMap(({ name }) => (name.key === undefined ? [] : [name.key])))];
    const needed = read.filter((key) => !own.has(key));
    const taken = new Set(own.values());
    const offered = this.#offered(equation, needed.length).filter((name) => !taken.has(name));
    if (needed.length > offered.length || needed.length > MOST_PERMUTED) return;
    const place = function* (this: Search, left: readonly string[], free: readonly string[], made: Keys): Generator<Keys> {
      const [key, ...rest] = left;
      if (key === undefined) {
        yield made;
        return;
      }
      const fits = free.filter((name) => (declarations.get(name)?.indices.length ?? 0) === (this.#places.get(key) ?? 0));
      for (const name of fits.sort((a, b) => Number(b === key) - Number(a === key)))
        yield* place.call(
          this,
          rest,
          free.filter((other) => other !== name),
          new Map([...made, [key, name]]),
        );
    };
    yield* place.call(this, needed, offered, own);
  }

  /** The names that an equation reads, and where they are too few those of the equations it reads at the same step. */
  #offered(equation: Equation, count: number): readonly string[] {
    const { workspace, equations } = this.graph.sheet;
    const readBy = ({ value }: Equation): readonly string[] => [
      ...new Set(workspace.quantities(value).flatMap(({ quantity }) => (quantity.kind === 'value' ? [quantity.name] : []))),
    ];
    const own = readBy(equation);
    const inner = equations.filter((other) => own.includes(other.name) && other.name !== equation.name && other.ranges.length === other.indices.length);
    const all = [...new Set([...own, ...inner.flatMap(readBy)])];
    return own.filter((name) => !inner.some((other) => other.name === name)).length >= count ? own : all;
  }

  /** Whether the line is true of the model under a renaming. */
  #holds(line: Forward, right: Syntax, keys: Keys): boolean {
    this.#attempts += 1;
    const renamed = (side: Syntax): Syntax =>
      mapNames(side, (name) => {
        const key = name.key === undefined ? undefined : keys.get(name.key);
        return key === undefined ? name : { ...name, key };
      });
    const content: Item['content'] = {
      kind: 'link',
      left: renamed(line.left),
      sign: '=',
      right: renamed(right),
      trailer: { ranges: [], roles: [], conditions: [] },
      first: undefined,
      chain: 0,
    };
    const item: Item = { found: line.found, text: '', region: line.found.line.region, content };
    const items: Items = { ...this.items, items: [item], names: [], deltas: [], copies: [], recursions: new Map(), withDelta: new Set() };
    for (const style of stylesFor(this.graph.sheet.settings, { ...this.settings, layout: 'gradient' })) {
      const reading = new Reading(this.graph, items, style, new Map(), this.settings);
      const [read] = reading.items;
      if (read?.kind !== 'statement') continue;
      try {
        const judge = new Judge(this.graph, namesOfAnswer(this.graph, reading), reading, new Map(), this.options);
        const lowered = lowerStatement(read, judge, read.right);
        return judge.mayEqual(lowered.left, lowered.right, lowered) && judge.compare(lowered.left, lowered.right, lowered).verdict === 'equal';
      } catch (error) {
        if (error instanceof InputError || error instanceof BudgetError) return false;
        throw error;
      }
    }
    return false;
  }
}

// ---------------------------------------------------------------- the lexicon

/** The model's lexicon in the answer's spellings. */
export function renamedLexicon(lexicon: Lexicon, renaming: Renaming | undefined): Lexicon {
  if (renaming === undefined) return lexicon;
  const aliases = renaming.names.flatMap((name): readonly LexiconName[] => {
    const key = renaming.keys.get(name.key);
    return key === undefined ? [] : [{ ...name, key }];
  });
  const spelt = new Set(renaming.names.map((name) => plainKey(name, name.labels)));
  return {
    ...lexicon,
    names: [...aliases, ...lexicon.names.filter((name) => !spelt.has(plainKey(name, name.labels)))],
  };
}

/** How a renaming is said: s is h, A is W. */
export const renamingNotes = ({ keys }: Renaming): readonly (readonly [string, string])[] => [...keys].filter(([own, model]) => own !== model);
