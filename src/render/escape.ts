/**
 * Makes text inert in each output format. Every string of a document passes through here or is printed from the whitelisted maths tree.
 */

import { symbolOfCharacter } from '../solution/maths-symbols.js';
import { scriptRuns } from './scripts.js';

/** Control characters, and marks that turn the direction of text around: never wanted, and terminals obey some of them. */
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u2069\ufeff\ufff9-\uffff]|\p{Cs}/gu;

/** Text without control characters; line ends and tabs stay. */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, '');
}

/** Text on one line. */
export function oneLine(text: string): string {
  return visibleText(text).replace(/\s+/g, ' ');
}

const HTML_ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** For HTML text and quoted attributes. */
export function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => HTML_ENTITIES[character] ?? '');
}

/** For running Markdown text, where HTML, links, emphasis, tables and dollars would otherwise be read. */
export function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_{}[\]<>()#|~$!&]/g, (character) =>
      character === '<' ? '&lt;' : character === '>' ? '&gt;' : character === '&' ? '&amp;' : `\\${character}`,
    )
    .replace(/:(?=\/\/)/g, '&#58;')
    .replace(/^(\s*)([-+=])/, '$1\\$2')
    .replace(/^(\s*\d+)\./, '$1\\.');
}

const LATEX_CHARACTERS: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '^': '\\textasciicircum{}',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '%': '\\%',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedbl{}',
  '`': '\\textasciigrave{}',
  "'": "'",
  '-': '-',
  '[': '{[}',
  ']': '{]}',
  '–': '--',
  '—': '---',
  '‘': '`',
  '’': "'",
  '“': '``',
  '”': "''",
  '…': '\\ldots{}',
  '\u00a0': '~',
  '−': '\\ensuremath{-}',
  '×': '\\ensuremath{\\times}',
  '′': "\\ensuremath{'}",
  '✗': '\\ensuremath{\\times}',
};
/** Letters that T1 fonts hold and LaTeX's UTF-8 reads without a package. */
const LATIN =
  /[ -~\u00a1\u00bf\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u0107\u010c-\u0111\u0118-\u011b\u011e\u011f\u0139\u013a\u013d\u013e\u0141-\u0144\u0147\u0148\u0150-\u0155\u0158-\u015b\u015e-\u0165\u016e-\u0171\u0178-\u017e§©®°µ¶]/u;

/** Characters that TeX joins when they come in pairs. */
const LIGATURES = new Set(['-', ',', "'"]);

/** For running LaTeX text under pdflatex: mathematical characters become formulas; what no font of a small TeX holds is named by its code point. */
export function escapeLatex(text: string): string {
  return scriptRuns(oneLine(text))
    .map((run) => (run.level === 'line' ? latexLine(run.text) : `\\text${run.level}script{${latexLine(run.text)}}`))
    .join('');
}

function latexLine(text: string): string {
  const characters = [...text];
  return characters
    .map((character, index) => latexCharacter(character) + (LIGATURES.has(character) && characters[index + 1] === character ? '{}' : ''))
    .join('');
}

function latexCharacter(character: string): string {
  const special = LATEX_CHARACTERS[character];
  if (special !== undefined) return special;
  if (LATIN.test(character)) return character;
  const symbol = symbolOfCharacter(character);
  if (symbol !== undefined) return `\\ensuremath{${symbol.latex}}`;
  const bare = character.normalize('NFKD').replace(/\p{M}/gu, '').replace('⁄', '/');
  if (/^[A-Za-z0-9 /]+$/.test(bare)) return bare;
  if (/\p{M}/u.test(character)) return '';
  return `{\\footnotesize[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]}`;
}

const ADDRESS = /^(?:https?:\/\/[A-Za-z0-9]|mailto:[A-Za-z0-9])[A-Za-z0-9\-._~:/?#[\]@!$&*+,;=%()]*$/;

/** The address of a link if it is one of the web or of mail, else undefined (the link's text is then shown alone). */
export function safeAddress(href: string): string | undefined {
  return href.length <= 2000 && ADDRESS.test(href) ? href : undefined;
}
