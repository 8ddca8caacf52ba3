/** Hostile and broken text: refused at once, with a place, and never with anything but an InputError. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError, type Problem, type Region } from '../../src/errors.js';
import { parseExpression, parseStatement, readLeftSide } from '../../src/notation/parse.js';
import { isPlot, parsePlot, parseQuestion } from '../../src/notation/questions.js';
import { lineOf, splitLines } from '../../src/notation/statements.js';
import { lexiconOf } from './outline.js';

const lexicon = lexiconOf('h_t x_t C_t i_t e_t \\hat{y}_t W W_f U_{hh} b J f^{(t)}', { functions: 'g', models: new Set(['full']) });

function problemOf(read: () => unknown): Problem {
  try {
    read();
  } catch (error) {
    if (error instanceof InputError && error.problems[0] !== undefined) return error.problems[0];
    throw error;
  }
  throw new Error('nothing was refused');
}

const at = (startLine: number, startColumn: number, endColumn: number): Region => ({ startLine, startColumn, endLine: startLine, endColumn });

describe('bounds', () => {
  const deep: readonly [string, string][] = [
    ['parentheses', '('.repeat(10_000)],
    ['closed parentheses', '('.repeat(4_000) + 'x' + ')'.repeat(4_000)],
    ['fractions', '\\frac{'.repeat(1_500)],
    ['signs', '-'.repeat(9_000) + 'x'],
    ['powers', 'x' + '^{x'.repeat(3_000)],
    ['roots', '\\sqrt '.repeat(1_600) + 'x'],
    ['functions', '\\tanh '.repeat(1_600) + 'x'],
    ['sums', '\\sum_k '.repeat(1_400) + 'x'],
    ['accents', '\\hat'.repeat(2_400) + ' x'],
    ['derivatives', '∂'.repeat(9_000)],
    ['nablas', '∇'.repeat(9_000)],
    ['bars', '|'.repeat(9_000)],
    ['norms', '\\|'.repeat(4_900)],
    ['environments', '\\begin{cases}'.repeat(700)],
    ['quotients', 'd'.repeat(9_000)],
    ['scripts', 'x' + '_x'.repeat(4_900)],
    ['braces', '{'.repeat(90) + 'x' + '}'.repeat(90)],
    ['prefixed accents', '\\hat{'.repeat(90) + 'x' + '}'.repeat(90)],
    ['styled', '\\mathbf{'.repeat(90) + 'x y' + '}'.repeat(90)],
    ['long word', 'h'.repeat(9_900)],
    ['long index', `h_{${'t+'.repeat(4_000)}t}`],
    ['many brackets', `h${'[t]'.repeat(3_000)}`],
    ['quotient chain', 'dh/'.repeat(3_000)],
  ];
  test.each(deep)('%s end in time', (_, text) => {
    const start = performance.now();
    for (const read of [() => parseStatement(lineOf(text), lexicon), () => readLeftSide(lineOf(text)), () => parseQuestion(lineOf(text), lexicon)]) {
      try {
        read();
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }
    expect(performance.now() - start).toBeLessThan(1_500);
  });

  test('10,000 nested brackets are too deep', () => {
    expect(problemOf(() => parseStatement(lineOf('('.repeat(10_000)), lexicon)).ruleId).toBe('too-deep');
    expect(problemOf(() => parseStatement(lineOf('x' + '^{x'.repeat(3_000) + '}'.repeat(3_000)), lexicon)).ruleId).toBe('too-long');
  });

  test('a file of 10 MB is too long, at once', () => {
    const text = 'h_t = x_t\n'.repeat(1_000_000);
    const start = performance.now();
    expect(problemOf(() => splitLines(text)).ruleId).toBe('too-long');
    expect(performance.now() - start).toBeLessThan(200);
  });

  test('a line of a million characters is too long', () => {
    const [line] = splitLines('x + '.repeat(200_000));
    expect(line).toBeDefined();
    if (line !== undefined) expect(problemOf(() => parseStatement(line, lexicon)).ruleId).toBe('too-long');
  });

  test('macros that grow for ever are stopped', () => {
    const [line] = splitLines('\\def\\a{\\a\\a}\n\\def\\b{\\a\\a\\a}\nx = \\b');
    expect(line).toBeDefined();
    if (line !== undefined) expect(problemOf(() => parseStatement(line, lexicon))).toMatchObject({ ruleId: 'macro-limit', region: at(3, 5, 7) });
  });
});

describe('errors point', () => {
  const refused: readonly [string, string, Region][] = [
    ['h_t = (x_t', 'unbalanced', at(1, 7, 8)],
    ['h_t = x_t)', 'unbalanced', at(1, 10, 11)],
    ['h_t = (x_t]', 'unbalanced', at(1, 11, 12)],
    ['h_t = \\foo x', 'unknown-command', at(1, 7, 11)],
    ['h_t = W ? x', 'unknown-character', at(1, 9, 10)],
    ['h_t = x_t +', 'unexpected-end', at(1, 11, 12)],
    ['h_t = W \\cdot', 'unexpected-end', at(1, 9, 14)],
    ["h_t' = x_t", 'unexpected-prime', at(1, 1, 5)],
    ['\\hat{W x}', 'unreadable-accent', at(1, 1, 5)],
    ['x_t : n ×', 'unreadable-shape', at(1, 7, 10)],
    ['h_t = x_t, banana', 'unreadable-remark', at(1, 12, 18)],
    ['\\sum_{t=1} x_t', 'unreadable-range', at(1, 7, 10)],
    ['𝛂 = ⟦', 'unknown-character', at(1, 5, 6)],
    ['h_{t}_{k} = 1', 'double-script', at(1, 6, 7)],
    ['\\tanh', 'missing-operand', at(1, 1, 6)],
    ['∂J', 'unreadable-derivative', at(1, 1, 3)],
  ];
  test.each(refused)('%s → %s', (text, ruleId, region) => {
    expect(problemOf(() => parseStatement(lineOf(text), lexicon))).toMatchObject({ ruleId, region });
  });

  test('every error says what to do', () => {
    for (const [text] of refused) expect(problemOf(() => parseStatement(lineOf(text), lexicon)).fix).toMatch(/\w/);
  });
});

const pieces = [
  'h_t',
  'x_{t-1}',
  'W',
  'W_f',
  'U_{hh}',
  '\\tanh',
  '\\sigma',
  "'",
  '^',
  '_',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '\\left',
  '\\right',
  '.',
  ',',
  ';',
  ':',
  '=',
  '<',
  '>',
  '\\le',
  '+',
  '-',
  '*',
  '/',
  '\\cdot',
  '.*',
  '@',
  '\\frac',
  '\\partial',
  '∂',
  'd',
  'J',
  '\\nabla',
  '\\sum',
  '\\prod',
  '\\begin{cases}',
  '\\end{cases}',
  '\\begin{bmatrix}',
  '\\end{bmatrix}',
  '&',
  '\\\\',
  '|',
  '\\|',
  '\\hat',
  '\\mathbf',
  '\\mathbb',
  '\\text{for}',
  '\\dots',
  '..',
  '1',
  '2.5',
  't',
  'T',
  'i',
  'e',
  'E',
  'sum',
  'np',
  'full',
  ' ',
  '\n',
  '\\top',
  '⊤',
  'ᵀ',
  'ₜ',
  '→',
  '⇒',
  '~',
  '\\in',
  '\\mathbb{R}',
  'R',
  'x',
  'n',
  '\\{',
  '\\}',
  '0',
  'where',
  'for',
  'keep',
  'plot ',
  'against',
  'using',
  'I',
  '\\mathbf{1}',
  '\\delta',
  'dW',
  '√',
  '\\sqrt',
  '\\underset',
  '\\underbrace',
  '\\newcommand{\\a}[1]{#1}',
  '\\a',
  '#1',
  '%',
  '$',
  '\\operatorname{softmax}',
  'T-t',
  '\\left.',
  '\\right|',
  '\\substack',
  'é',
  '𝐖',
  'h̃',
  '\\langle',
  '\\rangle',
  '\\not',
  '!',
  '\\color',
  '\\tag{1}',
  '\\quad',
];
const sound = [
  'h_t = \\tanh(W x_t + U_{hh} h_{t-1} + b)',
  '\\frac{\\partial J}{\\partial W} = \\sum_{t=1}^{T} \\left(\\frac{\\partial J}{\\partial h_t}\\right)^\\top x_t',
  'x_t, h_t \\in \\mathbb{R}^{n \\times d}, \\quad t = 1, \\dots, M',
  '[a_t; b_t] = [[1,2],[3,4]] .* |x|',
  'f : R -> R',
  'q ~ N(0, 1)',
  'A, B => C = D',
];

/** Random heaps of pieces, and sound lines with pieces put in, taken out and cut. */
const text = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom(...sound), fc.nat(80), fc.nat(8), fc.constantFrom(...pieces, ''))
    .map(([line, place, length, piece]) => line.slice(0, place) + piece + line.slice(place + length)),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
);

/** Every region inside a tree, with the region of the nearest node around it. */
function* regionsIn(value: unknown, around?: Region): Generator<readonly [inner: Region, outer: Region | undefined]> {
  if (typeof value !== 'object' || value === null) return;
  const isNode = 'kind' in value && 'region' in value;
  const own = isNode ? (value.region as Region) : around;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'trailer' || key === 'scripts' || key === 'labels') yield* regionsIn(inner);
    else if (/region$/i.test(key)) yield [inner as Region, key === 'region' ? around : own];
    else yield* regionsIn(inner, own);
  }
}

const isBefore = (line: number, column: number, otherLine: number, otherColumn: number): boolean =>
  line < otherLine || (line === otherLine && column <= otherColumn);

test('nothing but an InputError is ever thrown, every region lies in the text and covers its parts', () => {
  fc.assert(
    fc.property(text, fc.constantFrom('default' as const, 'numpy' as const, 'matlab' as const), (source, dialect) => {
      const physicalLines = source.split(/\r\n|\r|\n/).length;
      const check = (region: Region, around: Region | undefined): void => {
        const isInside =
          isBefore(region.startLine, region.startColumn, region.endLine, region.endColumn) && region.endLine <= physicalLines && region.startLine >= 1;
        if (!isInside) throw new Error(`the region ${JSON.stringify(region)} lies outside the text`);
        const isCovered =
          around === undefined ||
          (isBefore(around.startLine, around.startColumn, region.startLine, region.startColumn) &&
            isBefore(region.endLine, region.endColumn, around.endLine, around.endColumn));
        if (!isCovered) throw new Error(`the region ${JSON.stringify(region)} is not covered by ${JSON.stringify(around)}`);
      };
      const attempt = (read: () => unknown): void => {
        try {
          for (const [region, around] of regionsIn(read())) check(region, around);
        } catch (error) {
          if (!(error instanceof InputError) || error.problems.some((problem) => problem.region === undefined)) throw error;
        }
      };
      attempt(() => {
        for (const line of splitLines(source)) {
          attempt(() => parseStatement(line, { ...lexicon, dialect }));
          attempt(() => readLeftSide(line));
          attempt(() => (isPlot(line) ? parsePlot(line, lexicon) : parseQuestion(line, lexicon)));
        }
      });
      attempt(() => parseExpression(source, lexicon));
    }),
    { numRuns: 20_000, seed: 7 },
  );
}, 120_000);

test('a typical line takes well under a millisecond', () => {
  const line = lineOf(
    '\\frac{\\partial J}{\\partial W} = \\sum_{t=1}^{T} \\left(\\frac{\\partial J}{\\partial h_t} \\odot (1 - h_t^2)\\right)^\\top x_t + U_{hh} h_{t-1}',
  );
  for (let i = 0; i < 300; i++) parseStatement(line, lexicon);
  const start = performance.now();
  for (let i = 0; i < 300; i++) parseStatement(line, lexicon);
  expect((performance.now() - start) / 300).toBeLessThan(2);
});
