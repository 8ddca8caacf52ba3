/**
 * What a thread of `solve --all` runs: takes a task, sends back what came of it, waits for the next.
 */

import { parentPort } from 'node:worker_threads';
import { library } from './library.js';
import { finish, type Task } from './task.js';

parentPort?.on('message', async (task: Task) => {
  parentPort?.postMessage(await finish(task, library));
});
