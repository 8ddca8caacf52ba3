/**
 * Exit codes, all in one place: what each means, and which one an outcome or an error gets.
 */

import { BudgetError, InputError, type Outcome } from './library.js';

export const exitCodes = {
  done: 0,
  wrong: 1,
  usage: 2,
  unreadable: 3,
  undecided: 4,
  fault: 70,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const ofOutcome: Readonly<Record<Outcome, ExitCode>> = {
  right: exitCodes.done,
  wrong: exitCodes.wrong,
  unreadable: exitCodes.unreadable,
  undecided: exitCodes.undecided,
};

export function exitCodeOfOutcome(outcome: Outcome): ExitCode {
  return ofOutcome[outcome];
}

/** The user's mistakes are 2, a budget that ran out is 4, and whatever else is thrown is a fault of chainrule's own. */
export function exitCodeOfError(error: unknown): ExitCode {
  if (error instanceof InputError) return exitCodes.usage;
  if (error instanceof BudgetError) return exitCodes.undecided;
  return exitCodes.fault;
}

const gravest: readonly ExitCode[] = [exitCodes.fault, exitCodes.usage, exitCodes.wrong, exitCodes.unreadable, exitCodes.undecided, exitCodes.done];

/** The code of several pieces of work together: that of the gravest. */
export function gravestOf(codes: readonly ExitCode[]): ExitCode {
  return gravest.find((code) => codes.includes(code)) ?? exitCodes.done;
}
