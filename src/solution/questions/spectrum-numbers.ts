/** Lines of a `spectrum` block that ask for numbers: eigenvalues, singular values, powers and other expressions of matrices at given values. */

import { InputError } from '../../errors.js';
import { contextOfModel, elaborateFormula, type Model } from '../../model/index.js';
import { evaluateWhole, type Tensor, wholeNumber } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import { lower } from '../../notation/lower.js';
import type { NameSyntax, Syntax } from '../../notation/syntax.js';
import { mapParts } from '../../notation/syntax-map.js';
import { type Complex, eigenvalues, entryCount, evaluateTensor, modulus, type NumericArray, singularValues } from '../../numeric/index.js';
import type { Block, EquationLine, Mathematics, Section } from '../document.js';
import { type Presenter, sentence, text } from '../presenter.js';
import { settingMath } from './model-figure.js';
import { numbersOf } from './model-point.js';
import type { Setting } from './moments-values.js';
import { arrayMath, literal } from './numbers.js';
import type { PresentedModel } from './question.js';
import type { SpectrumPart } from './spectrum-closed.js';

export type Wanted = 'value' | 'eigenvalues' | 'singular';

const DIGITS = 6;

/** One line at numbers. Throws an InputError where a value is missing or the matrix is not square. */
export function numbersSection(presented: PresentedModel, wanted: Wanted, syntax: Syntax, settings: readonly Setting[], digits?: number): SpectrumPart {
  const { model, presenter } = presented;
  const matrix = numberIn(model, syntax, settings);
  const shown = written(presenter, model, syntax);
  switch (wanted) {
    case 'value':
      return valueSection(presenter, shown, matrix, settings, digits);
    case 'eigenvalues':
      return eigenSection(presenter, shown, square(matrix, syntax), settings, digits);
    case 'singular':
      return singularSection(presenter, shown, matrix, settings, digits);
  }
}

// ── values ──

function written(presenter: Presenter, model: Model, syntax: Syntax): Mathematics {
  return presenter.formula(elaborateFormula(syntax, contextOfModel(model)));
}

/** Lists of numbers in an expression become names, which print as they stand and have these numbers. */
function withLiterals(model: Model, syntax: Syntax): { readonly formula: Formula; readonly literals: ReadonlyMap<string, NumericArray> } {
  const literals = new Map<string, NumericArray>();
  const formulas = new Map<string, Formula>();
  const replace = (part: Syntax): Syntax => {
    if (part.kind !== 'blocks') return mapParts(part, replace);
    const name = `¤${literals.size + 1}`;
    const value = arrayOf(literal(part), part);
    literals.set(name, value);
    formulas.set(name, {
      kind: 'name',
      quantity: { kind: 'value', name, indices: [] },
      shape: { dims: value.dims.map(wholeNumber), ...(value.dims.length === 1 ? { orientation: model.settings.convention } : {}) },
    });
    return { kind: 'name', raw: { base: name, accents: [], primes: 0, scripts: [] }, labels: [], indices: [], region: part.region };
  };
  const extra = (name: NameSyntax): Formula | undefined => formulas.get(name.raw.base);
  return { formula: elaborateFormula(replace(syntax), contextOfModel(model, { extra })), literals };
}

function arrayOf(value: unknown, syntax: Syntax): NumericArray {
  const rows: readonly unknown[] = Array.isArray(value) ? value : [value];
  const isMatrix = rows.every(Array.isArray);
  const width = isMatrix ? ((rows[0] as readonly unknown[] | undefined)?.length ?? 0) : 0;
  const flat: readonly unknown[] = rows.flat();
  const dims = isMatrix ? [rows.length, width] : [rows.length];
  if (flat.length !== entryCount(dims) || flat.some((entry) => typeof entry !== 'number'))
    throw new InputError({ ruleId: 'not-a-matrix', message: 'The rows of this matrix are not equally long.', region: syntax.region });
  return { dims, data: Float64Array.from(flat as readonly number[]) };
}

/** The number of an expression: names by what is set, by the model's own equations, or not at all. */
function numberIn(model: Model, syntax: Syntax, settings: readonly Setting[]): NumericArray {
  const { formula, literals } = withLiterals(model, syntax);
  const given = numbersOf(model, settings);
  const definitions: Parameters<typeof evaluateTensor>[1]['definitions'] = (quantity) => {
    const name = quantity.kind === 'value' ? quantity.name : '';
    const known = literals.get(name);
    if (known !== undefined) return { kind: 'given', data: known.data };
    if (given.values.has(name)) return { kind: 'given', data: filled(model, name, given.values.get(name), given.sizes) };
    const equation = model.equations.find((candidate) => candidate.name === name && candidate.indices.length === 0);
    if (equation !== undefined) return { kind: 'equation', value: equation.value, letters: new Map() };
    throw missing(name, syntax);
  };
  const tensor = lowered(model, formula);
  for (const { quantity } of model.workspace.quantities(tensor)) {
    const name = quantity.kind === 'value' ? quantity.name : '';
    if (!literals.has(name) && !given.values.has(name) && !model.equations.some((candidate) => candidate.name === name && candidate.indices.length === 0))
      throw missing(name, syntax);
  }
  return evaluateTensor(tensor, { sizes: given.sizes, definitions });
}

const missing = (name: string, syntax: Syntax): InputError =>
  new InputError({ ruleId: 'missing-values', message: `${name} has no value here.`, fix: `Write where ${name} = [[0, 1], [1, 1]].`, region: syntax.region });

const lowered = (model: Model, formula: Formula): Tensor => lower(formula, model.workspace, model.loss === undefined ? {} : { loss: model.loss });

function filled(model: Model, name: string, value: unknown, sizes: ReadonlyMap<string, number>): Float64Array {
  const dims = (model.declarations.get(name)?.dims ?? []).map((dim) => evaluateWhole(dim, sizes) ?? 1);
  const count = entryCount(dims);
  const flat: readonly unknown[] = Array.isArray(value) ? value.flat(2) : Array.from({ length: count }, () => value);
  if (flat.length !== count) throw new InputError({ ruleId: 'wrong-size', message: `${name} has ${count} entries here; ${flat.length} are given.` });
  return Float64Array.from(flat as readonly number[]);
}

function square(matrix: NumericArray, syntax: Syntax): NumericArray {
  if (matrix.dims.length === 2 && matrix.dims[0] === matrix.dims[1]) return matrix;
  throw new InputError({
    ruleId: 'not-square',
    message: 'Only square matrices have eigenvalues.',
    why: `This one is ${matrix.dims.join(' × ')}.`,
    fix: 'Ask for singular values.',
    region: syntax.region,
  });
}

// ── printing ──

const number = (value: number, digits: number): string => (Number.isFinite(value) ? value.toFixed(digits).replace(/^-(0(\.0*)?)$/, '$1') : String(value));
const numberMath = (value: number, digits: number): Mathematics => ({ latex: number(value, digits), text: number(value, digits).replace('-', '−') });

function complexMath({ re, im }: Complex, digits: number): Mathematics {
  if (im === 0) return numberMath(re, digits);
  const [a, b] = [number(re, digits), number(Math.abs(im), digits)];
  const sign = im < 0 ? ['-', '−'] : ['+', '+'];
  return { latex: `${a} ${sign[0]} ${b}\\,\\mathrm{i}`, text: `${a.replace('-', '−')} ${sign[1]} ${b} i` };
}

/** Digits after the point: as many as were asked for, else none where all numbers are whole. */
const digitsFor = (values: Iterable<number>, asked: number | undefined): number =>
  asked ?? ([...values].every((value) => Math.abs(value - Math.round(value)) <= 1e-12 * Math.max(1, Math.abs(value))) ? 0 : DIGITS);

const subscript = (value: number): string => [...`${value}`].map((digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)] ?? '').join('');

function withBlock(settings: readonly Setting[], presenter: Presenter): readonly Block[] {
  if (settings.length === 0) return [];
  const shown = settings.map((setting) => settingMath(setting, presenter, presenter.model));
  return [{ type: 'paragraph', content: sentence('With ', ...shown.flatMap((one, at) => (at === 0 ? [one] : [', ', one])), ':') }];
}

function valueSection(presenter: Presenter, shown: Mathematics, value: NumericArray, settings: readonly Setting[], asked: number | undefined): SpectrumPart {
  const digits = digitsFor(value.data, asked);
  const lines: EquationLine[] = [{ left: shown, relation: '=', right: arrayMath(value, digits, presenter.model.settings.convention) }];
  const n = value.dims[0] ?? 0;
  const isSquare = value.dims.length === 2 && value.dims[1] === n;
  const trace = isSquare ? Array.from({ length: n }, (_, k) => value.data[k * n + k] ?? 0).reduce((sum, entry) => sum + entry, 0) : undefined;
  const blocks: Block[] = [...withBlock(settings, presenter), { type: 'result', lines }];
  if (trace !== undefined)
    blocks.push({
      type: 'paragraph',
      content: sentence('The sum of its diagonal is ', numberMath(trace, digits), digits === 0 ? '.' : '. Nothing was rounded before the last step.'),
    });
  return part(sentence('The value of ', shown), blocks, 1, 1);
}

function eigenSection(presenter: Presenter, shown: Mathematics, matrix: NumericArray, settings: readonly Setting[], asked: number | undefined): SpectrumPart {
  const values = eigenvalues(matrix);
  const digits = digitsFor(
    values.flatMap(({ re, im }) => [re, im, modulus({ re, im })]),
    asked,
  );
  const n = matrix.dims[0] ?? 0;
  const trace = Array.from({ length: n }, (_, k) => matrix.data[k * n + k] ?? 0).reduce((sum, entry) => sum + entry, 0);
  const radius = Math.max(...values.map(modulus));
  const left = (k: number): Mathematics => ({ latex: `\\lambda_{${k + 1}}`, text: `λ${subscript(k + 1)}` });
  const lines = values.map((value, k): EquationLine => ({ left: left(k), relation: '=', right: complexMath(value, digits) }));
  const exact = n === 2 ? exactEigenvalues(matrix) : undefined;
  const sum = values.reduce((total, { re }) => total + re, 0);
  const scale = Math.max(1, ...Array.from(matrix.data, Math.abs));
  const agree = Math.abs(sum - trace) <= 1e-9 * scale * n;
  const blocks: Block[] = [
    ...withBlock(settings, presenter),
    ...(exact === undefined ? [] : [{ type: 'equations' as const, lines: exact }]),
    { type: 'result', lines },
    {
      type: 'paragraph',
      content: sentence(
        'The largest modulus, the spectral radius, is ',
        numberMath(radius, digits),
        '; the eigenvalues add up to ',
        numberMath(sum, digits),
        agree ? ', the sum of the diagonal.' : `, which is not the sum of the diagonal, ${trace}.`,
      ),
    },
  ];
  return part(sentence('The eigenvalues of ', shown), blocks, lines.length, agree ? 1 : 0);
}

/** λ² − (tr) λ + det = 0, solved, where the entries are whole numbers. */
function exactEigenvalues({ data }: NumericArray): readonly EquationLine[] | undefined {
  if (!data.every(Number.isInteger)) return undefined;
  const [a = 0, b = 0, c = 0, d = 0] = data;
  const [trace, determinant] = [a + d, a * d - b * c];
  const signed = (value: number, factor: string): string =>
    value === 0 ? '' : `${value < 0 ? ' - ' : ' + '}${Math.abs(value) === 1 && factor !== '' ? '' : Math.abs(value)}${factor}`;
  const under = trace * trace - 4 * determinant;
  const polynomial = (lambda: string, square: string): string => `${lambda}${square}${signed(-trace, lambda)}${signed(determinant, '')}`;
  const lines: EquationLine[] = [
    {
      left: { latex: polynomial('\\lambda', '^2'), text: polynomial('λ', '²').replaceAll('-', '−') },
      relation: '=',
      right: { latex: '0', text: '0' },
      reason: [text('characteristic polynomial')],
    },
  ];
  lines.push({ left: { latex: '\\lambda', text: 'λ' }, relation: '=', right: rootsMath(trace, under) });
  return lines;
}

/** (tr ± √(tr² − 4 det))/2, a whole root taken. */
function rootsMath(trace: number, under: number): Mathematics {
  const root = Math.sqrt(Math.abs(under));
  const unit = under < 0 ? ['\\mathrm{i}', 'i'] : ['', ''];
  const size = Number.isInteger(root)
    ? [`${root === 1 && under < 0 ? '' : root}${unit[0]}`, `${root === 1 && under < 0 ? '' : root}${unit[1]}`]
    : [`${unit[0]}\\sqrt{${Math.abs(under)}}`, `${unit[1]}√${Math.abs(under)}`];
  if (under === 0) return { latex: `${trace / 2}`, text: `${trace / 2}`.replace('-', '−') };
  const top = trace === 0 ? '' : `${trace} `;
  return { latex: `\\frac{${top}\\pm ${size[0]}}{2}`, text: `(${top}± ${size[1]})/2`.replace('-', '−') };
}

function singularSection(
  presenter: Presenter,
  shown: Mathematics,
  matrix: NumericArray,
  settings: readonly Setting[],
  asked: number | undefined,
): SpectrumPart {
  const values = singularValues(matrix);
  const digits = digitsFor(values, asked);
  const lines = values.map(
    (value, k): EquationLine => ({ left: { latex: `\\sigma_{${k + 1}}`, text: `σ${subscript(k + 1)}` }, relation: '=', right: numberMath(value, digits) }),
  );
  const squares = values.reduce((sum, value) => sum + value * value, 0);
  const entries = matrix.data.reduce((sum, value) => sum + value * value, 0);
  const agree = Math.abs(squares - entries) <= 1e-9 * Math.max(1, entries);
  const blocks: Block[] = [
    ...withBlock(settings, presenter),
    { type: 'result', lines },
    {
      type: 'paragraph',
      content: sentence(
        'The largest one is the spectral norm: no vector is lengthened by more. Their squares add up to ',
        numberMath(squares, digits),
        agree ? ', as do the squares of the entries.' : ', the squares of the entries do not.',
      ),
    },
  ];
  return part(sentence('The singular values of ', shown), blocks, lines.length, agree ? 1 : 0);
}

function part(title: Section['title'], blocks: readonly Block[], formulas: number, checked: number): SpectrumPart {
  return { section: { kind: 'spectrum', title, blocks }, formulas, proved: 0, checked };
}
