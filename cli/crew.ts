/**
 * Pieces of work side by side: threads of this process on all cores, each with one task at a time, or one after another where there are no threads.
 *
 * A thread that dies takes only its own task with it; another takes its place. The queue only shrinks, so the work ends.
 */

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Library } from './library.js';
import { type Finished, finish, type Task, thrownOf } from './task.js';

/** More threads than this would have nothing to do but use memory. */
const mostThreads = 16;

/** Does all tasks and tells of each when it is done, in the order in which they end. `file` is what a thread runs; without it there is none. */
export async function doAll(
  tasks: readonly Task[],
  library: Library,
  file: URL | undefined,
  done: (at: number, finished: Finished) => Promise<void>,
): Promise<void> {
  const queue = [...tasks.entries()];
  const next = (): readonly [number, Task] | undefined => queue.shift();
  const count = file === undefined ? 1 : Math.min(availableParallelism(), mostThreads, tasks.length);
  const crew = Array.from({ length: count }, () => (file === undefined ? alone(next, library, done) : inThread(next, file, done)));
  await Promise.all(crew);
}

type Next = () => readonly [number, Task] | undefined;
type Done = (at: number, finished: Finished) => Promise<void>;

async function alone(next: Next, library: Library, done: Done): Promise<void> {
  for (let item = next(); item !== undefined; item = next()) await done(item[0], await finish(item[1], library));
}

async function inThread(next: Next, file: URL, done: Done): Promise<void> {
  let worker: Worker | undefined;
  try {
    for (let item = next(); item !== undefined; item = next()) {
      worker ??= new Worker(file);
      const { finished, alive } = await ask(worker, item[1]);
      if (!alive) worker = undefined;
      await done(item[0], finished);
    }
  } finally {
    await worker?.terminate();
  }
}

/** One task done by a thread, and whether the thread is still there. */
function ask(worker: Worker, task: Task): Promise<{ readonly finished: Finished; readonly alive: boolean }> {
  return new Promise((resolve) => {
    const settle = (finished: Finished, alive: boolean): void => {
      worker.off('message', answered).off('error', failed).off('exit', ended);
      resolve({ finished, alive });
    };
    const answered = (finished: Finished): void => settle(finished, true);
    const failed = (error: Error): void => settle({ thrown: thrownOf(error) }, false);
    const ended = (code: number): void => settle({ thrown: { kind: 'fault', stack: `the thread ended with code ${code}` } }, false);
    worker.on('message', answered).on('error', failed).on('exit', ended);
    worker.postMessage(task);
  });
}
