/** Answers nobody would write: noise, token soup, mutated lines, deep nesting, macro bombs, attacks. Each follows from its number alone. */

import { derivations } from './derivations.js';
import { answers } from './readings.js';

/** A small generator of its own, so that a string can be made again from its number. */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) >>> 0;
  }

  /** A whole number from 0 up to, not including, `bound`. */
  below(bound: number): number {
    this.#state = (Math.imul(this.#state ^ (this.#state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % bound;
  }

  of<X>(choices: readonly X[]): X {
    return choices[this.below(choices.length)] as X;
  }
}

const TOKENS =
  String.raw`h_t|h_{t-1}|h_{t+1}|x_t|y_t|\hat{y}_t|o_t|c_t|f_t|i_t|z_t|r_t|\tilde{h}_t|W|U|V|b|J|W_f|U_h|\delta_t|\delta^h_t|\bar{h}_t|\alpha_{i,t}|s_i|D_t|D_{t+1}|A_{ij}|e^{<t>}|L_t|E^{(1)}|h_prev|dW|dh|dhnext|\frac{\partial J}{\partial W}|\frac{\partial h_t}{\partial h_{t-1}}|\nabla_{h_t} J|dJ/dW|\partial|2|0|1|0.5|1e9|n|d|T|k|+|-|=|=|:=|+=|-=|<|\le|\ne|=>|->|\to|,|;|\cdot|*|@|\odot|\circ|\otimes|/|./|^2|^\top|^T|^{-1}|^{T-t}|_t|_{|^{|(|)|[|]|{|}|\||&|\\|\sum_{t=1}^{T}|\sum_k|\prod_{j=k+1}^{t}|\prod_{k=T}^{1}|\tanh|\sigma(|\sigma'(|\operatorname{softmax}(|\operatorname{diag}(|\log|\exp|np.dot(|.T|[t-1]|[:, 0:n]|\begin{cases}|\end{cases}|\begin{bmatrix}|\end{bmatrix}|\begin{align}|\end{align}|\text{for } t<T|\quad|\tag{1}|\left(|\right)|\left.|\right|_{h}|$|$$|\[|\]|for t in reversed(range(T)):|---|%|#|~|'|"|!|?|…|\dots|·|⊤|ᵀ|∂|∇|Σ|∏|δ|σ`.split(
    '|',
  );

const ATTACKS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '\\input{/etc/passwd}',
  '\\write18{id}',
  '\\immediate\\write18{id}',
  '\\end{document}',
  '\\csname input\\endcsname',
  '^^5cinput{x}',
  '\\catcode`\\%=12',
  '\\href{javascript:alert(1)}{x}',
  'javascript:alert(1)',
  '\\text{<script>alert(1)</script>}',
  '\\mathrm{\\input{x}}',
  'W_{<script>}',
  '\\operatorname{<img src=x>}',
  '\u001b[31mred\u001b]0;title\u0007',
  '\u202Eevil\u202C',
  '\u0000',
  '\u0085\u009b31m',
  '__proto__',
  'constructor',
  '__proto__ = 1',
  'toString_t := hasOwnProperty',
  '---\n__proto__: x\n---\n',
  '---\nconvention: row\nlayout: mixed\n---\n',
];

/** Lines and whole answers that people type; the answers are what is mutated in one of four cases. */
const LINES = [...derivations, ...answers].flatMap(({ about, text }) =>
  text
    .split('\n')
    .filter((line) => line.includes('='))
    .map((line) => ({ about, line })),
);
const WHOLE = answers.filter(({ text }) => text.length < 1200).map(({ about, text }) => ({ about, line: text }));

export interface Hostile {
  readonly number: number;
  readonly kind: string;
  readonly about: string;
  readonly text: string;
}

const MODELS = ['rnn', 'lstm', 'gru', 'lstm-peephole', 'attention-additive', 'encoder-decoder', 'lstm-row', 'rnn-bidirectional'] as const;

type Maker = (dice: Dice) => { readonly about?: string; readonly text: string };

const KINDS: readonly (readonly [kind: string, weight: number, make: Maker])[] = [
  ['bytes', 16, (dice) => ({ text: Array.from({ length: dice.below(120) }, () => String.fromCharCode(dice.below(256))).join('') })],
  [
    'characters',
    8,
    (dice) => ({
      text: Array.from({ length: dice.below(60) }, () =>
        String.fromCodePoint(
          dice.of([dice.below(0xd800), 0x2200 + dice.below(256), 0x1d400 + dice.below(1000), 0x202a + dice.below(5), 0xd800 + dice.below(100)]),
        ),
      ).join(''),
    }),
  ],
  ['tokens', 24, (dice) => ({ text: soup(dice, 2 + dice.below(30)) })],
  ['equations of tokens', 14, (dice) => ({ text: `${dice.of(TOKENS)} = ${soup(dice, 1 + dice.below(12))}` })],
  ['mutated lines', 20, (dice) => mutated(dice, 1 + dice.below(4))],
  ['lines with a token more or less', 6, (dice) => spliced(dice)],
  ['attacks', 8, (dice) => attacked(dice)],
  ['deep nesting', 2, (dice) => ({ text: nested(dice) })],
  ['macro bombs', 2, (dice) => ({ text: bomb(dice) })],
];

const TOTAL = KINDS.reduce((sum, [, weight]) => sum + weight, 0);
/** Megabyte lines come once in this many strings. */
const LONG_EVERY = 2000;

/** The string with this number. */
export function hostile(number: number): Hostile {
  const dice = new Dice(number + 1);
  const model = dice.of(MODELS);
  if (number % LONG_EVERY === LONG_EVERY - 1) return { number, kind: 'megabyte lines', about: model, text: long(dice) };
  let left = dice.below(TOTAL);
  for (const [kind, weight, make] of KINDS) {
    left -= weight;
    if (left >= 0) continue;
    const { about = model, text } = make(dice);
    return { number, kind, about, text };
  }
  return { number, kind: 'tokens', about: model, text: soup(dice, 5) };
}

const soup = (dice: Dice, length: number): string => Array.from({ length }, () => dice.of(TOKENS)).join(dice.of([' ', '', ' ']));

function mutated(dice: Dice, changes: number): { about: string; text: string } {
  const { about, line } = dice.below(4) === 0 ? dice.of(WHOLE) : dice.of(LINES);
  let characters = [...line];
  for (let change = 0; change < changes; change += 1) {
    const at = dice.below(characters.length + 1);
    const other = dice.of([...'{}()[]_^=+-*/\\,;:.tThWUV&|<>1290 \n', String.fromCharCode(dice.below(256))]);
    characters = dice.of([
      () => [...characters.slice(0, at), ...characters.slice(at + 1)],
      () => [...characters.slice(0, at), other, ...characters.slice(at)],
      () => [...characters.slice(0, at), other, ...characters.slice(at + 1)],
      () => [...characters.slice(0, at), ...characters.slice(at + 1 + dice.below(8))],
    ])();
  }
  return { about, text: characters.join('') };
}

function spliced(dice: Dice): { about: string; text: string } {
  const { about, line } = dice.of(LINES);
  const words = line.split(/(?=[\\+\-=_^({ ])/);
  const at = dice.below(words.length + 1);
  if (dice.below(2) === 0) words.splice(at, 1);
  else words.splice(at, 0, dice.of(TOKENS));
  return { about, text: words.join('') };
}

function attacked(dice: Dice): { about: string; text: string } {
  const { about, line } = dice.of(LINES);
  const at = dice.below(line.length + 1);
  const attack = dice.of(ATTACKS);
  return { about, text: dice.of([attack, line.slice(0, at) + attack + line.slice(at), `${attack}\n${line}`, `${line}\n${attack} = 1`, `$${attack} = h_t$`]) };
}

function nested(dice: Dice): string {
  const depth = dice.of([50, 300, 3000, 20_000]);
  const [open, close] = dice.of([
    ['(', ')'],
    ['{', '}'],
    ['[', ']'],
    ['\\frac{1}{', '}'],
    ['\\sqrt{', '}'],
    ['W_{', '}'],
    ['h^{', '}'],
    ['\\left(', '\\right)'],
    ['\\tanh(', ')'],
    ['-', ''],
    ['\\sum_{t=1}^{T} ', ''],
    ['\\begin{bmatrix}', '\\end{bmatrix}'],
    ['\\text{', '}'],
    ['\\begin{align}', '\\end{align}'],
    ['\\frac{\\partial ', '}{\\partial W}'],
  ] as const);
  const closed = dice.of([depth, depth, depth - 1, 0]);
  return `h_t = ${open.repeat(depth)}x_t${close.repeat(closed)}`;
}

function bomb(dice: Dice): string {
  const definitions = dice.of([
    '\\newcommand{\\a}{\\a\\a}',
    '\\def\\a{\\b}\\def\\b{\\a}',
    Array.from({ length: 24 }, (_, k) => `\\newcommand{\\${letter(k)}}{\\${letter(k + 1)}\\${letter(k + 1)}}`).join('\n'),
    '\\newcommand{\\a}[1]{#1#1#1#1#1#1#1#1#1#1}\\newcommand{\\b}[1]{\\a{\\a{\\a{\\a{\\a{#1}}}}}}',
    Array.from({ length: 900 }, (_, k) => `\\newcommand{\\x${letter(k % 26)}${letter(Math.floor(k / 26) % 26)}}{h_t}`).join('\n'),
    '\\newcommand{\\a}[9]{#9#8}',
    '\\newcommand{\\a',
  ]);
  return `${definitions}\nh_t = \\a{\\b{x_t}}`;
}

const letter = (k: number): string => String.fromCharCode(97 + (k % 26));

function long(dice: Dice): string {
  const length = dice.of([100_000, 390_000, 1_000_000]);
  const unit = dice.of([
    'x',
    'h_t + ',
    '(',
    '{',
    '= ',
    ' ',
    '\\',
    '$',
    'W h_t = ',
    '\\frac{1}{',
    '_t',
    '-',
    '\\sum ',
    "'",
    '9',
    '\u202e',
    'a, ',
    '\\\\ ',
    '\\begin{align} ',
    '%',
  ]);
  return dice.of(['h_t = ', '', '$$']) + unit.repeat(Math.ceil(length / unit.length));
}

// ---------------------------------------------------------------- what comes out

const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const commands = /\\(?:input|include|write|immediate|csname|catcode|openin|read|special|newwrite|verb)(?![A-Za-z])/;

/** Why a page of HTML is not inert; undefined where it is. */
export function dangerInHtml(html: string): string | undefined {
  const element = /<(?:script|img|iframe|object|embed|base|form)\b/i.exec(html);
  if (element !== null) return element[0];
  for (const tag of html.matchAll(/<[a-zA-Z][^>]*>/g)) if (/\son[a-z]+\s*=/i.test(tag[0].replace(/"[^"]*"/g, '""'))) return tag[0];
  for (const link of html.matchAll(/(?:href|src)="([^"]*)"/g)) if (!/^(?:https?:\/\/|mailto:|#)/.test(link[1] ?? '')) return link[0];
  return undefined;
}

export function dangerInLatex(latex: string): string | undefined {
  const body = latex.slice(latex.indexOf('\\begin{document}'));
  const ends = body.match(/\\end\{document\}/g)?.length;
  return (
    commands.exec(body)?.[0] ??
    (body.includes('^^') ? '^^' : undefined) ??
    (ends === 1 && body.trimEnd().endsWith('\\end{document}') ? undefined : 'the end of the document')
  );
}

export const dangerInText = (text: string): string | undefined => controls.exec(text.replaceAll('\u001b[', ''))?.[0];
