/** Running text and formulas as HTML. */

import { unreachable } from '../errors.js';
import type { Inline, Mathematics } from '../solution/document.js';
import { printMathsLatex } from '../solution/maths-print.js';
import type { MathsNode } from '../solution/maths-tree.js';
import { escapeHtml, safeAddress } from './escape.js';
import { katexMarkup, readable, relationTree } from './maths.js';
import { breakableTerms } from './maths-break.js';

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

/** A formula in running text, as HTML with MathML beside it; as code where it cannot be set. */
export function mathsHtml(math: Mathematics): string {
  const set = readable(math);
  return (set === undefined ? undefined : katexMarkup(set.latex, 'htmlAndMathml')) ?? unsettable(math.latex);
}

const unsettable = (latex: string): string => `<code class="unset">${escapeHtml(latex)}</code>`;

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
  const seen = pieces.map((piece) => katexMarkup(`\\displaystyle{}${pieceLatex(piece)}`, 'html') ?? '');
  return spoken + seen.map((html) => `<span class="piece">${html}</span>`).join(' ');
}

/** A sign that leads a piece stays with what follows it. */
function pieceLatex(piece: readonly MathsNode[]): string {
  const [first, ...rest] = piece;
  const leads = first?.kind === 'symbol' && (first.symbol.symbolClass === 'binary' || first.symbol.symbolClass === 'relation') && rest.length > 0;
  return leads ? `${printMathsLatex([first])}\\nobreak ${printMathsLatex(rest)}` : printMathsLatex(piece);
}
