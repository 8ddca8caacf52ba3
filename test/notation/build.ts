/** Short constructors of formulas for the printers' tests. */
import { type Rational, rational } from '../../src/network/rational.js';
import type { Quantity } from '../../src/network/tensor.js';
import { addWhole, scaleWhole, shiftWhole, type Whole, wholeLetter, wholeNumber } from '../../src/network/whole.js';
import type { Formula, FormulaNode, Orientation } from '../../src/notation/formula.js';

export const n = wholeLetter('n');
export const d = wholeLetter('d');
export const t = wholeLetter('t');
export const T = wholeLetter('T');
export { addWhole, scaleWhole, shiftWhole, wholeLetter, wholeNumber };

export const of = (node: FormulaNode, dims: readonly Whole[] = [n], orientation: Orientation = 'column'): Formula => ({
  ...node,
  shape: dims.length === 1 ? { dims, orientation } : { dims },
});
export const number = (value: Rational | number): Formula => of({ kind: 'number', value: typeof value === 'number' ? rational(value) : value }, []);
export const named = (quantity: Quantity, dims?: readonly Whole[], orientation?: Orientation): Formula => of({ kind: 'name', quantity }, dims, orientation);
export const vector = (name: string, ...indices: readonly Whole[]): Formula => named({ kind: 'value', name, indices });
export const matrix = (name: string, ...indices: readonly Whole[]): Formula => named({ kind: 'value', name, indices }, [n, n]);
export const scalar = (name: string, ...indices: readonly Whole[]): Formula => named({ kind: 'value', name, indices }, []);
export const adjoint = (name: string, ...indices: readonly Whole[]): Formula => named({ kind: 'adjoint', name, indices });
export const plus = (...terms: readonly Formula[]): Formula =>
  of({ kind: 'sum', terms: terms.map((formula) => ({ sign: 1, formula })) }, terms.at(-1)?.shape.dims);
export const minus = (a: Formula, b: Formula): Formula =>
  of(
    {
      kind: 'sum',
      terms: [
        { sign: 1, formula: a },
        { sign: -1, formula: b },
      ],
    },
    b.shape.dims,
  );
export const times = (...factors: readonly Formula[]): Formula => of({ kind: 'product', style: 'matrix', factors });
export const hadamard = (...factors: readonly Formula[]): Formula => of({ kind: 'product', style: 'hadamard', factors });
export const scaled = (...factors: readonly Formula[]): Formula => of({ kind: 'product', style: 'scalar', factors }, factors.at(-1)?.shape.dims);
export const transposed = (formula: Formula): Formula => of({ kind: 'transpose', of: formula }, [...formula.shape.dims].reverse(), 'row');
export const power = (base: Formula, exponent: number | Rational, style: 'entrywise' | 'matrix' | 'scalar' = 'entrywise'): Formula =>
  of({ kind: 'power', style, base, exponent: number(exponent) }, base.shape.dims);
export const quotient = (numerator: Formula, denominator: Formula): Formula => of({ kind: 'quotient', numerator, denominator }, numerator.shape.dims);
