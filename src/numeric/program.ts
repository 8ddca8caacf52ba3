/** The instances that some results need, in an order in which each comes after what it reads; and running them. */

import { InputError } from '../errors.js';
import type { Instance } from './machine.js';

export class Program {
  /** Computed instances, in order of computation. */
  readonly order: readonly Instance[];

  constructor(results: readonly Instance[], order?: readonly Instance[]) {
    this.order = order ?? inOrder(results);
  }

  run(): void {
    for (const { bound, data } of this.order) bound?.run(data);
  }

  /** The part that follows when the given instances' numbers are moved; what is held does not. */
  after(changed: ReadonlySet<Float64Array>): Program {
    const stale = new Set(changed);
    const order = this.order.filter(({ data, dependencies, held }) => {
      const affected = held !== true && dependencies.some((dependency) => stale.has(dependency.data));
      if (affected) stale.add(data);
      return affected;
    });
    return new Program([], order);
  }

  /** Everything given that the results read, each once. */
  given(): Instance[] {
    return [...new Set(this.order.flatMap(({ dependencies }) => dependencies.filter(({ bound }) => bound === undefined)))];
  }

  /** The first instance, in order of computation, with an entry that is NaN or infinite. What is given comes first, and may hold infinities: masks do. */
  firstNonFinite(): Instance | undefined {
    return this.given().find(({ data }) => data.some(Number.isNaN)) ?? this.order.find(({ data }) => !data.every(Number.isFinite));
  }
}

/** Depth first with a stack of its own. Each instance is entered once, so the search ends. Throws an InputError naming the circle when there is one. */
function inOrder(results: readonly Instance[]): Instance[] {
  const order: Instance[] = [];
  const done = new Set<Instance>();
  const open = new Map<Instance, number>();
  for (const result of results) {
    const path: Instance[] = [result];
    while (path.length > 0) {
      const current = path[path.length - 1] as Instance;
      const position = open.get(current) ?? 0;
      const next = current.dependencies[position];
      if (done.has(current) || next === undefined) {
        path.pop();
        open.delete(current);
        if (!done.has(current) && current.bound !== undefined) order.push(current);
        done.add(current);
        continue;
      }
      open.set(current, position + 1);
      if (done.has(next)) continue;
      if (open.has(next)) throw circular(path.slice(path.indexOf(next)), next);
      path.push(next);
    }
  }
  return order;
}

function circular(circle: readonly Instance[], again: Instance): InputError {
  const labels = [...circle.map(({ label }) => label), again.label];
  const shown = labels.length > 12 ? [...labels.slice(0, 6), '…', ...labels.slice(-5)] : labels;
  return new InputError({
    ruleId: 'circular',
    message: `${again.label} needs itself: ${shown.join(' → ')}.`,
    why: 'No order of computation exists for values that need each other in a circle.',
    fix: 'Let one of them read another step.',
  });
}
