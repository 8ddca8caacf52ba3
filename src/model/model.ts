/**
 * A model: named, indexed equations with roles, shapes and ranges. Equations are the author's own, never inlined and never regenerated:
 * each keeps the formula as written beside the tensor it means.
 */

import type { Region } from '../errors.js';
import type { Tensor } from '../network/tensor.js';
import type { Whole } from '../network/whole.js';
import type { Workspace } from '../network/workspace.js';
import type { Formula, Orientation } from '../notation/formula.js';

/** How a name is written, so that indices can be put in their place: `\mathcal{M}_{t}^{erased}`, `W_Q^{(k)}`, `\overrightarrow{h}_{t-1}`. */
export interface Spelling {
  /** LaTeX of the bare letter with accents, alphabet and primes: `\tilde{C}`, `\mathcal{M}`, `W'`. */
  readonly latex: string;
  /** The same in Unicode text: `C̃`, `ℳ`, `W′`. */
  readonly text: string;
  /** Sub- and superscript that belong to the name, LaTeX and text: `hh` in W_{hh}, `(i)` in W^{(i)}. */
  readonly subscript?: { readonly latex: string; readonly text: string };
  readonly superscript?: { readonly latex: string; readonly text: string };
  /** Where its indices go: h_t, h^{(t)}, h^{<t>}, h(t), h^t. */
  readonly indexPlace: 'subscript' | 'superscript' | 'parenthesised superscript' | 'angle superscript' | 'argument';
}

export interface IndexRange {
  readonly letter: string;
  readonly from: Whole;
  readonly to: Whole;
}

export type Role = 'input' | 'parameter' | 'constant' | 'computed';

/** What is known of a name besides its shape; the numeric points obey it and proofs name what they use. */
export interface Assumptions {
  /** Its entries sum to 1 (along the last axis). */
  readonly sumsToOne?: boolean;
  readonly oneHot?: boolean;
  readonly symmetric?: boolean;
  readonly orthogonal?: boolean;
  readonly diagonal?: boolean;
  readonly low?: number;
  readonly high?: number;
  readonly lowOpen?: boolean;
  readonly highOpen?: boolean;
}

export interface Declaration {
  /** Plain spelling of contract §4 without indices: `h`, `W_f'`, `tilde C`, `W^(hh)`. Unique in the model. */
  readonly name: string;
  readonly spelling: Spelling;
  /** One entry an index of the name, in the order of its subscripts, with the range it is defined on (inputs, computed names). */
  readonly indices: readonly IndexRange[];
  readonly dims: readonly Whole[];
  /** For vectors. */
  readonly orientation?: Orientation;
  readonly role: Role;
  readonly assumptions: Assumptions;
  readonly region?: Region;
}

/** A value outside an equation's range that something reads: zero, freed (a parameter-like input), or set by an equation of its own. */
export interface BoundaryValue {
  readonly name: string;
  /** Concrete indices, numbers or lengths: h_0, h_{T+1}; one letter may stay free where other indices run (h^l_0). */
  readonly indices: readonly Whole[];
  readonly kind: 'zero' | 'freed' | 'equation';
}

/** name_{indices} = value, for every value of its letters in their ranges. */
export interface Equation {
  readonly name: string;
  /** Left-hand indices: letters, or numbers and lengths for equations that hold at one place only (s_0 = …, h_1 = …). */
  readonly indices: readonly Whole[];
  /** Ranges of the letters among `indices`. */
  readonly ranges: readonly IndexRange[];
  /** Letters along the value's leading axes, for an equation written entry by entry (h_{t,i} = …); `source` is then the entry. */
  readonly axes?: readonly string[];
  /** The right side as written, for display. */
  readonly source: Formula;
  /** The right side as an index network; its dims are the declaration's. */
  readonly value: Tensor;
  readonly region?: Region;
}

/** An unspecified function: f : ℝ → ℝ (entrywise), ℓ_t(h_t), φ(x_t, h_{t−1}). */
export interface UnspecifiedFunction {
  readonly name: string;
  readonly spelling: Spelling;
  readonly entrywise: boolean;
  readonly indices: readonly IndexRange[];
  /** Dims of its value; [] for losses. */
  readonly dims: readonly Whole[];
  readonly args: readonly (readonly Whole[])[];
}

export interface Settings {
  readonly title?: string;
  readonly source?: string;
  readonly convention: Orientation;
  readonly layout?: 'gradient' | 'numerator' | 'mixed';
  readonly partial?: 'immediate' | 'step' | 'total';
  readonly loss?: string;
  readonly dialect: 'default' | 'numpy' | 'matlab';
  /** A sign made elementwise by the front matter. */
  readonly elementwise?: string;
}

export interface Model {
  /** `lstm`, or the word after the block kind; empty for a sheet's unnamed model. */
  readonly name: string;
  readonly title?: string;
  readonly settings: Settings;
  readonly workspace: Workspace;
  /** In the order of first mention. */
  readonly declarations: ReadonlyMap<string, Declaration>;
  readonly functions: ReadonlyMap<string, UnspecifiedFunction>;
  /** As written. Definitions of entrywise functions on a line of their own are inlined and not listed. */
  readonly equations: readonly Equation[];
  readonly boundaries: readonly BoundaryValue[];
  /** Names of sizes and lengths in order of first mention: n, d, T. */
  readonly sizes: readonly string[];
  /** Index letters with their default ranges, t from 1 to T unless said otherwise. */
  readonly letters: ReadonlyMap<string, IndexRange>;
  /** Key of the scalar that is differentiated; undefined when the model has none. */
  readonly loss: string | undefined;
  /** What was inferred rather than written (shapes, sizes), for "read as". */
  readonly inferred: readonly string[];
}
