/** \text and its relatives inside mathematics: words as string literals, mathematics within them as mathematics again. */

import { printedString } from './escape.js';
import { bodyOf, isNode, nodeOf, type TexNode, textOf } from './katex-tree.js';
import { call, type Setting } from './setting.js';
import { textFonts } from './symbols.js';

const ligatures: Readonly<Record<string, string>> = { '--': '–', '---': '—', '``': '“', "''": '”', '`': '‘', "'": '’', '~': '\u00a0' };
const textAccents: Readonly<Record<string, string>> = {
  "\\'": '\u0301',
  '\\`': '\u0300',
  '\\^': '\u0302',
  '\\"': '\u0308',
  '\\~': '\u0303',
  '\\=': '\u0304',
  '\\.': '\u0307',
  '\\u': '\u0306',
  '\\v': '\u030c',
  '\\r': '\u030a',
  '\\H': '\u030b',
  '\\c': '\u0327',
};

/** Sets a text node; its words keep their spaces. */
export function setText(here: Setting, node: TexNode): string {
  const font = node.font === undefined ? '\\text' : textOf(node, 'font');
  const functions = textFonts[font];
  if (functions === undefined) throw here.unknown(font);
  const runs = textRuns(here, bodyOf(node));
  const body = runs.map((run) => (typeof run === 'string' ? printedString(run) : run.markup)).join('');
  return functions.reduceRight((content, name) => call(name, content), body || '""');
}

type Run = string | { readonly markup: string };

function textRuns(here: Setting, nodes: readonly TexNode[]): readonly Run[] {
  const runs: Run[] = [];
  for (const node of nodes) {
    for (const run of textRun(here, node)) {
      const last = runs.at(-1);
      if (typeof run === 'string' && typeof last === 'string') runs[runs.length - 1] = last + run;
      else runs.push(run);
    }
  }
  return runs;
}

function textRun(here: Setting, node: TexNode): readonly Run[] {
  switch (node.type) {
    case 'textord':
    case 'mathord':
      return [word(here, textOf(node, 'text'))];
    case 'spacing':
      return [['\\nobreak', '\\allowbreak'].includes(textOf(node, 'text')) ? '' : ' '];
    case 'ordgroup':
      return textRuns(here, bodyOf(node));
    case 'accent': {
      const mark = textAccents[textOf(node, 'label')];
      const base = textRuns(here, [nodeOf(node, 'base')]);
      if (mark === undefined || base.length !== 1 || typeof base[0] !== 'string') throw here.unknown(textOf(node, 'label'));
      return [(base[0] + mark).normalize('NFC')];
    }
    case 'htmlmathml':
      return Array.isArray(node.mathml) ? textRuns(here, node.mathml.filter(isNode)) : [];
    default:
      return [{ markup: here.node(node) }];
  }
}

function word(here: Setting, text: string): string {
  if (!text.startsWith('\\')) return ligatures[text] ?? text;
  return here.character(`\\text{${text}}`);
}
