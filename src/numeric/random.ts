/**
 * Seeded random numbers: xoshiro128** (Blackman and Vigna), its state filled by splitmix32 from a seed and a text.
 *
 * The same seed gives the same numbers on every machine; there is no global state. `fork` gives an independent stream for a name,
 * so that what one name draws does not depend on which names were drawn before it.
 */

export class Random {
  private readonly state: Uint32Array;

  constructor(
    private readonly seed: number,
    private readonly stream = '',
  ) {
    let mixed = hashText(`${seed}/${stream}`);
    this.state = Uint32Array.from({ length: 4 }, () => {
      mixed = (mixed + 0x9e3779b9) >>> 0;
      let z = mixed;
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return (z ^ (z >>> 15)) >>> 0;
    });
  }

  /** An independent stream for a name. */
  fork(name: string): Random {
    return new Random(this.seed, `${this.stream}/${name}`);
  }

  /** 32 random bits. */
  bits(): number {
    const s = this.state;
    const [s0, s1, s2, s3] = [s[0] as number, s[1] as number, s[2] as number, s[3] as number];
    const result = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
    const third = s2 ^ s0;
    const fourth = s3 ^ s1;
    s[1] = s1 ^ third;
    s[0] = s0 ^ fourth;
    s[2] = third ^ (s1 << 9);
    s[3] = rotate(fourth, 11);
    return result;
  }

  /** Uniform in [0, 1), with 53 random bits. */
  unit(): number {
    const high = this.bits() >>> 5;
    const low = this.bits() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.unit();
  }

  /** Magnitude between the bounds, either sign. */
  signed(low: number, high: number): number {
    const magnitude = this.between(low, high);
    return this.unit() < 0.5 ? -magnitude : magnitude;
  }

  /** Whole number from 0 to count − 1. */
  below(count: number): number {
    return Math.floor(this.unit() * count);
  }

  /** Standard normal, as a sum of twelve uniforms less six: exact in its mean and variance, the same on every machine. */
  normal(): number {
    let sum = -6;
    for (let k = 0; k < 12; k++) sum += this.unit();
    return sum;
  }

  /** A copy in random order. */
  shuffled<X>(items: readonly X[]): X[] {
    const copy = [...items];
    for (let last = copy.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      [copy[last], copy[other]] = [copy[other] as X, copy[last] as X];
    }
    return copy;
  }
}

const rotate = (bits: number, by: number): number => (bits << by) | (bits >>> (32 - by));

/** FNV-1a over the code units, finished with a mixing step. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let k = 0; k < text.length; k++) hash = Math.imul(hash ^ text.charCodeAt(k), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
