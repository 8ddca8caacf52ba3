/** What a published derivation is here: facts only, in this project's notation, with the source they are in. */

export interface Published {
  /** Author, year, place. */
  readonly source: string;
  /** A built-in model, or the model as the source has it. */
  readonly model: string;
  readonly text: string;
  readonly targets?: readonly string[];
  /** How many lines agree at all points without a proof. */
  readonly agrees?: number;
}

/** A derivation that is wrong somewhere: as printed, or as a reader easily copies it. */
export interface Slip extends Published {
  /** The first wrong line, as its verdict and the mistakes that may name it. */
  readonly verdict: 'refuted' | 'ill-shaped';
  readonly named: readonly string[];
}

/** A model block around lines of a sheet. */
export const sheet = (lines: string): string => `\`\`\`model\n${lines.trim()}\n\`\`\`\n`;
