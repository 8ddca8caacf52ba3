/**
 * The built command as a process of its own: pipes that close early, interrupts, output larger than a pipe.
 */

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { complaints } from '../schemas/validate.js';
import { scratch } from './harness.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

beforeAll(() => {
  spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.'], { cwd: root, stdio: 'ignore' });
});

let folder: ReturnType<typeof scratch>;
beforeEach(() => {
  folder = scratch();
});
afterEach(() => {
  folder.dispose();
});

const chainrule = (...words: string[]) => spawnSync(process.execPath, [main, ...words], { cwd: folder.path, encoding: 'utf8', maxBuffer: 2 ** 26 });

describe('the command', () => {
  it('is what package.json names, and tells its version', () => {
    const manifest = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
    expect(`${root}${manifest.bin.chainrule}`).toBe(main);
    expect(chainrule('--version').stdout).toBe(`${manifest.version}\n`);
  });

  it('lists models and problems from any directory', () => {
    const { status, stdout } = chainrule('list', '--json');
    expect({ status, complaints: complaints(JSON.parse(stdout)) }).toEqual({ status: 0, complaints: [] });
    expect(stdout).toContain('lab-11/4-lstm-gradient');
  });

  it('writes a long answer into a pipe to its end', () => {
    const { status, stdout } = chainrule('solve', 'lstm', '--json');
    expect({ status, complaints: complaints(JSON.parse(stdout)) }).toEqual({ status: 0, complaints: [] });
  });

  it('ends quietly when its reader has seen enough', async () => {
    const child = spawn(process.execPath, [main, 'solve', 'lstm', '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    const errors: Buffer[] = [];
    child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
    const code = await new Promise((resolved) => child.on('close', resolved));
    expect({ code, errors: Buffer.concat(errors).toString() }).toEqual({ code: 0, errors: '' });
  });
});

describe('several sheets', () => {
  it('are solved side by side, each by a thread; a bad one does not stop the others', () => {
    for (const name of ['one', 'two', 'three'])
      writeFileSync(
        folder.file(`${name}.md`),
        `---\n${name === 'two' ? 'titel' : 'title'}: ${name}\n---\n\n\`\`\`model\nx[t], h[t] : n\nh[t] = tanh(x[t])\nJ = sum(t=1..T, l_t(h[t]))\n\`\`\`\n`,
      );
    const { status, stderr } = chainrule('solve', 'one.md', 'two.md', 'three.md', '-o', 'out', '--format', 'html', '--format', 'md');
    expect(status).toBe(2);
    expect(stderr).toMatch(/wrote out.one\.md[\s\S]*two\.md:\d+:\d+: error .*titel[\s\S]*wrote out.three\.md/);
    expect(readdirSync(folder.file('out'))).toEqual(['one.html', 'one.md', 'three.html', 'three.md']);
    expect(readFileSync(folder.file('out/one.html'), 'utf8')).toMatch(/<h1>one<\/h1>[\s\S]*<\/html>\s*$/);
  });
});

describe('an interrupt', () => {
  it.each([60, 250, 500, 900])('after %i ms leaves a whole file or none', async (delay) => {
    const child = spawn(process.execPath, [main, 'solve', 'lstm', '-o', 'out.html', '--quiet'], { cwd: folder.path, stdio: 'ignore' });
    const ended = new Promise((resolved) => child.on('close', resolved));
    setTimeout(() => child.kill('SIGINT'), delay);
    await ended;
    expect(readdirSync(folder.path).filter((name) => name !== 'out.html')).toEqual([]);
    if (existsSync(folder.file('out.html'))) expect(readFileSync(folder.file('out.html'), 'utf8')).toMatch(/<\/html>\s*$/);
  });
});
