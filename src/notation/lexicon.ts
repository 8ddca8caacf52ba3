/** Names as the lexicon knows them: how a raw name is spelt as a key, and the tables in which the parser looks names up. */
import type { Lexicon, LexiconName, RawName, ScriptItem, ScriptPlace } from './syntax.js';

/** The part of a name that stands without scripts. */
export type Stem = Pick<RawName, 'base' | 'accents' | 'alphabet' | 'styling' | 'primes'>;

/** A lexicon without declarations, in which t is the only index letter and T the only length. */
export function emptyLexicon(): Lexicon {
  return { names: [], letters: new Set(['t']), sizes: new Set(['T']), dialect: 'default' };
}

/** Scripts of these places stand below the line, all others above it or beside it. */
const isBelow = (place: ScriptPlace): boolean => place === 'subscript' || place === 'bracket' || place === 'argument';

function labelText(place: ScriptPlace, texts: readonly string[]): string {
  const joined = texts.join(',');
  switch (place) {
    case 'parenthesised':
      return `(${joined})`;
    case 'angle':
      return `<${joined}>`;
    case 'bracket':
      return `[${joined}]`;
    case 'argument':
      return `(${joined})`;
    case 'subscript':
    case 'superscript':
      return joined;
  }
}

/** The stem as words: `tilde C`, `mathcal M`, `overrightarrow h`. */
export function stemText(stem: Stem): string {
  return [...stem.accents, ...(stem.alphabet === undefined ? [] : [stem.alphabet]), stem.base].join(' ');
}

/** The plain spelling of a name without its indices: `W_f'`, `tilde C`, `W^(hh)`, `mathcal M^erased`, `W_Q`. */
export function plainKey(stem: Stem, labels: readonly { readonly place: ScriptPlace; readonly text: string }[]): string {
  const below = labels.filter((label) => isBelow(label.place)).map((label) => label.text);
  const above = labels.filter((label) => !isBelow(label.place));
  const place = above[0]?.place ?? 'superscript';
  const subscript = below.length > 0 ? `_${below.join(',')}` : '';
  const superscript =
    above.length > 0
      ? `^${labelText(
          place,
          above.map((label) => label.text),
        )}`
      : '';
  return `${stemText(stem)}${subscript}${"'".repeat(stem.primes)}${superscript}`;
}

/**
 * The declared name that a raw name on a left side makes, given which of its script items are indices.
 * Styling is left out; the caller sets it where two names differ by it.
 */
export function lexiconName(
  raw: RawName,
  isIndex: (item: ScriptItem, position: number) => boolean,
  facts: Partial<Pick<LexiconName, 'isFunction' | 'hasAxes' | 'styling'>> = {},
): LexiconName {
  const indices = raw.scripts.filter((item, i) => isIndex(item, i));
  const labels = raw.scripts.filter((item) => !indices.includes(item)).map(({ place, text }) => ({ place, text }));
  return {
    key: plainKey(raw, labels),
    base: raw.base,
    accents: raw.accents,
    ...(raw.alphabet === undefined ? {} : { alphabet: raw.alphabet }),
    primes: raw.primes,
    labels,
    indexCount: indices.length,
    indexPlaces: indices.map((item) => item.place),
    ...facts,
  };
}

/** Key under which stems are equal: styling does not count. */
export const stemKey = (stem: Stem): string => `${stemText(stem)}${"'".repeat(stem.primes)}`;

/** A lexicon with the tables that reading one line needs. */
export class LexiconTables {
  readonly #byStem = new Map<string, LexiconName[]>();
  readonly #compact = new Map<string, LexiconName | undefined>();
  /** Bare bases of all declared names, for splitting runs of letters. */
  readonly bases = new Set<string>();
  readonly labels = new Set<string>();
  readonly longestBase: number;

  constructor(readonly lexicon: Lexicon) {
    let longest = 1;
    for (const name of lexicon.names) {
      const key = stemKey(name);
      const known = this.#byStem.get(key);
      if (known === undefined) this.#byStem.set(key, [name]);
      else known.push(name);
      this.bases.add(name.base);
      longest = Math.max(longest, name.base.length);
      for (const label of name.labels) this.labels.add(label.text);
    }
    this.longestBase = longest;
    for (const name of lexicon.names) this.#addCompact(name);
  }

  /** `Whh` is another spelling of W_{hh} where no name is spelt so itself. */
  #addCompact(name: LexiconName): void {
    if (name.labels.length === 0 || name.accents.length > 0 || name.alphabet !== undefined || name.primes > 0) return;
    const base = name.base + name.labels.map((label) => label.text).join('');
    if (!/^[A-Za-z][A-Za-z0-9]{1,20}$/.test(base) || this.#byStem.has(base) || this.bases.has(base)) return;
    this.#compact.set(base, this.#compact.has(base) ? undefined : { ...name, base, labels: [] });
  }

  /** The word is a declared name with its labels written behind it. */
  isCompact(word: string): boolean {
    return this.#compact.get(word) !== undefined;
  }

  /** All declared names with this stem (whatever their styling). */
  withStem(stem: Stem): readonly LexiconName[] {
    const key = stemKey(stem);
    const compact = this.#compact.get(key);
    return this.#byStem.get(key) ?? (compact === undefined ? [] : [compact]);
  }

  /** Some declared name has this bare base, without accents or alphabets. */
  isDeclaredBase(base: string): boolean {
    return this.#byStem.has(base) || this.#byStem.has(`${base}'`);
  }
}
