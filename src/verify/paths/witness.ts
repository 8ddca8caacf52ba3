/**
 * A witness that partials do not determine a gradient: two settings of simple numbers, alike in all but one value, at which every partial is the
 * same in every reading while the gradient is not.
 *
 * All sizes are 1 and unspecified losses are linear, so nothing hides behind dimensions. Settings are drawn from simple numbers; the one that is
 * found is made plainer value by value as long as it stays a witness.
 */

import type { AllowedPartial } from '../../calculus/coverage.js';
import type { Model } from '../../model/index.js';
import type { ValueReference } from '../../network/index.js';
import { lettersOf } from '../../network/whole.js';
import { type GivenInstance, type Instance, Random, type Scope } from '../../numeric/index.js';
import { linearLosses, PartialNumbers, type PartialReading, unitSizes } from './numbers.js';

export interface Witness {
  readonly sizes: Scope;
  /** What is given, at the first setting. */
  readonly given: readonly { readonly instance: GivenInstance; readonly value: number }[];
  readonly changed: GivenInstance;
  readonly from: number;
  readonly to: number;
  /** One entry an instance of a partial: its numbers by reading, the same at both settings. */
  readonly partials: readonly { readonly partial: AllowedPartial; readonly letters: Scope; readonly values: readonly number[] }[];
  readonly gradients: readonly [number, number];
}

/** Of the loss a partial is direct or total; between names of steps it may also reach over the step. */
const readingsOf = ({ numerator }: AllowedPartial): readonly PartialReading[] =>
  numerator.indices.length === 0 ? [{ kind: 'immediate' }, { kind: 'total' }] : [{ kind: 'immediate' }, { kind: 'step' }, { kind: 'total' }];
const SIMPLE = [0, 1, 0.5, -1] as const;
/** The variable itself is not put to 0: too much vanishes there. */
const OF_VARIABLE = [0.5, 1, -1] as const;
const SAME = 1e-12;
const APART = 1e-3;
const BASES = 40;
const ENOUGH = 12;

const size = ({ given, changed }: Witness): number => given.filter(({ value }) => value !== 0).length + (changed.role === 'boundary' ? 0.5 : 0);

export function findWitness(model: Model, by: ValueReference, partials: readonly AllowedPartial[], seed: number): Witness | undefined {
  for (const length of [1, 2]) {
    const found = new Search(model, by, partials, length).find(seed);
    if (found !== undefined) return found;
  }
  return undefined;
}

class Search {
  readonly #numbers: PartialNumbers;
  readonly #rows: readonly { readonly partial: AllowedPartial; readonly letters: Scope; readonly instances: readonly Instance[] }[];
  readonly #gradient: Instance;
  readonly #given: readonly GivenInstance[];
  readonly #variable: GivenInstance | undefined;

  constructor(model: Model, by: ValueReference, partials: readonly AllowedPartial[], length: number) {
    this.#numbers = new PartialNumbers(model, unitSizes(model, length), linearLosses);
    this.#rows = partials.flatMap((partial) =>
      placesOf(model, partial, length).map((letters) => ({
        partial,
        letters,
        instances: readingsOf(partial).map((reading) => this.#numbers.partial(partial, reading, letters)),
      })),
    );
    this.#gradient = this.#numbers.gradient(by);
    this.#given = this.#numbers.run.given.filter(({ data }) => data.length === 1);
    this.#variable = this.#given.find(({ name }) => name === by.name);
  }

  /** The witness with the fewest values that are not 0 among the first ones found; parameters are changed before states. */
  find(seed: number): Witness | undefined {
    const random = new Random(seed, 'witness');
    const order = [...this.#given].filter((one) => one !== this.#variable).sort((a, b) => Number(a.role === 'boundary') - Number(b.role === 'boundary'));
    let best: Witness | undefined;
    for (let draw = 0, found = 0; draw < BASES && found < ENOUGH; draw += 1) {
      for (const one of this.#given) one.data[0] = this.#drawn(one, draw, random);
      for (const changed of order) {
        const start = this.#given.map(({ data }) => data[0] as number);
        const witness = this.#isWitness(changed, 0, 1) ? this.#plainest(changed, 0, 1) : undefined;
        this.#given.forEach(({ data }, at) => {
          data[0] = start[at] as number;
        });
        if (witness === undefined) continue;
        found += 1;
        if (best === undefined || size(witness) < size(best)) best = witness;
      }
    }
    return best;
  }

  /** First the inputs alone are not 0, then ever more of the rest. */
  #drawn(one: GivenInstance, draw: number, random: Random): number {
    const choices = this.#choices(one);
    if (draw === 0) return one === this.#variable ? 0.5 : one.role === 'input' ? 1 : 0;
    const sparse = one !== this.#variable && random.unit() > draw / BASES + 0.2;
    return sparse ? 0 : (choices[random.below(choices.length)] as number);
  }

  #choices(instance: GivenInstance): readonly number[] {
    return instance === this.#variable ? OF_VARIABLE : SIMPLE;
  }

  #at(changed: GivenInstance, value: number): { readonly partials: readonly number[]; readonly gradient: number } {
    const before = changed.data[0] as number;
    changed.data[0] = value;
    this.#numbers.refresh();
    changed.data[0] = before;
    return { partials: this.#rows.flatMap(({ instances }) => instances.map(({ data }) => data[0] as number)), gradient: this.#gradient.data[0] as number };
  }

  #isWitness(changed: GivenInstance, from: number, to: number): boolean {
    const [a, b] = [this.#at(changed, from), this.#at(changed, to)];
    return Math.abs(a.gradient - b.gradient) > APART && a.partials.every((value, at) => Math.abs(value - (b.partials[at] as number)) <= SAME);
  }

  #plainest(changed: GivenInstance, from: number, to: number): Witness {
    for (const one of this.#given) {
      if (one === changed) continue;
      const old = one.data[0] as number;
      for (const value of this.#choices(one)) {
        one.data[0] = value;
        if (this.#isWitness(changed, from, to)) break;
        one.data[0] = old;
      }
    }
    const [a, b] = [this.#at(changed, from), this.#at(changed, to)];
    this.#at(changed, from);
    return {
      sizes: this.#numbers.sizes,
      given: this.#given.filter((one) => one !== changed).map((instance) => ({ instance, value: instance.data[0] as number })),
      changed,
      from,
      to,
      partials: this.#rows.map(({ partial, letters, instances }) => ({ partial, letters, values: instances.map(({ data }) => data[0] as number) })),
      gradients: [a.gradient, b.gradient],
    };
  }
}

/** Numbers for a partial's letters at a length. */
function placesOf(model: Model, { numerator, denominator }: AllowedPartial, length: number): readonly Scope[] {
  const letters = [...new Set([...numerator.indices, ...denominator.indices].flatMap((index) => [...lettersOf(index)]))].filter(
    (letter) => !model.sizes.includes(letter),
  );
  return letters.reduce<readonly Scope[]>(
    (all, letter) => all.flatMap((one) => Array.from({ length }, (_, k) => new Map([...one, [letter, k + 1]]))),
    [new Map()],
  );
}
