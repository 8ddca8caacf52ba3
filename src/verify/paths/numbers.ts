/**
 * A model whose sizes are all 1, at numbers: every partial there is one number, so chains of partials can be tried by the thousand.
 */

import type { AllowedPartial } from '../../calculus/coverage.js';
import { jacobian } from '../../calculus/index.js';
import type { Model } from '../../model/index.js';
import { type Reach, substituteWhole, type Tensor, type ValueReference, type Whole, wholeNumber } from '../../network/index.js';
import { createRun, type Functions, type Instance, lengthsOf, type Program, type Run, randomFunctions, type Scope } from '../../numeric/index.js';
import { Derivatives } from '../derivatives.js';

/** How far a written partial reaches; `held` holds the names beside which it stands in a sum, and follows everything else. */
export type PartialReading = { readonly kind: Reach } | { readonly kind: 'held'; readonly names: readonly string[] };

export const readingKey = (reading: PartialReading): string => (reading.kind === 'held' ? `held ${[...reading.names].sort().join()}` : reading.kind);

/** Sizes 1, and the same length for every loop. */
export function unitSizes(model: Model, length: number): Scope {
  const lengths = lengthsOf(model);
  return new Map(model.sizes.map((name) => [name, lengths.has(name) ? length : 1]));
}

/** Unspecified losses that are the sum of what they read. */
export const linearLosses: Functions = (shape) =>
  shape.entrywise
    ? randomFunctions(0)(shape)
    : {
        evaluate(args, wrt, out) {
          if (wrt.length === 0) out.fill(args.reduce((sum, arg) => sum + arg.reduce((inner, entry) => inner + entry, 0), 0));
          else out.fill(wrt.length === 1 ? 1 : 0);
        },
      };

/** Partials of one model at one set of sizes, computed together. */
export class PartialNumbers {
  readonly run: Run;
  readonly #instances: Instance[] = [];
  #program: Program | undefined;

  constructor(
    readonly model: Model,
    readonly sizes: Scope,
    functions?: Functions,
  ) {
    const derivatives = new Derivatives({ model, sheet: model, preactivations: new Map(), lossTerm: undefined });
    this.run = createRun(model, sizes, { derivatives: derivatives.resolver(sizes), ...(functions === undefined ? {} : { functions }) });
  }

  /** A partial at numbers for its letters. */
  partial({ numerator, denominator }: AllowedPartial, reading: PartialReading, letters: Scope): Instance {
    const [above, below] = [this.#placed(numerator, letters), this.#placed(denominator, letters)];
    const dims = [...this.#dims(above), ...this.#dims(below)];
    const { workspace } = this.model;
    // Of the loss, total partials are its adjoints.
    if (reading.kind === 'total' && numerator.name === this.model.loss) return this.#add(workspace.symbol({ kind: 'adjoint', ...below }, dims));
    if (reading.kind !== 'held') return this.#add(workspace.symbol({ kind: 'partial', numerator: above, denominator: below, reach: reading.kind }, dims));
    return this.#add(jacobian(this.model, above, below, 'total', new Set(reading.names)));
  }

  /** The total gradient of the loss. */
  gradient(by: ValueReference): Instance {
    return this.#add(this.model.workspace.symbol({ kind: 'adjoint', ...by }, this.#dims(by)));
  }

  #add(tensor: Tensor): Instance {
    const made = this.run.machine.evaluation(tensor, new Map());
    this.#instances.push(made);
    this.#program = undefined;
    return made;
  }

  #dims({ name }: ValueReference): readonly Whole[] {
    return this.model.declarations.get(name)?.dims ?? [];
  }

  #placed(reference: ValueReference, letters: Scope): ValueReference {
    const numbers = new Map([...this.sizes, ...letters].map(([letter, value]) => [letter, wholeNumber(value)]));
    return { name: reference.name, indices: reference.indices.map((index) => substituteWhole(index, numbers)) };
  }

  /** Computes everything that was asked for at the numbers that stand in the run. */
  refresh(): void {
    this.#program ??= this.run.machine.program(this.#instances);
    this.#program.run();
  }
}
