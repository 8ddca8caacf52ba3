/** Adjoint recursions as solution steps: where a value goes, path by path, and what holds beyond the last step. */

import type { AdjointEquation, AdjointSystem, GradientDerivation, Recursion } from '../../calculus/index.js';
import type { Equation } from '../../model/model.js';
import { substituteWhole, type ValueReference, wholeLetter } from '../../network/index.js';
import { CAPTIONS } from '../captions.js';
import type { Block, EquationLine, Mathematics } from '../document.js';
import { listed, type Presenter, sentence, text } from '../presenter.js';
import { type DeriveContext, type DerivedRecursion, numberOf, printed, type Step, step, usesParts } from './derived.js';

export function readersOf(context: DeriveContext, equation: AdjointEquation): readonly Equation[] {
  const seen = new Map<string, Equation>();
  for (const contribution of equation.contributions) seen.set(numberOf(context, contribution.equation) || contribution.equation.name, contribution.equation);
  return [...seen.values()];
}

export function recursionParts(context: DeriveContext, system: AdjointSystem, recursion: Recursion): DerivedRecursion {
  const { presenter } = context;
  const reference = { name: recursion.equation.name, indices: recursion.equation.indices };
  const both = printed(presenter, presenter.adjoint(system, reference), recursion.parts, reference);
  return { name: both.left, right: both.right, boundary: recursion.zeroBoundaries.map((place) => zeroAt(presenter, system, place)) };
}

export const zeroAt = (presenter: Presenter, system: AdjointSystem, place: ValueReference): Mathematics => {
  const left = presenter.adjoint(system, place);
  return { latex: `${left.latex} = 0`, text: `${left.text} = 0` };
};

export function recursionBlocks(context: DeriveContext, derivation: GradientDerivation, recursion: Recursion, steps: Step[]): readonly Block[] {
  const { presenter } = context;
  const { system } = derivation;
  const reference = { name: recursion.equation.name, indices: recursion.equation.indices };
  const left = presenter.adjoint(system, reference);
  const declaration = presenter.model.declarations.get(recursion.equation.name);
  const shape = presenter.shape(recursion.equation.value.dims, declaration?.orientation);
  const lines: EquationLine[] = [];
  const through = printed(presenter, left, usesParts(recursion.equation), reference);
  const done = printed(presenter, left, recursion.parts, reference);
  const readers = recursion.equation.contributions.map((contribution) => presenter.reference(plainReader(contribution.reader)));
  const paths = sentence(presenter.reference(reference), ' reaches the loss through ', ...listed(readers), ':');
  if (through.right.latex !== done.right.latex) {
    lines.push({ left: through.left, relation: '=', right: through.right, reason: [text(CAPTIONS.adjoint)], shape });
    lines.push({ relation: '=', right: done.right, reason: [text(CAPTIONS.substitute)] });
    steps.push(step('adjoint', left, through.right), step('recursion', through.right, done.right));
  } else {
    lines.push({ left: done.left, relation: '=', right: done.right, reason: [text(CAPTIONS.recursion)], shape });
    steps.push(step('recursion', left, done.right));
  }
  for (const place of recursion.zeroBoundaries) {
    const key = `${derivation.system.target.name}/0/${place.name}`;
    if (context.shown.has(key)) continue;
    context.shown.add(key);
    lines.push({ left: presenter.adjoint(system, place), relation: '=', right: { latex: '0', text: '0' }, reason: [text(CAPTIONS.boundary)] });
    steps.push(step('boundary', presenter.adjoint(system, place), { latex: '0', text: '0' }));
  }
  return [
    { type: 'paragraph', content: paths },
    { type: 'equations', lines },
  ];
}

/** A reader as it is printed: letters that are summed over lose the mark that keeps them apart. */
export function plainReader(reference: ValueReference): ValueReference {
  const letters = new Set(
    reference.indices.flatMap((index) => index.monomials.flatMap((monomial) => monomial.letters)).filter((letter) => letter.endsWith('°')),
  );
  const plain = new Map([...letters].map((letter) => [letter, wholeLetter(letter.slice(0, -1))]));
  return { name: reference.name, indices: reference.indices.map((index) => substituteWhole(index, plain)) };
}

export const shownKey = (derivation: GradientDerivation, recursion: Recursion): string =>
  `${derivation.system.target.name}/${recursion.equation.name}/${[...derivation.elimination.kept].sort().join()}`;
