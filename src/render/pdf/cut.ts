/**
 * Where a formula may break: before relations and sums outside all brackets, then before products, and, in a factor that is wider than
 * a line by itself, before any sign within its brackets. Brackets that are cut keep one size on both lines.
 */

import { bodyOf, isNode, nodeOf, optionalNode, type TexNode, textOf } from './katex-tree.js';
import { call, glyph, joinTokens, type Setting } from './setting.js';
import { delimiters } from './symbols.js';

/** One factor of a summand, whole, and cut within its brackets (no parts where it cannot be). */
export interface Factor {
  readonly whole: string;
  readonly parts: readonly string[];
}

/** A formula cut into summands (or sides of a relation), each cut into factors. Every piece but the first begins with its sign. */
export type Pieces = readonly (readonly Factor[])[];

type Token = TexNode | string;

export function cutFormula(here: Setting, nodes: readonly TexNode[]): Pieces {
  const summands: TexNode[][][] = [[[]]];
  let depth = 0;
  nodes.forEach((node, index) => {
    if (node.family === 'close') depth = Math.max(0, depth - 1);
    const sign = index === 0 || depth > 0 ? undefined : breakBefore(here, node);
    if (sign === 'sum') summands.push([[]]);
    else if (sign === 'product') summands.at(-1)?.push([]);
    summands.at(-1)?.at(-1)?.push(node);
    if (node.family === 'open') depth += 1;
  });
  const filled = summands.map((factors) => factors.filter((factor) => factor.length > 0)).filter((factors) => factors.length > 0);
  return filled.map((factors) => factors.map((factor) => ({ whole: here.list(factor), parts: cutWithin(here, factor) })));
}

function breakBefore(here: Setting, node: TexNode): 'sum' | 'product' | undefined {
  if (node.type === 'htmlmathml') return 'sum';
  if (node.type !== 'atom') return undefined;
  if (node.family === 'rel') return 'sum';
  if (node.family !== 'bin') return undefined;
  return '+−±∓'.includes(here.character(textOf(node, 'text'))) ? 'sum' : 'product';
}

function cutWithin(here: Setting, factor: readonly TexNode[]): readonly string[] {
  const parts: Token[][] = [[]];
  let depth = 0;
  opened(here, factor).forEach((token, index) => {
    const node = typeof token === 'string' ? undefined : token;
    if (node?.family === 'close') depth = Math.max(0, depth - 1);
    // Signs two brackets deep belong too close together to be parted.
    if (index > 0 && node !== undefined && depth <= 1 && breakBefore(here, node) !== undefined) parts.push([]);
    parts.at(-1)?.push(token);
    if (node?.family === 'open') depth += 1;
  });
  return parts.length === 1 ? [] : parts.map((part) => setTokens(here, part));
}

function setTokens(here: Setting, tokens: readonly Token[]): string {
  const runs: (string | TexNode[])[] = [];
  for (const token of tokens) {
    const last = runs.at(-1);
    if (typeof token === 'string') runs.push(token);
    else if (Array.isArray(last)) last.push(token);
    else runs.push([token]);
  }
  return joinTokens(runs.map((run) => (typeof run === 'string' ? run : here.list(run))));
}

/** Nodes with the outer brackets around signs taken apart into delimiters and contents. */
function opened(here: Setting, nodes: readonly TexNode[]): readonly Token[] {
  return nodes.flatMap((node): readonly Token[] => {
    const fence = node.type === 'supsub' ? optionalNode(node, 'base') : node;
    if (fence?.type !== 'leftright' || !holdsSign(here, bodyOf(fence))) return [node];
    const size = isTall(bodyOf(fence)) ? 2.4 : 1.2;
    const closing = delimiterOf(fence, 'right', 'closing', size);
    return [
      delimiterOf(fence, 'left', 'opening', size),
      ...opened(here, bodyOf(fence)),
      fence === node ? closing : call('attach', closing, ...scriptsOf(here, node)),
    ];
  });
}

function scriptsOf(here: Setting, node: TexNode): readonly string[] {
  const part = (field: string, name: string): readonly string[] => (isNode(node[field]) ? [`${name}:${here.node(nodeOf(node, field)) || '""'}`] : []);
  return [...part('sup', 't'), ...part('sub', 'b')];
}

/** Whether a line may break among the nodes, or within a bracket among them. */
function holdsSign(here: Setting, nodes: readonly TexNode[]): boolean {
  return nodes.some((node, index) => {
    if (index > 0 && breakBefore(here, node) !== undefined) return true;
    const fence = node.type === 'supsub' ? optionalNode(node, 'base') : node;
    return fence?.type === 'leftright' && holdsSign(here, bodyOf(fence));
  });
}

/** Whether a bracket around the nodes has to be a tall one. */
function isTall(nodes: readonly TexNode[]): boolean {
  return nodes.some((node) => {
    if (node.type === 'genfrac' || (node.type === 'op' && node.symbol === true) || node.type === 'array') return true;
    const base = node.type === 'supsub' ? optionalNode(node, 'base') : undefined;
    return (
      (base !== undefined && isTall([base])) || ((node.type === 'ordgroup' || node.type === 'leftright' || node.type === 'styling') && isTall(bodyOf(node)))
    );
  });
}

function delimiterOf(fence: TexNode, side: 'left' | 'right', className: string, size: number): string {
  const character = delimiters[textOf(fence, side)];
  return character === null || character === undefined ? '""' : `class("${className}",stretch(${glyph(character)},size:#${size}em))`;
}
