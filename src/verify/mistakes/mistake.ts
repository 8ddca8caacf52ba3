/** What an entry of the catalogue of mistakes is, and the few questions its entries ask about a change. */

import { type Quantity, type ValueReference, wholeLetter } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import type { Alteration } from '../mutate/alteration.js';
import type { ModelFacts } from '../mutate/model-facts.js';
import { quantitiesOf, stepsBetween } from '../mutate/sites.js';

/** Where a change was made. */
export interface Situation {
  readonly facts: ModelFacts;
  /** The adjoint or partial on the left of the line, where it is one. */
  readonly left: Quantity | undefined;
  /** The wrong side as a whole, and the node that changes, wrong and right. */
  readonly whole: Formula;
  readonly wrong: Formula;
  readonly right: Formula;
  /** What a formula mentions, the answer's own names looked through. */
  quantities(formula: Formula): readonly Quantity[];
}

export interface Mistake {
  /** Stable key: `RNN-TRANSPOSE`. */
  readonly id: string;
  /** What is wrong, as the beginning of a message. */
  readonly title: string;
  /** What the mistake is and where it comes from. */
  readonly explanation: string;
  /** How to notice it oneself. */
  readonly tell: string;
  /** Of several that a change realises, the highest is the most special. */
  readonly rank: number;
  /** Whether a change from a wrong formula to the right one is this mistake. */
  realises(alteration: Alteration, situation: Situation): boolean;
  /** Where `chainrule explain` shows it; without this the first built-in model that can. */
  readonly shownOn?: Showcase;
}

/** The line that a mistake is shown on. */
export interface Showcase {
  readonly model: string;
  /** What the line is about: `W` for ∂J/∂W, `h/b` for ∂h/∂b. */
  readonly about: string;
  /** Which of the changes that are this mistake shows it best. */
  suits?(alteration: Alteration): boolean;
}

/** Index of the line's left side: the t of ∂J/∂h_t. */
export function leftIndex(left: Quantity | undefined): ValueReference | undefined {
  if (left === undefined) return undefined;
  return left.kind === 'partial' ? left.numerator : left;
}

/** Whether a quantity is an adjoint of another step than the line's own. */
export function isFromAnotherStep(quantity: Quantity, left: Quantity | undefined): boolean {
  if (quantity.kind !== 'adjoint') return false;
  const own = leftIndex(left)?.indices[0] ?? wholeLetter('t');
  const [index] = quantity.indices;
  return index !== undefined && (stepsBetween(own, index) ?? 1) !== 0;
}

export const valuesIn = (quantities: readonly Quantity[]): readonly string[] =>
  quantities.flatMap((quantity) => (quantity.kind === 'value' ? [quantity.name] : []));

export const adjointsIn = (quantities: readonly Quantity[]): readonly Extract<Quantity, { kind: 'adjoint' }>[] =>
  quantities.flatMap((quantity) => (quantity.kind === 'adjoint' ? [quantity] : []));

export const mentionsName = (formula: Formula, names: ReadonlySet<string>): boolean =>
  quantitiesOf(formula).some((quantity) => quantity.kind !== 'partial' && names.has(quantity.name));

/** Names whose product makes the scores inside a softmax: queries and keys, a state and the memory it is compared with. */
export function scoreNames(facts: ModelFacts): ReadonlySet<string> {
  const { model } = facts;
  const names = new Set<string>();
  const walk = (source: Formula, inside: boolean): void => {
    if (inside && (source.kind === 'product' || source.kind === 'inner')) {
      const values = valuesIn(quantitiesOf(source)).filter((name) => model.declarations.get(name)?.role !== 'parameter');
      if (values.length > 1) for (const name of values) names.add(name);
    }
    switch (source.kind) {
      case 'softmax':
        walk(source.of, true);
        break;
      case 'product':
        for (const factor of source.factors) walk(factor, inside);
        break;
      case 'quotient':
        walk(source.numerator, inside);
        break;
      case 'sum':
        for (const { formula } of source.terms) walk(formula, inside);
        break;
      default:
        break;
    }
  };
  for (const { source } of model.equations) walk(source, false);
  return names;
}
