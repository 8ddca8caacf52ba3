/**
 * The worked solution as one HTML file that needs nothing else: formulas set by KaTeX when the page is made, fonts inlined, no script.
 */

import { unreachable } from '../errors.js';
import type { Block, EquationLine, Section, SolutionDocument, TableCell } from '../solution/document.js';
import type { KatexAssets } from './assets.js';
import { escapeHtml, oneLine } from './escape.js';
import { displayedHtml, inlineHtml, isWide, mathsHtml, rightSideHtml } from './html-inline.js';
import { htmlPage } from './html-page.js';
import { plainText } from './scene/plain.js';
import { sceneToHtml } from './scene/svg.js';
import { blockNumbers, CALLOUTS, MARKS, sectionNumbers, totalsSentence } from './wording.js';

/** The whole page. The same document and assets give the same bytes. */
export function renderHtml(document: SolutionDocument, assets: KatexAssets): string {
  return htmlPage(document.title.map(plainText).join(''), new HtmlWriter(document).page(), assets);
}

class HtmlWriter {
  private readonly sections: ReadonlyMap<Section, number>;
  private readonly numbers: ReadonlyMap<Block, number>;
  constructor(private readonly document: SolutionDocument) {
    this.sections = sectionNumbers(document);
    this.numbers = blockNumbers(document);
  }

  page(): string {
    const { title, source, sections, totals, provenance } = this.document;
    return `<main>
<header>
<h1>${inlineHtml(title)}</h1>
${source === undefined ? '' : `<p class="source">${escapeHtml(source)}</p>\n`}<p class="totals">${escapeHtml(totalsSentence(totals))}</p>
</header>
${sections.map((section) => this.section(section)).join('\n')}
</main>
<footer><p>${escapeHtml(provenance)}</p></footer>`;
  }

  private section(section: Section): string {
    const number = this.sections.get(section);
    const title =
      section.title.length === 0
        ? ''
        : `<h2>${number === undefined ? '' : `<span class="section-number">${number}</span> `}${inlineHtml(section.title)}</h2>\n`;
    const kind = /^[a-z]+$/.test(section.kind) ? section.kind : 'other';
    return `<section class="${kind}"${number === undefined ? '' : ` id="section-${number}"`}>\n${title}${this.blocks(section.blocks)}\n</section>`;
  }

  private blocks(blocks: readonly Block[]): string {
    return blocks.map((block) => this.block(block)).join('\n');
  }

  private block(block: Block): string {
    switch (block.type) {
      case 'heading':
        return heading(block);
      case 'paragraph':
        return `<p>${inlineHtml(block.content)}</p>`;
      case 'list': {
        const tag = block.ordered ? 'ol' : 'ul';
        return `<${tag}>${block.items.map((item) => `<li>${this.blocks(item)}</li>`).join('')}</${tag}>`;
      }
      case 'quote':
        return `<blockquote>${this.blocks(block.blocks)}</blockquote>`;
      case 'codeBlock':
        return `<pre tabindex="0"><code>${escapeHtml(block.text)}</code></pre>`;
      case 'equations':
        return equations('equations', block.lines);
      case 'result':
        return equations('equations result', block.lines);
      case 'table':
        return this.table(block);
      case 'figure':
        return `<figure>${sceneToHtml(block.scene, (content) => inlineHtml([content]), oneLine(block.alternative))}<figcaption><b>Figure ${this.numbers.get(block) ?? ''}.</b> ${inlineHtml(block.caption)}</figcaption></figure>`;
      case 'callout':
        return `<aside class="callout ${block.kind in CALLOUTS ? block.kind : 'remark'}"><p class="callout-title">${calloutTitle(block)}</p>${this.blocks(block.blocks)}</aside>`;
      default:
        return unreachable(block);
    }
  }

  private table(table: Extract<Block, { type: 'table' }>): string {
    const align = (column: number): string => ({ left: 'left', right: 'right', center: 'center' })[table.align[column] ?? 'left'] ?? 'left';
    const cells = (row: readonly TableCell[], open: string, close: string): string =>
      row.map((cell, column) => `<${open} class="${align(column)}">${inlineHtml(cell.content)}</${close}>`).join('');
    const caption = table.caption === undefined ? '' : `<caption><b>Table ${this.numbers.get(table) ?? ''}.</b> ${inlineHtml(table.caption)}</caption>`;
    const body = table.rows.map((row) => `<tr>${cells(row, 'td', 'td')}</tr>`).join('\n');
    const head = table.header.length === 0 ? '' : `<thead><tr>${cells(table.header, 'th scope="col"', 'th')}</tr></thead>`;
    return `<div class="table" tabindex="0" role="group"><table>${caption}${head}<tbody>${body}</tbody></table></div>`;
  }
}

/** Sections have the second level, so the headings in them have the third and the fourth. */
function heading(block: Extract<Block, { type: 'heading' }>): string {
  const tag = block.level === 3 ? 'h4' : 'h3';
  return `<${tag}>${inlineHtml(block.content)}</${tag}>`;
}

function calloutTitle(block: Extract<Block, { type: 'callout' }>): string {
  const kind = CALLOUTS[block.kind] ?? 'Remark';
  return block.title.length === 0 ? kind : `<span class="callout-kind">${kind}.</span> ${inlineHtml(block.title)}`;
}

/** A derivation: a grid of left sides, right sides, facts (shape, verdict, number) and reasons; the reasons go below on narrow pages. */
function equations(classes: string, lines: readonly EquationLine[]): string {
  const reasoned = lines.some((line) => line.reason !== undefined) ? ' reasoned' : '';
  const judged = lines.some((line) => line.mark !== undefined) ? ' judged' : '';
  return `<div class="${classes}${reasoned}${judged}">${lines.map(equationLine).join('\n')}</div>`;
}

function equationLine(line: EquationLine): string {
  const number = line.number === undefined ? undefined : Math.trunc(Number(line.number)) || 0;
  const left = line.left === undefined ? '' : displayedHtml(line.left);
  const reason = line.reason === undefined ? '' : `<span class="reason">${inlineHtml(line.reason)}</span>`;
  const facts = [
    line.shape === undefined ? '' : `<span class="shape">${mathsHtml(line.shape)}</span>`,
    line.mark === undefined ? '' : markHtml(line.mark),
    number === undefined ? '' : `<span class="equation-number">(${number})</span>`,
  ].join('');
  return `<div class="line"${number === undefined ? '' : ` id="equation-${number}"`}><span class="left${line.left !== undefined && isWide(line.left) ? ' alone' : ''}">${left}</span><span class="right" tabindex="0">${rightSideHtml(line.relation, line.right)}</span>${facts === '' ? '' : `<span class="facts">${facts}</span>`}${reason}</div>`;
}

function markHtml(mark: NonNullable<EquationLine['mark']>): string {
  const wording = MARKS[mark];
  return wording === undefined
    ? ''
    : `<span class="mark ${wording.tone}" title="${wording.explanation}"><span aria-hidden="true">${wording.sign}</span> ${wording.word}</span>`;
}
