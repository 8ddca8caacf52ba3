/**
 * Digests of structure: equal structures have equal digests in every workspace and every session.
 *
 * They order things and never decide equality: interning compares exact keys.
 */

function mix(text: string, seed: number): number {
  let high = 0xdeadbeef ^ seed;
  let low = 0x41c6ce57 ^ seed;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}

/** About 106 bits in base 36. */
export const digest = (text: string): string => `${mix(text, 0).toString(36)}.${mix(text, 0x9e3779b9).toString(36)}`;
