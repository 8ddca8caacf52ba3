/**
 * The worked solution as GitHub-flavoured Markdown with $…$ and $$…$$.
 *
 * Formulas avoid a backslash before punctuation, which Markdown would eat, and signs that Markdown or HTML read.
 */

import { unreachable } from '../errors.js';
import type { Block, EquationLine, Inline, Mathematics, Section, SolutionDocument, TableCell } from '../solution/document.js';
import { type LatexDialect, printMathsLatex } from '../solution/maths-print.js';
import type { MathsNode } from '../solution/maths-tree.js';
import { escapeMarkdown, oneLine, safeAddress, visibleText } from './escape.js';
import { relationTree, settable } from './maths.js';
import { breakableTerms } from './maths-break.js';
import { mathsWidth } from './maths-width.js';
import { blockNumbers, CALLOUTS, MARKS, sectionNumbers, totalsSentence } from './wording.js';

const SPELLINGS: Readonly<Record<string, string>> = {
  '\\{': '\\lbrace ',
  '\\}': '\\rbrace ',
  '\\,': '\\thinspace ',
  '\\:': '\\medspace ',
  '\\;': '\\thickspace ',
  '\\!': '\\negthinspace ',
  '\\ ': '\\space ',
  '~': '\\space ',
  '\\|': '\\Vert ',
  '|': '\\vert ',
  '<': '\\lt ',
  '>': '\\gt ',
  '*': '\\ast ',
  '\\%': '\\text{percent}',
  '\\&': '\\text{and}',
  '\\#': '\\text{no.}',
  '\\$': '\\text{dollar}',
  '\\_': '\\text{ }',
  "''": "''",
};
const DIALECT: LatexDialect = {
  spell: (command) => SPELLINGS[command] ?? command,
  words: (text) => text.replace(/[^\p{L}\p{N} .,:;()=+/'–-]/gu, ' '),
  newRow: '\\cr',
};

/** The whole file. */
export function renderMarkdown(document: SolutionDocument): string {
  return `${new MarkdownWriter(document).document().join('\n\n')}\n`;
}

const printed = (tree: readonly MathsNode[]): string => printMathsLatex(tree, DIALECT).replace(/ +/g, ' ').trim();

function mathsMarkdown(math: Mathematics): string {
  const set = settable(math);
  return set === undefined ? codeMarkdown(math.latex) : `$${printed(set.tree)}$`;
}

/** Code between more backticks than it holds. */
function codeMarkdown(text: string): string {
  const line = oneLine(text).replace(/\|/g, '¦');
  const fence = '`'.repeat(Math.max(0, ...[...line.matchAll(/`+/g)].map((run) => run[0].length)) + 1);
  return `${fence} ${line} ${fence}`.replace(/^(`+) ([^`].*[^`]|[^`]) (`+)$/u, '$1$2$3');
}

function inlineMarkdown(content: readonly Inline[]): string {
  return content.map(oneInline).join('');
}

function oneInline(inline: Inline): string {
  switch (inline.type) {
    case 'text':
      return escapeMarkdown(inline.text);
    case 'math':
      return mathsMarkdown(inline.math);
    case 'strong':
      return emphasised('**', inlineMarkdown(inline.children));
    case 'emphasis':
      return emphasised('*', inlineMarkdown(inline.children));
    case 'code':
      return codeMarkdown(inline.text);
    case 'link': {
      const address = safeAddress(inline.href);
      const text = inlineMarkdown(inline.children);
      return address === undefined ? text : `[${text}](<${address}>)`;
    }
    case 'lineBreak':
      return '<br>';
    default:
      return unreachable(inline);
  }
}

/** Stars must touch what they emphasise. */
function emphasised(stars: string, text: string): string {
  const [, before = '', core = '', after = ''] = /^(\s*)(.*?)(\s*)$/su.exec(text) ?? [];
  return core === '' ? text : `${before}${stars}${core}${stars}${after}`;
}

class MarkdownWriter {
  private readonly sections: ReadonlyMap<Section, number>;
  private readonly numbers: ReadonlyMap<Block, number>;
  constructor(private readonly source: SolutionDocument) {
    this.sections = sectionNumbers(source);
    this.numbers = blockNumbers(source);
  }

  document(): string[] {
    const { title, source, totals, sections, provenance } = this.source;
    return [
      `# ${inlineMarkdown(title)}`,
      ...(source === undefined ? [] : [escapeMarkdown(source)]),
      `*${escapeMarkdown(totalsSentence(totals))}*`,
      ...sections.flatMap((section) => this.section(section)),
      '---',
      `<sub>${escapeMarkdown(provenance)}</sub>`,
    ];
  }

  private section(section: Section): string[] {
    const number = this.sections.get(section);
    const title = section.title.length === 0 ? [] : [`## ${number === undefined ? '' : `${number}. `}${inlineMarkdown(section.title)}`];
    return [...title, ...this.blocks(section.blocks)];
  }

  private blocks(blocks: readonly Block[]): string[] {
    return blocks.map((block) => this.block(block));
  }

  private block(block: Block): string {
    switch (block.type) {
      case 'heading':
        return `${block.level === 3 ? '####' : '###'} ${inlineMarkdown(block.content)}`;
      case 'paragraph':
        return inlineMarkdown(block.content);
      case 'list':
        return block.items.map((item, index) => indent(block.ordered ? `${index + 1}. ` : '- ', this.blocks(item).join('\n\n'))).join('\n');
      case 'quote':
        return quoted(this.blocks(block.blocks).join('\n\n'));
      case 'codeBlock':
        return codeBlock(block.language, block.text);
      case 'equations':
        return equations(block.lines, false);
      case 'result':
        return equations(block.lines, true);
      case 'table':
        return this.table(block);
      case 'figure':
        return `> **Figure ${this.numbers.get(block) ?? ''}.** ${inlineMarkdown(block.caption)}\n>\n> *${escapeMarkdown(block.alternative).trim()}*`;
      case 'callout': {
        const kind = `**${CALLOUTS[block.kind] ?? 'Remark'}.**${block.title.length === 0 ? '' : ` **${inlineMarkdown(block.title).trim()}**`}`;
        return quoted([kind, ...this.blocks(block.blocks)].join('\n\n'));
      }
      default:
        return unreachable(block);
    }
  }

  private table(table: Extract<Block, { type: 'table' }>): string {
    const columns = Math.max(1, table.header.length, ...table.rows.map((row) => row.length));
    const row = (cells: readonly TableCell[]): string =>
      `| ${Array.from({ length: columns }, (_, column) => inlineMarkdown(cells[column]?.content ?? [])).join(' | ')} |`;
    const rule = Array.from({ length: columns }, (_, column) => ({ left: ':---', right: '---:', center: ':---:' })[table.align[column] ?? 'left'] ?? ':---');
    const caption = table.caption === undefined ? '' : `**Table ${this.numbers.get(table) ?? ''}.** ${inlineMarkdown(table.caption)}\n\n`;
    return `${caption}${[row(table.header), `| ${rule.join(' | ')} |`, ...table.rows.map(row)].join('\n')}`;
  }
}

function indent(mark: string, text: string): string {
  return text
    .split('\n')
    .map((line, index) => (index === 0 ? mark : line === '' ? '' : ' '.repeat(mark.length)) + line)
    .join('\n');
}

function quoted(text: string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');
}

function codeBlock(language: string, text: string): string {
  const body = visibleText(text);
  const fence = '`'.repeat(Math.max(2, ...[...body.matchAll(/`+/g)].map((run) => run[0].length)) + 1);
  return `${fence}${/^[a-z0-9+-]{1,20}$/i.test(language) ? language : ''}\n${body}\n${fence}`;
}

/** Ems beyond which a row of a display is broken. */
const ROW_EMS = 38;

/** One display, aligned at the relations and broken before + and − where it is long; reason, shape and verdict follow each line. */
function equations(lines: readonly EquationLine[], boxed: boolean): string {
  const body = `\\begin{aligned}\n${lines.map(equationRows).join(' \\cr\n')}\n\\end{aligned}`;
  return `$$\n${boxed ? `\\boxed{${body}}` : body}\n$$`;
}

function equationRows(line: EquationLine): string {
  const left = line.left === undefined ? '' : mathsInside(line.left);
  const relation = relationTree(line.relation);
  const [first = '', ...rest] = brokenRight(line.right);
  const words = line.reason === undefined ? '' : reasonInside(line.reason);
  const beside = rest.length === 0 && words.length < 60;
  const facts = [
    ...(line.shape === undefined ? [] : [mathsInside(line.shape)]),
    ...(line.mark === undefined ? [] : [`\\text{${MARKS[line.mark].word}}`]),
    ...(line.number === undefined ? [] : [`(${Math.trunc(line.number)})`]),
  ];
  const notes = [...(beside && words !== '' ? [words] : []), ...facts];
  const below = beside || words === '' ? [] : [`&\\quad {\\small ${words}}`];
  const top = `${left} &${relation === undefined ? wordsInside(line.relation) : printed(relation)} ${first}${notes.length === 0 ? '' : ` && {\\small ${notes.join(' \\quad ')}}`}`;
  return [top, ...rest.map((row) => `&\\quad {}${row}`), ...below].join(' \\cr\n');
}

function brokenRight(math: Mathematics): string[] {
  const set = settable(math);
  if (set === undefined) return [wordsInside(math.latex)];
  const rows: MathsNode[][] = [];
  let used = 0;
  for (const term of breakableTerms(set.tree)) {
    const width = mathsWidth(term);
    if (rows.length === 0 || used + width > ROW_EMS) {
      rows.push([...term]);
      used = width;
    } else {
      rows.at(-1)?.push(...term);
      used += width;
    }
  }
  return rows.map(printed);
}

function mathsInside(math: Mathematics): string {
  const set = settable(math);
  return set === undefined ? wordsInside(math.latex) : printed(set.tree);
}

const wordsInside = (text: string): string => `\\text{${DIALECT.words(oneLine(text))}}`;

/** Running text inside a formula: words in \text, formulas as they are. */
function reasonInside(content: readonly Inline[]): string {
  return content
    .map((inline) => {
      if (inline.type === 'math') return mathsInside(inline.math);
      if (inline.type === 'lineBreak') return '\\quad';
      return 'children' in inline ? reasonInside(inline.children) : wordsInside(inline.text);
    })
    .join(' ');
}
