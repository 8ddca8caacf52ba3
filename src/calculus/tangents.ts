/**
 * Forward accumulation, one equation at a time: a partial ∂u/∂v as the local partials of u's equation times the partials of what it reads.
 *
 * What remains on the right are partials of names one equation closer to v, kept as symbols: unrolled over numeric steps this is linear in the
 * number of values, and symbolically it is the recursion by which statements about ∂h_t/∂W are proved.
 */

import type { Equation, Model } from '../model/model.js';
import {
  type Reach,
  referenceKey,
  solveWhole,
  subtractWhole,
  type Tensor,
  type ValueReference,
  type Whole,
  wholeLetter,
  wholeValue,
} from '../network/index.js';
import { influences, readsOf } from './dependence.js';
import { factsOf, simplifyConditions } from './facts.js';
import { equationAt } from './jacobians.js';
import { exposeConditions, foldOutput, sameReference } from './local.js';

const PLACEHOLDER = '▹';

/** ∂numerator/∂denominator one equation further: axes of the numerator, then of the denominator. Zero for what nothing computes. */
export function partialEquation(model: Model, numerator: ValueReference, denominator: ValueReference, reach: Reach): Tensor {
  const { workspace } = model;
  const dimsOf = (name: string): readonly Whole[] => model.declarations.get(name)?.dims ?? [];
  const dims = [...dimsOf(numerator.name), ...dimsOf(denominator.name)];
  const at = equationAt(model, numerator);
  if (at === undefined) return workspace.zero(dims);
  const value = workspace.substituteLetters(at.equation.value, at.letters);
  const placed: Equation = { ...at.equation, value, indices: numerator.indices, ranges: [] };
  const facts = factsOf(model.declarations.get(numerator.name)?.indices ?? []);
  const direct = foldOutput(workspace, workspace.differentiate(value, denominator.name, denominator.indices, dimsOf(denominator.name)), placed);
  const parts: Tensor[] = [workspace.zero(dims), simplifyConditions(workspace, direct, facts)];
  if (reach !== 'immediate') {
    for (const name of new Set(readsOf(model, { ...at.equation, value }).map((read) => read.name))) {
      if (!influencesName(model, denominator.name, name)) continue;
      parts.push(...throughName(model, placed, numerator, denominator, name, reach));
    }
  }
  return workspace.add(...parts);
}

const influencesName = (model: Model, from: string, to: string): boolean =>
  model.equations.some((equation) => equation.name === to) && influences(model, to).has(from);

function throughName(model: Model, placed: Equation, numerator: ValueReference, denominator: ValueReference, name: string, reach: Reach): Tensor[] {
  const { workspace } = model;
  const declaration = model.declarations.get(name);
  if (declaration === undefined) return [];
  const letters = declaration.indices.map((_, axis) => `${PLACEHOLDER}${axis}`);
  const local = exposeConditions(
    workspace,
    foldOutput(workspace, workspace.differentiate(placed.value, name, letters.map(wholeLetter), declaration.dims), placed),
    new Set(letters),
  );
  const rank = placed.value.dims.length;
  const parts: Tensor[] = [];
  for (const term of local.terms) {
    const solved = new Map<string, Whole>();
    let tensor = workspace.fromTerms(local.dims, [term]);
    for (;;) {
      const found = solvedIndicator(
        tensor,
        letters.filter((letter) => !solved.has(letter)),
      );
      if (found === undefined) break;
      solved.set(found.letter, found.place);
      tensor = workspace.substituteLetters(tensor, new Map([[found.letter, found.place]]));
    }
    const place = { name, indices: letters.map((letter) => solved.get(letter) ?? wholeLetter(letter)) };
    // The value differentiated by is the direct part, counted already.
    if (sameReference(place, denominator)) continue;
    if (reach === 'step' && !sameStep(place, numerator)) continue;
    const dimsOf = model.declarations.get(denominator.name)?.dims ?? [];
    const rest = workspace.symbol({ kind: 'partial', numerator: place, denominator, reach }, [...declaration.dims, ...dimsOf]);
    const own = Array.from({ length: rank }, (_, axis) => `o${axis}`);
    const between = declaration.dims.map((_, axis) => `m${axis}`);
    const by = dimsOf.map((_, axis) => `v${axis}`);
    const product = workspace.contract(
      [...own, ...by],
      [
        { tensor, labels: [...own, ...between] },
        { tensor: rest, labels: [...between, ...by] },
      ],
    );
    const open = declaration.indices.filter((_, axis) => !solved.has(letters[axis] ?? ''));
    const summed = open.reduce((body, range) => workspace.rangeSum(`${PLACEHOLDER}${declaration.indices.indexOf(range)}`, range.from, range.to, body), product);
    parts.push(simplifyConditions(workspace, summed, factsOf(model.declarations.get(numerator.name)?.indices ?? [])));
  }
  return parts;
}

/** Values of one step: equal along every index they share. */
function sameStep(a: ValueReference, b: ValueReference): boolean {
  return a.indices.every((index, at) => b.indices[at] === undefined || (wholeValue(subtractWhole(index, b.indices[at] as Whole)) ?? 0) === 0);
}

function solvedIndicator(tensor: Tensor, letters: readonly string[]): { letter: string; place: Whole } | undefined {
  for (const leaf of tensor.terms[0]?.net.leaves ?? []) {
    const { head } = leaf.head;
    if (head.kind !== 'indicator' || head.relation !== 'zero') continue;
    for (const letter of letters) {
      const place = solveWhole(head.of, letter);
      if (place !== undefined) return { letter, place };
    }
  }
  return undefined;
}

/** Key of a partial, for memories of what was worked out. */
export const partialKey = (numerator: ValueReference, denominator: ValueReference, reach: Reach): string =>
  `${referenceKey(numerator)}/${referenceKey(denominator)}/${reach}`;
