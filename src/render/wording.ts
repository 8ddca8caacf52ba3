/** The words that all formats share: what marks, callouts and totals are called, and how things are numbered. */

import { unreachable } from '../errors.js';
import type { Block, EquationLine, Section, SolutionDocument, Totals } from '../solution/document.js';

export type Mark = NonNullable<EquationLine['mark']>;

export interface MarkWording {
  readonly sign: string;
  readonly word: string;
  readonly tone: 'good' | 'bad' | 'open';
  readonly explanation: string;
}

/** How the verdict on a line is shown. */
export const MARKS: Readonly<Record<Mark, MarkWording>> = {
  proved: { sign: '✓', word: 'proved', tone: 'good', explanation: 'proved for every size' },
  checked: { sign: '✓', word: 'checked', tone: 'good', explanation: 'derived, and confirmed by numbers' },
  agrees: { sign: '✓', word: 'agrees', tone: 'good', explanation: 'agrees at every point tried, without a proof' },
  carried: { sign: '✓', word: 'carried', tone: 'open', explanation: 'follows from an earlier line that is wrong' },
  refuted: { sign: '✗', word: 'refuted', tone: 'bad', explanation: 'a counterexample was found' },
  'ill-shaped': { sign: '✗', word: 'ill-shaped', tone: 'bad', explanation: 'the shapes do not conform' },
  unreadable: { sign: '?', word: 'unreadable', tone: 'open', explanation: 'could not be read' },
  undecided: { sign: '?', word: 'undecided', tone: 'open', explanation: 'neither proved nor refuted' },
};

type CalloutKind = Extract<Block, { type: 'callout' }>['kind'];

export const CALLOUTS: Readonly<Record<CalloutKind, string>> = { assumption: 'Assumption', remark: 'Remark', slip: 'Slip' };

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

/** "12 formulas: 3 proved, 3 checked by numbers; 1 slip found". */
export function totalsSentence(totals: Totals): string {
  const parts = [...(totals.proved > 0 ? [`${totals.proved} proved`] : []), ...(totals.checked > 0 ? [`${totals.checked} checked by numbers`] : [])];
  const slips = totals.slips > 0 ? `; ${plural(totals.slips, 'slip')} found` : '';
  return `${plural(totals.formulas, 'formula')}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}${slips}`;
}

/** Sections are counted, except those that close the document and prose, which has headings of its own. */
export function sectionNumbers(document: SolutionDocument): ReadonlyMap<Section, number> {
  const counted = document.sections.filter((section) => section.kind !== 'prose' && section.kind !== 'provenance' && section.title.length > 0);
  return new Map(counted.map((section, index) => [section, index + 1]));
}

/** Figures and tables with a caption, counted through the document in reading order. */
export function blockNumbers(document: SolutionDocument): ReadonlyMap<Block, number> {
  const numbers = new Map<Block, number>();
  const counts = { figure: 0, table: 0 };
  const visit = (block: Block): void => {
    switch (block.type) {
      case 'figure':
        counts.figure += 1;
        numbers.set(block, counts.figure);
        return;
      case 'table':
        if (block.caption === undefined) return;
        counts.table += 1;
        numbers.set(block, counts.table);
        return;
      case 'list':
        for (const item of block.items) item.forEach(visit);
        return;
      case 'quote':
      case 'callout':
        block.blocks.forEach(visit);
        return;
      case 'heading':
      case 'paragraph':
      case 'codeBlock':
      case 'equations':
      case 'result':
        return;
      default:
        return unreachable(block);
    }
  };
  for (const section of document.sections) section.blocks.forEach(visit);
  return numbers;
}
