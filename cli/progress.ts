/**
 * Progress of long work: one bar on standard error, which disappears when the work is done. Nothing is drawn for work that is over at once.
 */

import { Presets, SingleBar } from 'cli-progress';
import type { Stream } from './terminal.js';

type Progress = (done: number, total: number, what: string) => void;

/** Work shorter than this shows no bar. */
const patience = 400;

/** A reporter for `Settings.progress`. The total may grow while the work goes on; the bar ends when it is reached. */
export function progressOn(stream: Stream): Progress | undefined {
  if (!stream.isTerminal) return undefined;
  const begun = Date.now();
  let bar: SingleBar | undefined;
  return (done, total, what) => {
    if (done >= total) {
      bar?.stop();
      bar = undefined;
      return;
    }
    if (bar) {
      bar.setTotal(total);
      bar.update(done, { what });
    } else if (Date.now() - begun > patience) {
      bar = new SingleBar({ format: '{bar} {value}/{total} {what}', clearOnComplete: true, hideCursor: false, stream: process.stderr }, Presets.shades_classic);
      bar.start(total, done, { what });
    }
  };
}
