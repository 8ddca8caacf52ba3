/** The word somebody probably meant. */
import { distance } from 'fastest-levenshtein';

/** The nearest of the known words, if it is near enough to be a slip. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known.map((candidate) => ({ candidate, cost: distance(word.toLowerCase(), candidate.toLowerCase()) })).sort((a, b) => a.cost - b.cost);
  const [best] = ranked;
  return best !== undefined && best.cost <= slipsAllowed(best.candidate) ? best.candidate : undefined;
}

/** Two letters changed places count as two slips. */
function slipsAllowed({ length }: string): number {
  if (length < 4) return Math.min(1, length - 1);
  return Math.max(2, Math.floor(length / 3));
}
