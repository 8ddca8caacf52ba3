/**
 * Formulas made safe for every format: read against the whitelist, printed anew, and accepted by KaTeX. What fails is shown as code, never thrown.
 */

import katex from 'katex';
import type { Mathematics } from '../solution/document.js';
import { printMathsLatex } from '../solution/maths-print.js';
import { type MathsNode, readMaths } from '../solution/maths-tree.js';

/** A formula that may be set, as tree and as canonical LaTeX. */
export interface SetMaths {
  readonly tree: readonly MathsNode[];
  readonly latex: string;
}

const KATEX_OPTIONS = { strict: 'ignore', trust: false, throwOnError: true, maxSize: 20, maxExpand: 1000 } as const;

/** HTML (hidden from screen readers), MathML (for them), or both, of LaTeX that was printed from a tree; undefined when KaTeX refuses it. */
export function katexMarkup(latex: string, output: 'html' | 'mathml' | 'htmlAndMathml'): string | undefined {
  try {
    return katex.renderToString(latex, { ...KATEX_OPTIONS, output, macros: {} });
  } catch {
    return undefined;
  }
}

/** The formula if it is known mathematics through and through, else undefined. */
export function settable(math: Mathematics): SetMaths | undefined {
  const tree = readMaths(math.latex);
  if (tree === undefined || tree.length === 0) return undefined;
  const latex = printMathsLatex(tree);
  return katexMarkup(latex, 'mathml') === undefined ? undefined : { tree, latex };
}

/** A relation sign, in LaTeX or Unicode, as a tree (empty for a line without one); undefined when it is not one. */
export function relationTree(relation: string): readonly MathsNode[] | undefined {
  if (relation === '') return [];
  const tree = readMaths(relation);
  return tree !== undefined && tree.length > 0 && tree.length <= 4 ? tree : undefined;
}

const isRelation = (node: MathsNode | undefined): boolean => node?.kind === 'symbol' && node.symbol.symbolClass === 'relation';

/** Cuts a formula before its outermost + and − and before relations after the first, where a displayed line may be broken. */
export function breakableTerms(tree: readonly MathsNode[]): readonly (readonly MathsNode[])[] {
  const terms: MathsNode[][] = [[]];
  let depth = 0;
  tree.forEach((node, index) => {
    const symbol = node.kind === 'symbol' ? node.symbol : undefined;
    const previous = tree[index - 1];
    if (symbol?.symbolClass === 'open') depth += 1;
    if (symbol?.symbolClass === 'close' || closes(node)) depth = Math.max(0, depth - 1);
    const sign = (symbol?.latex === '+' || symbol?.latex === '-') && previous !== undefined && !endsWithOperator(previous);
    if (depth === 0 && (terms.at(-1)?.length ?? 0) > 0 && (sign || (isRelation(node) && terms.length + index > 1))) terms.push([]);
    terms.at(-1)?.push(node);
  });
  return terms;
}

/** A closing bracket with a script: (…)^2. */
function closes(node: MathsNode): boolean {
  return node.kind === 'scripts' && node.base?.kind === 'symbol' && node.base.symbol.symbolClass === 'close';
}

function endsWithOperator(node: MathsNode): boolean {
  if (node.kind !== 'symbol') return false;
  const { symbolClass } = node.symbol;
  return symbolClass === 'binary' || symbolClass === 'relation' || symbolClass === 'open' || symbolClass === 'operator' || symbolClass === 'punctuation';
}

/**
 * Cuts a term that is too wide by itself: before any outermost binary sign, and inside its outermost brackets, which then become brackets of a fixed size.
 * Each level of brackets is opened once, so it ends.
 */
export function finerPieces(term: readonly MathsNode[]): readonly (readonly MathsNode[])[] {
  const pieces: MathsNode[][] = [[]];
  const push = (node: MathsNode, startsPiece: boolean): void => {
    if (startsPiece && (pieces.at(-1)?.length ?? 0) > 0) pieces.push([]);
    pieces.at(-1)?.push(node);
  };
  term.forEach((node, index) => {
    const previous = term[index - 1];
    const binary = node.kind === 'symbol' && node.symbol.symbolClass === 'binary' && previous !== undefined && !endsWithOperator(previous);
    if (node.kind !== 'fenced') return push(node, binary);
    push({ kind: 'sized', command: '\\biggl', delimiter: node.left }, false);
    node.body.forEach((inner, at) => {
      const before = node.body[at - 1];
      const sign = inner.kind === 'symbol' && (inner.symbol.latex === '+' || inner.symbol.latex === '-') && before !== undefined && !endsWithOperator(before);
      push(inner, sign);
    });
    push({ kind: 'sized', command: '\\biggr', delimiter: node.right }, false);
  });
  return pieces;
}
