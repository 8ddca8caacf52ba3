/**
 * The worked problems that come with the package: one sheet a file under derivations/, called by its path there without the ending.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface WorkedProblem {
  /** `lab-11/4-lstm-gradient` */
  readonly id: string;
  readonly path: string;
}

const ending = '.md';

/** The folder of package.json: this file lies one folder below it in the sources, two in the build. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  // Ends at the root of the file system at the latest.
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** All of them, in the order of their ids, numbers counted as numbers. */
export function listProblems(): WorkedProblem[] {
  const root = join(packageRoot(), 'derivations');
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending) && !/readme\.md$/i.test(path))
    .map((path) => ({ id: path.slice(0, -ending.length).replaceAll('\\', '/'), path: join(root, path) }))
    .sort((one, other) => one.id.localeCompare(other.id, 'en', { numeric: true }));
}

export function findProblem(id: string): WorkedProblem | undefined {
  return listProblems().find((problem) => problem.id === id);
}

/** `title` and `source` of a worked problem, read off its front matter. */
export function headOf(problem: WorkedProblem): { readonly title: string; readonly source?: string } {
  const front = /^---\r?\n([\s\S]*?)\r?\n---/.exec(readFileSync(problem.path, 'utf8'))?.[1] ?? '';
  const source = fieldOf(front, 'source');
  return { title: fieldOf(front, 'title') ?? problem.id, ...(source === undefined ? {} : { source }) };
}

function fieldOf(front: string, key: string): string | undefined {
  const value = new RegExp(`^${key}:\\s*(.+?)\\s*$`, 'm').exec(front)?.[1];
  return value?.replace(/^(["'])(.*)\1$/, '$2');
}

/** The version in package.json. */
export function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0';
}
