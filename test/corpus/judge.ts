/** A case put to the verifier, and what became of it. */

import type { Model } from '../../src/model/model.js';
import { verify } from '../../src/verify/index.js';
import type { Case } from './cases.js';

export type Outcome =
  /** A right line was proved, or agreed on numbers. */
  | 'proved'
  | 'agrees'
  /** A wrong line was refuted, with its own mistake among the names, with another name, or without one. */
  | 'named'
  | 'named otherwise'
  | 'refuted'
  /** The worst defects. */
  | 'false right'
  | 'false wrong'
  /** Nothing was said. */
  | 'unreadable'
  | 'undecided';

export interface Judged {
  readonly id: string;
  readonly outcome: Outcome;
  readonly repairProved: boolean;
  readonly ruleId: string;
  /** Of the proof. */
  readonly level: string;
  /** Of the processor, helper threads of the process included. */
  readonly milliseconds: number;
}

/** Judges a labelled case; those between right and wrong are not put to the verifier. */
export function judgeCase(model: Model, given: Case): Judged {
  const started = process.cpuUsage();
  const result = verify(model, given.text, {});
  const { user, system } = process.cpuUsage(started);
  const milliseconds = (user + system) / 1000;
  const line = result.lines.at(-1);
  const diagnostic = line?.diagnostics[0];
  const names = [diagnostic?.ruleId ?? '', ...(diagnostic?.also ?? []), ...((diagnostic?.alternatives ?? []).length > 0 ? ['GRU-Z-CONV'] : [])];
  const rest = {
    id: given.id,
    level: line?.method?.level ?? '',
    repairProved: diagnostic?.repair?.proved === true,
    ruleId: diagnostic?.ruleId ?? '',
    milliseconds,
  };
  const isRight = given.label === 'right';
  switch (line?.verdict) {
    case 'proved':
    case 'agrees':
    case 'carried':
      if (isRight && result.verdict !== 'correct') return { ...rest, outcome: result.verdict === 'incorrect' ? 'false wrong' : 'unreadable' };
      return { ...rest, outcome: isRight ? (line.verdict === 'proved' ? 'proved' : 'agrees') : 'false right' };
    case 'refuted':
      if (isRight) return { ...rest, outcome: 'false wrong' };
      return { ...rest, outcome: names.includes(given.about[0] ?? '') ? 'named' : diagnostic?.repair ? 'named otherwise' : 'refuted' };
    case 'ill-shaped':
      return { ...rest, outcome: isRight ? 'false wrong' : 'refuted' };
    case 'undecided':
      return { ...rest, outcome: 'undecided' };
    case 'unreadable':
    case undefined:
      return { ...rest, outcome: 'unreadable' };
  }
}
