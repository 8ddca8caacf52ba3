/**
 * One sheet solved and rendered: the piece of work that the threads of `--all` are given. Everything in it can be sent to a thread and back.
 */

import { renderAs } from './deliver.js';
import { type Answer, BudgetError, type Engine, type Format, InputError, type Library, type Problem, type Settings, type Source } from './library.js';

export interface Task {
  readonly source: Source;
  readonly settings: Omit<Settings, 'progress'>;
  readonly formats: readonly Format[];
  readonly engine?: Engine;
}

/** The answer, and its renderings in the order of the formats; or what was thrown. */
export type Finished = { readonly answer: Answer; readonly contents: readonly (string | Uint8Array)[] } | { readonly thrown: Thrown };

/** An error in a form that keeps its kind between threads. */
export type Thrown =
  | { readonly kind: 'input'; readonly problems: readonly Problem[] }
  | { readonly kind: 'budget'; readonly what: string }
  | { readonly kind: 'fault'; readonly stack: string };

/** Does a task; never throws. */
export async function finish(task: Task, library: Library): Promise<Finished> {
  try {
    const answer = await library.solve(task.source, task.settings);
    const contents: (string | Uint8Array)[] = [];
    for (const format of task.formats) contents.push(await renderAs(answer, format, task.engine === undefined ? {} : { engine: task.engine }, library));
    return { answer, contents };
  } catch (error) {
    return { thrown: thrownOf(error) };
  }
}

export function thrownOf(error: unknown): Thrown {
  if (error instanceof InputError) return { kind: 'input', problems: error.problems };
  if (error instanceof BudgetError) return { kind: 'budget', what: error.what };
  return { kind: 'fault', stack: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

/** The error again, as it was before it was sent. */
export function errorOf(thrown: Thrown): Error {
  switch (thrown.kind) {
    case 'input':
      return new InputError(thrown.problems);
    case 'budget':
      return new BudgetError(thrown.what);
    case 'fault': {
      const error = new Error('a fault in a thread');
      error.stack = thrown.stack;
      return error;
    }
  }
}
