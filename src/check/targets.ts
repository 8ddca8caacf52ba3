/** The gradients of a model as targets of the check: every parameter, input and freed boundary value, by the calculus, in either style. */

import { AdjointSystem, Elimination, keptNames, resolveDerivatives } from '../calculus/index.js';
import { InputError } from '../errors.js';
import type { IndexRange, Model } from '../model/model.js';
import { lettersOf, type Tensor, type ValueReference, wholeLetter } from '../network/index.js';
import { namesOf, spellName } from '../notation/spelling.js';
import { derivativeResolver, type Point, randomPoint, randomSizes, type Scope } from '../numeric/index.js';
import { type CheckOptions, type CheckResult, type CheckTarget, checkTargets } from './check.js';

/** Both textbook styles: the adjoint of every name, or only those that another step reads. */
export type GradientStyle = 'every name' | 'eliminated';

export interface GradientCheckOptions extends CheckOptions {
  readonly style?: GradientStyle;
  /** Sizes and lengths; random ones for the rest. */
  readonly sizes?: Scope;
  /** Values whose gradients are checked; all parameters, inputs and freed boundary values unless given. */
  readonly wanted?: readonly ValueReference[];
}

/** A model's gradients, ready to be checked at any point. */
export interface GradientTargets {
  readonly targets: readonly CheckTarget[];
  /** The elimination that the formulas were written with; undefined for every name. */
  readonly elimination: Elimination | undefined;
}

/** Derives the gradients. Throws an InputError when the model has no loss or a wanted name is not declared. */
export function gradientTargets(model: Model, style: GradientStyle = 'eliminated', wanted: readonly ValueReference[] = everyGiven(model)): GradientTargets {
  if (model.loss === undefined)
    throw new InputError({
      ruleId: 'no-loss',
      message: 'The model has no loss to differentiate.',
      fix: 'Write an equation for a capitalised scalar, such as J = \\sum_{t=1}^{T} \\ell_t(h_t).',
    });
  const system = new AdjointSystem(model, { name: model.loss, indices: [] }, false);
  const elimination = style === 'eliminated' ? new Elimination(system, keptNames(model)) : undefined;
  const targets = wanted.map((reference) =>
    gradientTarget(model, model.loss as string, reference, (name, indices) => elimination?.equation(name, indices) ?? system.of(name, indices).value),
  );
  return { targets, elimination };
}

/** Derives all gradients of a model and checks them at a random point of the seed. Derivatives inside the model become equations first. */
export function checkGradients(source: Model, options: GradientCheckOptions = {}): CheckResult {
  const model = resolveDerivatives(source);
  const seed = options.seed ?? 0;
  const { targets, elimination } = gradientTargets(model, options.style, options.wanted);
  const { run } = gradientPoint(model, seed, options.sizes, elimination);
  return checkTargets(run, targets, { ...options, seed });
}

/** A random point whose run can evaluate formulas with adjoints in them. */
export function gradientPoint(model: Model, seed: number, sizes?: Scope, elimination?: Elimination): Point {
  const chosen = randomSizes(model, seed, sizes);
  return randomPoint(model, seed, { sizes: chosen, derivatives: derivativeResolver(model, chosen, elimination) });
}

function everyGiven(model: Model): ValueReference[] {
  const own = [...model.declarations.values()].filter(({ role }) => role === 'parameter' || role === 'input');
  const freed = model.boundaries.filter(({ kind }) => kind === 'freed');
  return [
    ...own.map(({ name, indices }) => ({ name, indices: indices.map(({ letter }) => wholeLetter(letter)) })),
    ...freed.map(({ name, indices }) => ({ name, indices })),
  ];
}

function gradientTarget(
  model: Model,
  loss: string,
  reference: ValueReference,
  equation: (name: string, indices?: ValueReference['indices']) => Tensor,
): CheckTarget {
  const { name, indices } = reference;
  const declaration = model.declarations.get(name);
  if (declaration === undefined)
    throw new InputError({ ruleId: 'unknown-name', message: `${name} is not declared.`, why: `The names are ${[...model.declarations.keys()].join(', ')}.` });
  const used = new Set(indices.flatMap((index) => [...lettersOf(index)]));
  const ranges: IndexRange[] = declaration.indices.filter(({ letter }) => used.has(letter));
  const general = indices.every((index, axis) => index.key === declaration.indices[axis]?.letter);
  const spelled = (key: string, at: ValueReference['indices']): string => {
    const spelling = namesOf(model).spelling(key);
    return spelling === undefined ? key : spellName(spelling, at, [], 'text').printed;
  };
  return { target: `∂${spelled(loss, [])}/∂${spelled(name, indices)}`, by: reference, ranges, formula: equation(name, general ? undefined : indices) };
}
