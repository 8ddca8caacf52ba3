/** Where a formula may be broken over lines: before its outermost + and −, and finer only as far as the room asks for. */

import type { MathsNode } from '../solution/maths-tree.js';
import { mathsWidth } from './maths-width.js';

type Term = readonly MathsNode[];

const isSymbolOf = (node: MathsNode | undefined, ...classes: readonly string[]): boolean =>
  node?.kind === 'symbol' && classes.includes(node.symbol.symbolClass);
const isSign = (node: MathsNode): boolean => node.kind === 'symbol' && (node.symbol.latex === '+' || node.symbol.latex === '-');

/** A sign between two operands, not one that leads. */
function isBetween(node: MathsNode, previous: MathsNode | undefined): boolean {
  return (
    isSymbolOf(node, 'binary') &&
    previous !== undefined &&
    !isSymbolOf(previous, 'binary', 'relation', 'open', 'operator', 'punctuation') &&
    previous.kind !== 'sized'
  );
}

/** Brackets that are open behind a node. */
function depthBehind(node: MathsNode, depth: number): number {
  if (isSymbolOf(node, 'open') || (node.kind === 'sized' && node.command.endsWith('l'))) return depth + 1;
  const closing = node.kind === 'scripts' ? node.base : node;
  if (isSymbolOf(closing, 'close') || (closing?.kind === 'sized' && closing.command.endsWith('r'))) return Math.max(0, depth - 1);
  return depth;
}

/** Cuts before every node that `where` accepts; `depth` counts brackets that were opened before it. */
function cut(term: Term, where: (node: MathsNode, previous: MathsNode | undefined, depth: number) => boolean): Term[] {
  const pieces: MathsNode[][] = [[]];
  let depth = 0;
  term.forEach((node, index) => {
    if ((pieces.at(-1)?.length ?? 0) > 0 && where(node, term[index - 1], depth)) pieces.push([]);
    pieces.at(-1)?.push(node);
    depth = depthBehind(node, depth);
  });
  return pieces;
}

/** Cuts a formula before its outermost + and − and before relations after the first, where a displayed line may be broken. */
export function breakableTerms(tree: Term): readonly Term[] {
  return cut(tree, (node, previous, depth) => depth === 0 && ((isSign(node) && isBetween(node, previous)) || isSymbolOf(node, 'relation')));
}

/**
 * Cuts a term that is wider than `width` ems: brackets that stretch become brackets of a fixed size, then it is cut before the outermost signs,
 * before other operations, and last before anything of that kind and behind commas, each only where pieces are still too wide.
 */
export function finerPieces(term: Term, width: number): readonly Term[] {
  const tries: ((node: MathsNode, previous: MathsNode | undefined, depth: number) => boolean)[] = [
    (node, previous, depth) => depth === 0 && isBetween(node, previous) && isSign(node),
    (node, previous, depth) => depth <= 1 && isBetween(node, previous) && isSign(node),
    (node, previous, depth) => depth <= 1 && isBetween(node, previous),
    (node, previous) => isBetween(node, previous) || isSymbolOf(previous, 'punctuation') || (isSymbolOf(node, 'relation') && previous !== undefined),
  ];
  let pieces: readonly Term[] = [opened(term, width)];
  for (const where of tries) pieces = pieces.flatMap((piece) => (mathsWidth(piece) > width ? cut(piece, where) : [piece]));
  return pieces;
}

/** Stretching brackets around more than the room allows as fixed ones; each level of brackets is opened once. */
function opened(term: Term, width: number): Term {
  return term.flatMap((node): Term => {
    if (mathsWidth([node]) <= width) return [node];
    const fence = node.kind === 'fenced' ? node : node.kind === 'scripts' && node.base?.kind === 'fenced' ? node.base : undefined;
    if (fence === undefined) return node.kind === 'group' ? opened(node.body, width) : [node];
    const right: MathsNode = { kind: 'sized', command: '\\biggr', delimiter: fence.right };
    return [
      { kind: 'sized', command: '\\biggl', delimiter: fence.left },
      ...opened(fence.body, width),
      node.kind === 'scripts' ? { ...node, base: right } : right,
    ];
  });
}
