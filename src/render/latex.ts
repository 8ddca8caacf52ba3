/** The worked solution as LaTeX that a plain pdflatex of a small TeX compiles. */

import { unreachable } from '../errors.js';
import type { Block, Section, SolutionDocument } from '../solution/document.js';
import { escapeLatex, visibleText } from './escape.js';
import { equationsLatex, resultLatex } from './latex-equations.js';
import { bookmarkText, inlineLatex, LINE_EMS, labelLatex } from './latex-inline.js';
import { latexPreamble } from './latex-preamble.js';
import { tableLatex } from './latex-table.js';
import { sceneToTikz } from './scene/tikz.js';
import { blockNumbers, CALLOUTS, sectionNumbers, totalsSentence } from './wording.js';

/** TeX nests lists four deep; deeper ones are set as paragraphs. */
const DEEPEST_LIST = 3;
const CODE_COLUMNS = 84;
/** A display that no text leads to would leave an empty line above it. */
const RAISED = '\\vspace{-\\baselineskip}\n';

/** The whole file. The same document gives the same bytes. */
export function renderLatex(document: SolutionDocument): string {
  const writer = new LatexWriter(document);
  return `${latexPreamble(bookmarkText(document.title))}\n\\begin{document}\n${writer.body()}\n\\end{document}\n`;
}

class LatexWriter {
  private readonly sections: ReadonlyMap<Section, number>;
  private readonly numbers: ReadonlyMap<Block, number>;
  constructor(private readonly document: SolutionDocument) {
    this.sections = sectionNumbers(document);
    this.numbers = blockNumbers(document);
  }

  body(): string {
    const { title, source, totals, sections, provenance } = this.document;
    const lines = [
      `{\\LARGE ${labelLatex(title)}\\par}`,
      ...(source === undefined ? [] : [`\\vspace{0.6em}{${escapeLatex(source)}\\par}`]),
      `\\vspace{0.3em}{\\small\\color{muted}${escapeLatex(totalsSentence(totals))}\\par}`,
    ];
    return [
      `\\begin{center}\n${lines.join('\n')}\n\\end{center}`,
      ...sections.map((section) => this.section(section)),
      `\\bigskip\n\\begin{center}\\footnotesize\\color{muted}${escapeLatex(provenance)}\\end{center}`,
    ].join('\n\n');
  }

  private section(section: Section): string {
    const star = this.sections.get(section) === undefined ? '*' : '';
    const title = section.title.length === 0 ? [] : [`\\section${star}{\\texorpdfstring{${labelLatex(section.title)}}{${bookmarkText(section.title)}}}`];
    return [...title, this.blocks(section.blocks, 0)].join('\n');
  }

  private blocks(blocks: readonly Block[], depth: number): string {
    const isDisplay = (block: Block | undefined): boolean => block?.type === 'equations' || block?.type === 'result';
    return blocks
      .map((block, index) => {
        const before = blocks[index - 1]?.type;
        if (before === undefined) return isDisplay(block) ? `${RAISED}${this.block(block, depth)}` : this.block(block, depth);
        if (!isDisplay(block)) return `\n\n${this.block(block, depth)}`;
        return before === 'paragraph' || isDisplay(blocks[index - 1]) ? `\n${this.block(block, depth)}` : `\n\n${RAISED}${this.block(block, depth)}`;
      })
      .join('');
  }

  private block(block: Block, depth: number): string {
    const room = LINE_EMS - 2.6 * Math.min(depth, DEEPEST_LIST);
    switch (block.type) {
      case 'heading':
        return `\\${block.level === 3 ? 'subsubsection' : 'subsection'}*{\\texorpdfstring{${labelLatex(block.content)}}{${bookmarkText(block.content)}}}`;
      case 'paragraph':
        return inlineLatex(block.content);
      case 'list':
        return this.list(block, depth);
      case 'quote':
        return this.indented(`\\itshape ${this.blocks(block.blocks, depth + 1)}`, depth);
      case 'codeBlock':
        return this.indented(codeLines(block.text), depth);
      case 'equations':
        return equationsLatex(block.lines, room);
      case 'result':
        return resultLatex(block.lines, room);
      case 'table':
        return tableLatex(block, block.caption === undefined ? undefined : `\\textbf{Table ${this.numbers.get(block) ?? ''}.} ${labelLatex(block.caption)}`);
      case 'figure':
        return this.figure(block);
      case 'callout':
        return this.callout(block, depth);
      default:
        return unreachable(block);
    }
  }

  private list(list: Extract<Block, { type: 'list' }>, depth: number): string {
    if (list.items.length === 0) return '';
    const items = list.items.map((item) => this.blocks(item, depth + 1));
    if (depth >= DEEPEST_LIST) return items.map((item, index) => `${list.ordered ? `${index + 1}.` : '\\textbullet'}~${item}`).join('\n\n');
    const name = list.ordered ? 'enumerate' : 'itemize';
    return `\\begin{${name}}\n${items.map((item) => `\\item\\relax ${item}`).join('\n')}\n\\end{${name}}`;
  }

  private indented(content: string, depth: number): string {
    return depth >= DEEPEST_LIST ? `\\begingroup ${content}\\par\\endgroup` : `\\begin{indented}\n${content}\n\\end{indented}`;
  }

  private figure(figure: Extract<Block, { type: 'figure' }>): string {
    const picture = sceneToTikz(figure.scene, (content) => labelLatex([content]));
    const caption = `\\textbf{Figure ${this.numbers.get(figure) ?? ''}.} ${labelLatex(figure.caption)}`;
    return `% ${bookmarkText([{ type: 'text', text: figure.alternative }])}\n\\begin{center}\n\\begin{minipage}{\\linewidth}\\centering\n\\sbox{\\roombox}{%\n${picture}}%\n\\shrunk{\\linewidth}\\displayedcaption{${caption}}\n\\end{minipage}\n\\end{center}`;
  }

  private callout(callout: Extract<Block, { type: 'callout' }>, depth: number): string {
    const colour = { assumption: 'open', remark: 'black', slip: 'bad' }[callout.kind] ?? 'black';
    const kind = `{\\color{${colour}}\\textbf{${CALLOUTS[callout.kind] ?? 'Remark'}.}}`;
    const title = callout.title.length === 0 ? kind : `${kind} \\textbf{${labelLatex(callout.title)}}`;
    return this.indented(`${title}\n\n${this.blocks(callout.blocks, depth + 1)}`, depth);
  }
}

function codeLines(text: string): string {
  const lines = visibleText(text).replace(/\t/g, '    ').split('\n').flatMap(wrapped);
  return `\\ttfamily\\small\\raggedright\n${lines.map((line) => `\\mbox{}${escapeLatexCode(line)}`).join('\\\\\n')}\\par`;
}

function wrapped(line: string): string[] {
  const pieces = line.match(new RegExp(`.{1,${CODE_COLUMNS}}`, 'gu'));
  return pieces === null ? [''] : [...pieces];
}

function escapeLatexCode(line: string): string {
  return line.split(' ').map(escapeLatex).join('~');
}
