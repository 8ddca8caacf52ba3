/**
 * Targets typed on the command line, as texts that errors can point into.
 */

import type { Session } from './session.js';

/** Makes targets known under the names that the library gives them in its problems. */
export function noteTargets(targets: readonly string[], session: Session): void {
  for (const target of targets) session.sources.set(`target ${target}`, target);
}
