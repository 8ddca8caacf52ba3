/** Formulas that stand inside the words of a diagnosis (`∇_{hₜ} L = Wᵀ diag(1 − hₜ₊₁²)`) as mathematics again; what was typed as code stays code. */

import { OPERATORS } from '../operators/table.js';
import type { Inline, Mathematics } from './document.js';
import { math, text } from './presenter.js';
import { proseMathematics } from './prose.js';

const code = (value: string): Inline => ({ type: 'code', text: value });

const SUBSCRIPTS = /[\u2080-\u209c\u1d62-\u1d6a\u2c7c]+/gu;
const SUPERSCRIPTS = /[\u2070-\u207f\u00b2\u00b3\u00b9\u1d2c-\u1d61]+/gu;
const FUNCTIONS = new Set([...OPERATORS.flatMap(({ plain }) => plain), 'diag', 'softmax', 'sum', 'trace'].filter((word) => /^[a-z]{2,}$/i.test(word)));
const ACCENTS: Readonly<Record<string, string>> = { '\u0302': '\\hat', '\u0303': '\\tilde', '\u0304': '\\bar', '\u0305': '\\bar', '\u20d7': '\\vec' };

/** Letters with an accent as LaTeX: ŷ is \hat{y}. */
export function accentsSpelt(written: string): string {
  const spelt = Object.entries(ACCENTS).reduce(
    (all, [mark, command]) => all.replace(new RegExp(`(\\p{L})${mark}`, 'gu'), `${command}{$1}`),
    written.normalize('NFD'),
  );
  return spelt.normalize('NFC');
}

/** Printed text as LaTeX: small letters as scripts, Σ and Π with their limits, functions upright. */
function spelt(printed: string): string {
  const script = (run: string): string => run.normalize('NFKC').replace('T', '\\top');
  return accentsSpelt(printed)
    .replace(/[A-Za-z]{2,}/g, (word) => (FUNCTIONS.has(word) ? `\\operatorname{${word}}` : word))
    .replace(/Σ(?=_)/g, '\\sum')
    .replace(/Π(?=_)/g, '\\prod')
    .replace(SUBSCRIPTS, (run) => `_{${script(run)}}`)
    .replace(SUPERSCRIPTS, (run) => `^{${script(run)}}`);
}

const isCode = (written: string): boolean => /np\.|\.T\b|\[|\*|@|\w\(\w+\)\s*=\s*\w+\(/.test(written);
const isFormula = (written: string): boolean => /[^ -~]|[_^]/.test(written) || /^[A-Za-z]'?$/.test(written);

/** The formula, where it is one that can be set. */
export function printedMathematics(written: string): Mathematics | undefined {
  if (written.includes('\\')) return proseMathematics(written);
  return isFormula(written) && !isCode(written) ? proseMathematics(spelt(written)) : undefined;
}

/** A formula as mathematics, else as code. */
export function formulaInline(written: string): Inline {
  const read = printedMathematics(written);
  return read === undefined ? code(written) : math(read);
}

/** Words with formulas between backticks, and one after "Right is". */
export function diagnosisWords(message: string): readonly Inline[] {
  const [, before, right] = /^(.*Right is )(.+)\.$/su.exec(message) ?? [undefined, message, undefined];
  const words = (before ?? message).split(/`([^`]*)`/).flatMap((part, at): Inline[] => (part === '' ? [] : [at % 2 === 1 ? formulaInline(part) : text(part)]));
  return right === undefined ? words : [...words, formulaInline(right), text('.')];
}
