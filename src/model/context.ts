/**
 * What the elaboration of a formula may know: declared names and functions, letters, sizes, and the scope that grows inside sums.
 * A question or an answer adds names of its own through `extra`; nothing here is changed by reading a formula but the solver and the letters in use.
 */

import { InputError, type Problem, type Region } from '../errors.js';
import type { Whole } from '../network/whole.js';
import type { Formula, Orientation, Shape } from '../notation/formula.js';
import type { NameSyntax, Syntax } from '../notation/syntax.js';
import type { IndexRange, Settings } from './model.js';
import type { SizeSolver } from './sizes.js';

/** What a name is, as far as a formula that mentions it must know. */
export interface NameMeaning {
  readonly key: string;
  /** How it is written, for messages: `W_f ∈ ℝ^{n×d}`. */
  readonly text: string;
  readonly indices: readonly IndexRange[];
  readonly shape: Shape;
}

/** An unspecified function, or one that a line of its own defines entrywise. */
export interface FunctionMeaning {
  readonly key: string;
  readonly entrywise: boolean;
  readonly indices: readonly IndexRange[];
  /** Shape of its value (of a scalar, for an entrywise one). */
  readonly shape: Shape;
  /** Shapes of its arguments, when they are known. */
  readonly args?: readonly Shape[];
  /** `g(x) = x σ(x)`: parameter and body. */
  readonly definition?: { readonly parameter: string; readonly body: Syntax };
}

/** How a letter that a sum binds, or that is free on both sides of an equation, turned out to be used. */
export interface LetterUse {
  /** It stands at an index of a name: the range that name is defined on there. */
  indexOf?: IndexRange;
  /** It counts along an axis of this size. */
  axis?: Whole;
}

export interface Context {
  readonly settings: Settings;
  readonly solver: SizeSolver;
  names(key: string): NameMeaning | undefined;
  /** The key of a name as written, where two differ by an index only (L and L_t). */
  readonly keyOf?: (name: NameSyntax) => string | undefined;
  functions(key: string): FunctionMeaning | undefined;
  /** Index letters with their default ranges. */
  readonly letters: ReadonlyMap<string, IndexRange>;
  /** Names of sizes and lengths. */
  readonly sizes: ReadonlySet<string>;
  /** Letters in scope: bound by a sum, or free in the line. Free axis letters are added here when they are first met. */
  readonly scope: Map<string, LetterUse>;
  /** Key of the loss, for ∇_W and dW without one. */
  readonly loss?: string;
  /** All names there are, for "did you mean". */
  readonly known: readonly string[];
  /** A name without its index is its value at the step t (code lines). */
  readonly impliedIndices?: boolean;
  /** Names that only this line or answer knows; asked before the model's. */
  readonly extra?: (name: NameSyntax & { readonly region: Region }, context: Context) => Formula | undefined;
  /** Called where a reading was chosen that the author might not expect, for "read as". */
  readonly note?: (text: string, region: Region) => void;
}

/** The context inside a sum: one more letter, with nothing known of its use. */
export function withLetter(context: Context, letter: string): { readonly inner: Context; readonly use: LetterUse } {
  const use: LetterUse = {};
  return { inner: { ...context, scope: new LayeredScope(context.scope, letter, use) }, use };
}

/** A scope with one letter on top; letters that are first met below it belong to the outer scope. */
class LayeredScope extends Map<string, LetterUse> {
  constructor(
    private readonly outer: Map<string, LetterUse>,
    private readonly letter: string,
    private readonly use: LetterUse,
  ) {
    super();
  }
  override get(letter: string): LetterUse | undefined {
    return letter === this.letter ? this.use : this.outer.get(letter);
  }
  override has(letter: string): boolean {
    return letter === this.letter || this.outer.has(letter);
  }
  override set(letter: string, use: LetterUse): this {
    if (letter !== this.letter) this.outer.set(letter, use);
    return this;
  }
}

/** Orientation of a vector that is written without one. */
export function defaultOrientation(context: Context): Orientation | undefined {
  return context.settings.dialect === 'numpy' ? undefined : context.settings.convention;
}

/** Throws an InputError about one place of the text. */
export function fail(problem: Problem): never {
  throw new InputError(problem);
}

/** Runs one way of reading; a mistake in it undoes what it bound and comes back as a value. */
export function attempt<X>(context: Context, read: () => X): { readonly value: X } | { readonly error: InputError } {
  const mark = context.solver.mark();
  try {
    return { value: read() };
  } catch (error) {
    context.solver.undo(mark);
    if (error instanceof InputError) return { error };
    throw error;
  }
}
