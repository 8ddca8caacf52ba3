/**
 * All solutions of a collection as one Typst source: a title page with the contents, and each solution on pages of its own.
 *
 * Documents are headings of level 1, solutions of level 2; what is a section in a solution alone is of level 3 here. The PDF's outline follows.
 */

import { InputError } from '../../errors.js';
import type { SolutionDocument } from '../../solution/document.js';
import { groupByDocument, sumOfTotals } from '../collection.js';
import { plainText } from '../scene/plain.js';
import { totalsSentence } from '../wording.js';
import { smallPrint } from './blocks.js';
import { printedString } from './escape.js';
import { headingCode } from './inline.js';
import { type MathsSetter, mathsSetter } from './maths.js';
import { prelude } from './prelude.js';
import { bodyCode, metadata, underTitle } from './typst.js';

export interface Book {
  readonly title: string;
  /** In the order of the book; those of one document follow each other. */
  readonly solutions: readonly { readonly id: string; readonly document: SolutionDocument }[];
  readonly provenance: string;
}

const LOOKS = `
#set heading(offset: 2, numbering: "1.1")
#set page(header: context {
  let here-page = here().page()
  let titles = query(heading.where(level: 2).before(here()))
  let opening = query(heading.where(level: 1).or(heading.where(level: 2))).any(it => it.location().page() == here-page)
  if titles.len() > 0 and not opening { align(center, text(size: 9pt, style: "italic", fill: muted, titles.last().supplement)) }
})
#show heading.where(level: 1): it => { set text(size: 17pt); align(center, block(above: 0pt, below: 1.6em, par(justify: false, it.supplement))) }
#show heading.where(level: 2): it => { set text(size: 17pt, weight: "regular"); align(center, block(above: 0pt, below: 0.9em, par(justify: false, leading: 0.8em, it.supplement))) }
#show outline.entry: set block(above: 0.6em)
#show outline.entry.where(level: 1): it => block(above: 1.5em, below: 0.7em, sticky: true, strong(link(it.element.location(), it.element.supplement)))
#show outline.entry.where(level: 2): it => link(it.element.location(), block(width: 100%, it.element.supplement + [ ] + box(width: 1fr, repeat([.], gap: 0.2em)) + [ ] + it.page()))
#show outline: it => { show link: set text(fill: black); it }
#let opening(body) = { pagebreak(weak: true); counter(figure.where(kind: image)).update(0); counter(figure.where(kind: table)).update(0); body }
`;

/** The Typst source of a book. Throws InputError for one without a solution, and for mathematics that cannot be set. */
export function bookToTypst(book: Book): string {
  if (book.solutions.length === 0) throw new InputError({ ruleId: 'nothing-to-bind', message: 'There is no solution to bind.' });
  const maths = mathsSetter();
  const groups = groupByDocument(
    book.solutions.map(({ id, document }) => ({ id, document, ...(document.source === undefined ? {} : { source: document.source }) })),
  );
  return [
    metadata(book.title, 'en'),
    prelude,
    LOOKS,
    '#{',
    frontCode(book),
    ...groups.flatMap(({ title, members }) => members.map(({ member }, at) => solutionCode(member.document, at === 0 ? title : undefined, maths))),
    '}',
    '',
  ].join('\n');
}

function frontCode({ title, solutions, provenance }: Book): string {
  const totals = sumOfTotals(solutions.map(({ document }) => document.totals));
  const count = `${solutions.length} ${solutions.length === 1 ? 'solution' : 'solutions'}`;
  return [
    `align(center,{block(below:0.9em,text(size:20pt,${printedString(title)}))`,
    `block(below:0.8em,text(size:11.5pt,${printedString(count)}))`,
    `${smallPrint(totalsSentence(totals))};`,
    `linebreak();${smallPrint(provenance)}})`,
    'v(1em)',
    'outline(title:none,depth:2,indent:level => 0pt)',
  ].join('\n');
}

/** The first solution of a document carries the document's name as well. */
function solutionCode(document: SolutionDocument, group: string | undefined, maths: MathsSetter): string {
  const name = document.title.map(plainText).join('').trim() === '' ? [{ type: 'text' as const, text: 'Untitled' }] : document.title;
  return [
    `opening({${group === undefined ? '' : `${headingCode([{ type: 'text', text: group }], 'level:1', maths)}\n`}${headingCode(name, 'level:2', maths)}`,
    `align(center,{${underTitle(document)}})})`,
    bodyCode(document, maths),
  ].join('\n');
}
