/** Random numbers from texts and seeds, the same on every machine. */

function hashed(text: string): number {
  let hash = 2166136261;
  for (let k = 0; k < text.length; k += 1) hash = Math.imul(hash ^ text.charCodeAt(k), 16777619);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 2246822519);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 3266489917);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Between −1 and 1, from a text alone. */
export const numberFrom = (text: string): number => (hashed(text) / 4294967296) * 2 - 1;

/** A stream of random choices. */
export class Choices {
  #count = 0;
  constructor(readonly seed: string) {}

  next(): number {
    this.#count += 1;
    return hashed(`${this.seed}#${this.#count}`) / 4294967296;
  }

  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  of<X>(all: readonly X[]): X {
    return all[this.below(all.length)] as X;
  }

  chance(share: number): boolean {
    return this.next() < share;
  }
}
