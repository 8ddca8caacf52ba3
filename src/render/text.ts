/** The worked solution as Unicode text for a terminal: filled to a width, equations aligned at the relation, tables with rules. */

import { unreachable } from '../errors.js';
import type { Block, Inline, Section, SolutionDocument } from '../solution/document.js';
import { oneLine, visibleText } from './escape.js';
import { equationsText } from './text-equations.js';
import { fillWords, PLAIN_STYLER, type Styler, type TextLine } from './text-layout.js';
import { tableText } from './text-table.js';
import { inlineWords } from './text-words.js';
import { blockNumbers, CALLOUTS, sectionNumbers, totalsSentence } from './wording.js';

export interface TextOptions {
  /** Columns of the terminal; 80 unless given, never fewer than 40. */
  readonly width?: number;
  readonly styler?: Styler;
}

/** The whole document, ending in a line end. */
export function renderText(document: SolutionDocument, options: TextOptions = {}): string {
  const width = Math.max(40, Math.min(400, Math.trunc(options.width ?? 80)));
  return `${new TextWriter(document, options.styler ?? PLAIN_STYLER)
    .document(width)
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

/** Blocks alone, for commands that print a derivation without the document around it. */
export function renderBlocksText(blocks: readonly Block[], options: TextOptions = {}): string {
  const empty: SolutionDocument = {
    schema: 'chainrule/solve/1',
    title: [],
    language: 'en',
    sections: [{ kind: 'prose', title: [], blocks }],
    totals: { formulas: 0, proved: 0, checked: 0, slips: 0 },
    provenance: '',
  };
  const width = Math.max(40, Math.min(400, Math.trunc(options.width ?? 80)));
  return `${new TextWriter(empty, options.styler ?? PLAIN_STYLER)
    .blocks(blocks, width)
    .map((line) => line.trimEnd())
    .join('\n')}\n`;
}

class TextWriter {
  private readonly sections: ReadonlyMap<Section, number>;
  private readonly numbers: ReadonlyMap<Block, number>;
  constructor(
    private readonly source: SolutionDocument,
    private readonly styler: Styler,
  ) {
    this.sections = sectionNumbers(source);
    this.numbers = blockNumbers(source);
  }

  document(width: number): string[] {
    const { title, source, totals, sections, provenance } = this.source;
    const head = this.filled([{ type: 'strong', children: title }], width);
    const widest = Math.max(0, ...head.map((line) => line.columns));
    return [
      ...head.map((line) => line.shown),
      this.styler.strong('═'.repeat(widest)),
      ...(source === undefined ? [] : this.paragraph([{ type: 'text', text: source }], width)),
      this.styler.muted(totalsSentence(totals)),
      ...sections.flatMap((section) => ['', ...this.section(section, width)]),
      '',
      this.styler.muted(oneLine(provenance)),
    ];
  }

  private section(section: Section, width: number): string[] {
    const number = this.sections.get(section);
    const title: Inline[] = [
      { type: 'strong', children: [...(number === undefined ? [] : [{ type: 'text' as const, text: `${number}. ` }]), ...section.title] },
    ];
    const lines = section.title.length === 0 ? [] : this.filled(title, width);
    const rule = lines.length === 0 ? [] : [this.styler.strong('─'.repeat(Math.max(...lines.map((line) => line.columns))))];
    return [...lines.map((line) => line.shown), ...rule, ...this.blocks(section.blocks, width)];
  }

  private filled(content: readonly Inline[], width: number): TextLine[] {
    return fillWords(inlineWords(content, this.styler), width);
  }

  private paragraph(content: readonly Inline[], width: number): string[] {
    return this.filled(content, width).map((line) => line.shown);
  }

  /** Blocks with an empty line between them. */
  blocks(blocks: readonly Block[], width: number): string[] {
    return blocks.flatMap((block, index) => [...(index === 0 ? [] : ['']), ...this.block(block, Math.max(24, width))]);
  }

  private block(block: Block, width: number): string[] {
    switch (block.type) {
      case 'heading':
        return this.paragraph([{ type: block.level === 3 ? 'emphasis' : 'strong', children: block.content }], width);
      case 'paragraph':
        return this.paragraph(block.content, width);
      case 'list':
        return block.items.flatMap((item, index) => hang(block.ordered ? `${index + 1}. ` : '• ', this.blocks(item, width - 4)));
      case 'quote':
        return this.blocks(block.blocks, width - 2).map((line) => `${this.styler.muted('│')} ${line}`);
      case 'codeBlock':
        return visibleText(block.text)
          .replace(/\t/g, '    ')
          .split('\n')
          .map((line) => `    ${line}`);
      case 'equations':
        return equationsText(block.lines, width - 4, this.styler).map((line) => `    ${line.shown}`);
      case 'result':
        return boxed(equationsText(block.lines, width - 4, this.styler, true));
      case 'table':
        return [...this.caption('Table', block, block.caption, width), ...tableText(block, width, this.styler)];
      case 'figure':
        return [...this.paragraph([{ type: 'text', text: `[${block.alternative}]` }], width), ...this.caption('Figure', block, block.caption, width)];
      case 'callout':
        return this.callout(block, width);
      default:
        return unreachable(block);
    }
  }

  private caption(word: 'Table' | 'Figure', block: Block, caption: readonly Inline[] | undefined, width: number): string[] {
    if (caption === undefined) return [];
    return this.paragraph([{ type: 'strong', children: [{ type: 'text', text: `${word} ${this.numbers.get(block) ?? ''}. ` }] }, ...caption], width);
  }

  private callout(callout: Extract<Block, { type: 'callout' }>, width: number): string[] {
    const kind = `${CALLOUTS[callout.kind] ?? 'Remark'}.${callout.title.length === 0 ? '' : ' '}`;
    const title = this.paragraph([{ type: 'strong', children: [{ type: 'text', text: kind }, ...callout.title] }], width - 2);
    const bar = callout.kind === 'slip' ? this.styler.bad('┃') : callout.kind === 'assumption' ? this.styler.open('┃') : '┃';
    return [...title, ...this.blocks(callout.blocks, width - 2)].map((line) => `${bar} ${line}`);
  }
}

function hang(mark: string, lines: readonly string[]): string[] {
  const lead = mark.padStart(4);
  return lines.map((line, index) => (index === 0 ? lead : ' '.repeat(lead.length)) + line);
}

function boxed(lines: readonly TextLine[]): string[] {
  const width = Math.max(0, ...lines.map((line) => line.columns));
  const rule = '─'.repeat(width + 2);
  return [`┌${rule}┐`, ...lines.map((line) => `│ ${line.shown}${' '.repeat(width - line.columns)} │`), `└${rule}┘`];
}
