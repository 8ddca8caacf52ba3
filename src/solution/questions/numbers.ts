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

const fixedDigits = (value: number, digits: number): string => (Number.isFinite(value) ? value.toFixed(digits) : String(value));

/** Fixed digits; a vector as it lies. */
export function arrayMath({ data, dims }: NumericArray, digits: number, orientation: 'row' | 'column' | undefined): Mathematics {
  const numbers = Array.from(data, (value) => fixedDigits(value, digits));
  const asText = (line: string): string => line.replaceAll('-', '−');
  if (dims.length === 0) return { latex: numbers[0] ?? '', text: asText(numbers[0] ?? '') };
  const columns = dims.length === 1 ? (orientation === 'row' ? (dims[0] ?? 1) : 1) : (dims[1] ?? 1);
  const rows = Array.from({ length: Math.ceil(numbers.length / columns) }, (_, row) => numbers.slice(row * columns, (row + 1) * columns));
  const flat = dims.length === 1 ? `(${numbers.join(', ')})` : `[${rows.map((row) => `[${row.join(', ')}]`).join(', ')}]`;
  return { latex: `\\begin{bmatrix} ${rows.map((row) => row.join(' & ')).join(' \\\\ ')} \\end{bmatrix}`, text: asText(flat) };
}
