/**
 * Side by side in one run: evaluation, matrix products, checking and derivation against PyTorch, mathjs, ml-matrix and a careful loop.
 *
 * `npm run bench`, with `-- --json FILE` for the rows as JSON, `-- --plot FILE` for the growth of cost as SVG,
 * `-- --table FILE` for all of it as Markdown, and `-- --only WORDS` for some rows. Nothing here is asserted.
 */

import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, relative } from 'node:path';
import { checking } from './checking.js';
import { derivation } from './derivation.js';
import { evaluation } from './evaluation.js';
import { growth, growthPlot } from './growth.js';
import { matrices } from './matrices.js';
import { pointwise } from './pointwise.js';
import { markdownTable } from './table.js';
import type { Row } from './timing.js';
import { findTorch } from './torch.js';

function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}

const digits = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

export async function main(args: readonly string[]): Promise<void> {
  const torch = await findTorch();
  const machine = `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}`;
  console.log(`${machine}; ${torch?.name ?? 'no PyTorch found'}`);
  if (torch?.reference === true) console.log('PyTorch runs on a reference BLAS here: ratios against it flatter us.');
  const rows: Row[] = [];
  const only = option(args, '--only');
  const points: Parameters<typeof growth>[0] = new Map();
  for (const section of [evaluation, matrices, pointwise, checking, derivation, () => growth(points)]) {
    for (const measure of section(torch)) {
      if (only !== undefined && !measure.work.includes(only)) continue;
      const row = await measure.run();
      rows.push(row);
      console.log(
        `${row.work.padEnd(58)} ${digits(row.ours).padStart(9)} ${digits(row.theirs).padStart(9)} ${row.unit.padEnd(4)} ${`${digits(row.ratio)} ×`.padStart(9)}  ${row.peer}`,
      );
    }
  }
  torch?.close();
  const file = option(args, '--json');
  if (file !== undefined)
    writeFileSync(file, `${JSON.stringify({ schema: 'chainrule/bench/1', machine, date: new Date().toISOString().slice(0, 10), rows }, null, 2)}\n`);
  const plot = option(args, '--plot');
  if (plot !== undefined && points.size > 0) writeFileSync(plot, growthPlot(points));
  const table = option(args, '--table');
  if (table !== undefined) {
    const picture = plot === undefined ? undefined : relative(dirname(table), plot);
    writeFileSync(table, markdownTable(`${machine}${torch === undefined ? '' : `; ${torch.name}`}`, new Date().toISOString().slice(0, 10), rows, picture));
  }
}
