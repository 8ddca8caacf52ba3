/** `count` blocks: parameters and work of one model or several side by side, as polynomials in the sizes and as numbers. */

import {
  addPolynomials,
  multiplyPolynomials,
  type ParameterCount,
  type Polynomial,
  parametersOf,
  polynomialAt,
  polynomialLetters,
  polynomialRatio,
  polynomialValue,
} from '../../calculus/index.js';
import { readFormula, referenceOf } from '../../calculus/target.js';
import { BudgetError, InputError, type Region } from '../../errors.js';
import { asWhole, type Equation, lexiconOfModel, type Model, type SheetBlock } from '../../model/index.js';
import { evaluateWhole, rationalToNumber } from '../../network/index.js';
import { parseQuestion } from '../../notation/questions.js';
import { splitLines } from '../../notation/statements.js';
import type { Question, Syntax } from '../../notation/syntax.js';
import { createRun, randomSizes } from '../../numeric/index.js';
import type { Block, Inline, Mathematics, Section, TableCell } from '../document.js';
import { listed, math, sentence, text } from '../presenter.js';
import { countPlots } from './count-figure.js';
import { type Work, workOf } from './count-work.js';
import { numberMath, polynomialMath } from './polynomials.js';
import type { Answer, PresentedModel, QuestionContext, QuestionKind } from './question.js';

/** Numbers for sizes, one set a column. */
export type Sizes = ReadonlyMap<string, number>;

/** One model's count. */
export interface ModelCount {
  readonly presented: PresentedModel;
  readonly word: string;
  readonly equations: readonly Equation[];
  readonly parameters: readonly ParameterCount[];
  readonly constants: readonly ParameterCount[];
  readonly total: Polynomial;
  readonly work: Work;
}

/** More models than this are compared only; each can be asked for by itself. */
const MOST_IN_DETAIL = 4;

export const count: QuestionKind = (block, context): Answer => {
  const words = block.words.length === 0 ? [''] : block.words;
  const { settings, only, plots } = readLines(block, words, context);
  const counts = words.map((word) => countOf(word, context, only.get(word)));
  const checked = counts.reduce((sum, one) => sum + checksOf(one, context), 0);
  const sections =
    counts.length === 1
      ? counts.flatMap((one) => detail(one, settings, ''))
      : [comparison(counts, settings), ...(counts.length > MOST_IN_DETAIL ? [] : counts.flatMap((one) => detail(one, settings, one.word)))];
  const figures = plots.flatMap((line) => countPlots(line, counts, settings));
  const formulas = counts.reduce((sum, one) => sum + one.parameters.length + 1 + one.work.rows.length * 3, 0);
  return { sections: [...sections, ...figures], derived: [], formulas, proved: 0, checked, slips: 0 };
};

// ── reading ──

interface Lines {
  readonly settings: readonly Sizes[];
  /** Names asked for, by the model's word. */
  readonly only: ReadonlyMap<string, readonly string[]>;
  readonly plots: ReturnType<typeof splitLines>;
}

function readLines(block: SheetBlock, words: readonly string[], context: QuestionContext): Lines {
  const models = new Map(words.map((word) => [word, context.model(word).model]));
  const sizes = new Set([...models.values()].flatMap((model) => model.sizes));
  const settings: Map<string, number>[] = [];
  const only = new Map<string, string[]>();
  const plots: ReturnType<typeof splitLines> = [];
  const asked: { readonly region: Region }[] = [];
  for (const line of splitLines(block.text, { line: block.line, column: 1 })) {
    if (/^\s*plot\s/.test(line.text)) {
      plots.push(line);
      continue;
    }
    for (const [word, model] of models) {
      const question = parseQuestion(line, { ...lexiconOfModel(model), sizes });
      for (const option of question.options) {
        if (option.kind !== 'only') continue;
        asked.push(option);
        keepNames(only, word, model, option.names);
      }
      if (word === words[0]) putSizes(settings, question, sizes);
    }
  }
  const [first] = asked;
  const computes = (word: string): boolean => models.get(word)?.equations.some(({ name }) => only.get(word)?.includes(name) === true) === true;
  if (first !== undefined && !words.some(computes))
    throw new InputError({ ruleId: 'unknown-name', message: 'No model of this count computes the names after `only`.', region: first.region });
  return { settings, only, plots };
}

function keepNames(only: Map<string, string[]>, word: string, model: Model, names: readonly Syntax[]): void {
  for (const name of names) {
    try {
      only.set(word, [...(only.get(word) ?? []), referenceOf(readFormula(model, name)).name]);
    } catch (error) {
      // Another model of the block may have that name.
      if (!(error instanceof InputError)) throw error;
    }
  }
}

/** A size that has a number already begins another column, which keeps the other numbers. */
function putSizes(settings: Map<string, number>[], question: Question, sizes: ReadonlySet<string>): void {
  const given = new Map<string, number>();
  for (const option of question.options) {
    if (option.kind === 'only') continue;
    const letter = option.kind === 'value' && option.name.kind === 'name' ? option.name.raw.base : undefined;
    const whole = option.kind === 'value' ? asWhole(option.value) : undefined;
    const value = whole === undefined ? undefined : evaluateWhole(whole, given);
    if (letter === undefined || !sizes.has(letter) || value === undefined || value < 1 || value > 1e9) {
      throw new InputError({
        ruleId: 'bad-size',
        message: 'A size is given a whole number here.',
        why: `The sizes are ${[...sizes].join(', ')}.`,
        fix: 'Write n = 128, d = 20.',
        region: option.region,
      });
    }
    given.set(letter, value);
  }
  if (question.statement !== undefined)
    throw new InputError({
      ruleId: 'bad-size',
      message: 'Only sizes and `only …` stand in a count.',
      why: `The sizes are ${[...sizes].join(', ')}.`,
      fix: 'Write n = 128, d = 20.',
      region: question.region,
    });
  if (given.size === 0) return;
  const last = settings.at(-1);
  if (last === undefined || [...given.keys()].some((letter) => last.has(letter))) settings.push(new Map([...(last ?? []), ...given]));
  else for (const [letter, value] of given) last.set(letter, value);
}

// ── counting ──

function countOf(word: string, context: QuestionContext, only: readonly string[] | undefined): ModelCount {
  const presented = context.model(word);
  const { model } = presented;
  const wanted = only === undefined ? model.equations : model.equations.filter(({ name }) => only.includes(name));
  const equations = wanted.length === 0 ? model.equations : wanted;
  const parameters = parametersOf(model, equations);
  const total = addPolynomials(...parameters.map(({ entries }) => entries));
  return {
    presented,
    word: word === '' ? (model.title ?? '') : word,
    equations,
    parameters,
    constants: parametersOf(model, equations, 'constant'),
    total,
    work: workOf(model, equations),
  };
}

/** The counts at small sizes, found another way: entries of the arrays that a run is given, and loops run through one by one. */
function checksOf({ presented: { model }, equations, parameters, total, work }: ModelCount, context: QuestionContext): number {
  const sizes = randomSizes(model, context.settings.seed, new Map([...(context.settings.sizes ?? [])].filter(([name]) => model.sizes.includes(name))));
  const at = (polynomial: Polynomial): number => rationalToNumber(polynomialValue(polynomialAt(polynomial, sizes)) ?? { numerator: -1n, denominator: 1n });
  const names = new Set(parameters.map(({ name }) => name));
  const isPlain = parameters.every(({ name }) => {
    const assumptions = model.declarations.get(name)?.assumptions ?? {};
    return assumptions.diagonal !== true && assumptions.symmetric !== true && assumptions.orthogonal !== true;
  });
  let agree = 0;
  try {
    const entries = createRun(model, sizes).given.reduce((sum, { name, role, data }) => (role === 'parameter' && names.has(name) ? sum + data.length : sum), 0);
    if (isPlain && entries === at(total)) agree += 1;
    for (const { multiplyAdds, counted } of work.rows) if (counted(sizes) === at(multiplyAdds)) agree += 1;
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error;
  }
  return equations.length === 0 ? 0 : agree;
}

// ── printing ──

const cell = (...content: readonly Inline[]): TableCell => ({ content });

/** A polynomial at numbers for some of its letters: a number where all have one. */
export const atSizes = (polynomial: Polynomial, sizes: Sizes): Mathematics => polynomialMath(polynomialAt(polynomial, sizes));

function sizeWords(sizes: Sizes): Mathematics {
  const parts = [...sizes].map(([letter, value]) => `${letter} = ${value}`);
  return { latex: parts.join(',\\; '), text: parts.join(', ') };
}

const WHAT_IS_COUNTED: Block = {
  type: 'paragraph',
  content: [
    text(
      'A multiply-add of the forward pass is one term of a contraction: of a matrix product, an inner product, a sum of products. Entrywise operations and function calls are counted beside them.',
    ),
  ],
};

/** What tells the columns of numbers apart: all sizes where they are few, else those that differ. */
export function columnHeads(settings: readonly Sizes[]): readonly Inline[] {
  const [first] = settings;
  if (first === undefined) return [];
  if (first.size <= 3) return settings.map((sizes) => math(sizeWords(sizes)));
  if (settings.length === 1) return [text('number')];
  return settings.map((sizes) => math(sizeWords(new Map([...sizes].filter(([name, value]) => settings.some((other) => other.get(name) !== value))))));
}

function comparison(counts: readonly ModelCount[], settings: readonly Sizes[]): Section {
  const [first] = counts;
  const rows = counts.map((one) => [
    cell(text(one.word)),
    cell(math(polynomialMath(one.total))),
    ...settings.map((sizes) => cell(math(atSizes(one.total, sizes)))),
    cell(...ratioOf(one.total, first?.total ?? [], settings[0])),
  ]);
  const work = counts.map((one) => [
    cell(text(one.word)),
    cell(one.work.once === undefined ? text('–') : math(polynomialMath(one.work.once))),
    ...settings.map((sizes) => cell(math(atSizes(one.work.once ?? one.work.total, sizes)))),
    cell(math(polynomialMath(one.work.total))),
  ]);
  const head = (...words: readonly Inline[]): readonly TableCell[] => words.map((word) => cell(word));
  return {
    kind: 'count',
    title: [text('Side by side')],
    blocks: [
      { type: 'paragraph', content: [text('Free entries of all parameters that are trained. Initial states are not counted.')] },
      {
        type: 'table',
        align: ['left', 'left', ...settings.map(() => 'right' as const), 'left'],
        header: head(text('model'), text('parameters'), ...columnHeads(settings), text(`relative to ${first?.word ?? ''}`)),
        rows,
      },
      ...ratioBlocks(counts),
      WHAT_IS_COUNTED,
      {
        type: 'table',
        align: ['left', 'left', ...settings.map(() => 'right' as const), 'left'],
        header: head(text('model'), text('multiply-adds, one step'), ...columnHeads(settings), text('all steps')),
        rows: work,
      },
    ],
  };
}

/** Pairs whose parameters are in one ratio for all sizes. */
function ratioBlocks(counts: readonly ModelCount[]): readonly Block[] {
  const found = counts.flatMap((a, at) =>
    counts.slice(at + 1).flatMap((b): readonly Mathematics[] => {
      const ratio = polynomialRatio(a.total, b.total);
      if (ratio === undefined) return [];
      const parts = `${ratio.numerator} : ${ratio.denominator}`;
      return [{ latex: `\\text{${a.word}} : \\text{${b.word}} = ${parts}`, text: `${a.word} : ${b.word} = ${parts}` }];
    }),
  );
  return found.length === 0 ? [] : [{ type: 'paragraph', content: sentence('Whatever the sizes are, ', ...listed(found), '.') }];
}

/** The exact ratio where there is one for all sizes, else the ratio at the numbers. */
function ratioOf(a: Polynomial, b: Polynomial, sizes: Sizes | undefined): readonly Inline[] {
  const exact = polynomialRatio(a, b);
  if (exact !== undefined) return [math(numberMath(exact)), ...(rationalToNumber(exact) === 1 ? [] : [text(' for all sizes')])];
  const [x, y] = [a, b].map((polynomial) => polynomialValue(polynomialAt(polynomial, sizes ?? new Map())));
  if (x === undefined || y === undefined || y.numerator === 0n) return [text('depends on the sizes')];
  return [text(String(Number((rationalToNumber(x) / rationalToNumber(y)).toPrecision(4))))];
}

function detail(one: ModelCount, settings: readonly Sizes[], word: string): readonly Section[] {
  const of = word === '' ? '' : ` of ${word}`;
  // Asked of some equations that read no parameter, the question is about their work.
  const aside = one.parameters.length === 0 && one.equations.length < one.presented.model.equations.length;
  return [
    ...(aside ? [] : [{ kind: 'count' as const, title: [text(`The parameters${of}`)], blocks: parameterBlocks(one, settings) }]),
    { kind: 'count', title: [text(`The work${of}`)], blocks: [...(word === '' ? [WHAT_IS_COUNTED] : []), ...one.work.blocks(one, settings)] },
  ];
}

interface Group {
  readonly names: readonly Mathematics[];
  readonly shape: Mathematics;
  readonly each: Polynomial;
  readonly together: Polynomial;
}

function groupsOf(parameters: readonly ParameterCount[], presented: PresentedModel): readonly Group[] {
  const { model, presenter } = presented;
  const groups = new Map<string, Group>();
  for (const { name, entries } of parameters) {
    const declaration = model.declarations.get(name);
    if (declaration === undefined) continue;
    const shape = presenter.shape(declaration.dims, declaration.orientation);
    const polynomial = polynomialMath(entries);
    const key = `${shape.latex}|${polynomial.latex}`;
    const known = groups.get(key);
    const spelled = presenter.reference(presenter.ownReference(name));
    groups.set(key, { names: [...(known?.names ?? []), spelled], shape, each: entries, together: addPolynomials(known?.together ?? [], entries) });
  }
  return [...groups.values()];
}

function parameterBlocks(one: ModelCount, settings: readonly Sizes[]): readonly Block[] {
  const { presented, parameters, total, constants } = one;
  const groups = groupsOf(parameters, presented);
  const rows = groups.map(({ names, shape, each, together }) => [
    cell(...sentence(...listed(names))),
    cell(math(shape)),
    cell(math(polynomialMath(each))),
    cell(math(polynomialMath(together))),
    ...settings.map((sizes) => cell(math(atSizes(together, sizes)))),
  ]);
  const left: Mathematics = { latex: '\\text{parameters}', text: 'parameters' };
  const lines = settings.map((sizes) => ({ relation: '=', right: atSizes(total, sizes), reason: [text('at '), math(sizeWords(sizes))] }));
  const table: Block = {
    type: 'table',
    align: ['left', 'left', 'left', 'left', ...settings.map(() => 'right' as const)],
    header: [
      cell(text('names')),
      cell(text('shape')),
      cell(text('entries of each')),
      cell(text('together')),
      ...columnHeads(settings).map((head) => cell(head)),
    ],
    rows,
  };
  const result: Block = { type: 'result', lines: [{ left, relation: '=', right: polynomialMath(total) }, ...lines] };
  return [
    ...(rows.length === 0 ? [{ type: 'paragraph' as const, content: [text('No parameter is trained.')] }] : [table, result]),
    ...constantBlocks(constants, total, settings),
    ...sharingBlocks(one, settings),
  ];
}

/** What is neither trained nor counted. */
function constantBlocks(constants: readonly ParameterCount[], trained: Polynomial, settings: readonly Sizes[]): readonly Block[] {
  if (constants.length === 0) return [];
  const total = addPolynomials(trained, ...constants.map(({ entries }) => entries));
  const numbers = settings.flatMap((sizes): readonly (string | Mathematics)[] => [
    '; at ',
    sizeWords(sizes),
    ': ',
    atSizes(trained, sizes),
    ' of ',
    atSizes(total, sizes),
  ]);
  return [{ type: 'paragraph', content: sentence('With what is constant, and not trained, there are ', polynomialMath(total), ' entries', ...numbers, '.') }];
}

/** Weights are shared over the steps: what the number would be if each use had its own copy. */
function sharingBlocks({ presented: { model }, parameters, total }: ModelCount, settings: readonly Sizes[]): readonly Block[] {
  const unshared = addPolynomials(...parameters.map(({ entries, uses }) => multiplyPolynomials(entries, uses)));
  const lengths = lettersOfPolynomial(unshared).filter((letter) => !lettersOfPolynomial(total).includes(letter) && model.sizes.includes(letter));
  if (lengths.length === 0) return [];
  const numbers = settings.flatMap((sizes, at): readonly (string | Mathematics)[] =>
    lengths.every((letter) => sizes.has(letter))
      ? [at === 0 ? ', that is ' : ' and ', atSizes(unshared, sizes), ' at ', sizeWords(new Map(lengths.map((letter) => [letter, sizes.get(letter) ?? 0])))]
      : [],
  );
  const names = lengths.map((letter): Mathematics => ({ latex: letter, text: letter }));
  return [
    {
      type: 'paragraph',
      content: sentence(
        'The number does not depend on ',
        ...listed(names),
        ': the weights are shared by all steps. If every use had a copy of its own there would be ',
        polynomialMath(unshared),
        ...numbers,
        '.',
      ),
    },
  ];
}

const lettersOfPolynomial = (polynomial: Polynomial): readonly string[] => [...polynomialLetters(polynomial)];
