/**
 * Lines that are claims rather than steps of a derivation: A ⇒ B, limits, ranges, identities between functions.
 *
 * They are settled as a `claim` block settles them: by proof, or by the simplest numbers at which they fail.
 */

import { InputError } from '../errors.js';
import { childrenOf } from '../model/index.js';
import type { Model } from '../model/model.js';
import type { Formula } from '../notation/formula.js';
import { printLatex } from '../notation/print-latex.js';
import { printText } from '../notation/print-text.js';
import { type Names, namesOf } from '../notation/spelling.js';
import type { Line } from '../notation/syntax.js';
import { type JudgedClaim, judgeClaim } from './claims/index.js';
import type { Item } from './items.js';
import type { Diagnostic, Method, Verdict } from './types.js';

type Relation = JudgedClaim['claim']['conclusions'][number]['relation'];

interface Mathematics {
  readonly latex: string;
  readonly text: string;
}

/** A claim with its verdict, as the line of an answer shows it. */
export interface ClaimLine {
  readonly verdict: Verdict;
  readonly method: Method | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly shown: { readonly left: Mathematics; readonly sign: string; readonly right: Mathematics };
}

export interface ClaimOptions {
  readonly seed: number;
  readonly sizes?: ReadonlyMap<string, number>;
}

const LATEX: { readonly [R in Relation]: string } = { '=': '=', '≠': '\\neq', '<': '<', '≤': '\\le', '>': '>', '≥': '\\ge', '→': '\\to' };
export const latexOfSign = (sign: string): string => (sign === ':=' ? '\\mathrel{:=}' : (LATEX[sign as Relation] ?? sign));

/** Judges a line as a claim. Throws an InputError that points at what cannot be read. */
export function judgeClaimLine(model: Model, line: Line, options: ClaimOptions): ClaimLine {
  const judged = judgeClaim(model, line, options);
  return { verdict: judged.verdict, method: methodOf(judged), diagnostics: diagnosticsOf(judged, options.seed), shown: shownOf(judged) };
}

/** The same, or undefined where it cannot be read as a claim, or nothing was found out about it. */
export function claimWhereReadable(model: Model, line: Line, options: ClaimOptions): ClaimLine | undefined {
  try {
    const claim = judgeClaimLine(model, line, options);
    return claim.verdict === 'undecided' ? undefined : claim;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

const functionWords = /\\?(?:sigmoid|sigma|tanh|sech|softplus|relu|exp|log|ln|sin|cos|sqrt)(?![A-Za-z])'*|σ'*/g;
const plainWords = /\\(?:frac|dfrac|tfrac|left|right|cdot|bigl|bigr|big|,|;|!)(?![A-Za-z])/g;

/** σ(−x) = 1 − σ(x): functions of single letters, nothing of which is a value of the model. */
export function isIdentity({ text }: Item): boolean {
  if (text.length > 400 || text.match(functionWords) === null) return false;
  const rest = text.replace(functionWords, ' ').replace(plainWords, ' ');
  return /^[\sa-z0-9.+*/=(){}^,-]*$/.test(rest) && !/[a-z]{2}/.test(rest);
}

/** Whether a formula holds a derivative: what it means is settled for the whole answer, not by the line alone. */
export const holdsDerivative = (formula: Formula): boolean =>
  formula.kind === 'derivative' || (formula.kind === 'name' && formula.quantity.kind !== 'value') || childrenOf(formula).some(holdsDerivative);

function methodOf({ verdict, proofs, points }: JudgedClaim): Method | null {
  switch (verdict) {
    case 'proved': {
      const assumes = [...new Set(proofs.flatMap(({ proof }) => proof.assumes))];
      return { kind: 'proof', level: proofs.at(-1)?.proof.level ?? 'names', assumes, points };
    }
    case 'agrees':
    case 'refuted':
      return { kind: 'numeric', assumes: [], points };
    case 'undecided':
      return null;
  }
}

function diagnosticsOf({ verdict, counterexample, read }: JudgedClaim, seed: number): readonly Diagnostic[] {
  if (verdict !== 'refuted' || counterexample === undefined) return [];
  const { sizes, letters, entry, left, right } = counterexample;
  const places = Object.fromEntries([...sizes, ...letters]);
  return [
    {
      ruleId: 'COUNTEREXAMPLE',
      message: 'This does not always hold.',
      region: read.region,
      repair: null,
      counterexample: { sizes: places, seed, entry, yours: left + 0, correct: right + 0 },
      alternatives: [],
    },
  ];
}

function shownOf({ read: { claim, own } }: JudgedClaim): ClaimLine['shown'] {
  const names = namesOf(claim.model);
  const math = (formula: Formula | undefined): Mathematics => (formula === undefined ? { latex: '\\infty', text: '∞' } : mathematics(formula, names));
  const relation = (left: Mathematics, sign: Relation, right: Mathematics): Mathematics => ({
    latex: `${left.latex} ${LATEX[sign]} ${right.latex}`,
    text: `${left.text} ${sign} ${right.text}`,
  });
  const premises = [
    ...claim.givens.slice(0, own).map((given) => relation(math(given.formulas.left), given.relation, math(given.formulas.right))),
    ...claim.hypotheses.map(({ relation: sign, formulas }) => relation(math(formulas.left), sign, math(formulas.right))),
  ];
  const conclusions = claim.conclusions.map(({ relation: sign, formulas }) => ({ left: math(formulas.left), sign, right: math(formulas.right) }));
  const before = conclusions.slice(0, -1).map(({ left, sign, right }) => relation(left, sign, right));
  const last = conclusions.at(-1) ?? { left: { latex: '', text: '' }, sign: '=' as const, right: { latex: '', text: '' } };
  const joined = (parts: readonly Mathematics[], latex: string, text: string): Mathematics => ({
    latex: parts.map((part) => part.latex).join(latex),
    text: parts.map((part) => part.text).join(text),
  });
  const conclusion = joined([...before, last.left], ',\\; ', ', ');
  const left = premises.length === 0 ? conclusion : joined([joined(premises, ',\\; ', ', '), conclusion], ' \\;\\Rightarrow\\; ', ' ⇒ ');
  return { left, sign: last.sign, right: last.right };
}

const mathematics = (formula: Formula, names: Names): Mathematics => ({ latex: printLatex(formula, names), text: printText(formula, names) });
