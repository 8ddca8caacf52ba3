/**
 * How names and whole-number expressions are written, in LaTeX and in Unicode text.
 *
 * Indices go where the name's spelling puts them; in text, sub- and superscripts use real characters where all of them exist and
 * `_{…}`, `^{…}` otherwise, which the parser reads just as well.
 */

import type { Model, Spelling } from '../model/model.js';
import { addWhole, multiplyWhole, type Whole, wholeLetter, wholeNumber } from '../network/whole.js';

/** What a printer knows of the names in a formula. */
export interface Names {
  /** Of a declared value; undefined names are printed as they are keyed. */
  spelling(name: string): Spelling | undefined;
  /** Of an unspecified function. */
  functionSpelling(name: string): Spelling | undefined;
  /** Key of the scalar that adjoints differentiate; J when the model has none. */
  readonly loss?: string;
  /** Whether a declared name is written so: a built-in function of that spelling then needs another. */
  isTaken(spelled: string): boolean;
}

export type Medium = 'latex' | 'text';

/** The names of a model, as its author spells them. */
export function namesOf(model: Pick<Model, 'declarations' | 'functions' | 'loss'>): Names {
  const taken = new Set<string>();
  for (const { spelling } of [...model.declarations.values(), ...model.functions.values()]) {
    if (spelling.subscript === undefined && spelling.superscript === undefined) taken.add(spelling.latex).add(spelling.text);
  }
  return {
    spelling: (name) => model.declarations.get(name)?.spelling,
    functionSpelling: (name) => model.functions.get(name)?.spelling,
    isTaken: (spelled) => taken.has(spelled),
    ...(model.loss === undefined ? {} : { loss: model.loss }),
  };
}

/** Names as they are keyed: for formulas outside any model. */
export const PLAIN_NAMES: Names = { spelling: () => undefined, functionSpelling: () => undefined, isTaken: () => false };

const GREEK: Readonly<Record<string, string>> = {
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  delta: 'δ',
  epsilon: 'ϵ',
  varepsilon: 'ε',
  zeta: 'ζ',
  eta: 'η',
  theta: 'θ',
  iota: 'ι',
  kappa: 'κ',
  lambda: 'λ',
  mu: 'μ',
  nu: 'ν',
  xi: 'ξ',
  pi: 'π',
  rho: 'ρ',
  sigma: 'σ',
  tau: 'τ',
  upsilon: 'υ',
  phi: 'ϕ',
  varphi: 'φ',
  chi: 'χ',
  psi: 'ψ',
  omega: 'ω',
  Gamma: 'Γ',
  Delta: 'Δ',
  Theta: 'Θ',
  Lambda: 'Λ',
  Xi: 'Ξ',
  Pi: 'Π',
  Sigma: 'Σ',
  Phi: 'Φ',
  Psi: 'Ψ',
  Omega: 'Ω',
  ell: 'ℓ',
};

const ACCENTS: Readonly<Record<string, readonly [latex: string, text: string]>> = {
  tilde: ['\\tilde', '\u0303'],
  hat: ['\\hat', '\u0302'],
  bar: ['\\bar', '\u0304'],
  dot: ['\\dot', '\u0307'],
  ddot: ['\\ddot', '\u0308'],
  vec: ['\\vec', '\u20d7'],
  check: ['\\check', '\u030c'],
  overrightarrow: ['\\overrightarrow', '\u20d7'],
  overleftarrow: ['\\overleftarrow', '\u20d6'],
  overline: ['\\overline', '\u0305'],
  underline: ['\\underline', '\u0332'],
};

const ALPHABETS = new Set(['mathcal', 'mathbb', 'mathfrak', 'mathscr']);

/** Letter of a key: `alpha` → α, several letters upright. */
function letter(word: string, medium: Medium): string {
  const greek = GREEK[word];
  if (greek !== undefined) return medium === 'latex' ? `\\${word}` : greek;
  if (medium === 'text' || [...word].length <= 1) return word;
  return `\\mathit{${word.replaceAll(/[^\p{L}\p{N}]/gu, '')}}`;
}

/** A spelling for a name that was never declared, read off its key: `tilde C`, `W_f'`, `W^(hh)`, `overrightarrow h`. */
export function spellingOfKey(key: string): Spelling {
  const match = /^((?:[A-Za-z]+ )*)([^_^']+)((?:_[^_^']+|\^[^_^']+)*)('*)$/u.exec(key);
  const words = (match?.[1] ?? '')
    .trim()
    .split(' ')
    .filter((word) => word !== '');
  const base = match?.[2] ?? key;
  const primes = match?.[4] ?? '';
  let latex = letter(base, 'latex');
  let text = letter(base, 'text');
  for (const word of words.reverse()) {
    const accent = ACCENTS[word];
    if (accent !== undefined) [latex, text] = [`${accent[0]}{${latex}}`, `${text}${accent[1]}`];
    else if (ALPHABETS.has(word)) latex = `\\${word}{${latex}}`;
  }
  const label = (mark: string): { latex: string; text: string } | undefined => {
    const found = (mark === '_' ? /_([^_^']+)/u : /\^([^_^']+)/u).exec(match?.[3] ?? '')?.[1];
    return found === undefined ? undefined : { latex: GREEK[found] === undefined ? found : `\\${found}`, text: found };
  };
  const subscript = label('_');
  const superscript = label('^');
  return {
    latex: latex + primes,
    text: text + primes.replaceAll("'", '′'),
    indexPlace: 'subscript',
    ...(subscript ? { subscript } : {}),
    ...(superscript ? { superscript } : {}),
  };
}

// ---------------------------------------------------------------- whole-number expressions

/** A letter or size name inside an index: `t`, `n_h`, `alpha`. */
function indexLetter(name: string, medium: Medium): string {
  const { latex, text, subscript } = spellingOfKey(name);
  const base = medium === 'latex' ? latex : text;
  if (subscript === undefined) return base;
  return medium === 'latex' ? `${base}_{${subscript.latex}}` : `${base}_${[...subscript.text].length === 1 ? subscript.text : `{${subscript.text}}`}`;
}

/** t − 1, T + t − i, 2n + d, (k − 1)m + 1: letters with positive coefficients first, the constant last. */
export function printWhole(whole: Whole, medium: Medium): string {
  const shared = sharedFactor(whole);
  const parts = (shared === undefined ? whole.monomials : whole.monomials.filter(({ letters }) => letters.length === 0)).map(({ coefficient, letters }) => {
    const size = Math.abs(coefficient);
    const symbols = letters.map((name) => indexLetter(name, medium)).join(' ');
    const gap = /^\p{L}$/u.test(symbols) || symbols.startsWith('\\') ? '' : ' ';
    return {
      negative: coefficient < 0,
      constant: letters.length === 0,
      printed: symbols === '' ? `${size}` : size === 1 ? symbols : `${size}${gap}${symbols}`,
    };
  });
  if (shared !== undefined)
    parts.unshift({ negative: false, constant: false, printed: `(${printWhole(shared.quotient, medium)}) ${indexLetter(shared.letter, medium)}` });
  if (parts.length === 0) return '0';
  const led = parts.some((part) => !part.constant && !part.negative);
  const rank = (part: (typeof parts)[number]): number => (part.constant ? (led || part.negative ? 3 : 0) : part.negative ? 2 : 1);
  parts.sort((a, b) => rank(a) - rank(b));
  return parts.map(({ negative, printed }, i) => (i === 0 ? (negative ? `-${printed}` : printed) : `${negative ? '-' : '+'}${printed}`)).join('');
}

/** The m of k m − m: a letter in every monomial but the constant, when there are several. */
function sharedFactor(whole: Whole): { readonly letter: string; readonly quotient: Whole } | undefined {
  const lettered = whole.monomials.filter(({ letters }) => letters.length > 0);
  if (lettered.length < 2) return undefined;
  const letter = lettered[0]?.letters.find((each) => lettered.every(({ letters }) => letters.includes(each)));
  if (letter === undefined) return undefined;
  const quotient = lettered.reduce((sum, { coefficient, letters }) => {
    const rest = [...letters];
    rest.splice(rest.indexOf(letter), 1);
    return addWhole(
      sum,
      rest.reduce((product, each) => multiplyWhole(product, wholeLetter(each)), wholeNumber(coefficient)),
    );
  }, wholeNumber(0));
  return { letter, quotient };
}

/** Whether it is written as a sum, so that a product around it needs brackets. */
export const isSumOfWholes = (whole: Whole): boolean => whole.monomials.length > 1 || (whole.monomials[0]?.coefficient ?? 0) < 0;

// ---------------------------------------------------------------- sub- and superscripts in text

const SUBSCRIPTS: Readonly<Record<string, string>> = {
  0: '₀',
  1: '₁',
  2: '₂',
  3: '₃',
  4: '₄',
  5: '₅',
  6: '₆',
  7: '₇',
  8: '₈',
  9: '₉',
  '+': '₊',
  '-': '₋',
  '=': '₌',
  '(': '₍',
  ')': '₎',
  a: 'ₐ',
  e: 'ₑ',
  h: 'ₕ',
  i: 'ᵢ',
  j: 'ⱼ',
  k: 'ₖ',
  l: 'ₗ',
  m: 'ₘ',
  n: 'ₙ',
  o: 'ₒ',
  p: 'ₚ',
  r: 'ᵣ',
  s: 'ₛ',
  t: 'ₜ',
  u: 'ᵤ',
  v: 'ᵥ',
  x: 'ₓ',
};
const SUPERSCRIPTS: Readonly<Record<string, string>> = {
  0: '⁰',
  1: '¹',
  2: '²',
  3: '³',
  4: '⁴',
  5: '⁵',
  6: '⁶',
  7: '⁷',
  8: '⁸',
  9: '⁹',
  '+': '⁺',
  '-': '⁻',
  n: 'ⁿ',
  k: 'ᵏ',
  m: 'ᵐ',
  t: 'ᵗ',
  i: 'ⁱ',
  j: 'ʲ',
};

function raised(table: Readonly<Record<string, string>>, text: string): string | undefined {
  let result = '';
  for (const character of text) {
    const found = table[character];
    if (found === undefined) return undefined;
    result += found;
  }
  return result;
}

const braced = (text: string): string => ([...text].length === 1 ? text : `{${text}}`);

export const textSubscript = (text: string): string => (text === '' ? '' : (raised(SUBSCRIPTS, text) ?? `_${braced(text)}`));
export const textSuperscript = (text: string): string => (text === '' ? '' : (raised(SUPERSCRIPTS, text) ?? `^${braced(text)}`));

// ---------------------------------------------------------------- names with their indices

/** A name as it stands in a formula: `after` tells whether a superscript can still be put on it as it is. */
export interface SpelledName {
  readonly printed: string;
  /** It already carries a superscript (an index or a label up there): powers and transposes need brackets. */
  readonly superscripted: boolean;
  /** It ends in a prime on the letter, which TeX counts as a superscript: braces are enough. */
  readonly primed: boolean;
}

/** A name with its own indices and then the positions of an entry: h_{t−1}, W_Q^{(k)}, \mathcal{M}_t^{erased}, h_{t,i}. */
export function spellName(spelling: Spelling, indices: readonly Whole[], positions: readonly Whole[], medium: Medium): SpelledName {
  const base = medium === 'latex' ? spelling.latex : spelling.text;
  const index = indices.map((whole) => printWhole(whole, medium)).join(',');
  const entry = positions.map((whole) => printWhole(whole, medium)).join(',');
  const subs = [spelling.subscript?.[medium] ?? '', spelling.indexPlace === 'subscript' ? index : '', entry];
  const supers = [spelling.superscript?.[medium] ?? '', index === '' ? '' : superscriptIndex(spelling, index)];
  const subscript = subs.filter((part) => part !== '').join(',');
  const superscript = supers.filter((part) => part !== '').join(medium === 'latex' ? '\\,' : ',');
  const argument = spelling.indexPlace === 'argument' && index !== '' ? `(${index})` : '';
  const primed = superscript === '' && argument === '' && /['′]$/u.test(base);
  const printed =
    medium === 'latex'
      ? `${attachedLatex(base, superscript)}${subscript === '' ? '' : `_{${subscript}}`}${superscript === '' ? '' : `^{${superscript}}`}${argument}`
      : `${base}${textSubscript(subscript)}${textSuperscript(superscript)}${argument}`;
  return { printed: tightened(printed, medium), superscripted: superscript !== '' || argument !== '', primed };
}

/** A prime on the letter and a superscript would be a double superscript in TeX. */
const attachedLatex = (base: string, superscript: string): string => (superscript !== '' && base.endsWith("'") ? `{${base}}` : base);

/** h_{t} is written h_t. */
const tightened = (printed: string, medium: Medium): string => (medium === 'latex' ? printed.replaceAll(/([_^])\{([A-Za-z0-9])\}/g, '$1$2') : printed);

function superscriptIndex(spelling: Spelling, index: string): string {
  switch (spelling.indexPlace) {
    case 'superscript':
      return index;
    case 'parenthesised superscript':
      return `(${index})`;
    case 'angle superscript':
      return `<${index}>`;
    case 'subscript':
    case 'argument':
      return '';
  }
}
