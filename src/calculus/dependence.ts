/** What reads what: occurrences of names in equations, which names carry state between steps, and what reaches the loss. */

import type { Equation, Model } from '../model/model.js';
import { subtractWhole, type ValueReference, type Whole, wholeValue } from '../network/index.js';

/** Values an equation reads, each with the indices it is read at, in canonical order. */
export function readsOf(model: Model, equation: Equation): readonly ValueReference[] {
  return model.workspace
    .quantities(equation.value)
    .flatMap(({ quantity }) => (quantity.kind === 'value' ? [{ name: quantity.name, indices: quantity.indices }] : []));
}

/** Names through which an equation passes a gradient on: what stands in a held expression alone does not. */
function gradientReads({ workspace }: Model, { value }: Equation): readonly string[] {
  return workspace.remember(value, 'gradient reads', () => {
    let held = false;
    const open = workspace.rebuild(value, {
      head: (head) => {
        if (head.kind !== 'held') return undefined;
        held = true;
        return workspace.value('stopgrad', [], head.of.dims);
      },
    });
    return workspace.quantities(held ? open : value).flatMap(({ quantity }) => (quantity.kind === 'value' ? [quantity.name] : []));
  });
}

/** Read a fixed number of steps away along an index that both share. */
const isShifted = (read: readonly Whole[], own: readonly Whole[]): boolean =>
  read.length === own.length && read.some((index, at) => (wholeValue(subtractWhole(index, own[at] as Whole)) ?? 0) !== 0);

/** Computed names that an equation reads at a step other than its own: what one step hands to another. In declaration order. */
export function stateNames(model: Model): readonly string[] {
  const states = new Set<string>();
  const computed = new Set(model.equations.map((equation) => equation.name));
  for (const equation of model.equations) {
    if (equation.ranges.length === 0) continue;
    for (const read of readsOf(model, equation)) {
      if (computed.has(read.name) && isShifted(read.indices, equation.indices)) states.add(read.name);
    }
  }
  return [...model.declarations.keys()].filter((name) => states.has(name));
}

/** Names whose change the target follows, the target itself included; nothing passes through what is held. */
export function influences(model: Model, target: string): ReadonlySet<string> {
  const reached = new Set([target]);
  let grew = true;
  // Each round adds a name or is the last.
  while (grew) {
    grew = false;
    for (const equation of model.equations) {
      if (!reached.has(equation.name)) continue;
      for (const name of gradientReads(model, equation)) {
        if (!reached.has(name)) {
          reached.add(name);
          grew = true;
        }
      }
    }
  }
  return reached;
}

/** Names that lie on a cycle of reads using only names outside `kept`. */
export function cyclesOutside(model: Model, kept: ReadonlySet<string>): ReadonlySet<string> {
  const next = new Map<string, Set<string>>();
  for (const equation of model.equations) {
    if (kept.has(equation.name)) continue;
    const targets = next.get(equation.name) ?? new Set<string>();
    for (const { name } of readsOf(model, equation)) if (!kept.has(name)) targets.add(name);
    next.set(equation.name, targets);
  }
  const onCycle = new Set<string>();
  for (const start of next.keys()) {
    const seen = new Set<string>();
    const queue = [...(next.get(start) ?? [])];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (name === start) {
        onCycle.add(start);
        break;
      }
      if (seen.has(name)) continue;
      seen.add(name);
      queue.push(...(next.get(name) ?? []));
    }
  }
  return onCycle;
}
