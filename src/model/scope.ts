/** The names of a finished model as a lexicon and a context, so that questions and answers are read as its own lines are. */

import { lettersOf } from '../network/whole.js';
import { stemKey } from '../notation/lexicon.js';
import type { Lexicon, LexiconName, NameSyntax, ScriptPlace } from '../notation/syntax.js';
import type { Context, FunctionMeaning, LetterUse } from './context.js';
import type { Declaration, Model, Settings, Spelling, UnspecifiedFunction } from './model.js';
import { SizeSolver } from './sizes.js';

const PLACES: { readonly [P in Spelling['indexPlace']]: ScriptPlace } = {
  subscript: 'subscript',
  superscript: 'superscript',
  'parenthesised superscript': 'parenthesised',
  'angle superscript': 'angle',
  argument: 'argument',
};

const ACCENTS = new Set([
  'tilde',
  'hat',
  'bar',
  'dot',
  'ddot',
  'vec',
  'check',
  'overrightarrow',
  'overleftarrow',
  'overline',
  'underline',
  'breve',
  'acute',
  'grave',
  'widehat',
  'widetilde',
]);
const STYLES = new Set(['mathbf', 'boldsymbol', 'mathrm', 'mathit', 'mathsf', 'mathtt', 'text', 'bm', 'operatorname', 'textbf', 'textrm']);
const ALPHABETS = new Set(['mathcal', 'mathbb', 'mathfrak', 'mathscr']);

/** A declared name read back from its key: `tilde C`, `W_f'`, `W^(hh)`, `mathcal M^erased`. */
function lexiconNameOf(declared: Declaration | UnspecifiedFunction, facts: Pick<LexiconName, 'isFunction' | 'hasAxes'>): LexiconName {
  const { spelling, indices, name } = declared;
  const stem = name.split(/[_^]/)[0] ?? name;
  const words = stem.replace(/'+$/, '').split(' ');
  const alphabet = words.find((word) => ALPHABETS.has(word));
  const style = words.slice(0, -1).find((word) => STYLES.has(word));
  const labels: { place: ScriptPlace; text: string }[] = [];
  const plain = (text: string): string => text.replaceAll(/[()<>]/g, '');
  for (const text of spelling.subscript?.text.split(',') ?? []) labels.push({ place: 'subscript', text });
  for (const text of spelling.superscript?.text.split(',') ?? [])
    labels.push({ place: text.startsWith('(') ? 'parenthesised' : text.startsWith('<') ? 'angle' : 'superscript', text: plain(text) });
  return {
    key: name,
    base: words.at(-1) ?? stem,
    accents: words.slice(0, -1).filter((word) => ACCENTS.has(word)),
    ...(style === undefined ? {} : { styling: style }),
    ...(alphabet === undefined ? {} : { alphabet }),
    primes: (spelling.text.match(/′/g) ?? []).length,
    labels,
    indexCount: indices.length,
    indexPlaces: indices.map(() => PLACES[spelling.indexPlace]),
    ...facts,
  };
}

/** The lexicon of a model. `more` are names that only a question or an answer knows. */
export function lexiconOfModel(
  model: Model,
  more: {
    readonly names?: readonly LexiconName[];
    readonly letters?: Iterable<string>;
    readonly models?: Iterable<string>;
    readonly settings?: Partial<Settings>;
  } = {},
): Lexicon {
  const names = [
    ...[...model.declarations.values()].map((declared) => lexiconNameOf(declared, { hasAxes: declared.dims.length > 0 })),
    ...[...model.functions.values()].map((declared) => lexiconNameOf(declared, { isFunction: true })),
    ...(more.names ?? []),
  ].sort((a, b) => b.indexCount - a.indexCount);
  const { dialect, elementwise } = { ...model.settings, ...more.settings };
  return {
    names,
    letters: new Set([...model.letters.keys(), ...(more.letters ?? [])]),
    sizes: new Set(model.sizes),
    dialect,
    ...(more.models === undefined ? {} : { models: new Set(more.models) }),
    ...(elementwise === undefined ? {} : { elementwise }),
  };
}

export interface ContextOptions {
  /** Letters free in the line; all index letters of the model unless said otherwise. */
  readonly scope?: Map<string, LetterUse>;
  readonly settings?: Partial<Settings>;
  readonly extra?: Context['extra'];
  readonly impliedIndices?: boolean;
  readonly note?: Context['note'];
}

/** A context over a finished model: every shape is known, every index letter may stand free. */
export function contextOfModel(model: Model, options: ContextOptions = {}): Context {
  const scope = options.scope ?? new Map<string, LetterUse>([...model.letters].map(([letter, range]) => [letter, { indexOf: range }]));
  const settings: Settings = { ...model.settings, ...options.settings };
  return {
    settings,
    solver: new SizeSolver(),
    names: (key) => {
      const declared = model.declarations.get(key);
      if (declared === undefined) return undefined;
      const { dims, orientation, indices } = declared;
      const lies = settings.dialect === 'numpy' ? undefined : orientation;
      return { key, text: key, indices, shape: { dims, ...(lies === undefined ? {} : { orientation: lies }) } };
    },
    keyOf: keyOfModel(model),
    functions: (key) => functionOf(model, key),
    letters: model.letters,
    sizes: new Set(model.sizes),
    scope,
    known: [...model.declarations.keys(), ...model.functions.keys()],
    ...(model.loss === undefined ? {} : { loss: model.loss }),
    ...(options.extra === undefined ? {} : { extra: options.extra }),
    ...(options.impliedIndices === undefined ? {} : { impliedIndices: options.impliedIndices }),
    ...(options.note === undefined ? {} : { note: options.note }),
  };
}

/** Where two names differ by an index only, the one with as many indices as are written. */
function keyOfModel(model: Model): (name: NameSyntax) => string | undefined {
  const all: readonly (Declaration | UnspecifiedFunction)[] = [...model.declarations.values(), ...model.functions.values()];
  const groups = new Map<string, (Declaration | UnspecifiedFunction)[]>();
  const groupOf = (declared: Declaration | UnspecifiedFunction): string => {
    const name = lexiconNameOf(declared, {});
    return `${stemKey(name)}|${name.labels.map(({ text }) => text).join()}`;
  };
  const groupByKey = new Map<string, string>();
  for (const declared of all) {
    const group = groupOf(declared);
    groupByKey.set(declared.name, group);
    groups.set(group, [...(groups.get(group) ?? []), declared]);
  }
  const loosely = looseSpellings(all);
  const indexCountOf = (key: string): number | undefined => all.find(({ name }) => name === key)?.indices.length;
  return (name) => {
    if (name.key === undefined) return loosely(name);
    const twins = groups.get(groupByKey.get(name.key) ?? '') ?? [];
    return twins.length < 2 || indexCountOf(name.key) === name.indices.length
      ? name.key
      : (twins.find(({ indices }) => indices.length === name.indices.length)?.name ?? name.key);
  };
}

/** Letters of a spelling in order, accents apart: `W_hh`, `W^(hh)` and `Whh` are one, so are `tilde c`, `c_tilde` and `ctilde`. */
function looseKey(base: string, accents: readonly string[], labels: readonly string[], primes: number): string {
  const words = [...accents];
  let letters = base;
  for (const label of labels) {
    if (ACCENTS.has(label)) words.push(label);
    else letters += label;
  }
  const suffix = [...ACCENTS].find((accent) => letters.length > accent.length && letters.endsWith(accent));
  if (suffix !== undefined) {
    words.push(suffix);
    letters = letters.slice(0, -suffix.length);
  }
  return `${words.sort().join(' ')}:${letters}${"'".repeat(primes)}`;
}

/** Names that a spelling without a declaration of its own can only mean: one match or none. */
function looseSpellings(all: readonly (Declaration | UnspecifiedFunction)[]): (name: NameSyntax) => string | undefined {
  const spelled = new Map<string, string[]>();
  for (const declared of all) {
    const { base, accents, labels, primes } = lexiconNameOf(declared, {});
    const key = looseKey(
      base,
      accents,
      labels.map(({ text }) => text),
      primes,
    );
    spelled.set(key, [...(spelled.get(key) ?? []), declared.name]);
  }
  return ({ raw, labels }) => {
    const matches =
      spelled.get(
        looseKey(
          raw.base,
          raw.accents,
          labels.map(({ text }) => text),
          raw.primes,
        ),
      ) ?? [];
    return matches.length === 1 ? matches[0] : undefined;
  };
}

function functionOf(model: Model, key: string): FunctionMeaning | undefined {
  const found = model.functions.get(key);
  if (found === undefined) return undefined;
  return {
    key,
    entrywise: found.entrywise,
    indices: found.indices,
    shape: { dims: found.dims, ...(found.dims.length === 1 ? { orientation: model.settings.convention } : {}) },
  };
}

/** Index letters of a model that a size or length is not. */
export function freeLetters(model: Model): readonly string[] {
  return [...model.letters.keys()].filter((letter) => ![...model.declarations.values()].some(({ dims }) => dims.some((dim) => lettersOf(dim).has(letter))));
}
