/** The whole of a judged answer: its verdict, its score, the targets it reached, and how single values of the contract's JSON are written. */

import type { Problem, Region } from '../errors.js';
import type { Formula } from '../notation/formula.js';
import type { ReadItem } from './reading.js';
import type { Diagnostic, LineResult, LineRole, Verdict, VerifyResult } from './types.js';

/** Lines and targets as the result. */
export function resultOf(lines: readonly LineResult[], targets: VerifyResult['targets'], seed: number, remarks: readonly Diagnostic[] = []): VerifyResult {
  const missing = lines.length === 0 ? [] : targets.filter(({ line }) => line === null);
  const incomplete = missing.map(
    ({ target }): Diagnostic => ({
      ruleId: 'INCOMPLETE',
      message: `No line gives ${target}. A right line must have it on one side and names of the model, adjoints and partials of single equations on the other.`,
      region: lines.at(-1)?.source ?? null,
    }),
  );
  const nothing: readonly Diagnostic[] =
    lines.length === 0 ? [{ ruleId: 'nothing-stated', message: 'No line of this states anything: a derivation consists of equations.', region: null }] : [];
  const counted = lines.filter(({ role }) => role === 'step' || role === 'answer');
  const good = counted.filter(({ verdict }) => verdict === 'proved' || verdict === 'agrees' || verdict === 'carried');
  const shown =
    incomplete.length === 0
      ? lines
      : lines.map((line, at) => (at === lines.length - 1 ? { ...line, diagnostics: [...line.diagnostics, ...incomplete] } : line));
  return {
    schema: 'chainrule/verify/1',
    verdict: verdictOf(lines, missing.length > 0),
    score: counted.length === 0 ? 0 : good.length / counted.length,
    seed,
    targets,
    lines: shown,
    diagnostics: [...remarks, ...incomplete, ...nothing],
  };
}

function verdictOf(lines: readonly LineResult[], incomplete: boolean): VerifyResult['verdict'] {
  const some = (...verdicts: readonly Verdict[]): boolean => lines.some(({ verdict }) => verdicts.includes(verdict));
  if (lines.length === 0) return 'unreadable';
  if (some('refuted', 'ill-shaped')) return 'incorrect';
  if (some('unreadable')) return 'unreadable';
  if (some('undecided')) return 'undecided';
  return incomplete ? 'incorrect' : 'correct';
}

export function roleOf(read: ReadItem, answers: boolean): LineRole | null {
  if (read.kind === 'definition') return 'definition';
  return answers ? 'answer' : 'step';
}

export function diagnosticOf(problem: Problem, region: Region): Diagnostic {
  return {
    ruleId: problem.ruleId,
    message: [problem.message, problem.why, problem.fix].filter((part) => part !== undefined).join(' '),
    region: problem.region ?? region,
  };
}

/** `n × d`, `1 × n`, `n`, `1`. */
export function shapeText(side: Formula): string {
  const dims = side.shape.dims.map(({ key }) => key.replaceAll('·', ''));
  if (dims.length === 0) return '1';
  if (dims.length === 1) return side.shape.orientation === 'row' ? `1 × ${dims[0]}` : `${dims[0]}`;
  return dims.join(' × ');
}
