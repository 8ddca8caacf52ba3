/** Results of whole runs, kept beside the tests: each run of `npm run fuzz` replaces its own lines. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const file = new URL('agreement.txt', import.meta.url);

/** Replaces the line of this kind and name. */
export function record(kind: string, name: string, result: string): void {
  const head = `${kind}: ${name}: `;
  const lines = existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith(head))
    : [];
  writeFileSync(file, `${[...lines, `${head}${result}`].sort().join('\n')}\n`);
}
