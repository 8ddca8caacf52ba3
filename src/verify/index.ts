/**
 * Somebody's derivation, judged line by line: read, one choice of conventions for the whole, numbers first, then proof, then what is wrong.
 *
 * Refuted is said only where real forward and backward runs differ, proved only where the prover has proved; everything else agrees or is undecided.
 */

import { resolveDerivatives } from '../calculus/index.js';
import { BudgetError, InputError, type Region } from '../errors.js';
import type { Model, Settings } from '../model/model.js';
import { printLatex } from '../notation/print-latex.js';
import { printText } from '../notation/print-text.js';
import { blamed } from './blame.js';
import { carriedBy, type Premise, premiseOf } from './carried.js';
import { type Choice, choose, type Lowered } from './choose.js';
import { type Chosen, contradictsModel, grownGraph, isAllRead, namesOfLine, worth } from './chosen.js';
import { type ClaimLine, claimWhereReadable, holdsDerivative, isIdentity, judgeClaimLine, latexOfSign } from './claim-lines.js';
import { diagnose } from './diagnose.js';
import { type Document, readDocument } from './document.js';
import { graphOf, loneSymbol } from './graph.js';
import { diagnoseShapes } from './ill-shaped.js';
import { type Item, type Items, itemsOf } from './items.js';
import { type JudgeOptions, pointsOf } from './judge.js';
import { proofAt, proofByCases, proofOfLoss } from './line-proofs.js';
import { readingsOfLine } from './notes.js';
import { bounded } from './points.js';
import type { ReadItem, ReadStatement } from './reading.js';
import { holdsSolved, withRecursions } from './recursions.js';
import { renamingNotes, renamingOf } from './renaming.js';
import { displayed } from './spellings.js';
import { coversAll, reaches, readTargets, type Wanted } from './targets.js';
import type { Comparison, Diagnostic, LineResult, Method, ReadLine, Verdict, VerifyOptions, VerifyResult } from './types.js';
import { diagnosticOf, resultOf, roleOf, shapeText } from './whole.js';

export type * from './types.js';

const DEFAULT_BUDGET = 20_000;
/** Tensors about one model that are kept from one answer to the next: what they cost to make again against the memory they take. */
const MOST_REMEMBERED = 30_000;
/** A clock behind the budget: when it is what stopped the work, the rest is undecided. */
const LONGEST_MS = 20_000;
const DIAGNOSIS_BUDGET = 400;
const LARGEST_SIZE = 64;

/**
 * Judges an answer about a model. Throws an InputError for front matter and targets that cannot be read, and for nothing else in the answer.
 */
export function verify(model: Model, text: string, options: VerifyOptions = {}): VerifyResult {
  return judgeAnswer(model, text, options).result;
}

/** Both sides of a line as mathematics, for a document. */
export interface Shown {
  readonly left: { readonly latex: string; readonly text: string };
  readonly sign: string;
  readonly right: { readonly latex: string; readonly text: string };
}

/** The same, with the sides of every line that was read as printed mathematics. */
export function judgeAnswer(
  model: Model,
  text: string,
  options: VerifyOptions = {},
): { readonly result: VerifyResult; readonly shown: readonly (Shown | undefined)[] } {
  model.workspace.beginPassing();
  try {
    const verification = new Verification(model, options);
    const result = verification.run(text);
    return { result, shown: verification.shown };
  } finally {
    model.workspace.endPassing(MOST_REMEMBERED);
  }
}

const readAs = (shown: Shown | undefined): LineResult['readAs'] =>
  shown === undefined
    ? null
    : {
        latex: `${shown.left.latex} ${latexOfSign(shown.sign)} ${shown.right.latex}`,
        plain: `${shown.left.text} ${shown.sign} ${shown.right.text}`,
      };

interface Judged {
  readonly verdict: Verdict;
  readonly method: Method | null;
  readonly diagnostics: readonly Diagnostic[];
}

class Verification {
  readonly #seed: number;
  readonly #wanted: readonly Wanted[];
  readonly #model: Model;
  /** Seed and sizes of the points. */
  readonly #numbers: JudgeOptions;
  /** About the answer as a whole. */
  readonly #remarks: Diagnostic[] = [];
  #left: number;
  /** Settings of the answer and of the sheet around it. */
  #own: Partial<Settings> = {};
  #started = 0;
  readonly shown: (Shown | undefined)[] = [];

  constructor(
    model: Model,
    readonly options: VerifyOptions,
  ) {
    this.#model = resolveDerivatives(model);
    this.#seed = options.seed ?? 0;
    this.#numbers = { seed: this.#seed, ...(options.sizes === undefined || options.sizes.size === 0 ? {} : { sizes: sizesOf(this.#model, options.sizes) }) };
    this.#left = options.budget ?? DEFAULT_BUDGET;
    this.#wanted = readTargets(this.#model, options.targets ?? []);
  }

  run(text: string): VerifyResult {
    this.#started = Date.now();
    try {
      const document = readDocument(text, this.options.file ?? 'answer', this.options.line ?? 1);
      const settings = { ...this.options.settings, ...document.settings };
      const plain = itemsOf(document, this.#model, { ...this.#model.settings, ...settings });
      if (plain.items.length === 0) return this.#result([], []);
      const first = this.#chosen(plain, settings);
      const renamed = isAllRead(first) && !contradictsModel(first) ? undefined : this.#renamed(document, plain, settings);
      const { items, choice } = renamed === undefined || worth(renamed) < worth(first) ? first : renamed;
      return this.#lines(items, choice);
    } catch (error) {
      if (!(error instanceof BudgetError)) throw error;
      return {
        schema: 'chainrule/verify/1',
        verdict: 'undecided',
        score: 0,
        seed: this.#seed,
        targets: this.#wanted.map(({ text: target }) => ({ target, line: null })),
        lines: [],
        diagnostics: [{ ruleId: 'budget', message: `Undecided: ${error.what}.`, region: null }],
      };
    }
  }

  /** The best choice of conventions for the items of an answer. */
  #chosen(parsed: Items, settings: Partial<Settings>): Chosen {
    const grown = grownGraph(graphOf(this.#model, parsed.copies), parsed, settings);
    const { graph, items } = withRecursions(grown, parsed, settings, { seed: this.#seed });
    return { items, choice: choose(graph, items, settings, { seed: this.#seed }, (steps) => this.#spend(steps)) };
  }

  /** The answer under the renaming that its forward equations fix. */
  #renamed(document: Document, plain: Items, settings: Partial<Settings>): Chosen | undefined {
    const found = renamingOf(document, graphOf(this.#model), plain, settings, { seed: this.#seed });
    if (found.kind === 'several')
      this.#remarks.push({
        ruleId: 'ambiguous-names',
        message: `The forward equations are the model's under ${found.renamings.length} renamings: ${found.renamings
          .map((one) =>
            renamingNotes(one)
              .map(([own, name]) => `${own} for ${name}`)
              .join(', '),
          )
          .join('; or ')}. Say which by using the model's names.`,
        region: null,
      });
    return found.kind === 'one' ? this.#chosen(itemsOf(document, this.#model, { ...this.#model.settings, ...settings }, found.renaming), settings) : undefined;
  }

  #spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new BudgetError('the work allowed by the budget is used up');
    if (Date.now() - this.#started > LONGEST_MS) throw new BudgetError('the clock that guards the budget ran out');
  }

  #lines(items: Items, choice: Choice): VerifyResult {
    const premises: Premise[] = [];
    const reached = new Map<Wanted, number>();
    const chains = new Map<number, boolean>();
    const lines = items.items.map((item, index): LineResult => {
      const read = choice.reading.items[index] as ReadItem;
      const lowered = choice.lowered[index];
      const judged = this.#guarded(item.region, () => this.#judge(read, lowered, choice, index, item, premises));
      const right = judged.verdict === 'proved' || judged.verdict === 'agrees';
      if (item.content.kind === 'link') chains.set(item.content.chain, (chains.get(item.content.chain) ?? true) && right);
      const wholeChain = item.content.kind !== 'link' || chains.get(item.content.chain) === true;
      if (judged.verdict === 'refuted' && read.kind === 'statement' && lowered !== undefined && !(lowered instanceof InputError)) {
        const premise = premiseOf(lowered.left, lowered.right);
        if (premise !== undefined) premises.push(premise);
      }
      const answers =
        right && wholeChain && read.kind === 'statement' && lowered !== undefined && !(lowered instanceof InputError)
          ? this.#answers(read, lowered, choice, index, reached)
          : false;
      return {
        index,
        text: item.text,
        source: item.region,
        ...this.#printed(read, lowered, choice, index),
        role: roleOf(read, answers),
        verdict: judged.verdict,
        method: judged.method,
        readings: {
          ...(items.renaming === undefined ? {} : namesOfLine(item, items.renaming)),
          ...(read.kind === 'statement' ? readingsOfLine(read, lowered instanceof InputError ? undefined : lowered, choice) : {}),
        },
        diagnostics: judged.diagnostics,
      };
    });
    const targets = this.#wanted.map((wanted) => ({ target: wanted.text, line: reached.get(wanted) ?? null }));
    return this.#result(lines, targets);
  }

  #result(lines: readonly LineResult[], targets: VerifyResult['targets']): VerifyResult {
    return resultOf(lines, targets.length > 0 ? targets : this.#wanted.map(({ text: target }) => ({ target, line: null })), this.#seed, this.#remarks);
  }

  // ── one line ──

  #guarded(region: Region, judge: () => Judged): Judged {
    try {
      return judge();
    } catch (error) {
      if (error instanceof BudgetError)
        return { verdict: 'undecided', method: null, diagnostics: [{ ruleId: 'budget', message: `Undecided: ${error.what}.`, region }] };
      if (error instanceof InputError)
        return { verdict: 'unreadable', method: null, diagnostics: error.problems.map((problem) => diagnosticOf(problem, region)) };
      throw error;
    }
  }

  #judge(read: ReadItem, lowered: Lowered | InputError | undefined, choice: Choice, index: number, item: Item, premises: readonly Premise[]): Judged {
    this.#spend(1);
    if (read.kind === 'problem') {
      const identity = isIdentity(item) ? claimWhereReadable(this.#model, item.found.line, this.#numbers) : undefined;
      if (identity !== undefined) return this.#claim(identity, index);
      const named = read.verdict === 'ill-shaped' ? diagnoseShapes(item, read.problem, choice, this.#own) : undefined;
      return { verdict: read.verdict, method: null, diagnostics: [named ?? diagnosticOf(read.problem, item.region)] };
    }
    if (read.kind === 'definition') return { verdict: 'proved', method: { kind: 'proof', level: 'definition', assumes: [] }, diagnostics: [] };
    if (read.kind === 'claim') return this.#claim(judgeClaimLine(this.#model, item.found.line, this.#numbers), index);
    if (lowered === undefined) return { verdict: 'undecided', method: null, diagnostics: [] };
    if (lowered instanceof InputError) throw lowered;
    if (read.relation !== '=') return this.#inequality(read, lowered, choice, item);
    return this.#equation(read, lowered, choice, index, item, premises);
  }

  #equation(read: ReadStatement, lowered: Lowered, choice: Choice, index: number, item: Item, premises: readonly Premise[]): Judged {
    const { judge } = choice;
    const from = read.first === undefined ? undefined : judge.lower(read.first, read);
    const direct = judge.compare(lowered.left, lowered.right, lowered);
    // A later link of a chain speaks of the first member: it may be right although the link before is not.
    const start = this.#atGivenSizes(from === undefined ? direct : judge.compare(from, lowered.right, lowered), from ?? lowered.left, lowered, choice);
    if (start.verdict === 'different') {
      if (from !== undefined && direct.verdict === 'equal')
        return { verdict: 'carried', method: { kind: 'numeric', assumes: [], points: direct.points, maxRelError: direct.maxRelError }, diagnostics: [] };
      const carried = carriedBy(premises, lowered, judge);
      if (carried !== undefined)
        return { verdict: 'carried', method: { kind: 'numeric', assumes: [], points: carried.points, maxRelError: carried.maxRelError }, diagnostics: [] };
      const line: ReadLine = {
        index,
        text: item.text,
        region: item.region,
        relation: read.relation,
        left: read.first ?? read.left,
        right: lowered.rightFormula,
        ranges: lowered.ranges,
        axes: read.axes,
      };
      // A number that stands for an array of it is no slip of the pen in a formula.
      const isComparable = (from ?? lowered.left).dims.length === lowered.right.dims.length;
      const how = { budget: DIAGNOSIS_BUDGET, seed: this.#seed };
      const found = isComparable ? withinBudget(() => blamed(line, diagnose(line, judge, how), choice, how)) : [];
      const diagnostics = found.length > 0 ? found : [this.#plainRefutation(line, from ?? lowered.left, lowered, choice)];
      return { verdict: 'refuted', method: { kind: 'numeric', assumes: [], points: start.points, maxRelError: start.maxRelError }, diagnostics };
    }
    const proof =
      proofAt(judge, from ?? lowered.left, lowered.right, lowered) ?? proofOfLoss(from ?? lowered.left, lowered, judge) ?? proofByCases(read, judge);
    if (proof !== undefined)
      return {
        verdict: 'proved',
        method: { kind: 'proof', level: this.#level(proof.level, read, choice), assumes: proof.assumes, points: start.points, maxRelError: start.maxRelError },
        diagnostics: [],
      };
    const known = read.first === undefined ? this.#asClaim(read, item) : undefined;
    if (known?.verdict === 'proved') return { verdict: 'proved', method: known.method, diagnostics: [] };
    if (start.verdict === 'equal')
      return { verdict: 'agrees', method: { kind: 'numeric', assumes: [], points: start.points, maxRelError: start.maxRelError }, diagnostics: [] };
    return {
      verdict: 'undecided',
      method: null,
      diagnostics: [
        {
          ruleId: 'undecided',
          message:
            start.points === 0
              ? 'There is no step for which this line says something.'
              : 'The numbers of this line are too close to rounding to decide it, and no proof was found.',
          region: item.region,
        },
      ],
    };
  }

  /** A line of values as a claim: ranges, sums, identities. */
  #asClaim({ left, right }: ReadStatement, item: Item): ClaimLine | undefined {
    if (holdsDerivative(left) || holdsDerivative(right)) return undefined;
    return claimWhereReadable(this.#model, item.found.line, this.#numbers);
  }

  #claim({ verdict, method, diagnostics, shown }: ClaimLine, index: number): Judged {
    this.shown[index] = shown;
    return { verdict, method, diagnostics };
  }

  /** What a recursive name is was proved by induction, and so is what follows from it. */
  #level(level: string, { left, right }: ReadStatement, { reading }: Choice): string {
    const { recursions } = reading.source;
    return holdsSolved(left, recursions) || holdsSolved(right, recursions) ? 'induction' : level;
  }

  /** What the points say, and those at the sizes that were asked for beside them. */
  #atGivenSizes(found: Comparison, left: Lowered['left'], lowered: Lowered, { judge, reading }: Choice): Comparison {
    if (this.#numbers.sizes === undefined || found.verdict === 'different') return found;
    const [a, b] = judge.stretched(left, lowered.right);
    const more = bounded(() => pointsOf(reading.graph, this.#numbers).compare(a, b, lowered.ranges));
    const points = found.points + more.points;
    return more.verdict === 'different' ? { ...more, points } : { ...found, points, maxRelError: Math.max(found.maxRelError, more.maxRelError) };
  }

  #plainRefutation(line: ReadLine, left: Lowered['left'], lowered: Lowered, choice: Choice): Diagnostic {
    const counterexample = choice.judge.counterexample(left, lowered.right, lowered) ?? null;
    return {
      ruleId: 'DIFFERENT',
      message: 'The two sides are not equal.',
      region: line.right.region ?? line.region,
      repair: null,
      counterexample,
      alternatives: [],
    };
  }

  #inequality(read: ReadStatement, lowered: Lowered, choice: Choice, item: Item): Judged {
    const claim = this.#asClaim(read, item);
    if (claim !== undefined) return { verdict: claim.verdict, method: claim.method, diagnostics: claim.diagnostics };
    const [left, right] = choice.judge.stretched(lowered.left, lowered.right);
    const accepts = {
      '<': (difference: number) => difference < 0,
      '≤': (difference: number, size: number) => difference <= 1e-9 * size,
      '>': (difference: number) => difference > 0,
      '≥': (difference: number, size: number) => difference >= -1e-9 * size,
      '≠': (difference: number, size: number) => Math.abs(difference) > 1e-9 * size,
      '=': () => true,
    }[read.relation];
    const { holds, points } = pointsOf(choice.reading.graph, { seed: this.#seed }).holds(left, right, lowered.ranges, accepts);
    const method: Method = { kind: 'numeric', assumes: [], points };
    if (points === 0) return { verdict: 'undecided', method: null, diagnostics: [] };
    return holds
      ? { verdict: 'agrees', method, diagnostics: [] }
      : {
          verdict: 'refuted',
          method,
          diagnostics: [
            {
              ruleId: 'DIFFERENT',
              message: 'This inequality fails at a point.',
              region: read.right.region ?? null,
              repair: null,
              counterexample: null,
              alternatives: [],
            },
          ],
        };
  }

  // ── what it says ──

  #printed(read: ReadItem, lowered: Lowered | InputError | undefined, choice: Choice, index: number): Pick<LineResult, 'readAs' | 'shape'> {
    if (read.kind === 'problem' || read.kind === 'claim') return { readAs: readAs(this.shown[index]), shape: null };
    const right = lowered !== undefined && !(lowered instanceof InputError) ? lowered.rightFormula : read.right;
    const { names } = choice.judge;
    const [left, shown] = [displayed(read.left, choice.reading), displayed(right, choice.reading)];
    const sign = read.kind === 'definition' ? ':=' : read.relation;
    const sides = {
      left: { latex: printLatex(left, names), text: printText(left, names) },
      sign,
      right: { latex: printLatex(shown, names), text: printText(shown, names) },
    };
    this.shown[index] = sides;
    return {
      readAs: readAs(sides),
      shape: shapeText(read.left),
    };
  }

  #answers(read: ReadStatement, lowered: Lowered, choice: Choice, index: number, reached: Map<Wanted, number>): boolean {
    const { model } = choice.judge;
    const left = read.first === undefined ? lowered.left : choice.judge.lower(read.first, read);
    let answers = false;
    for (const wanted of this.#wanted) {
      if (reached.has(wanted) || !reaches(model, wanted, left, lowered.right, choice.judge.sheet) || !coversAll(model, wanted, lowered.ranges)) continue;
      reached.set(wanted, index);
      answers = true;
    }
    if (this.#wanted.length > 0) return answers;
    const head = loneSymbol(left)?.head.head;
    if (head?.kind !== 'symbol' || head.quantity.kind !== 'adjoint' || head.quantity.target !== undefined) return false;
    const isParameter = model.declarations.get(head.quantity.name)?.role === 'parameter';
    return isParameter && reaches(model, { text: '', target: { kind: 'gradient', by: head.quantity } }, left, lowered.right, choice.judge.sheet);
  }
}

/** A wrong line stays wrong where the search for its mistake takes too much. */
function withinBudget(search: () => readonly Diagnostic[]): readonly Diagnostic[] {
  try {
    return search();
  } catch (error) {
    if (error instanceof BudgetError) return [];
    throw error;
  }
}

/** Sizes that were asked for, by names that the model has. */
function sizesOf(model: Model, given: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  for (const [name, value] of given) {
    if (!model.sizes.includes(name))
      throw new InputError({ ruleId: 'unknown-size', message: `The model has no size ${name}.`, fix: `Its sizes and lengths are ${model.sizes.join(', ')}.` });
    if (value > LARGEST_SIZE)
      throw new InputError({ ruleId: 'too-large', message: `${name} = ${value} is more than lines are compared at.`, fix: `Give at most ${LARGEST_SIZE}.` });
  }
  return given;
}
