/** Bytes of WebAssembly modules: the part of the binary format that plans need (functions, counted loops, doubles in pairs). */

export const VALUE = { i32: 0x7f, f64: 0x7c, v128: 0x7b } as const;
export type ValueType = (typeof VALUE)[keyof typeof VALUE];

export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; ) {
    const byte = rest % 128;
    rest = Math.floor(rest / 128);
    if (rest === 0) return [...bytes, byte];
    bytes.push(byte | 128);
  }
}

export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; ) {
    const byte = rest & 127;
    rest >>= 7;
    if ((rest === 0 && (byte & 64) === 0) || (rest === -1 && (byte & 64) !== 0)) return [...bytes, byte];
    bytes.push(byte | 128);
  }
}

export interface FunctionType {
  readonly params: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface ImportedFunction {
  readonly name: string;
  readonly type: FunctionType;
}

export interface DefinedFunction {
  readonly type: FunctionType;
  /** Types of the locals behind the parameters. */
  readonly locals: readonly ValueType[];
  readonly code: readonly number[];
  readonly exportName?: string;
}

const vector = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: readonly number[]): number[] => [id, ...unsigned(content.length), ...content];
const text = (name: string): number[] => [...unsigned(name.length), ...[...name].map((character) => character.charCodeAt(0))];
const typeBytes = ({ params, results }: FunctionType): number[] => [0x60, ...unsigned(params.length), ...params, ...unsigned(results.length), ...results];

function bodyBytes({ locals, code }: DefinedFunction): number[] {
  const groups: { type: ValueType; count: number }[] = [];
  for (const type of locals) {
    const last = groups.at(-1);
    if (last?.type === type) last.count++;
    else groups.push({ type, count: 1 });
  }
  const head = vector(groups.map(({ type, count }) => [...unsigned(count), type]));
  return [...unsigned(head.length + code.length + 1), ...head, ...code, 0x0b];
}

/** A module that imports `memory` and the functions from `env`; imported functions are numbered first. */
export function encodeModule(imports: readonly ImportedFunction[], functions: readonly DefinedFunction[]): Uint8Array<ArrayBuffer> {
  const types: number[][] = [];
  const numbers = new Map<string, number>();
  const typeNumber = (type: FunctionType): number[] => {
    const bytes = typeBytes(type);
    const key = bytes.join();
    const number = numbers.get(key) ?? types.push(bytes) - 1;
    numbers.set(key, number);
    return unsigned(number);
  };
  const importBytes = [
    [...text('env'), ...text('memory'), 2, 0, 1],
    ...imports.map(({ name, type }) => [...text('env'), ...text(name), 0, ...typeNumber(type)]),
  ];
  const functionBytes = functions.map(({ type }) => typeNumber(type));
  const exportBytes = functions.flatMap(({ exportName }, k) => (exportName === undefined ? [] : [[...text(exportName), 0, ...unsigned(imports.length + k)]]));
  const codes = functions.map(bodyBytes);
  return Uint8Array.from([
    0,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    ...section(1, vector(types)),
    ...section(2, vector(importBytes)),
    ...section(3, vector(functionBytes)),
    ...section(7, vector(exportBytes)),
    ...section(10, vector(codes)),
  ]);
}

const simd = (opcode: number): number[] => [0xfd, ...unsigned(opcode)];
/** Alignment exponent, then offset; large offsets need five bytes at most. */
const memoryArgument = (align: number, offset: number): number[] => [align, ...unsigned(offset)];

/** Instructions by their textbook names. */
export const wasm = {
  getLocal: (index: number): number[] => [0x20, ...unsigned(index)],
  setLocal: (index: number): number[] => [0x21, ...unsigned(index)],
  teeLocal: (index: number): number[] => [0x22, ...unsigned(index)],
  i32Constant: (value: number): number[] => [0x41, ...signed(value | 0)],
  i32Add: [0x6a],
  i32Subtract: [0x6b],
  i32Multiply: [0x6c],
  i32Positive: [0x41, 0, 0x4a],
  call: (index: number): number[] => [0x10, ...unsigned(index)],
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  when: [0x04, 0x40],
  end: [0x0b],
  branchIf: (depth: number): number[] => [0x0d, ...unsigned(depth)],
  load: (offset: number): number[] => [...simd(0), ...memoryArgument(3, offset)],
  loadSplat: (offset: number): number[] => [...simd(10), ...memoryArgument(3, offset)],
  store: (offset: number): number[] => [...simd(11), ...memoryArgument(3, offset)],
  /** Loads one double into lane 0, zero into the other. */
  loadFirst: (offset: number): number[] => [...simd(93), ...memoryArgument(3, offset)],
  loadLane: (lane: number, offset: number): number[] => [...simd(87), ...memoryArgument(3, offset), lane],
  storeLane: (lane: number, offset: number): number[] => [...simd(91), ...memoryArgument(3, offset), lane],
  splat: simd(20),
  extractLane: (lane: number): number[] => [...simd(33), lane],
  replaceLane: (lane: number): number[] => [...simd(34), lane],
  equal: simd(71),
  notEqual: simd(72),
  less: simd(73),
  greater: simd(74),
  greaterOrEqual: simd(76),
  and: simd(78),
  andNot: simd(79),
  or: simd(80),
  bitSelect: simd(82),
  /** The low 32 bits of both 64-bit lanes side by side, from twice the same pair. */
  lowHalves: [...simd(13), 0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11],
  shiftRight32: simd(172),
  addIntegers: simd(174),
  subtractIntegers: simd(177),
  shiftLeft64: simd(203),
  shiftRight64: simd(205),
  subtract64: simd(209),
  fromIntegers: simd(254),
  absolute: simd(236),
  negate: simd(237),
  squareRoot: simd(239),
  add: simd(240),
  subtract: simd(241),
  multiply: simd(242),
  divide: simd(243),
  min: simd(244),
  max: simd(245),
  smallerOf: simd(246),
  largerOf: simd(247),
} as const;
