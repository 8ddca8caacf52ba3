/** What answers "how does this change when that is moved": the seam between the checker and its sources of truth. */

/** A computation with one array that is moved and one that is watched. */
export interface DifferenceTask {
  /** Moved in place; an oracle leaves it as it found it. */
  readonly variable: Float64Array;
  /** Computes the watched array from the variable as it stands. The array may be the same one at every call. */
  readonly evaluate: () => Float64Array;
  /** Entries of the variable that are asked for; all of them unless given. */
  readonly columns?: readonly number[];
}

export interface OracleAnswer {
  /** ∂(watched entry i)/∂(column j of those asked for) at i · (number of columns) + j. */
  readonly derivative: Float64Array;
  /** Bound on the error of each, as far as the oracle can tell. */
  readonly error: Float64Array;
  /** Largest magnitude of a watched entry that was seen: what rounding is measured by. */
  readonly scale: number;
  readonly evaluations: number;
}

/** A source of derivatives that does not read anything the calculus derived. */
export interface Oracle {
  /** Shown with the result. */
  readonly method: string;
  differentiate(task: DifferenceTask): OracleAnswer;
}
