/**
 * Estimates how wide a formula is when set in Computer Modern display style, in ems of its own size.
 *
 * Only good to some five per cent: it decides where long lines are broken. Formats that can measure exactly do so as well.
 */

import { unreachable } from '../errors.js';
import type { MathsSymbol } from '../solution/maths-symbols.js';
import type { MathsNode } from '../solution/maths-tree.js';

const NARROW: ReadonlyMap<string, number> = new Map([
  ...[...'ijl|.,;:!'].map((character): [string, number] => [character, 0.34]),
  ...[...'ft()[]/r'].map((character): [string, number] => [character, 0.42]),
  ...[...'mwMW∂∇'].map((character): [string, number] => [character, 0.85]),
  ...[...'…⋯'].map((character): [string, number] => [character, 1.17]),
  ...[...'⟨⟩⌊⌋⌈⌉'].map((character): [string, number] => [character, 0.42]),
]);
const SCRIPT = 0.72;

/** Width in ems. */
export function mathsWidth(nodes: readonly MathsNode[], display = true): number {
  return nodes.reduce((sum, node) => sum + nodeWidth(node, display), 0);
}

function symbolWidth(symbol: MathsSymbol, display: boolean): number {
  switch (symbol.symbolClass) {
    case 'binary':
      return (symbol.text === '∘' || symbol.text === '·' || symbol.text === '∗' ? 0.5 : 0.78) + 0.45;
    case 'relation':
      return ([...'→←↔⇒⇔'].includes(symbol.text) ? 1 : 0.78) + 0.56;
    case 'operator':
      return (display ? 1.45 : 1.06) + 0.17;
    case 'function':
      return symbol.text.length * 0.48 + 0.17;
    case 'punctuation':
      return 0.28 + 0.17;
    case 'space':
      return symbol.latex === '\\quad' ? 1 : symbol.latex === '\\qquad' ? 2 : 0.22;
    case 'ordinary':
    case 'open':
    case 'close':
      return NARROW.get(symbol.text) ?? (/\p{Lu}/u.test(symbol.text) ? 0.78 : 0.54);
    default:
      return unreachable(symbol.symbolClass);
  }
}

function nodeWidth(node: MathsNode, display: boolean): number {
  switch (node.kind) {
    case 'symbol':
      return symbolWidth(node.symbol, display);
    case 'group':
      return mathsWidth(node.body, display);
    case 'scripts':
      return scriptsWidth(node, display);
    case 'fraction':
      return fractionWidth(node, display);
    case 'root':
      return mathsWidth(node.body, display) + 0.95;
    case 'styled':
      return mathsWidth(node.body, display) + (node.command === '\\boxed' ? 0.6 : node.command.startsWith('\\operatorname') ? 0.17 : 0);
    case 'stacked':
      return Math.max(SCRIPT * mathsWidth(node.small, false), mathsWidth(node.body, display));
    case 'words':
      return node.text.length * 0.47;
    case 'style':
      return 0;
    case 'sized':
      return 0.6;
    case 'fenced':
      return mathsWidth(node.body, display) + (node.left === '.' ? 0.12 : 0.62) + (node.right === '.' ? 0.12 : 0.62);
    case 'rows':
      return rowsWidth(node);
    default:
      return unreachable(node);
  }
}

function scriptsWidth(node: Extract<MathsNode, { kind: 'scripts' }>, display: boolean): number {
  const base = node.base === undefined ? 0 : nodeWidth(node.base, display);
  const sub = node.sub === undefined ? 0 : SCRIPT * mathsWidth(node.sub, false) * tight(node.sub);
  const sup = (node.sup === undefined ? 0 : SCRIPT * mathsWidth(node.sup, false) * tight(node.sup)) + node.primes * 0.3;
  const stacked = display && node.base?.kind === 'symbol' && node.base.symbol.symbolClass === 'operator';
  return stacked ? Math.max(base, sub + 0.17, sup + 0.17) : base + Math.max(sub, sup) + 0.05;
}

/** Signs in scripts have no space around them. */
function tight(nodes: readonly MathsNode[]): number {
  const signs = nodes.filter((node) => node.kind === 'symbol' && (node.symbol.symbolClass === 'binary' || node.symbol.symbolClass === 'relation')).length;
  const loose = mathsWidth(nodes, false);
  return loose === 0 ? 1 : Math.max(0.5, (loose - 0.48 * signs) / loose);
}

function fractionWidth(node: Extract<MathsNode, { kind: 'fraction' }>, display: boolean): number {
  const size = node.command === '\\tfrac' || (!display && node.command !== '\\dfrac') ? SCRIPT : 1;
  return size * Math.max(mathsWidth(node.above, false), mathsWidth(node.below, false)) + 0.26;
}

function rowsWidth(node: Extract<MathsNode, { kind: 'rows' }>): number {
  const columns = Math.max(...node.rows.map((row) => row.length));
  let sum = 1.2;
  for (let column = 0; column < columns; column += 1) sum += Math.max(...node.rows.map((row) => mathsWidth(row[column] ?? [], false))) + 1;
  return sum;
}
