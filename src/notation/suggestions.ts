/** The word somebody probably meant. */
import { distance } from 'fastest-levenshtein';

/** The nearest of the known words, if it is near enough to be a slip. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known.map((candidate) => ({ candidate, cost: distance(word.toLowerCase(), candidate.toLowerCase()) })).sort((a, b) => a.cost - b.cost);
  const [best] = ranked;
  return best !== undefined && best.cost <= Math.max(1, Math.floor(best.candidate.length / 3)) && best.cost < best.candidate.length
    ? best.candidate
    : undefined;
}
