/**
 * Targets typed on the command line, as texts that errors can point into.
 */

import type { Session } from './session.js';

/** The name under which the library speaks of target number `index` (from 0) in its problems. */
export function targetName(index: number): string {
  return `target ${index + 1}`;
}

export function noteTargets(targets: readonly string[], session: Session): void {
  targets.forEach((target, index) => {
    session.sources.set(targetName(index), target);
  });
}
