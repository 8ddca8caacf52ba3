/** Models put together by hand from tensors, and their values and adjoints by brute-force recursion: no reader, no plans. */

import type { AdjointSystem } from '../../src/calculus/index.js';
import type { BoundaryValue, Declaration, Equation, IndexRange, Model, Role } from '../../src/model/model.js';
import { createWorkspace, evaluateWhole, type Tensor, type Whole, type Workspace, wholeLetter, wholeNumber } from '../../src/network/index.js';
import { type NaiveEnvironment, naiveEntry, pseudoRandom } from '../network/naive.js';

export const letter = wholeLetter;
export const number = wholeNumber;

export interface HandEquation {
  readonly name: string;
  readonly indices: readonly Whole[];
  readonly ranges: readonly IndexRange[];
  readonly value: (w: Workspace) => Tensor;
}

export function handModel(
  declarations: Record<string, { dims: readonly Whole[]; indices?: readonly IndexRange[]; role: Role }>,
  equations: readonly HandEquation[],
  options: { loss: string; boundaries?: readonly BoundaryValue[]; assume?: Record<string, object> },
): Model {
  const workspace = createWorkspace();
  for (const [name, facts] of Object.entries(options.assume ?? {})) workspace.assume(name, facts);
  const made = new Map<string, Declaration>(
    Object.entries(declarations).map(([name, { dims, indices, role }]) => [
      name,
      { name, spelling: { latex: name, text: name, indexPlace: 'subscript' }, indices: indices ?? [], dims, role, assumptions: {} },
    ]),
  );
  return {
    name: 'hand',
    settings: { convention: 'column', dialect: 'default' },
    workspace,
    declarations: made,
    functions: new Map(),
    equations: equations.map((equation): Equation => ({ ...equation, value: equation.value(workspace), source: { kind: 'ones', shape: { dims: [] } } })),
    boundaries: options.boundaries ?? [],
    sizes: [],
    letters: new Map(Object.values(declarations).flatMap(({ indices }) => (indices ?? []).map((range) => [range.letter, range] as const))),
    loss: options.loss,
    inferred: [],
  };
}

/** Values, then adjoints, of all instances at numeric sizes, by recursion with a memory. */
export class HandRun implements NaiveEnvironment {
  readonly letters: ReadonlyMap<string, number>;
  readonly #memory = new Map<string, number>();

  constructor(
    readonly model: Model,
    sizes: Record<string, number>,
    readonly system: AdjointSystem | undefined,
    readonly moved?: { key: string; by: number },
  ) {
    this.letters = new Map(Object.entries(sizes));
  }

  value(key: string, indices: readonly number[], position: readonly number[]): number {
    const id = `${key}[${indices.join()}](${position.join()})`;
    const known = this.#memory.get(id);
    if (known !== undefined) return known;
    const made = this.#compute(key, indices, position, id);
    this.#memory.set(id, made);
    return made;
  }

  #compute(key: string, indices: readonly number[], position: readonly number[], id: string): number {
    const [kind = '', name = ''] = key.split(':');
    if (kind === 'adjoint') return this.#adjoint(name, indices, position);
    const inside = (range: IndexRange, at: number): boolean =>
      at >= (evaluateWhole(range.from, this.letters) ?? 0) && at <= (evaluateWhole(range.to, this.letters) ?? 0);
    for (const equation of this.model.equations) {
      if (equation.name !== name) continue;
      const letters = new Map(this.letters);
      const fits = equation.indices.every((index, at) => {
        const range = equation.ranges.find((candidate) => candidate.letter === index.key);
        if (range === undefined) return evaluateWhole(index, this.letters) === indices[at];
        letters.set(range.letter, indices[at] ?? 0);
        return inside(range, indices[at] ?? 0);
      });
      if (fits) return naiveEntry(equation.value, position, { letters, value: (k, i, p) => this.value(k, i, p) });
    }
    const declaration = this.model.declarations.get(name);
    const within = declaration?.indices.every((range, at) => inside(range, indices[at] ?? 0)) ?? false;
    const freed = this.model.boundaries.some(
      (boundary) =>
        boundary.name === name && boundary.kind === 'freed' && boundary.indices.every((index, at) => evaluateWhole(index, this.letters) === indices[at]),
    );
    if (!freed && (!within || declaration?.role === 'computed')) return 0;
    return 0.3 + 0.8 * pseudoRandom(id) + (this.moved?.key === id ? this.moved.by : 0);
  }

  #adjoint(name: string, indices: readonly number[], position: readonly number[]): number {
    const declaration = this.model.declarations.get(name);
    if (this.system === undefined || declaration === undefined) throw new Error('no adjoints');
    const inRange = declaration.indices.every(
      (range, at) => (indices[at] ?? 0) >= (evaluateWhole(range.from, this.letters) ?? 0) && (indices[at] ?? 0) <= (evaluateWhole(range.to, this.letters) ?? 0),
    );
    const letters = new Map(this.letters);
    if (inRange) {
      declaration.indices.forEach((range, at) => letters.set(range.letter, indices[at] ?? 0));
      return naiveEntry(this.system.of(name).value, position, { letters, value: (k, i, p) => this.value(k, i, p) });
    }
    const place = [...this.model.boundaries, ...this.model.equations].find(
      (candidate) =>
        candidate.name === name &&
        !('kind' in candidate && candidate.kind === 'zero') &&
        candidate.indices.every((index, at) => evaluateWhole(index, this.letters) === indices[at]),
    );
    if (place === undefined) return 0;
    return naiveEntry(this.system.of(name, place.indices).value, position, { letters, value: (k, i, p) => this.value(k, i, p) });
  }
}
