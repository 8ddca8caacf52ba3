/** Small helpers for the numeric tests: definitions from plain numbers, and models built by hand. */

import type { BoundaryValue, Declaration, Equation, IndexRange, Model, Role, UnspecifiedFunction } from '../../src/model/model.js';
import { createWorkspace, type Factor, shiftWhole, type Tensor, type Whole, wholeLetter, wholeNumber } from '../../src/network/index.js';
import { placeKey } from '../../src/numeric/array.js';
import type { Definitions } from '../../src/numeric/machine.js';
import type { DerivativeResolver } from '../../src/numeric/run.js';
import { OPERATORS, type Operator } from '../../src/operators/index.js';

export const operator = (name: string): Operator => {
  const found = OPERATORS.find((row) => row.name === name);
  if (found === undefined) throw new Error(`no operator ${name}`);
  return found;
};

/** Values from a table of plain numbers; adjoints and names that are not in it are zero. */
export function fixed(values: Readonly<Record<string, readonly number[]>>): Definitions {
  const arrays = new Map(Object.entries(values).map(([key, entries]) => [key, Float64Array.from(entries)]));
  return (quantity) => {
    const data = quantity.kind === 'value' ? arrays.get(placeKey(quantity.name, quantity.indices)) : undefined;
    return data === undefined ? { kind: 'zero' } : { kind: 'given', data };
  };
}

const t = wholeLetter('t');
const timeRange: IndexRange = { letter: 't', from: wholeNumber(1), to: wholeLetter('T') };

/** A model from tensors; displays are left empty because the numbers never look at them. */
export class ModelBuilder {
  readonly workspace = createWorkspace();
  private readonly declarations = new Map<string, Declaration>();
  private readonly equations: Equation[] = [];
  private readonly boundaries: BoundaryValue[] = [];
  private readonly functions = new Map<string, UnspecifiedFunction>();

  declare(name: string, role: Role, dims: readonly string[], ranges: readonly IndexRange[] = [], assumptions: Declaration['assumptions'] = {}): this {
    this.declarations.set(name, {
      name,
      spelling: { latex: name, text: name, indexPlace: 'subscript' },
      indices: ranges,
      dims: dims.map((dim) => (/^\d+$/.test(dim) ? wholeNumber(Number(dim)) : wholeLetter(dim))),
      role,
      assumptions,
    });
    return this;
  }

  overTime(name: string, role: Role, dims: readonly string[], assumptions: Declaration['assumptions'] = {}): this {
    return this.declare(name, role, dims, [timeRange], assumptions);
  }

  value(name: string, ...indices: readonly Whole[]): Tensor {
    const declaration = this.declarations.get(name);
    if (declaration === undefined) throw new Error(name);
    return this.workspace.value(name, indices, declaration.dims);
  }

  at(name: string, shift = 0): Tensor {
    return this.value(name, shiftWhole(t, shift));
  }

  times(matrix: Tensor, vector: Tensor): Tensor {
    return this.contract('i', [matrix, 'ij'], [vector, 'j']);
  }

  /** Contraction in the usual letters: `contract('ik', [A, 'ij'], [B, 'jk'])`. */
  contract(free: string, ...factors: readonly (readonly [Tensor, string])[]): Tensor {
    return this.workspace.contract(
      [...free],
      factors.map(([tensor, labels]): Factor => ({ tensor, labels: [...labels] })),
    );
  }

  hadamard(...tensors: readonly Tensor[]): Tensor {
    return this.contract('i', ...tensors.map((tensor) => [tensor, 'i'] as const));
  }

  equation(name: string, value: Tensor, indices: readonly Whole[] = [], ranges: readonly IndexRange[] = []): this {
    this.equations.push({ name, indices, ranges, value, source: { kind: 'ones', shape: { dims: value.dims } } });
    return this;
  }

  step(name: string, value: Tensor): this {
    return this.equation(name, value, [t], [timeRange]);
  }

  free(name: string, ...indices: readonly Whole[]): this {
    this.boundaries.push({ name, indices, kind: 'freed' });
    return this;
  }

  build(loss: string | undefined, sizes: readonly string[]): Model {
    return {
      name: 'test',
      settings: { convention: 'column', dialect: 'default' },
      workspace: this.workspace,
      declarations: this.declarations,
      functions: this.functions,
      equations: this.equations,
      boundaries: this.boundaries,
      sizes,
      letters: new Map([['t', timeRange]]),
      loss,
      inferred: [],
    };
  }
}

/** The LSTM of the contract: columns, freed initial states, J = Σ ℓ_t(h_t). */
export function lstm(): ModelBuilder {
  const build = new ModelBuilder();
  const { workspace } = build;
  build.overTime('x', 'input', ['d']);
  for (const name of ['f', 'i', 'o', 'g', 'c', 'h']) build.overTime(name, 'computed', ['n']);
  for (const gate of ['f', 'i', 'o', 'c'])
    build.declare(`W_${gate}`, 'parameter', ['n', 'd']).declare(`U_${gate}`, 'parameter', ['n', 'n']).declare(`b_${gate}`, 'parameter', ['n']);
  build.declare('J', 'computed', []).free('h', wholeNumber(0)).free('c', wholeNumber(0));
  const gate = (name: string) =>
    workspace.add(build.times(build.value(`W_${name}`), build.at('x')), build.times(build.value(`U_${name}`), build.at('h', -1)), build.value(`b_${name}`));
  for (const name of ['f', 'i', 'o']) build.step(name, workspace.apply(operator('sigmoid'), gate(name)));
  build.step('g', workspace.apply(operator('tanh'), gate('c')));
  build.step('c', workspace.add(build.hadamard(build.at('f'), build.at('c', -1)), build.hadamard(build.at('i'), build.at('g'))));
  build.step('h', build.hadamard(build.at('o'), workspace.apply(operator('tanh'), build.at('c'))));
  build.equation('J', workspace.rangeSum('t', wholeNumber(1), wholeLetter('T'), workspace.unspecified('ℓ', [t], false, [], [build.at('h')])));
  return build;
}

/**
 * Reverse mode for models whose only letter is t: for each name the tensor of its adjoint at t, from the local partials of the equations that read it.
 * A stand-in for the calculus, which the numbers must not depend on.
 */
export function adjoints(model: Model): { of(name: string): Tensor } {
  const { workspace } = model;
  const dimsOf = (name: string): readonly Whole[] => model.declarations.get(name)!.dims;
  const contributions = (name: string): Tensor[] =>
    model.equations.flatMap((equation) => {
      const shifts = new Map(
        workspace
          .quantities(equation.value)
          .flatMap(({ quantity }) =>
            quantity.kind === 'value' && quantity.name === name ? [[quantity.indices[0]?.key ?? '', quantity.indices] as const] : [],
          ),
      );
      const inLoop = equation.ranges.length > 0;
      if (!inLoop)
        return shifts.size === 0
          ? []
          : [
              through(
                equation,
                workspace.differentiate(equation.value, name, model.declarations.get(name)!.indices.length > 0 ? [t] : [], dimsOf(name)),
                equation.indices,
                dimsOf(name),
              ),
            ];
      return [...shifts.values()].map((indices) => {
        const partial = workspace.differentiate(equation.value, name, indices, dimsOf(name));
        const term = through(equation, partial, equation.indices, dimsOf(name));
        const [index] = indices;
        if (index === undefined) return workspace.rangeSum('t', timeRange.from, timeRange.to, term);
        const shift =
          Number(index.key.replace('t', '').replace('+', '') || 0) || (index.monomials.find(({ letters }) => letters.length === 0)?.coefficient ?? 0);
        return workspace.substituteLetters(term, new Map([['t', shiftWhole(t, -shift)]]));
      });
    });
  const through = (equation: Equation, partial: Tensor, indices: readonly Whole[], dims: readonly Whole[]): Tensor => {
    const own = dimsOf(equation.name).map((_, k) => `r${k}`);
    const free = dims.map((_, k) => `v${k}`);
    const factor: Factor[] =
      equation.name === model.loss ? [] : [{ tensor: workspace.symbol({ kind: 'adjoint', name: equation.name, indices }, dimsOf(equation.name)), labels: own }];
    return workspace.contract(free, [...factor, { tensor: partial, labels: [...own, ...free] }]);
  };
  const known = new Map<string, Tensor>();
  return {
    of(name) {
      const found = known.get(name) ?? workspace.add(workspace.zero(dimsOf(name)), ...contributions(name));
      known.set(name, found);
      return found;
    },
  };
}

/** Adjoints of a model as a run wants them: at t they are equations, outside the range of their name zero unless the value is freed there. */
export function resolver(
  model: Model,
  sizes: () => ReadonlyMap<string, number>,
): { readonly backward: ReturnType<typeof adjoints>; readonly derivatives: DerivativeResolver } {
  const backward = adjoints(model);
  const derivatives: DerivativeResolver = (quantity) => {
    if (quantity.kind !== 'adjoint') return undefined;
    const [index] = quantity.indices;
    if (index === undefined) return { value: backward.of(quantity.name), letters: new Map() };
    const first = model.boundaries.some(({ name }) => name === quantity.name) ? 0 : 1;
    return index < first || index > sizes().get('T')! ? undefined : { value: backward.of(quantity.name), letters: new Map([['t', index]]) };
  };
  return { backward, derivatives };
}
