/**
 * Reads the author's prose, Markdown with $…$ and $$…$$, into blocks of the document.
 *
 * Prose is untrusted: HTML is text, links are of the web or mail only, and mathematics passes the whitelist of `maths-tree.ts` or is shown as code.
 */

import MarkdownIt, { type Token } from 'markdown-it';
import type { Block, EquationLine, Inline, Mathematics, TableCell } from './document.js';
import { printMathsLatex, printMathsText } from './maths-print.js';
import { type MathsNode, readMaths } from './maths-tree.js';
import { addMathsRules } from './prose-maths-rules.js';

const MAXIMAL_NESTING = 24;

/** The blocks of a piece of prose. Never throws on any text. */
export function readProse(markdown: string): Block[] {
  const reader = new MarkdownIt({ html: false, linkify: false, typographer: false, breaks: false, maxNesting: MAXIMAL_NESTING });
  addMathsRules(reader);
  return new TokenReader(reader.parse(markdown, {})).blocks(() => false);
}

/** Mathematics written in LaTeX as the document holds it; undefined when it is not allowed. */
export function proseMathematics(latex: string): Mathematics | undefined {
  const tree = readMaths(latex);
  return tree === undefined || tree.length === 0 ? undefined : mathematics(tree);
}

/** A line of LaTeX as it was written, split at its first relation; undefined when it is not allowed. */
export function writtenEquation(latex: string): EquationLine | undefined {
  const tree = readMaths(latex.replaceAll('&', ' ').replace(/\\\\\s*$/, ''));
  return tree === undefined || tree.length === 0 ? undefined : equationLine(tree);
}

const mathematics = (tree: readonly MathsNode[]): Mathematics => ({ latex: printMathsLatex(tree), text: printMathsText(tree) });

/** Walks the flat list of Markdown tokens; every turn moves forward. */
class TokenReader {
  private at = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  /** Blocks up to the token that `end` accepts, which is eaten. */
  blocks(end: (token: Token) => boolean): Block[] {
    const blocks: Block[] = [];
    for (let token = this.next(); token !== undefined && !end(token); token = this.next()) blocks.push(...this.block(token));
    return blocks;
  }

  private next(): Token | undefined {
    const token = this.tokens[this.at];
    this.at += 1;
    return token;
  }

  private inside(kind: string): Block[] {
    return this.blocks((token) => token.type === `${kind}_close`);
  }

  private block(token: Token): Block[] {
    switch (token.type) {
      case 'heading_open':
        return [{ type: 'heading', level: headingLevel(token.tag), content: this.inlineContent() }];
      case 'inline':
        return [{ type: 'paragraph', content: inlines(token.children ?? []) }];
      case 'bullet_list_open':
        return [{ type: 'list', ordered: false, items: this.items('bullet_list_close') }];
      case 'ordered_list_open':
        return [{ type: 'list', ordered: true, items: this.items('ordered_list_close') }];
      case 'blockquote_open':
        return [{ type: 'quote', blocks: this.inside('blockquote') }];
      case 'fence':
      case 'code_block':
        return [{ type: 'codeBlock', language: /^[\w+-]{0,20}/.exec(token.info.trim())?.[0] ?? '', text: token.content.replace(/\n$/, '') }];
      case 'table_open':
        return [this.table()];
      case 'maths_block':
        return [displayedMaths(token.content)];
      default:
        return [];
    }
  }

  private inlineContent(): Inline[] {
    const token = this.next();
    return token?.type === 'inline' ? inlines(token.children ?? []) : [];
  }

  private items(close: string): Block[][] {
    const items: Block[][] = [];
    for (let token = this.next(); token !== undefined && token.type !== close; token = this.next())
      if (token.type === 'list_item_open') items.push(this.inside('list_item'));
    return items;
  }

  private table(): Block {
    const rows: TableCell[][] = [];
    const align: ('left' | 'right' | 'center')[] = [];
    for (let token = this.next(); token !== undefined && token.type !== 'table_close'; token = this.next()) {
      if (token.type === 'tr_open') rows.push([]);
      if (token.type === 'th_open') align.push(alignment(token));
      if (token.type === 'th_open' || token.type === 'td_open') rows.at(-1)?.push({ content: this.inlineContent() });
    }
    return { type: 'table', align, header: rows[0] ?? [], rows: rows.slice(1) };
  }
}

function headingLevel(tag: string): 1 | 2 | 3 {
  const level = Number(tag.slice(1));
  return level <= 1 ? 1 : level === 2 ? 2 : 3;
}

function alignment(token: Token): 'left' | 'right' | 'center' {
  const style = String(token.attrGet('style') ?? '');
  return style.includes('right') ? 'right' : style.includes('center') ? 'center' : 'left';
}

/** Inline tokens as a tree; what is opened and never closed ends with the list. */
function inlines(tokens: readonly Token[]): Inline[] {
  const stack: Inline[][] = [[]];
  const opened: Token[] = [];
  const add = (inline: Inline): void => {
    const list = stack.at(-1);
    const last = list?.at(-1);
    if (inline.type === 'text' && last?.type === 'text' && list !== undefined) list[list.length - 1] = { type: 'text', text: last.text + inline.text };
    else list?.push(inline);
  };
  for (const token of tokens) {
    if (token.nesting === 1) {
      opened.push(token);
      stack.push([]);
    } else if (token.nesting === -1) {
      const children = stack.pop() ?? [];
      if (stack.length === 0) stack.push([]);
      for (const inline of wrapped(opened.pop(), children)) add(inline);
    } else for (const inline of leaf(token)) add(inline);
  }
  return stack.flat();
}

function wrapped(token: Token | undefined, children: readonly Inline[]): readonly Inline[] {
  if (token?.type === 'strong_open') return [{ type: 'strong', children }];
  if (token?.type === 'em_open') return [{ type: 'emphasis', children }];
  const href = token?.type === 'link_open' ? String(token.attrGet('href') ?? '') : '';
  return /^(?:https?:\/\/|mailto:)\S+$/i.test(href) ? [{ type: 'link', href, children }] : children;
}

function leaf(token: Token): readonly Inline[] {
  switch (token.type) {
    case 'code_inline':
      return [{ type: 'code', text: token.content }];
    case 'maths_inline':
      return [inlineMaths(token.content)];
    case 'softbreak':
      return [{ type: 'text', text: ' ' }];
    case 'hardbreak':
      return [{ type: 'lineBreak' }];
    case 'text':
    case 'text_special':
    case 'image':
      return token.content === '' ? [] : [{ type: 'text', text: token.content }];
    default:
      return token.content === '' ? [] : [{ type: 'text', text: token.content }];
  }
}

function inlineMaths(latex: string): Inline {
  const math = proseMathematics(latex);
  return math === undefined ? { type: 'code', text: latex } : { type: 'math', math };
}

const DISPLAY_ENVIRONMENT = /\\(begin|end)\{(?:align|alignat|gather|equation|multline|eqnarray)\*?\}/g;

/** A display as equation lines, split at the rows of an aligned environment and at the first relation; as code when it is not allowed. */
function displayedMaths(latex: string): Block {
  const unwrapped = latex.replace(DISPLAY_ENVIRONMENT, '\\$1{aligned}').trim();
  const tree = readMaths(unwrapped) ?? readMaths(`\\begin{aligned}${unwrapped}\\end{aligned}`);
  if (tree === undefined || tree.length === 0) return { type: 'codeBlock', language: 'latex', text: latex.trim() };
  const only = tree[0];
  const rows =
    tree.length === 1 && only?.kind === 'rows' && /^(?:aligned|gathered|split)$/.test(only.environment) ? only.rows.map((row) => row.flat()) : [tree];
  return { type: 'equations', lines: rows.filter((row) => row.length > 0).map(equationLine) };
}

function equationLine(row: readonly MathsNode[]): EquationLine {
  const sign = row.findIndex((node) => node.kind === 'symbol' && node.symbol.symbolClass === 'relation');
  const relation = row[sign];
  if (relation === undefined || sign === row.length - 1) return { relation: '', right: mathematics(row) };
  const right = mathematics(row.slice(sign + 1));
  const relationText = printMathsLatex([relation]);
  return sign === 0 ? { relation: relationText, right } : { left: mathematics(row.slice(0, sign)), relation: relationText, right };
}
