/** The work of a model's equations: multiply-adds, entrywise operations and function calls, of one step and of all, as a table. */

import { addPolynomials, countedTotal, onceOf, operationsOf, type Polynomial, totalOf } from '../../calculus/index.js';
import type { Equation, Model } from '../../model/index.js';
import type { Block, Inline, TableCell } from '../document.js';
import { math, text } from '../presenter.js';
import { atSizes, type ModelCount, type Sizes } from './count.js';
import { polynomialMath } from './polynomials.js';

export interface WorkRow {
  readonly equation: Equation;
  /** For one value of the equation's letters. */
  readonly once: Polynomial;
  readonly multiplyAdds: Polynomial;
  readonly entrywise: Polynomial;
  readonly functions: Polynomial;
  /** Multiply-adds of all steps at numbers, loops run through. */
  readonly counted: (sizes: Sizes) => number;
}

export interface Work {
  readonly rows: readonly WorkRow[];
  /** Of one step of every loop equation together; undefined where they do not run over one loop. */
  readonly once: Polynomial | undefined;
  readonly total: Polynomial;
  readonly blocks: (count: ModelCount, settings: readonly Sizes[]) => readonly Block[];
}

export function workOf(model: Model, equations: readonly Equation[]): Work {
  const rows = equations.map((equation): WorkRow => {
    const operations = operationsOf(model, equation);
    return {
      equation,
      once: onceOf(operations, 'multiply-add', equation.ranges),
      multiplyAdds: totalOf(operations, 'multiply-add'),
      entrywise: totalOf(operations, 'entrywise'),
      functions: totalOf(operations, 'function'),
      counted: (sizes) => countedTotal(operations, 'multiply-add', sizes),
    };
  });
  const looped = rows.filter(({ equation }) => equation.ranges.length > 0);
  const loops = new Set(looped.map(({ equation }) => equation.ranges.map(({ letter, from, to }) => `${letter} ${from.key} ${to.key}`).join()));
  const isOneLoop = loops.size === 1;
  return {
    rows,
    once: isOneLoop ? addPolynomials(...looped.map(({ once }) => once)) : undefined,
    total: addPolynomials(...rows.map(({ multiplyAdds }) => multiplyAdds)),
    blocks: workBlocks,
  };
}

const cell = (...content: readonly Inline[]): TableCell => ({ content });

function workBlocks({ presented, work }: ModelCount, settings: readonly Sizes[]): readonly Block[] {
  const { presenter } = presented;
  const loops = work.rows.some(({ equation }) => equation.ranges.length > 0);
  const polynomial = (one: Polynomial): TableCell => cell(math(polynomialMath(one)));
  const rows = work.rows.map(({ equation, once, multiplyAdds, entrywise, functions }) => [
    cell(math(presenter.reference({ name: equation.name, indices: equation.indices }))),
    ...(loops ? [polynomial(once)] : []),
    ...[multiplyAdds, entrywise, functions].map(polynomial),
  ]);
  const sum = (of: (row: WorkRow) => Polynomial): TableCell => polynomial(addPolynomials(...work.rows.map(of)));
  const totals = [
    cell(text('all')),
    ...(loops ? [work.once === undefined ? cell() : polynomial(work.once)] : []),
    sum((row) => row.multiplyAdds),
    sum((row) => row.entrywise),
    sum((row) => row.functions),
  ];
  const words = ['equation', ...(loops ? ['multiply-adds, one step', 'all steps'] : ['multiply-adds']), 'entrywise', 'function calls'];
  const lines = settings.map((sizes) => ({
    relation: '=',
    right: atSizes(work.total, sizes),
    reason: [text([...sizes].map(([letter, value]) => `${letter} = ${value}`).join(', '))],
  }));
  return [
    { type: 'table', align: words.map(() => 'left' as const), header: words.map((word) => cell(text(word))), rows: rows.length > 1 ? [...rows, totals] : rows },
    {
      type: 'result',
      lines: [{ left: { latex: '\\text{multiply-adds}', text: 'multiply-adds' }, relation: '=', right: polynomialMath(work.total) }, ...lines],
    },
  ];
}
