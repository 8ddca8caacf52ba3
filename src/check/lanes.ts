/** Forward tangents for a target of the check: which places move in which lanes, what is watched, and what is held. */

import type { Head, Tensor } from '../network/tensor.js';
import { type Directions, entryCount, type Instance, numberOf, numbersOf, type Place, type Program, type Run, type Scope } from '../numeric/index.js';
import type { CheckTarget } from './check.js';
import { heldPlaces } from './held.js';

/** One target at numbers for its letters: what is watched while what moves. */
export interface LaneQuestion {
  readonly letters: Scope;
  readonly moved: Instance;
  readonly watched: Instance;
  /** What computes `watched`. */
  readonly program: Program;
  readonly isHeld: ((instance: Instance) => boolean) | undefined;
}

/** The question a target asks at numbers for its letters. Everything has been computed afterwards. */
export function laneQuestion(run: Run, { of, by, reach = 'total' }: CheckTarget, letters: Scope): LaneQuestion {
  const scope = new Map([...run.sizes, ...letters]);
  const placeOf = ({ name, indices }: CheckTarget['by']): Place => ({ name, indices: indices.map((index) => numberOf(index, scope)) });
  const { machine } = run;
  const numerator = of?.kind === 'value' ? placeOf(of) : { name: run.loss().label, indices: [] };
  const watched = of?.kind === 'tensor' ? machine.evaluation(of.tensor, letters) : machine.instance({ kind: 'value', ...numerator }, run.dims(numerator.name));
  const place = placeOf(by);
  const moved = machine.instance({ kind: 'value', ...place }, run.dims(place.name));
  const held = heldPlaces(run.model, of?.kind === 'tensor' ? undefined : numerator, reach);
  const program = machine.program([watched, moved]);
  program.run();
  return {
    letters,
    moved,
    watched,
    program,
    isHeld: held === undefined ? undefined : (instance) => instance !== moved && instance.quantity?.kind === 'value' && held(instance.quantity),
  };
}

/** Entries of an instance, one to a lane. */
export function entryLanes(moved: Instance, entries: readonly number[]): Directions {
  return {
    count: entries.length,
    at: new Set([moved]),
    add(_instance, into, from, lanes) {
      for (let l = 0; l < lanes && from + l < entries.length; l++) {
        const at = (entries[from + l] as number) * lanes + l;
        into[at] = (into[at] as number) + 1;
      }
    },
  };
}

/** Whole directions, one to a lane: `weight(k, i)` of entry i in direction k. */
export function weightedLanes(moved: Instance, count: number, weight: (direction: number, entry: number) => number): Directions {
  return {
    count,
    at: new Set([moved]),
    add(instance, into, from, lanes) {
      for (let i = 0; i < instance.data.length; i++)
        for (let l = 0; l < lanes && from + l < count; l++) into[i * lanes + l] = (into[i * lanes + l] as number) + weight(from + l, i);
    },
  };
}

/** Multiply-adds of one lane through a program, roughly: every factor of every product once. */
export function laneCost(program: Program, sizes: Scope): number {
  const known = new Map<Tensor, number>();
  const ofTensor = (tensor: Tensor, scope: Scope): number => {
    const before = known.get(tensor);
    if (before !== undefined) return before;
    let cost = 0;
    for (const { net } of tensor.terms) for (const { head } of net.leaves) cost += entryCount(numbersOf(head.dims, scope)) + ofHead(head.head, scope);
    known.set(tensor, cost);
    return cost;
  };
  const ofHead = (head: Head, scope: Scope): number => {
    switch (head.kind) {
      case 'apply':
      case 'unspecified':
        return head.args.reduce((sum, arg) => sum + ofTensor(arg, scope), 0);
      case 'softmax':
      case 'sum':
      case 'power':
      case 'held':
        return ofTensor(head.of, scope);
      case 'rangeSum':
      case 'product': {
        const low = numberOf(head.from, scope);
        const count = Math.max(0, (numberOf(head.to, scope) - low) * (head.kind === 'product' ? head.step : 1) + 1);
        return count * ofTensor(head.of, new Map([...scope, [head.letter, low]]));
      }
      default:
        return 0;
    }
  };
  return program.order.reduce(
    (sum, { source, data }) => sum + data.length + (source === undefined ? 0 : ofTensor(source.value, new Map([...sizes, ...source.letters]))),
    0,
  );
}
