/** PyTorch in a process of its own, asked one question after the other. */

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Torch {
  /** `PyTorch 1.13, OpenBLAS Zen`. */
  readonly name: string;
  readonly reference: boolean;
  ask(work: string, request: Readonly<Record<string, number | boolean>>): Promise<number>;
  close(): void;
}

const SCRIPT = fileURLToPath(new URL('../../test/bench/torch_peer.py', import.meta.url));

async function start(python: string): Promise<Torch | undefined> {
  const child = spawn(python, [SCRIPT], { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Record<string, unknown> | undefined> => {
    const line = await lines.next();
    return line.done === true ? undefined : (JSON.parse(line.value) as Record<string, unknown>);
  };
  child.on('error', () => child.stdout.destroy());
  const hello = await next().catch(() => undefined);
  if (hello === undefined) return undefined;
  return {
    name: `PyTorch ${String(hello['torch'])}, ${String(hello['blas'])}, one thread`,
    reference: String(hello['blas']).startsWith('reference'),
    async ask(work, request) {
      child.stdin.write(`${JSON.stringify({ work, ...request })}\n`);
      return Number((await next())?.['ms']);
    },
    close: () => child.stdin.end(),
  };
}

/** The first Python that has PyTorch; undefined when none has. */
export async function findTorch(): Promise<Torch | undefined> {
  for (const python of ['python3', '/usr/bin/python3']) {
    const torch = await start(python);
    if (torch !== undefined) return torch;
  }
  return undefined;
}
