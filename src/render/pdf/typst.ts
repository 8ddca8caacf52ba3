/** A whole solution as one Typst source: no file, package or network is read by it, and it has no date. */

import type { SolutionDocument } from '../../solution/document.js';
import { plainText } from '../scene/plain.js';
import { blocksCode, smallPrint } from './blocks.js';
import { printedString, storedString } from './escape.js';
import { inlineCode } from './inline.js';
import { mathsSetter } from './maths.js';
import { prelude } from './prelude.js';

/** The Typst source of a document. Throws InputError for mathematics that cannot be set. */
export function documentToTypst(document: SolutionDocument): string {
  const maths = mathsSetter();
  const title = document.title.map(plainText).join('');
  const sections = document.sections.map((section) => `heading(level:1,${inlineCode(section.title, maths)})\n${blocksCode(section.blocks, maths)}`);
  return [
    `#set document(title:${storedString(title)},author:(),keywords:(),date:none)`,
    `#set text(lang:"${document.language}")`,
    prelude,
    '#{',
    `align(center,{block(below:0.9em,par(justify:false,text(size:17pt,${inlineCode(document.title, maths)})))`,
    ...(document.source === undefined ? [] : [`text(size:11.5pt,${printedString(document.source)})`]),
    'v(0.6em)})',
    ...sections,
    `block(above:2em,${smallPrint(document.provenance)})`,
    '}',
    '',
  ].join('\n');
}
