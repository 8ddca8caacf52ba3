/** A register program run block by block: the other way to fuse pointwise code, kept here for the comparison in the bench. */

import { exp, log, sigmoid, tanh } from './elementary';

/** Instructions are four words: operation, two registers or an operand's number, and the register of the result. Registers are blocks of `count` doubles. */
export function interpret(program: usize, length: i32, registers: usize, operands: usize, offset: usize, count: i32): void {
  const bytes = <usize>count << 3;
  for (let at = program, end = program + (<usize>length << 4); at < end; at += 16) {
    const left = load<i32>(at, 4), right = load<i32>(at, 8);
    const out = registers + <usize>load<i32>(at, 12) * bytes;
    const a = registers + <usize>left * bytes, b = registers + <usize>right * bytes;
    switch (load<i32>(at)) {
      case 0: memory.copy(out, load<usize>(operands + (<usize>left << 2)) + offset, bytes); break;
      case 1: memory.copy(load<usize>(operands + (<usize>right << 2)) + offset, a, bytes); break;
      case 2: for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, f64x2.add(v128.load(a + k), v128.load(b + k))); break;
      case 3: for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, f64x2.sub(v128.load(a + k), v128.load(b + k))); break;
      case 4: for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, f64x2.mul(v128.load(a + k), v128.load(b + k))); break;
      case 5: for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, sigmoid(v128.load(a + k))); break;
      case 6: for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, tanh(v128.load(a + k))); break;
      case 7: for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, exp(v128.load(a + k))); break;
      case 8: for (let k: usize = 0; k < bytes; k += 16) v128.store(out + k, log(v128.load(a + k))); break;
    }
  }
}
