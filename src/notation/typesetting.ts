/**
 * What LaTeX and Unicode text do differently: one object of small functions for each, over strings that are already printed.
 *
 * The walk in print.ts decides structure and brackets; nothing here looks at a formula.
 */

export type Medium = 'latex' | 'text';

/** How tightly a printed piece holds together; brackets go where a place needs a tighter one. */
export const LEVEL = {
  /** a + b, −a. */
  sum: 1,
  /** a ⊙ b, a / b, Σ …: as the written product signs. */
  written: 2,
  /** ∂J/∂h in text: safe beside ⊙, not beside a juxtaposed factor. */
  slashed: 3,
  juxtaposed: 4,
  /** f(a), fractions, norms: whole, but a power of them needs brackets. */
  prefix: 5,
  /** Carries a superscript. */
  powered: 6,
  atom: 7,
} as const;

export type Level = (typeof LEVEL)[keyof typeof LEVEL];

/** A printed piece with what its surroundings must know of it. */
export interface Piece {
  readonly printed: string;
  readonly level: Level;
  /** Taller than a line (fractions, limits, blocks): brackets around it must grow. */
  readonly tall: boolean;
  /** Ends in something that reads on to the right (Σ …, Π …): only safe at the end of a product. */
  readonly open: boolean;
}

export const piece = (printed: string, level: Level, tall = false, open = false): Piece => ({ printed, level, tall, open });

/** The two ways to set one thing. */
export interface Typesetting {
  readonly medium: Medium;
  readonly hadamard: string;
  readonly minus: string;
  readonly dots: string;
  readonly pi: string;
  readonly partial: string;
  readonly differential: string;
  readonly nabla: string;
  readonly sum: string;
  readonly product: string;
  readonly transposed: string;
  readonly signs: Readonly<Record<'=' | '≠' | '<' | '≤' | '>' | '≥', string>>;
  bracket(inner: string, tall: boolean): string;
  squareBracket(inner: string, tall: boolean): string;
  /** Whether a fraction stands by itself (LaTeX) or is a slash between two pieces (text). */
  readonly stackedFractions: boolean;
  fraction(numerator: string, denominator: string): string;
  subscript(text: string): string;
  superscript(text: string): string;
  /** A function's name that is a word: `\operatorname{diag}`. */
  word(name: string): string;
  squareRoot(inner: string, tall: boolean): string;
  norm(inner: string, tall: boolean): string;
  angles(left: string, right: string, tall: boolean): string;
  /** Σ or Π with its limits. */
  limits(sign: string, below: string, above: string | undefined): string;
  /** All ones, all zeros or the identity, with its sizes; none where they are unknown. */
  constant(kind: 'ones' | 'zeros' | 'identity', sizes: readonly string[]): string;
  blocks(rows: readonly (readonly string[])[]): string;
  cases(branches: readonly { readonly value: string; readonly condition: string | undefined }[]): string;
  /** An entrywise power of a matrix. */
  entrywisePower(base: string, exponent: string): string;
  /** Something evaluated with names held: the bar at the right. */
  held(inner: string, names: string): string;
  indicator(condition: string): string;
}
