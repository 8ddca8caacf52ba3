/** A whole solution as one Typst source: no file, package or network is read by it, and it has no date. */

import type { Section, SolutionDocument } from '../../solution/document.js';
import { plainText } from '../scene/plain.js';
import { sectionNumbers, totalsSentence } from '../wording.js';
import { blocksCode, smallPrint } from './blocks.js';
import { printedString, storedString } from './escape.js';
import { headingCode, inlineCode } from './inline.js';
import { type MathsSetter, mathsSetter } from './maths.js';
import { prelude } from './prelude.js';

/** The Typst source of a document. Throws InputError for mathematics that cannot be set. */
export function documentToTypst(document: SolutionDocument): string {
  const maths = mathsSetter();
  return [
    metadata(document.title.map(plainText).join(''), document.language),
    prelude,
    '#{',
    titleCode(document, maths),
    bodyCode(document, maths),
    '}',
    '',
  ].join('\n');
}

/** Title and language in the file itself; no author, keywords or date. */
export function metadata(title: string, language: string): string {
  return `#set document(title:${storedString(title)},author:(),keywords:(),date:none)\n#set text(lang:${storedString(language)})`;
}

function titleCode(document: SolutionDocument, maths: MathsSetter): string {
  return [
    `align(center,{block(below:0.9em,par(justify:false,leading:0.8em,text(size:17pt,${inlineCode(document.title, maths)})))`,
    `${underTitle(document)}})`,
  ].join('\n');
}

/** Source and totals, as they stand under a title; Typst code. */
export function underTitle(document: SolutionDocument): string {
  return [
    ...(document.source === undefined ? [] : [`block(above:0.4em,below:0.8em,text(size:11.5pt,${printedString(document.source)}))`]),
    `${smallPrint(totalsSentence(document.totals))};`,
    'v(0.6em)',
  ].join('\n');
}

/** Everything below the title; Typst code. */
export function bodyCode(document: SolutionDocument, maths: MathsSetter): string {
  const numbers = sectionNumbers(document);
  const sections = document.sections.map((section) => sectionCode(section, numbers.has(section), maths));
  return [...sections, `block(above:2em,${smallPrint(document.provenance)})`].join('\n');
}

function sectionCode(section: Section, numbered: boolean, maths: MathsSetter): string {
  const blocks = blocksCode(section.blocks, maths);
  return section.title.length === 0 ? blocks : `${headingCode(section.title, `depth:1${numbered ? '' : ',numbering:none'}`, maths)}\n${blocks}`;
}
