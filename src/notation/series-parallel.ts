/**
 * Series–parallel reduction: a product of leaves wired by indices becomes one matrix expression.
 *
 * Slots are vertices, vectors sit on them, matrices join two. A bound slot without a matrix is a dot product or a sum, one with a single matrix
 * is a matrix–vector product, one between two matrices is A diag(v) B, parallel matrices multiply entrywise; free slots are the ends.
 * Each step removes a bound slot, so the loop ends; it succeeds on every net of treewidth ≤ 2 whose leaves have at most two axes.
 */

import { addRational, isNegative, ONE, type Rational } from '../network/rational.js';
import { WHOLE_ONE, type Whole } from '../network/whole.js';
import { baseOf, chain, diagonalMatrix, dot, type Expression, image, linear, make, ones, outer, power, product, transpose } from './expression.js';
import { type DeclarationOrder, orderFactors } from './order.js';

/** A factor with the slots that its axes are plugged into. */
export interface Wired {
  readonly of: Expression;
  readonly slots: readonly number[];
}

/** Why something has no matrix notation; caught where index notation takes over. */
export class NeedsIndices extends Error {
  constructor(readonly why: string) {
    super(why);
    this.name = 'NeedsIndices';
  }
}

interface Edge {
  readonly row: number;
  readonly column: number;
  readonly matrix: Expression;
}

/** Reduces coefficient · Π leaves to an expression whose axes are slots 0 … rank − 1. Throws NeedsIndices where there is no matrix form. */
export function reduceNet(coefficient: Rational, wired: readonly Wired[], dims: readonly Whole[], rank: number, order: DeclarationOrder): Expression {
  if (rank > 2) throw new NeedsIndices(`a result with ${rank} axes is neither a vector nor a matrix`);
  return new Reduction(coefficient, wired, dims, rank, order).run();
}

class Reduction {
  readonly #scalars: Expression[] = [];
  readonly #vectors = new Map<number, Expression[]>();
  #edges: Edge[] = [];

  constructor(
    private readonly coefficient: Rational,
    wired: readonly Wired[],
    private readonly dims: readonly Whole[],
    private readonly rank: number,
    private readonly order: DeclarationOrder,
  ) {
    for (const { of, slots } of wired) {
      const [row, column] = slots;
      if (slots.length > 2) throw new NeedsIndices(`a factor with ${slots.length} axes is neither a vector nor a matrix`);
      if (row === undefined) this.#scalars.push(of);
      else if (column === undefined) this.#attach(row, of);
      else this.#edges.push({ row, column, matrix: of });
    }
  }

  run(): Expression {
    const bound = new Set([...this.#vectors.keys(), ...this.#edges.flatMap(({ row, column }) => [row, column])].filter((slot) => slot >= this.rank));
    for (;;) {
      this.#merge();
      const next = [...bound].map((slot) => ({ slot, degree: this.#at(slot).length })).sort((a, b) => a.degree - b.degree || a.slot - b.slot)[0];
      if (next === undefined) break;
      if (next.degree > 2) throw new NeedsIndices('its factors are wired in a way that products of matrices cannot express');
      bound.delete(next.slot);
      this.#eliminate(next.slot);
    }
    return this.#finish();
  }

  #attach(slot: number, vector: Expression): void {
    const known = this.#vectors.get(slot);
    if (known === undefined) this.#vectors.set(slot, [vector]);
    else known.push(vector);
  }

  #at(slot: number): Edge[] {
    return this.#edges.filter(({ row, column }) => row === slot || column === slot);
  }

  /** The entrywise product of the vectors on a slot, undefined for none. */
  #vector(slot: number): Expression | undefined {
    const vectors = this.#vectors.get(slot);
    const dim = this.dims[slot];
    if (vectors === undefined || dim === undefined) return undefined;
    return ordered(ONE, vectors, [dim], this.order);
  }

  #dim(slot: number): Whole {
    const dim = this.dims[slot];
    if (dim === undefined) throw new NeedsIndices('an axis has no size');
    return dim;
  }

  /** Loops become diagonals, parallel matrices one entrywise product. */
  #merge(): void {
    const pairs = new Map<string, Edge>();
    for (const edge of this.#edges) {
      if (edge.row === edge.column) {
        this.#attach(edge.row, make({ kind: 'diagonalOf', of: edge.matrix }, [this.#dim(edge.row)]));
        continue;
      }
      const key = [edge.row, edge.column].sort((a, b) => a - b).join();
      const known = pairs.get(key);
      if (known === undefined) pairs.set(key, edge);
      else {
        const other = edge.row === known.row ? edge.matrix : transpose(edge.matrix);
        pairs.set(key, { ...known, matrix: ordered(ONE, [known.matrix, other], known.matrix.dims, this.order) });
      }
    }
    this.#edges = [...pairs.values()];
  }

  #eliminate(slot: number): void {
    const [first, second] = this.#at(slot);
    const vector = this.#vector(slot);
    this.#edges = this.#edges.filter((edge) => edge !== first && edge !== second);
    this.#vectors.delete(slot);
    if (first === undefined) this.#scalars.push(this.#closed(vector ?? ones([this.#dim(slot)]), vector));
    else if (second === undefined) {
      const to = first.row === slot ? first.column : first.row;
      this.#attach(to, image(first.row === slot ? transpose(first.matrix) : first.matrix, vector ?? ones([this.#dim(slot)])));
    } else {
      const left = first.row === slot ? transpose(first.matrix) : first.matrix;
      const right = second.row === slot ? second.matrix : transpose(second.matrix);
      const row = first.row === slot ? first.column : first.row;
      const column = second.row === slot ? second.column : second.row;
      this.#edges.push({ row, column, matrix: chain(vector === undefined ? [left, right] : [left, diagonalMatrix(vector), right]) });
    }
  }

  /** Σ of an entrywise product: a dot product of its first factor with the others, a plain total where there is one. */
  #closed(whole: Expression, vector: Expression | undefined): Expression {
    if (vector === undefined) return make({ kind: 'total', of: whole }, []);
    return total(vector);
  }

  #finish(): Expression {
    const dims = this.dims.slice(0, this.rank);
    const scalars = (of: readonly Expression[]): Expression => ordered(this.coefficient, [...this.#scalars, ...of], dims, this.order);
    if (this.rank === 0) return scalars([]);
    const left = this.#vector(0);
    if (this.rank === 1) return scalars(left === undefined ? [ones(dims)] : [left]);
    const right = this.#vector(1);
    const [edge] = this.#edges;
    if (edge === undefined)
      return scalars(left === undefined && right === undefined ? [ones(dims)] : [outer(left ?? ones([this.#dim(0)]), right ?? ones([this.#dim(1)]))]);
    const matrix = edge.row === 0 ? edge.matrix : transpose(edge.matrix);
    if (matrix.kind === 'identity')
      return scalars([
        diagonalMatrix(
          ordered(
            ONE,
            [left, right].filter((each) => each !== undefined),
            [this.#dim(0)],
            this.order,
          ),
        ),
      ]);
    const around = [...(left === undefined ? [] : [diagonalMatrix(left)]), matrix, ...(right === undefined ? [] : [diagonalMatrix(right)])];
    return scalars([chain(around)]);
  }
}

/** A product with its factors in structural order, equal ones collected into powers. */
export function ordered(coefficient: Rational, factors: readonly Expression[], dims: readonly Whole[], order: DeclarationOrder): Expression {
  const flat = product(coefficient, factors, dims);
  if (flat.kind !== 'product') return flat;
  const powers = new Map<string, { base: Expression; exponent: Rational }>();
  for (const factor of flat.factors) {
    const { base, exponent } = baseOf(factor);
    const known = powers.get(base.key);
    powers.set(base.key, { base, exponent: known === undefined ? exponent : addRational(known.exponent, exponent) });
  }
  const collected = [...powers.values()].map(({ base, exponent }) => power(base, exponent));
  return product(
    flat.coefficient,
    orderFactors(
      collected.filter((factor) => factor.kind !== 'product'),
      order,
    ),
    dims,
  );
}

/** Σ of the entries of a vector as a dot product of its first factor with the rest; squares stay whole (a norm). */
export function total(vector: Expression): Expression {
  return linear([vector], [], ([bare]) => {
    const of = bare as Expression;
    if (of.kind === 'ones') return make({ kind: 'whole', value: of.dims[0] ?? WHOLE_ONE }, []);
    if (of.kind === 'rowSums') return make({ kind: 'total', of: of.of }, []);
    if (of.kind === 'diagonalOf') return make({ kind: 'trace', of: of.of }, []);
    if (of.kind !== 'product') return make({ kind: 'total', of }, []);
    const [head, ...others] = of.factors;
    if (head === undefined || others.length === 0) return make({ kind: 'total', of }, []);
    if (head.kind === 'power' && !isNegative(head.exponent) && head.exponent.denominator === 1n && head.exponent.numerator === 2n) {
      return dot(head.base, product(ONE, [head.base, ...others], of.dims));
    }
    return dot(head, product(ONE, others, of.dims));
  });
}
