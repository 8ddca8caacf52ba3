/** Formulas as people type them: LaTeX of several hands, Unicode, plain text, and the documents around them. */

import type { Formula } from '../../src/notation/formula.js';
import { printLatex } from '../../src/notation/print-latex.js';
import { printText } from '../../src/notation/print-text.js';
import type { Names } from '../../src/notation/spelling.js';
import type { Choices } from './random.js';

export interface Line {
  readonly left: Formula;
  readonly sign: '=' | ':=';
  readonly right: Formula;
}

export interface Spelled {
  readonly text: string;
  readonly style: string;
}

/** Lines in one hand, in one kind of document. */
export function spelled(lines: readonly Line[], names: Names, choices: Choices): Spelled {
  const hand = choices.of(HANDS);
  const written = lines.map((line) => hand.write(line, names, choices));
  if (!hand.latex) return { text: choices.chance(0.2) ? `So the gradient is\n\n${fenced(written)}\n` : `${written.join('\n')}\n`, style: hand.name };
  const frame = choices.of(FRAMES);
  return { text: frame.around(written), style: `${hand.name}, ${frame.name}` };
}

const fenced = (lines: readonly string[]): string => `\`\`\`\n${lines.join('\n')}\n\`\`\``;

interface Hand {
  readonly name: string;
  readonly latex: boolean;
  write(line: Line, names: Names, choices: Choices): string;
}

function latexLine({ left, sign, right }: Line, names: Names, options: Parameters<typeof printLatex>[2]): string {
  return `${printLatex(left, names, options)} ${sign} ${printLatex(right, names, options)}`;
}

const DERIVATIVE = /\\frac\{\\partial ([A-Z])\}\{\\partial ((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}/g;

/** Names of one step carry their index as a superscript: h^{(t-1)}. Not where a power stands beside it. */
function superscripts(text: string, open: string, close: string): string {
  if (/_(?:t|\{t[+-]\d\})\^/.test(text) || /_\{[a-z]+,? ?t/.test(text)) return text;
  return text.replace(/(?<!\\sum|\\prod)_(?:t(?![A-Za-z])|\{(t[+-]\d)\})/g, (_, shifted: string | undefined) => `^{${open}${shifted ?? 't'}${close}}`);
}

const HANDS: readonly Hand[] = [
  { name: 'LaTeX', latex: true, write: (line, names) => latexLine(line, names, {}) },
  { name: 'LaTeX with nabla', latex: true, write: (line, names) => latexLine(line, names, { adjoint: 'nabla' }) },
  { name: 'LaTeX with circ and ^T', latex: true, write: (line, names) => latexLine(line, names, { hadamard: 'circ' }).replaceAll('^\\top', '^T') },
  {
    name: 'LaTeX with dfrac',
    latex: true,
    write: (line, names) => latexLine(line, names, {}).replaceAll('\\frac', '\\dfrac').replaceAll('\\operatorname{diag}', '\\mathrm{diag}'),
  },
  {
    name: 'LaTeX with d',
    latex: true,
    write: (line, names) => latexLine(line, names, {}).replace(DERIVATIVE, (_, of: string, by: string) => `\\frac{\\mathrm{d} ${of}}{\\mathrm{d} ${by}}`),
  },
  {
    name: 'LaTeX with inline fractions',
    latex: true,
    write: (line, names) => latexLine(line, names, {}).replace(DERIVATIVE, (_, of: string, by: string) => `(\\partial ${of}/\\partial ${by})`),
  },
  {
    name: 'LaTeX with loose spaces',
    latex: true,
    write: (line, names) => latexLine(line, names, {}).replaceAll(' ', '\\, ').replaceAll('\\left(', '\\bigl(').replaceAll('\\right)', '\\bigr)'),
  },
  { name: 'LaTeX with (t)', latex: true, write: (line, names) => superscripts(latexLine(line, names, {}), '(', ')') },
  { name: 'LaTeX with <t>', latex: true, write: (line, names) => superscripts(latexLine(line, names, {}), '<', '>') },
  { name: 'Unicode', latex: false, write: ({ left, sign, right }, names) => `${printText(left, names)} ${sign} ${printText(right, names)}` },
  {
    name: 'Unicode with nabla',
    latex: false,
    write: ({ left, sign, right }, names) => `${printText(left, names, { adjoint: 'nabla' })} ${sign} ${printText(right, names, { adjoint: 'nabla' })}`,
  },
  { name: 'ASCII', latex: false, write: ({ left, sign, right }, names) => ascii(`${printText(left, names)} ${sign} ${printText(right, names)}`) },
  {
    name: 'ASCII with brackets',
    latex: false,
    write: ({ left, sign, right }, names) => bracketed(ascii(`${printText(left, names)} ${sign} ${printText(right, names)}`)),
  },
];

const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ';
const PLAIN = '0123456789+-aehijklmnoprstuvx';

function ascii(text: string): string {
  return text
    .replace(new RegExp(`[${SUBSCRIPTS}]+`, 'g'), (run) => {
      const plain = [...run].map((character) => PLAIN[[...SUBSCRIPTS].indexOf(character)]).join('');
      return plain.length === 1 ? `_${plain}` : `_{${plain}}`;
    })
    .replaceAll('∂', 'd')
    .replaceAll('⊙', '.*')
    .replaceAll('ᵀ', '^T')
    .replaceAll('²', '^2')
    .replaceAll('−', '-')
    .replaceAll('σ', 'sigmoid')
    .replaceAll('Σ', '\\sum')
    .replaceAll('ℓ', '\\ell')
    .replaceAll('′', "'")
    .replace(/([a-zA-Z])\u0303/gu, '\\tilde{$1}')
    .replace(/([a-zA-Z])\u0302/gu, '\\hat{$1}')
    .replaceAll('ŷ', '\\hat{y}');
}

/** h_{t-1} as h[t-1]. */
const bracketed = (text: string): string =>
  text.replace(
    /(?<!\\sum|[a-zA-Z]_[a-z])_(?:(t)(?![A-Za-z0-9])|\{(t[+-]\d)\})(?!\^)/g,
    (_, plain: string | undefined, shifted: string | undefined) => `[${plain ?? shifted}]`,
  );

interface Frame {
  readonly name: string;
  around(lines: readonly string[]): string;
}

const aligned = (line: string): string => line.replace(/ (:?=) /, ' &$1 ');

const FRAMES: readonly Frame[] = [
  { name: 'bare', around: (lines) => `${lines.join('\n')}\n` },
  { name: 'display', around: (lines) => `We get\n${lines.map((line) => `\\[ ${line} \\]`).join('\n')}\nas wanted.\n` },
  { name: 'Markdown', around: (lines) => `The answer:\n\n${lines.map((line) => `$$\n${line}\n$$`).join('\n\n')}\n` },
  { name: 'align', around: (lines) => `\\begin{align*}\n${lines.map(aligned).join(' \\\\\n')}\n\\end{align*}\n` },
  {
    name: 'document',
    around: (lines) =>
      `\\documentclass{article}\n\\usepackage{amsmath}\n\\begin{document}\nBy the chain rule,\n\\begin{align}\n${lines.map((line, k) => `${aligned(line)} \\tag{${k + 1}}`).join(' \\\\\n')}\n\\end{align}\nwhich was to be shown.\n\\end{document}\n`,
  },
];
