/** Running text and formulas as HTML. */

import { unreachable } from '../errors.js';
import type { Inline, Mathematics } from '../solution/document.js';
import { printMathsLatex } from '../solution/maths-print.js';
import type { MathsNode } from '../solution/maths-tree.js';
import { escapeHtml, safeAddress } from './escape.js';
import { katexMarkup, readable, relationTree } from './maths.js';
import { breakableTerms, finerPieces } from './maths-break.js';
import { mathsWidth } from './maths-width.js';

/** Inline content as phrasing content. */
export function inlineHtml(content: readonly Inline[]): string {
  return content.map(oneInline).join('');
}

function oneInline(inline: Inline): string {
  switch (inline.type) {
    case 'text':
      return escapeHtml(inline.text);
    case 'math':
      return mathsHtml(inline.math);
    case 'strong':
      return `<strong>${inlineHtml(inline.children)}</strong>`;
    case 'emphasis':
      return `<em>${inlineHtml(inline.children)}</em>`;
    case 'code':
      return `<code>${escapeHtml(inline.text)}</code>`;
    case 'link':
      return link(inline.href, inlineHtml(inline.children));
    case 'lineBreak':
      return '<br>';
    default:
      return unreachable(inline);
  }
}

function link(href: string, content: string): string {
  const address = safeAddress(href);
  return address === undefined ? content : `<a href="${escapeHtml(address)}" rel="noreferrer">${content}</a>`;
}

/** Formulas that are wider, in ems, do not fit a phone and get places to break, or scroll by themselves. */
const PHONE_EMS = 13;

/** A formula in running text, as HTML with MathML beside it; as code where it cannot be set. */
export function mathsHtml(math: Mathematics): string {
  const set = readable(math);
  const markup = set === undefined ? undefined : katexMarkup(set.latex, 'htmlAndMathml');
  if (set === undefined || markup === undefined) return unsettable(math.latex);
  return breakableTerms(set.tree).some((term) => mathsWidth(term, false) > PHONE_EMS) ? `<span class="wide" tabindex="0">${markup}</span>` : markup;
}

const unsettable = (latex: string): string => `<code class="unset">${escapeHtml(latex)}</code>`;

/** Whether a left side is so wide that it needs a row of its own. */
export function isWide(math: Mathematics): boolean {
  const set = readable(math);
  return set === undefined || mathsWidth(set.tree) > PHONE_EMS;
}

/** The left side of a displayed line. */
export function displayedHtml(math: Mathematics): string {
  const set = readable(math);
  return (set === undefined ? undefined : wholeAndPieces(set.latex, [set.tree])) ?? unsettable(math.latex);
}

/** Relation and right side of a displayed line, which may break before its outermost + and −. */
export function rightSideHtml(relation: string, math: Mathematics): string {
  const set = readable(math);
  const sign = relationTree(relation);
  if (set === undefined || sign === undefined) return `${sign === undefined ? escapeHtml(relation) : relationHtml(sign)} ${displayedHtml(math)}`;
  const [first = [], ...rest] = breakableTerms(set.tree);
  return wholeAndPieces(`${printMathsLatex(sign)} ${set.latex}`, [[...sign, ...first], ...rest]) ?? `${relationHtml(sign)} ${unsettable(math.latex)}`;
}

const relationHtml = (sign: readonly MathsNode[]): string => wholeAndPieces(printMathsLatex(sign), [sign]) ?? '';

/** One MathML of the whole for screen readers, and for the eye a piece per term: lines break between pieces. Undefined where KaTeX refuses. */
function wholeAndPieces(latex: string, pieces: readonly (readonly MathsNode[])[]): string | undefined {
  const whole = katexMarkup(latex, 'mathml');
  if (whole === undefined) return undefined;
  const spoken = `<span class="katex"><span class="katex-mathml">${whole.replace(/^<span class="katex">|<\/span>$/g, '')}</span></span>`;
  return spoken + pieces.map((piece) => `<span class="piece">${finerPieces(piece, PHONE_EMS).map(bitHtml).join('')}</span>`).join('');
}

/** Part of a piece; a line breaks between the parts only where the whole piece has no room. */
function bitHtml(bit: readonly MathsNode[]): string {
  return `<span class="bit">${katexMarkup(`\\displaystyle{}${pieceLatex(bit)}${endsWithComma(bit) ? '\\,' : ''}`, 'html') ?? ''}</span>`;
}

/** A sign that leads a piece stays with what follows it. */
function pieceLatex(piece: readonly MathsNode[]): string {
  const [first, ...rest] = piece;
  const leads = first?.kind === 'symbol' && (first.symbol.symbolClass === 'binary' || first.symbol.symbolClass === 'relation') && rest.length > 0;
  return leads ? `${printMathsLatex([first])}\\nobreak ${printMathsLatex(rest)}` : printMathsLatex(piece);
}

function endsWithComma(bit: readonly MathsNode[]): boolean {
  const last = bit.at(-1);
  return last?.kind === 'symbol' && last.symbol.symbolClass === 'punctuation';
}
