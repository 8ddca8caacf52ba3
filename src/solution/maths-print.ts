/**
 * Prints the typesetting tree of a formula: as LaTeX made of known commands only, and as one line of Unicode text.
 */

import { unreachable } from '../errors.js';
import { textSubscript, textSuperscript } from '../notation/spelling.js';
import type { MathsSymbol } from './maths-symbols.js';
import type { MathsNode } from './maths-tree.js';

/** Commands that a dialect of LaTeX spells differently; `words` sets plain words inside \text. */
export interface LatexDialect {
  spell(command: string): string;
  words(text: string): string;
  /** Ends a row of a matrix. */
  readonly newRow: string;
}

const RESERVED = /[\\{}$&#^_%~]/g;

/** LaTeX as amsmath and KaTeX read it. Words lose characters that TeX gives a meaning. */
export const PLAIN_DIALECT: LatexDialect = { spell: (command) => command, words: (text) => text.replace(RESERVED, ' '), newRow: '\\\\' };

/** Canonical LaTeX of a tree; reading it again gives the same tree. */
export function printMathsLatex(nodes: readonly MathsNode[], dialect: LatexDialect = PLAIN_DIALECT): string {
  return new LatexPrinter(dialect).list(nodes, true);
}

/** Signs have blanks around them, for the reader of the source, except in scripts. */
class LatexPrinter {
  constructor(private readonly dialect: LatexDialect) {}

  list(nodes: readonly MathsNode[], loose: boolean): string {
    let line = '';
    for (const node of nodes) {
      const piece = this.node(node, loose);
      const sign = loose && node.kind === 'symbol' && (node.symbol.symbolClass === 'binary' || node.symbol.symbolClass === 'relation');
      const apart = sign || (/(?:\\[A-Za-z]+|[_^][A-Za-z0-9])$/.test(line.slice(-40)) && /^[A-Za-z]/.test(piece));
      line += `${apart && line !== '' && !line.endsWith(' ') ? ' ' : ''}${piece}${sign ? ' ' : ''}`;
    }
    return line.trimEnd().replace(/\\$/, '\\ ');
  }

  private argument(nodes: readonly MathsNode[], loose: boolean): string {
    return `{${this.list(nodes, loose)}}`;
  }

  private script(mark: '_' | '^', nodes: readonly MathsNode[] | undefined): string {
    if (nodes === undefined) return '';
    const body = this.list(nodes, false);
    return /^[A-Za-z0-9]$/.test(body) ? mark + body : `${mark}{${body}}`;
  }

  private node(node: MathsNode, loose: boolean): string {
    switch (node.kind) {
      case 'symbol':
        return this.dialect.spell(node.symbol.latex);
      case 'group':
        return this.argument(node.body, loose);
      case 'scripts':
        return `${node.base === undefined ? '{}' : this.node(node.base, loose)}${node.limits === undefined ? '' : `\\${node.limits}`}${"'".repeat(node.primes)}${this.script('_', node.sub)}${this.script('^', node.sup)}`;
      case 'fraction':
        return `${node.command}${this.argument(node.above, loose)}${this.argument(node.below, loose)}`;
      case 'root':
        return `\\sqrt${node.degree === undefined ? '' : `[${this.list(node.degree, false)}]`}${this.argument(node.body, loose)}`;
      case 'styled':
        return `${node.command}${this.argument(node.body, loose)}`;
      case 'stacked':
        return `${node.command}${this.argument(node.small, false)}${this.argument(node.body, loose)}`;
      case 'words':
        return `${node.command}{${this.dialect.words(node.text)}}`;
      case 'style':
        return node.command;
      case 'sized':
        return `${node.command}${this.dialect.spell(node.delimiter)}`;
      case 'fenced':
        return `\\left${this.dialect.spell(node.left)} ${this.list(node.body, loose)} \\right${this.dialect.spell(node.right)}`;
      case 'rows': {
        const rows = node.rows.map((row) => row.map((entry) => this.list(entry, loose)).join(' & '));
        return `\\begin{${node.environment}}${node.columns === undefined ? '' : `{${node.columns}}`} ${rows.join(` ${this.dialect.newRow} `)} \\end{${node.environment}}`;
      }
      default:
        return unreachable(node);
    }
  }
}

const ACCENTS: ReadonlyMap<string, string> = new Map([
  ['\\hat', '\u0302'],
  ['\\widehat', '\u0302'],
  ['\\tilde', '\u0303'],
  ['\\widetilde', '\u0303'],
  ['\\bar', '\u0304'],
  ['\\overline', '\u0305'],
  ['\\underline', '\u0332'],
  ['\\vec', '\u20D7'],
  ['\\overrightarrow', '\u20D7'],
  ['\\overleftarrow', '\u20D6'],
  ['\\dot', '\u0307'],
  ['\\ddot', '\u0308'],
  ['\\check', '\u030C'],
  ['\\breve', '\u0306'],
  ['\\acute', '\u0301'],
  ['\\grave', '\u0300'],
  ['\\mathring', '\u030A'],
]);
const DOUBLE_STRUCK: ReadonlyMap<string, string> = new Map([
  ['R', 'ℝ'],
  ['N', 'ℕ'],
  ['Z', 'ℤ'],
  ['Q', 'ℚ'],
  ['C', 'ℂ'],
  ['E', '𝔼'],
  ['P', 'ℙ'],
  ['1', '𝟙'],
]);
const SPACED = new Set(['binary', 'relation']);

/** One line of Unicode text: ∂J/∂W_g = Σ_{t=1}^{T} x_tᵀ (…). */
export function printMathsText(nodes: readonly MathsNode[]): string {
  let line = '';
  nodes.forEach((node, index) => {
    const previous = nodes[index - 1];
    if (node.kind === 'symbol' && SPACED.has(node.symbol.symbolClass)) line += binaryText(node.symbol, previous, nodes[index + 1]);
    else line += (needsBlank(previous, node) ? ' ' : '') + oneText(node);
  });
  return line.replace(/ {2,}(?=\S)/g, ' ').trim();
}

function symbolOf(node: MathsNode | undefined): MathsSymbol | undefined {
  if (node?.kind === 'symbol') return node.symbol;
  return node?.kind === 'scripts' && node.base !== undefined ? symbolOf(node.base) : undefined;
}

function binaryText(symbol: MathsSymbol, previous: MathsNode | undefined, next: MathsNode | undefined): string {
  const before = symbolOf(previous)?.symbolClass;
  const unary = previous === undefined || before === 'open' || before === 'binary' || before === 'relation' || before === 'punctuation';
  if (symbol.text === '·' && next?.kind === 'symbol' && /^\d$/.test(next.symbol.text)) return symbol.text;
  return symbol.symbolClass === 'binary' && unary ? symbol.text : ` ${symbol.text} `;
}

/** Words run into each other only where both are single letters or digits written together. */
function needsBlank(previous: MathsNode | undefined, node: MathsNode): boolean {
  if (previous === undefined) return false;
  const before = symbolOf(previous);
  const after = symbolOf(node);
  if (before?.symbolClass === 'punctuation') return true;
  if (before?.symbolClass === 'function') return !(after?.symbolClass === 'open' || node.kind === 'fenced');
  if (before?.symbolClass === 'operator' || (previous.kind === 'scripts' && previous.base?.kind === 'group')) return true;
  if (previous.kind === 'scripts' && previous.sup !== undefined && before?.symbolClass === 'ordinary' && isOpening(node)) return true;
  if (isClosing(previous) && after?.symbolClass === 'ordinary') return /[\p{L}∂∇]/u.test(after.text);
  if (after?.symbolClass === 'function' || after?.symbolClass === 'operator') return before?.symbolClass !== 'open';
  const wide = (kind: MathsNode['kind']): boolean => kind === 'scripts' || kind === 'fraction' || kind === 'root' || kind === 'rows';
  if (wide(previous.kind) && before?.text === '∂') return false;
  if (wide(previous.kind) && before?.symbolClass !== 'open')
    return after === undefined || (after.symbolClass === 'ordinary' && /[\p{L}\d∂∇]/u.test(after.text)) || node.kind === 'styled' || node.kind === 'fraction';
  return node.kind === 'fraction' && before?.symbolClass !== 'open';
}

function isOpening(node: MathsNode): boolean {
  return node.kind === 'fenced' || symbolOf(node)?.symbolClass === 'open';
}

function isClosing(node: MathsNode): boolean {
  return node.kind === 'fenced' || symbolOf(node)?.symbolClass === 'close';
}

/** Brackets an operand of a slash or a root unless it is one thing. */
function operandText(body: readonly MathsNode[]): string {
  const text = printMathsText(body);
  return /\s|[+−/]/.test(text) && !/^[∂∇]/.test(text) ? `(${text})` : text;
}

/** Lowered and raised characters where Unicode has them, as in formulas of the engine; limits of sums stay in braces. */
function scriptText(mark: '_' | '^', body: readonly MathsNode[], limits: boolean): string {
  const text = printMathsText(body).replace(/ ([=−+<>≤≥]) /g, '$1');
  if (limits && text !== '') return `${mark}{${text}}`;
  if (mark === '^' && (text === '⊤' || text === 'T')) return 'ᵀ';
  if (mark === '^' && (text === '′' || text === '∗')) return text;
  const plain = text.replaceAll('−', '-');
  const shifted = mark === '_' ? textSubscript(plain) : textSuperscript(plain);
  return shifted.startsWith(mark) ? shifted.replaceAll('-', '−') : shifted;
}

const hasLimits = (node: MathsNode): boolean => symbolOf(node)?.symbolClass === 'operator';

function oneText(node: MathsNode): string {
  switch (node.kind) {
    case 'symbol':
      return node.symbol.text;
    case 'group':
      return printMathsText(node.body);
    case 'scripts':
      return `${node.base === undefined ? '' : oneText(node.base)}${'′'.repeat(node.primes)}${node.sub === undefined ? '' : scriptText('_', node.sub, hasLimits(node))}${node.sup === undefined ? '' : scriptText('^', node.sup, hasLimits(node))}`;
    case 'fraction':
      return node.command === '\\binom'
        ? `binom(${printMathsText(node.above)}, ${printMathsText(node.below)})`
        : `${operandText(node.above)}/${operandText(node.below)}`;
    case 'root':
      return `${node.degree === undefined ? '' : scriptText('^', node.degree, false)}√${operandText(node.body)}`;
    case 'styled':
      return styledText(node.command, printMathsText(node.body));
    case 'stacked':
      return printMathsText(node.body);
    case 'words':
      return node.text;
    case 'style':
      return '';
    case 'sized':
      return delimiterText(node.delimiter);
    case 'fenced':
      return `${delimiterText(node.left)}${printMathsText(node.body)}${delimiterText(node.right)}`;
    case 'rows':
      return rowsText(
        node.environment,
        node.rows.map((row) => row.map(printMathsText)),
      );
    default:
      return unreachable(node);
  }
}

function styledText(command: string, body: string): string {
  const accent = ACCENTS.get(command);
  if (accent !== undefined)
    return [...body].length === 1 || command === '\\overline' || command === '\\underline'
      ? [...body].map((letter) => letter + accent).join('')
      : `${command.slice(1)}(${body})`;
  if (command === '\\mathbb') return [...body].map((letter) => DOUBLE_STRUCK.get(letter) ?? letter).join('');
  return command === '\\pmod' ? `(mod ${body})` : body;
}

function delimiterText(delimiter: string): string {
  const texts: Record<string, string> = {
    '.': '',
    '\\langle': '⟨',
    '\\rangle': '⟩',
    '<': '⟨',
    '>': '⟩',
    '\\{': '{',
    '\\}': '}',
    '\\lbrace': '{',
    '\\rbrace': '}',
    '\\lbrack': '[',
    '\\rbrack': ']',
    '\\|': '‖',
    '\\Vert': '‖',
    '\\lVert': '‖',
    '\\rVert': '‖',
    '\\vert': '|',
    '\\lvert': '|',
    '\\rvert': '|',
    '\\lfloor': '⌊',
    '\\rfloor': '⌋',
    '\\lceil': '⌈',
    '\\rceil': '⌉',
    '\\uparrow': '↑',
    '\\downarrow': '↓',
  };
  return texts[delimiter] ?? delimiter;
}

function rowsText(environment: string, rows: readonly (readonly string[])[]): string {
  const body = rows.map((row) => row.filter((entry) => entry !== '').join(environment === 'aligned' || environment === 'split' ? ' ' : ', ')).join('; ');
  if (environment === 'cases') return `{ ${body}`;
  return environment.endsWith('matrix') ? `[${body}]` : body;
}
