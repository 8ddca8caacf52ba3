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

/** Brackets that are open at a place: ordinary ones, and those of a fixed size that were opened to be broken in. */
interface Depth {
  readonly shut: number;
  readonly opened: number;
}

function depthBehind(node: MathsNode, { shut, opened }: Depth): Depth {
  const nucleus = node.kind === 'scripts' ? node.base : node;
  if (nucleus?.kind === 'sized') {
    const step = nucleus.command.endsWith('l') ? 1 : nucleus.command.endsWith('r') ? -1 : 0;
    return { shut, opened: Math.max(0, opened + step) };
  }
  const step = isSymbolOf(nucleus, 'open') ? 1 : isSymbolOf(nucleus, 'close') ? -1 : 0;
  return { shut: Math.max(0, shut + step), opened };
}

type Place = (node: MathsNode, previous: MathsNode | undefined, depth: Depth) => boolean;

/** Cuts before every node that `where` accepts. */
function cut(term: Term, where: Place): Term[] {
  const pieces: MathsNode[][] = [[]];
  let depth: Depth = { shut: 0, opened: 0 };
  term.forEach((node, index) => {
    if ((pieces.at(-1)?.length ?? 0) > 0 && where(node, term[index - 1], depth)) pieces.push([]);
    pieces.at(-1)?.push(node);
    depth = depthBehind(node, depth);
  });
  return pieces;
}

const outermost: Place = (node, previous, { shut, opened }) =>
  shut === 0 && opened === 0 && ((isSign(node) && isBetween(node, previous)) || isSymbolOf(node, 'relation'));

/** Before a sign, or any operation, inside at most so many ordinary brackets. */
const signWithin =
  (most: number): Place =>
  (node, previous, { shut }) =>
    shut <= most && isSign(node) && isBetween(node, previous);
const operationWithin =
  (most: number): Place =>
  (node, previous, { shut }) =>
    shut <= most && isBetween(node, previous);

/** From the places that read best to any place at all. */
const PLACES: readonly Place[] = [
  outermost,
  signWithin(0),
  signWithin(1),
  operationWithin(0),
  signWithin(2),
  operationWithin(1),
  operationWithin(2),
  (node, previous) => isBetween(node, previous) || isSymbolOf(previous, 'punctuation') || (isSymbolOf(node, 'relation') && previous !== undefined),
];

/** Cuts a formula before its outermost + and − and before relations after the first, where a displayed line may be broken. */
export function breakableTerms(tree: Term): readonly Term[] {
  return cut(tree, outermost);
}

/**
 * Cuts a term that is wider than `width` ems: brackets that stretch become brackets of a fixed size, then it is cut before the outermost signs,
 * before signs in opened brackets, before other operations, and last at any operation and behind commas, each only where pieces are still too wide.
 */
export function finerPieces(term: Term, width: number): readonly Term[] {
  let pieces: readonly Term[] = [opened(term, width)];
  for (const where of PLACES) pieces = pieces.flatMap((piece) => (mathsWidth(piece) > width ? cut(piece, where) : [piece]));
  return pieces;
}

const THIN_SPACE: MathsNode = { kind: 'symbol', symbol: { latex: '\\,', text: ' ', symbolClass: 'space' } };

/** Stretching brackets around more than the room allows as fixed ones, with the thin space TeX puts behind the former; each level is opened once. */
function opened(term: Term, width: number): Term {
  return term.flatMap((node, index): Term => {
    if (mathsWidth([node]) <= width) return [node];
    const fence = node.kind === 'fenced' ? node : node.kind === 'scripts' && node.base?.kind === 'fenced' ? node.base : undefined;
    if (fence === undefined) return node.kind === 'group' ? opened(node.body, width) : [node];
    const right: MathsNode = { kind: 'sized', command: '\\biggr', delimiter: fence.right };
    const next = term[index + 1];
    const spaced =
      next !== undefined && !isSymbolOf(next, 'binary', 'relation', 'close', 'punctuation', 'space') && depthBehind(next, { shut: 1, opened: 0 }).shut === 1;
    return [
      { kind: 'sized', command: '\\biggl', delimiter: fence.left },
      ...opened(fence.body, width),
      node.kind === 'scripts' ? { ...node, base: right } : right,
      ...(spaced ? [THIN_SPACE] : []),
    ];
  });
}
