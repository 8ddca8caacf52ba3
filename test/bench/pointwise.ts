/** The two ways to run fused pointwise code, on the gates of an LSTM: assembled when the plan is made, or a register program run block by block. */

import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';
import { loadSimdTier } from '../../src/numeric/kernels/simd.js';
import { webAssembly } from '../../src/numeric/kernels/webassembly.js';
import { prepareAssembled } from '../../src/numeric/plan/assemble.js';
import { affine, type PlanProgram } from '../../src/numeric/plan/operations.js';
import { createProgramBuilder, type PointwiseProgram } from '../../src/numeric/plan/pointwise.js';
import type { Measure } from './evaluation.js';
import { duel, leastTime } from './timing.js';

const INPUTS = 9;
const OUTPUTS = 7;

/** f, i, o, c̃ from two parts of each pre-activation, then C and h. */
function gates(): PointwiseProgram {
  const builder = createProgramBuilder();
  const [f, i, o, candidate] = [0, 1, 2, 3].map((gate) =>
    builder.unary(gate === 3 ? 'tanh' : 'sigmoid', builder.binary('add', builder.operand(gate), builder.operand(gate + 4))),
  ) as [number, number, number, number];
  const cell = builder.binary('add', builder.binary('multiply', f, builder.operand(8)), builder.binary('multiply', i, candidate));
  const squashed = builder.unary('tanh', cell);
  [f, i, o, candidate, cell, squashed, builder.binary('multiply', o, squashed)].forEach((value, k) => builder.store(INPUTS + k, value));
  return builder.finish();
}

function assembled(n: number): () => void {
  const tier = loadSimdTier();
  if (tier === undefined) throw new Error('no SIMD WebAssembly here');
  const operands = Array.from({ length: INPUTS + OUTPUTS }, (_, k) => ({ at: affine(k * n), strides: [1] }));
  const plan: PlanProgram = { elements: n * (INPUTS + OUTPUTS), loops: 0, phases: [[{ kind: 'pointwise', program: gates(), axes: [n], operands }]] };
  const { memory, phases } = prepareAssembled(plan, tier);
  for (let k = 0; k < memory.length; k++) memory[k] = Math.sin(k);
  return phases[0] as () => void;
}

const CODES: Readonly<Record<string, number>> = { operand: 0, add: 2, subtract: 3, multiply: 4, sigmoid: 5, tanh: 6, exp: 7, log: 8 };

async function compileInterpreter(): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  const { error } = await asc.main(
    [
      'index.ts',
      '--baseDir',
      fileURLToPath(new URL('../../assembly/register-program', import.meta.url)),
      '--outFile',
      'out.wasm',
      '--runtime',
      'stub',
      '--enable',
      'simd,bulk-memory',
      '--importMemory',
      '--noAssert',
      '--optimizeLevel',
      '3',
      '--memoryBase',
      '1024',
    ],
    {
      writeFile: (name: string, contents: string | Uint8Array) => {
        if (name.endsWith('.wasm') && typeof contents !== 'string') bytes = contents;
      },
    },
  );
  if (error !== null || bytes === undefined) throw error ?? new Error('nothing compiled');
  return bytes;
}

async function interpreted(n: number, block: number): Promise<() => void> {
  const platform = webAssembly();
  if (platform === undefined) throw new Error('no WebAssembly here');
  const { instructions, outputs } = gates();
  const words = [
    ...instructions.flatMap((instruction, k) => [
      CODES[instruction.op] as number,
      'operand' in instruction ? instruction.operand : 'of' in instruction ? instruction.of : 'left' in instruction ? instruction.left : 0,
      'right' in instruction ? instruction.right : 0,
      k,
    ]),
    ...outputs.flatMap(({ operand, value }) => [1, value, operand, 0]),
  ];
  const [program, operands, registers] = [8192, 16384, 65536];
  const data = registers + 8 * block * instructions.length;
  const memory = new platform.Memory({ initial: Math.ceil((data + 8 * n * (INPUTS + OUTPUTS)) / 65536) + 1 });
  new Int32Array(memory.buffer, program).set(words);
  new Int32Array(memory.buffer, operands).set(Array.from({ length: INPUTS + OUTPUTS }, (_, k) => data + 8 * n * k));
  new Float64Array(memory.buffer, data, n * INPUTS).forEach((_, k, all) => {
    all[k] = Math.sin(k);
  });
  const { exports } = new platform.Instance(new platform.Module(await compileInterpreter()), { env: { memory } });
  const interpret = exports['interpret'] as (...numbers: readonly number[]) => void;
  return () => {
    for (let done = 0; done < n; done += block) interpret(program, words.length / 4, registers, operands, 8 * done, Math.min(block, n - done));
  };
}

export function pointwise(): Measure[] {
  return [8, 256, 4096].map((n) => {
    const work = `LSTM gates, fused, ${n} entries`;
    return {
      work,
      run: async () => {
        const other = await interpreted(n, Math.min(n, 64));
        return duel(work, 'a register program run block by block in WebAssembly', assembled(n), (seconds) => leastTime(other, seconds));
      },
    };
  });
}
