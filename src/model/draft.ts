/**
 * From lines to statements: which names a block declares or uses, which of their scripts are indices, which letters have ranges.
 *
 * Three passes, each over all lines: left sides and ranges; statements read with the names of the left sides; statements read again
 * with the names that only right sides mention (parameters and inputs whose shapes were left out).
 */

import { InputError, type Problem, type Region } from '../errors.js';
import { stemKey } from '../notation/lexicon.js';
import { parseStatement } from '../notation/parse.js';
import { splitLines } from '../notation/statements.js';
import type { LeftSide, Lexicon, Line, RawName, Statement, Syntax } from '../notation/syntax.js';
import { functionWord } from '../notation/words.js';
import { type DraftName, lexiconNameOf } from './draft-name.js';
import { isRangeLine, leftSidesOf, rangeStatement, stylesThatMatter } from './left-sides.js';
import type { Settings } from './model.js';
import { capitalKey, indexKind, indicesIn, keyOf, letterIn, partScripts, type Scripted, spellingOf } from './scripts.js';
import { sizesIn } from './size-names.js';
import { expressionsOf, type PlacedName, visitAll, visitNames } from './syntax-walk.js';
import { letterName } from './wholes.js';

export interface Draft {
  readonly names: ReadonlyMap<string, DraftName>;
  readonly statements: readonly Statement[];
  readonly letters: ReadonlySet<string>;
  readonly sizes: ReadonlySet<string>;
  readonly lexicon: Lexicon;
}

/** At most so many statements are read: more is not a model anybody wrote. */
const MOST_LINES = 2000;

interface Occurrence {
  readonly raw: RawName;
  readonly region: Region;
  readonly kind: LeftSide['kind'];
}

class Drafting {
  readonly names = new Map<string, DraftName>();
  readonly letters: Set<string>;
  readonly sizes = new Set<string>(['T']);
  /** Stems of which two shapes are declared that differ by styling (`\mathbf{h}` and `h`). */
  private readonly styled: ReadonlySet<string>;

  constructor(
    readonly settings: Settings,
    readonly lines: readonly Line[],
    readonly lefts: readonly LeftSide[],
  ) {
    this.letters = new Set(['t', ...lefts.flatMap(({ rangeLetters }) => rangeLetters)]);
    this.styled = stylesThatMatter(lefts);
  }

  lexicon(): Lexicon {
    const names = [...this.names.values()].map((name) => lexiconNameOf(name, this.styled.has(stemKey(name.raw))));
    // Of two names that differ by an index only (L and L_t), the one with the index is looked up first.
    names.sort((a, b) => b.indexCount - a.indexCount);
    const { dialect, elementwise } = this.settings;
    return { names, letters: this.letters, sizes: this.sizes, dialect, ...(elementwise === undefined ? {} : { elementwise }) };
  }

  // ---------------------------------------------------------------- left sides

  readLeftSides(): void {
    const all = this.lefts.flatMap((left): Occurrence[] => (left.kind === 'other' ? [] : left.names.map((name) => ({ ...name, kind: left.kind }))));
    const rank = ({ raw, kind }: Occurrence): number => {
      const kinds = raw.scripts.map(({ text }) => indexKind(text, this.letters, this.sizes));
      const shaped = kind === 'shape' || kind === 'functionType' ? 0 : 1;
      return (kinds.includes('place') ? (kinds.includes('letters') ? 2 : 4) : 0) + shaped;
    };
    const order = new Map(all.map((occurrence, k) => [occurrence, k]));
    const found = new Map<string, number>();
    for (const occurrence of [...all].sort((a, b) => rank(a) - rank(b))) {
      const key = this.readLeft(occurrence);
      const at = order.get(occurrence) ?? 0;
      if (key !== undefined) found.set(key, Math.min(found.get(key) ?? at, at));
    }
    const sorted = [...this.names.values()].sort((a, b) => (found.get(a.key) ?? 0) - (found.get(b.key) ?? 0));
    this.names.clear();
    for (const name of sorted) this.names.set(name.key, name);
  }

  private readLeft(occurrence: Occurrence): string | undefined {
    const known = this.declaredFor(occurrence);
    if (known !== undefined) return known.key;
    const { raw, kind } = occurrence;
    // `sum(y_t) = 1` says something of y.
    if (functionWord(raw.base) !== undefined && raw.scripts.some(({ place }) => place === 'argument')) return undefined;
    const isIndexed = raw.scripts.some(({ text }) => indexKind(text, this.letters, this.sizes) === 'letters');
    const argument = isIndexed
      ? undefined
      : raw.scripts.find(({ place, text }) => place === 'argument' && indexKind(text, this.letters, this.sizes) === 'label' && !/^[ijkl]$/.test(text));
    if (kind === 'functionType' || (argument !== undefined && raw.scripts.at(-1) === argument && kind !== 'shape')) {
      const scripted = partScripts(
        { ...raw, scripts: raw.scripts.filter((item) => item !== argument) },
        ({ text }) => indexKind(text, this.letters, this.sizes) === 'letters',
        this.letters,
      );
      return this.add(occurrence, scripted, { isFunction: true, ...(argument === undefined ? {} : { parameter: argument.text }) });
    }
    const axes = kind === 'shape' ? [] : this.axisItems(raw);
    const scripted = partScripts(
      { ...raw, scripts: raw.scripts.filter((item) => !axes.includes(item)) },
      ({ text }) => indexKind(text, this.letters, this.sizes) === 'letters',
      this.letters,
    );
    return this.add(occurrence, scripted, { positions: axes.flatMap(({ text }) => [...text]).length });
  }

  /** Letters on the left that count along axes of a name without a shape line: `α_{i,j} =`, `e_{t,i} =`. */
  private axisItems(raw: RawName): RawName['scripts'] {
    const single = raw.scripts.filter(({ text, place }) => place !== 'superscript' && /^[i-np-s]$/.test(text) && !this.letters.has(text));
    const pair = raw.scripts.filter(
      ({ text, place }) => place === 'subscript' && /^[i-np-s]{2}$/.test(text) && text[0] !== text[1] && ![...text].some((letter) => this.letters.has(letter)),
    );
    const hasIndex = raw.scripts.some(({ text }) => indexKind(text, this.letters, this.sizes) === 'letters');
    if (single.length >= 2 || (single.length === 1 && hasIndex)) return single;
    return pair;
  }

  /** The name that a left side speaks of when it is known already: at another place of its index, or entry by entry. */
  private declaredFor({ raw, kind }: Occurrence): DraftName | undefined {
    let best: DraftName | undefined;
    for (const name of this.names.values()) {
      if (stemKey(name.raw) !== stemKey(raw) || name.isFunction || !this.sameStyle(name.raw, raw)) continue;
      const rest = raw.scripts.filter(({ text }) => !name.scripted.labels.some((label) => label.text === text));
      if (raw.scripts.length - rest.length < name.scripted.labels.length) continue;
      const texts = rest.flatMap(({ text }) => indicesIn(text, this.letters));
      const own = texts.filter((text) => indexKind(text, this.letters, this.sizes) !== 'label');
      const axes = rest.filter(({ text }) => indexKind(text, this.letters, this.sizes) === 'label');
      const entries = kind !== 'shape' && axes.every(({ text, place }) => /^[a-z]{1,2}$/.test(text) && place !== 'superscript');
      const fits = own.length >= name.indexLetters.length && (texts.length === name.indexLetters.length || (entries && texts.length > 0));
      const exact = texts.length === name.indexLetters.length;
      if (!fits || (!exact && !this.isShaped(name))) continue;
      if (best === undefined || name.scripted.labels.length > best.scripted.labels.length) best = name;
    }
    return best;
  }

  private sameStyle(a: RawName, b: RawName): boolean {
    return a.styling === b.styling || !this.styled.has(stemKey(a));
  }

  private readonly shaped = new Set<string>();

  private isShaped(name: DraftName): boolean {
    return this.shaped.has(name.key);
  }

  private add({ raw, region, kind }: Occurrence, scripted: Scripted, facts: Partial<DraftName> = {}): string {
    const key = this.addName(raw, region, scripted, { onLeft: true, ...facts });
    if (kind === 'shape') this.shaped.add(key);
    return key;
  }

  private addName(raw: RawName, region: Region, scripted: Scripted, facts: Partial<DraftName>): string {
    const indexLetters = scripted.indices.map(({ text }) => letterIn(text, this.letters) ?? text);
    const style = raw.styling !== undefined && this.styled.has(stemKey(raw)) ? raw.styling : undefined;
    const plain = style === undefined ? keyOf(raw, scripted.labels) : `${style} ${keyOf(raw, scripted.labels)}`;
    const twin = this.names.get(plain);
    const key = twin === undefined ? plain : this.separate(plain, twin, indexLetters);
    const known = this.names.get(key);
    if (known !== undefined) {
      this.names.set(key, { ...known, positions: Math.max(known.positions, facts.positions ?? 0) });
      return key;
    }
    this.names.set(key, {
      key,
      raw,
      scripted,
      spelling: spellingOf(raw, scripted, style),
      indexLetters,
      isFunction: false,
      positions: 0,
      onLeft: false,
      region,
      ...facts,
    });
    return key;
  }

  /** Two names that differ by an index only: the one with the index gets it into its key (`L` and `L_t`). */
  private separate(plain: string, twin: DraftName, indexLetters: readonly string[]): string {
    if (twin.indexLetters.length === indexLetters.length) return plain;
    if (indexLetters.length > 0) return `${plain}_${indexLetters.join(',')}`;
    const renamed = `${plain}_${twin.indexLetters.join(',')}`;
    const entries = [...this.names].map(([key, name]): [string, DraftName] => (key === plain ? [renamed, { ...name, key: renamed }] : [key, name]));
    this.names.clear();
    for (const [key, name] of entries) this.names.set(key, name);
    if (this.shaped.delete(plain)) this.shaped.add(renamed);
    return plain;
  }

  /** Letters along axes on the left of an equation: in that line they are index letters. */
  private axisLettersOf(left: LeftSide | undefined): readonly string[] {
    if (left === undefined || left.isJoin || (left.kind !== 'equation' && left.kind !== 'definition')) return [];
    return left.names.flatMap(({ raw, region }) => {
      const name = this.declaredFor({ raw, region, kind: left.kind }) ?? this.names.get(keyOf(raw, []));
      if (name === undefined || name.isFunction) return [];
      const rest = raw.scripts.filter(
        ({ text, place }) =>
          place !== 'superscript' && !name.scripted.labels.some((label) => label.text === text) && indexKind(text, this.letters, this.sizes) === 'label',
      );
      return rest.flatMap(({ text }) => (/^[a-z]{1,2}$/.test(text) ? [...text] : []));
    });
  }

  // ---------------------------------------------------------------- sizes and statements

  collectSizes(statements: readonly Statement[]): void {
    for (const size of sizesIn(statements, (letter) => this.letters.has(letter) || this.names.has(letter))) this.sizes.add(size);
  }

  parseAll(): readonly Statement[] {
    const lexicon = this.lexicon();
    const problems: Problem[] = [];
    const statements = this.lines.flatMap((line, k): Statement[] => {
      try {
        const axes = this.axisLettersOf(this.lefts[k]);
        if (this.lefts[k] !== undefined && isRangeLine(this.lefts[k])) return [rangeStatement(line, lexicon)];
        return [parseStatement(line, axes.length === 0 ? lexicon : { ...lexicon, letters: new Set([...lexicon.letters, ...axes]) })];
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        problems.push(...error.problems);
        return [];
      }
    });
    if (problems.length > 0) throw new InputError(problems);
    return statements;
  }

  /** Adds the names that only right sides mention; true when there were any. */
  addUndeclared(statements: readonly Statement[]): boolean {
    const before = this.names.size;
    const seen: { readonly name: PlacedName; readonly bound: ReadonlySet<string>; readonly callOf: number | undefined }[] = [];
    for (const statement of statements) {
      const parameter = this.parameterOf(statement);
      for (const syntax of expressionsOf(statement)) {
        visitNames(syntax, ({ name, bound, callOf }) => {
          if (
            name.key === undefined &&
            !this.isLetter(name, bound) &&
            !(parameter !== undefined && name.raw.base === parameter && name.raw.scripts.length === 0)
          )
            seen.push({ name, bound, callOf });
        });
      }
    }
    for (const statement of statements) for (const syntax of expressionsOf(statement)) this.addTwins(syntax);
    const hasPlace = ({ name }: (typeof seen)[number]): boolean => name.labels.some(({ text }) => indexKind(text, this.letters, this.sizes) === 'place');
    for (const sight of [...seen.filter((one) => !hasPlace(one)), ...seen.filter(hasPlace)]) this.addSight(sight.name, sight.callOf);
    return this.names.size > before || seen.length > 0;
  }

  /** `E_t(…)` where E is a total: the terms are a function of their own. */
  private addTwins(syntax: Syntax): void {
    visitAll(syntax, (inner) => {
      if (inner.kind !== 'juxtaposition') return;
      inner.factors.forEach((factor, k) => {
        const next = inner.factors[k + 1];
        if (factor.kind !== 'name' || factor.key === undefined || next?.group !== '(' || !/^(E|L|J|C|ell)$/.test(factor.raw.base)) return;
        const known = this.names.get(factor.key);
        if (known === undefined || known.indexLetters.length > 0 || factor.indices.length === 0) return;
        const items = factor.raw.scripts.filter(({ text }) => indexKind(text, this.letters, this.sizes) !== 'label');
        const indices = items.flatMap(({ place, text }) => indicesIn(text, this.letters).map((one) => ({ place, text: one })));
        this.addName(factor.raw, factor.region, { labels: known.scripted.labels, indices }, { isFunction: true, arity: 1 });
      });
    });
  }

  private parameterOf(statement: Statement): string | undefined {
    if (statement.kind !== 'relation' || statement.chain.first.kind !== 'call') return undefined;
    const { key } = statement.chain.first.callee;
    return key === undefined ? undefined : this.names.get(key)?.parameter;
  }

  private isLetter(name: PlacedName, bound: ReadonlySet<string>): boolean {
    const letter = letterName(name);
    if (this.letters.has(letter) || this.sizes.has(letter) || bound.has(letter)) return true;
    const letters = name.raw.scripts
      .filter(({ place }) => place === 'subscript' || place === 'bracket' || place === 'argument')
      .flatMap(({ text }) => (/^[a-z]{2}$/.test(text) ? [...text] : [text]));
    if (letters.length !== 2 || !letters.every((text) => /^[a-z]$|^\d+$/.test(text))) return false;
    return name.raw.base === 'delta' || this.names.get(capitalKey(name.raw) ?? '')?.indexLetters.length === 0;
  }

  private addSight(name: PlacedName, callOf: number | undefined): void {
    const { raw } = name;
    if (callOf === undefined && this.declaredFor({ raw, region: name.region, kind: 'shape' }) !== undefined) return;
    if (raw.primes > 0 && callOf === undefined) {
      throw new InputError({
        ruleId: 'unknown-name',
        message: `\`${letterName(name)}\` is not declared, and a prime means a derivative only after a function.`,
        fix: 'Declare it with a shape line; a transpose is written `^T`.',
        region: name.region,
      });
    }
    const labels = name.labels.map(({ place, text }) => ({ place, text }));
    const items = raw.scripts.filter((item) => !name.labels.some((label) => label.place === item.place && label.text === item.text));
    const texts = items.flatMap(({ place, text }) => indicesIn(text, this.letters).map((one) => ({ place, text: one })));
    const indices = texts.filter(({ text }) => indexKind(text, this.letters, this.sizes) === 'letters');
    this.addName(
      raw,
      name.region,
      { labels, indices },
      { positions: Math.max(texts.length, name.indices.length) - indices.length, ...(callOf === undefined ? {} : { isFunction: true, arity: callOf }) },
    );
  }
}

/**
 * Reads the lines of a block into statements and names.
 * Throws an InputError that lists every line that cannot be read.
 */
export function draftOf(text: string, line: number, settings: Settings): Draft {
  const lines = splitLines(text, { line, column: 1 });
  const first = lines[MOST_LINES];
  if (first !== undefined)
    throw new InputError({ ruleId: 'too-large', message: `A block of more than ${MOST_LINES} lines is not read.`, region: first.region });
  const drafting = new Drafting(settings, lines, leftSidesOf(lines));
  drafting.readLeftSides();
  const rough = drafting.parseAll();
  drafting.collectSizes(rough);
  drafting.names.clear();
  drafting.readLeftSides();
  let statements = drafting.parseAll();
  drafting.collectSizes(statements);
  for (let round = 0; round < 3 && drafting.addUndeclared(statements); round += 1) statements = drafting.parseAll();
  const ordered = [...drafting.names].sort(([, a], [, b]) => a.region.startLine - b.region.startLine || a.region.startColumn - b.region.startColumn);
  return { names: new Map(ordered), statements, letters: drafting.letters, sizes: drafting.sizes, lexicon: drafting.lexicon() };
}
