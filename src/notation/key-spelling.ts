/** A spelling for a name that was never declared, read off its key. */

import type { Spelling } from '../model/model.js';
import type { Medium } from './typesetting.js';

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
