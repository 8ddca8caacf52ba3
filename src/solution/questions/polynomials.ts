/** Polynomials in sizes and exact numbers as mathematics: n² before nd before n, lengths before sizes. */

import type { Polynomial, SizeTerm } from '../../calculus/index.js';
import { isNegative, isOne, type Rational } from '../../network/index.js';
import type { Mathematics } from '../document.js';

const SUPERSCRIPTS = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];

/** Capital letters first, then small ones from the end of the alphabet: T n d, M² k. */
function inLetterOrder(a: string, b: string): number {
  const [x, y] = [/^[A-Z]/.test(a), /^[A-Z]/.test(b)];
  if (x !== y) return x ? -1 : 1;
  return x ? (a < b ? -1 : a > b ? 1 : 0) : a > b ? -1 : a < b ? 1 : 0;
}

function powersOf({ letters }: SizeTerm): readonly { readonly letter: string; readonly power: number }[] {
  const all = [...new Set(letters)].sort(inLetterOrder);
  return all.map((letter) => ({ letter, power: letters.filter((each) => each === letter).length }));
}

/** By degree, then by the letters in their order, higher powers first. */
function inTermOrder(a: SizeTerm, b: SizeTerm): number {
  if (a.letters.length !== b.letters.length) return b.letters.length - a.letters.length;
  const [x, y] = [a, b].map((term) => [...term.letters].sort(inLetterOrder));
  const at = (x ?? []).findIndex((letter, k) => letter !== y?.[k]);
  return at < 0 ? 0 : inLetterOrder(x?.[at] ?? '', y?.[at] ?? '');
}

/** A rational number. */
export function numberMath(value: Rational): Mathematics {
  const { numerator, denominator } = value;
  if (denominator === 1n) return { latex: `${numerator}`, text: `${numerator}`.replace('-', '−') };
  const sign = numerator < 0n ? '-' : '';
  const size = numerator < 0n ? -numerator : numerator;
  return { latex: `${sign}\\frac{${size}}{${denominator}}`, text: `${sign === '' ? '' : '−'}${size}/${denominator}` };
}

export function polynomialMath(polynomial: Polynomial): Mathematics {
  if (polynomial.length === 0) return { latex: '0', text: '0' };
  const parts = [...polynomial].sort(inTermOrder).map((term, at) => {
    const negative = isNegative(term.coefficient);
    const size: Rational = negative ? { ...term.coefficient, numerator: -term.coefficient.numerator } : term.coefficient;
    const powers = powersOf(term);
    const shown = numberMath(size);
    const hidden = isOne(size) && powers.length > 0;
    const latex =
      `${hidden ? '' : shown.latex} ${powers.map(({ letter, power }) => (power === 1 ? letterLatex(letter) : `${letterLatex(letter)}^{${power}}`)).join(' ')}`.trim();
    const text = [
      hidden ? '' : shown.text,
      ...powers.map(({ letter, power }) => (power === 1 ? letter : `${letter}${[...`${power}`].map((digit) => SUPERSCRIPTS[Number(digit)]).join('')}`)),
    ]
      .filter((part) => part !== '')
      .join(' ');
    const sign = at === 0 ? (negative ? ['-', '−'] : ['', '']) : negative ? [' - ', ' − '] : [' + ', ' + '];
    return { latex: `${sign[0]}${latex}`, text: `${sign[1]}${text}` };
  });
  return { latex: parts.map((part) => part.latex).join(''), text: parts.map((part) => part.text).join('') };
}

/** Sizes are single letters, or words (T_x) as they are keyed. */
const letterLatex = (letter: string): string => (letter.length === 1 || letter.includes('_') || letter.includes('\\') ? letter : `\\mathit{${letter}}`);
