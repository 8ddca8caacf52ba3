/** A whole solution as one Typst source: no file, package or network is read by it, and it has no date. */

import type { Section, SolutionDocument } from '../../solution/document.js';
import { plainText } from '../scene/plain.js';
import { sectionNumbers, totalsSentence } from '../wording.js';
import { blocksCode, smallPrint } from './blocks.js';
import { printedString, storedString } from './escape.js';
import { inlineCode } from './inline.js';
import { type MathsSetter, mathsSetter } from './maths.js';
import { prelude } from './prelude.js';

/** The Typst source of a document. Throws InputError for mathematics that cannot be set. */
export function documentToTypst(document: SolutionDocument): string {
  const maths = mathsSetter();
  const title = document.title.map(plainText).join('');
  const numbers = sectionNumbers(document);
  const sections = document.sections.map((section) => sectionCode(section, numbers.has(section), maths));
  return [
    `#set document(title:${storedString(title)},author:(),keywords:(),date:none)`,
    `#set text(lang:"${document.language}")`,
    prelude,
    '#{',
    `align(center,{block(below:0.9em,par(justify:false,leading:0.8em,text(size:17pt,${inlineCode(document.title, maths)})))`,
    ...(document.source === undefined ? [] : [`block(above:0.4em,below:0.8em,text(size:11.5pt,${printedString(document.source)}))`]),
    `${smallPrint(totalsSentence(document.totals))};`,
    'v(0.6em)})',
    ...sections,
    `block(above:2em,${smallPrint(document.provenance)})`,
    '}',
    '',
  ].join('\n');
}

function sectionCode(section: Section, numbered: boolean, maths: MathsSetter): string {
  const blocks = blocksCode(section.blocks, maths);
  return section.title.length === 0 ? blocks : `heading(level:1${numbered ? '' : ',numbering:none'},${inlineCode(section.title, maths)})\n${blocks}`;
}
