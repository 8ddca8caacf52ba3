/** Numbers in questions: literals read from text, arrays of numbers as mathematics. */

import { InputError, type Region } from '../../errors.js';
import type { Syntax } from '../../notation/syntax.js';
import type { NumericArray } from '../../numeric/index.js';
import type { Mathematics } from '../document.js';

function notANumber(region: Region): never {
  throw new InputError({
    ruleId: 'not-a-number',
    message: 'A number, or a list of numbers, is expected here.',
    fix: 'Vectors are lists, [0.5, -0.1]; matrices lists of rows, [[1, 2], [3, 4]].',
    region,
  });
}

/** Numbers written with + − × ÷, powers and roots, in lists. Depth is bounded by the parser. */
export function literal(syntax: Syntax): unknown {
  if (syntax.kind === 'blocks') {
    const rows = syntax.rows.map((row) =>
      syntax.style === 'nested' && row.length === 1 && row[0]?.kind !== 'blocks' ? [numberIn(row[0] as Syntax)] : row.map(literal),
    );
    if (syntax.style === 'list' && rows.length === 1) return rows[0];
    return rows.length === 1 && syntax.style === 'nested' && rows[0]?.every(Array.isArray) === true ? rows[0] : rows;
  }
  return syntax.group === '[' ? [numberIn(syntax)] : numberIn(syntax);
}

export function numberIn(syntax: Syntax): number {
  switch (syntax.kind) {
    case 'number':
      return Number(syntax.text);
    case 'constant':
      return syntax.name === 'pi' ? Math.PI : syntax.name === 'e' ? Math.E : Number.POSITIVE_INFINITY;
    case 'sum':
      return syntax.terms.reduce((total, { sign, value }) => total + sign * numberIn(value), 0);
    case 'juxtaposition':
      return syntax.factors.reduce((product, factor) => product * numberIn(factor), 1);
    case 'product':
      return syntax.rest.reduce(
        (product, { sign, value }) => (sign === 'divide' ? product / numberIn(value) : product * numberIn(value)),
        numberIn(syntax.first),
      );
    case 'fraction':
      return numberIn(syntax.numerator) / numberIn(syntax.denominator);
    case 'power':
      return numberIn(syntax.base) ** numberIn(syntax.exponent);
    case 'root':
      return numberIn(syntax.of) ** (1 / (syntax.degree === undefined ? 2 : numberIn(syntax.degree)));
    default:
      return notANumber(syntax.region);
  }
}

/** Fixed digits, or as many significant ones where all entries are so small that fixed digits would not show them. */
function formatted(data: ArrayLike<number>, digits: number): readonly Mathematics[] {
  const values = Array.from(data);
  const largest = Math.max(...values.map(Math.abs).filter(Number.isFinite));
  const small = digits > 0 && largest > 0 && largest < 5 * 10 ** -digits;
  return values.map((value) => {
    if (!Number.isFinite(value) || !small) return plainNumber(Number.isFinite(value) ? value.toFixed(digits) : String(value));
    return scientific(value.toExponential(Math.max(1, digits - 1)));
  });
}

const plainNumber = (written: string): Mathematics => ({ latex: written, text: written.replaceAll('-', '−') });

function scientific(written: string): Mathematics {
  const [mantissa = written, exponent = '0'] = written.split('e');
  const power = String(Number(exponent));
  return { latex: `${mantissa} \\cdot 10^{${power}}`, text: `${mantissa.replace('-', '−')}e${power}` };
}

/** Fixed digits; a vector as it lies. */
export function arrayMath({ data, dims }: NumericArray, digits: number, orientation: 'row' | 'column' | undefined): Mathematics {
  return laidOut(formatted(data, digits), dims, orientation);
}

function laidOut(numbers: readonly Mathematics[], dims: readonly number[], orientation: 'row' | 'column' | undefined): Mathematics {
  if (dims.length === 0) return numbers[0] ?? { latex: '', text: '' };
  const columns = dims.length === 1 ? (orientation === 'row' ? (dims[0] ?? 1) : 1) : (dims[1] ?? 1);
  const rows = Array.from({ length: Math.ceil(numbers.length / columns) }, (_, row) => numbers.slice(row * columns, (row + 1) * columns));
  const inLine = (line: readonly Mathematics[]): string => line.map((number) => number.text).join(', ');
  const flat = dims.length === 1 ? `(${inLine(numbers)})` : `[${rows.map((row) => `[${inLine(row)}]`).join(', ')}]`;
  return { latex: `\\begin{bmatrix} ${rows.map((row) => row.map(({ latex }) => latex).join(' & ')).join(' \\\\ ')} \\end{bmatrix}`, text: flat };
}

/** Lists of numbers as they were given, in as many digits as they need. */
export function listMath(value: unknown, row: boolean): Mathematics {
  const shortest = (one: unknown): Mathematics => plainNumber(typeof one === 'number' ? String(one) : '·');
  if (!Array.isArray(value)) return shortest(value);
  const [first] = value;
  const rows: readonly unknown[] = value;
  if (!Array.isArray(first)) return laidOut(rows.map(shortest), [rows.length], row ? 'row' : 'column');
  const columns = first.length;
  if (rows.some((each) => !Array.isArray(each) || each.length !== columns || each.some(Array.isArray)))
    return {
      latex: `\\left( ${rows.map((each) => listMath(each, row).latex).join(',\\; ')} \\right)`,
      text: `(${rows.map((each) => listMath(each, row).text).join(', ')})`,
    };
  return laidOut(
    rows.flatMap((each) => (each as readonly unknown[]).map(shortest)),
    [rows.length, columns],
    undefined,
  );
}
