/**
 * The one family of errors: what is wrong, where, why, and what to do.
 *
 * Three kinds and no more. `InputError` is the user's mistake (a sheet, an answer, a command line) and lists every problem found.
 * `BudgetError` says that a bound on work was hit, so the question is undecided. Anything else that is thrown is a fault of chainrule's own.
 */

/** A stretch of source text. Lines and columns count from 1, columns in code points; the end is exclusive. */
export interface Region {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One thing that is wrong with the input, structured fields first, prose last. */
export interface Problem {
  /** Stable key such as `unknown-name`, `shape-mismatch`, `unbalanced`, `circular`. */
  readonly ruleId: string;
  /** What is wrong, one sentence. */
  readonly message: string;
  /** Why: for shapes both of them, by name and declaration. */
  readonly why?: string;
  /** What to do about it. */
  readonly fix?: string;
  readonly region?: Region;
  /** Name of the file or block that `region` counts in. */
  readonly file?: string;
}

/** The input is wrong: exit code 2, never a verdict on the mathematics. */
export class InputError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: Problem | readonly Problem[]) {
    const list: readonly Problem[] = 'ruleId' in problems ? [problems] : problems;
    super(list.map((problem) => problem.message).join('\n'));
    this.name = 'InputError';
    this.problems = list;
  }
}

/** A bound on depth, length or work was hit: the answer is "undecided", never a guess. */
export class BudgetError extends Error {
  constructor(readonly what: string) {
    super(what);
    this.name = 'BudgetError';
  }
}

/** A fault of chainrule's own (exit code 70). Input must never be able to cause one. */
export class Fault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Fault';
  }
}

/** Closes an exhaustive switch: a new node kind that is not handled does not compile. */
export function unreachable(value: never): never {
  throw new Fault(`unhandled case ${JSON.stringify(value)}`);
}
