/**
 * What is wrong with a refuted line: the single change of the person's own formula that makes it provable, the mistake that this change is,
 * the place in the text, a counterexample, and the conventions of the model under which the line would be right.
 *
 * Candidates are tried on numbers at one point first, then at all points, then by proof. The search is bounded by its budget and by the
 * finite number of single changes, so it ends.
 */

import { BudgetError, InputError, type Region } from '../errors.js';
import type { Quantity, Tensor } from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import { printText } from '../notation/print-text.js';
import { conventionsThatHelp } from './conventions.js';
import { agree, type FormulaNumbers, type Numbers, type Setting } from './formula-numbers.js';
import { inlined } from './inlined.js';
import { missingTerms } from './missing-terms.js';
import { type Mistake, mistakesOf, type Situation } from './mistakes/index.js';
import type { Edit } from './mutate/alteration.js';
import { modelFacts } from './mutate/model-facts.js';
import { derivedQuantity, quantitiesOf, type Site } from './mutate/sites.js';
import { type MutationContext, repairs } from './mutate.js';
import { searchNumbers, settingsOf, withMiddle } from './search-point.js';
import type { Diagnose, DiagnosisOptions, Diagnostic, LineJudge, ReadLine } from './types.js';

/** Of the changes that agree at one point, at most so many go on to all points and to a proof. */
const MOST_SURVIVORS = 24;
const MOST_PROOFS = 4;
/** What a candidate costs that is only evaluated, without a network of its own. */
const QUICK = 0.1;
/** Changes that are looked for together with a second one: how many, and how many second ones for each. */
const COMPANIONS: ReadonlySet<Edit['alteration']['kind']> = new Set<Edit['alteration']['kind']>([
  'outer order',
  'transpose',
  'order',
  'sign',
  'product direction',
]);
const MOST_COMPANIONS = 10;
const MOST_SECOND = 120;

export const diagnose: Diagnose = (line, judge, options) => {
  if (line.relation !== '=') return [];
  try {
    return [new Diagnosis(line, judge, options).result()];
  } catch (error) {
    if (error instanceof InputError || error instanceof BudgetError) return [];
    throw error;
  }
};

/** A change that makes the line true, with what it is called. */
interface Found {
  readonly edit: Edit;
  readonly side: 'left' | 'right';
  readonly mistakes: readonly Mistake[];
  readonly tensor: Tensor;
  readonly proved: boolean;
  /** Two changes at once, each with its own mistake. */
  readonly isPair?: boolean;
}

class Diagnosis {
  readonly #left: Tensor;
  readonly #right: Tensor;
  readonly #numbers: FormulaNumbers;
  readonly #quantities = new Map<Formula, readonly Quantity[]>();
  readonly #settings: readonly Setting[];
  #spent = 0;

  constructor(
    private readonly line: ReadLine,
    private readonly judge: LineJudge,
    private readonly options: DiagnosisOptions,
  ) {
    this.#left = judge.lower(line.left, line);
    this.#right = judge.lower(line.right, line);
    this.#numbers = searchNumbers(judge, line);
    this.#settings = settingsOf(this.#numbers, line.ranges);
  }

  result(): Diagnostic {
    const found = this.#search();
    const counterexample = this.judge.counterexample(this.#left, this.#right, this.line) ?? null;
    const alternatives = conventionsThatHelp(this.line, this.judge);
    const rest = { counterexample, ...(alternatives.length === 0 ? {} : { alternatives }) };
    const [first, ...more] = found?.mistakes ?? [];
    if (found === undefined || first === undefined) {
      return {
        ruleId: 'DIFFERENT',
        message: 'The two sides differ, and no single change of the line makes them equal.',
        region: this.line.right.region ?? this.line.region,
        repair: null,
        ...rest,
      };
    }
    const { edit, side, proved } = found;
    const plain = [this.#print(edit.before), this.#print(edit.after)] as const;
    // Two partials that only differ in what they hold are told apart by their signs: ∂⁺, ∂, d.
    const marked = plain[0] === plain[1];
    const [from, to] = marked ? [this.#print(edit.before, true), this.#print(edit.after, true)] : plain;
    const corrected =
      side === 'right'
        ? `${this.#print(this.line.left)} = ${this.#print(edit.whole, marked)}`
        : `${this.#print(edit.whole, marked)} = ${this.#print(this.line.right)}`;
    return {
      ruleId: first.id,
      ...(more.length === 0 ? {} : { also: more.map(({ id }) => id) }),
      message: `${found.isPair === true ? `Two things are wrong: ${first.title}, and ${more[0]?.title ?? ''}` : capital(first.title)}${this.#change(edit, from, to)} ${corrected}.`,
      region: this.#region(edit, side),
      repair: { from, to, proved },
      ...rest,
    };
  }

  #print(formula: Formula, markReach = false): string {
    return printText(formula, this.judge.names, { markReach });
  }

  /** What must change, up to the corrected line. */
  #change({ alteration, before, whole, after }: Edit, from: string, to: string): string {
    const isWhole = whole === after || before === this.line.right;
    if (alteration.kind === 'missing term' && !alteration.repeated) return `: \`${this.#print(alteration.term)}\` is missing. Right is`;
    if (alteration.kind === 'extra term') return `: \`${this.#print(alteration.term)}\` is too much. Right is`;
    return isWhole || from === to ? '. Right is' : `: \`${to}\` belongs in the place of \`${from}\`. Right is`;
  }

  #region(edit: Edit, side: 'left' | 'right'): Region | null {
    return edit.before.region ?? this.line[side].region ?? this.line.region;
  }

  // ── search ──

  #search(): Found | undefined {
    const { line } = this;
    const sides = quantityOfSide(line.left) === undefined ? (['right', 'left'] as const) : (['right'] as const);
    const found = this.#best(sides.flatMap((side) => this.#survivors(side, line[side])));
    return found ?? this.#missing() ?? this.#inDefinitions() ?? this.#twoChanges();
  }

  /** The mistake may stand in a definition that the line uses: the names written out, the regions are those of the definitions. */
  #inDefinitions(): Found | undefined {
    const written = inlined(this.line.right, this.judge.own);
    return written === this.line.right ? undefined : this.#best(this.#survivors('right', written));
  }

  /** Two changes, the first of them one of those that come in pairs with others: a transpose, an order, a sign. */
  #twoChanges(): Found | undefined {
    const context = this.#context(modelFacts(this.judge.sheet));
    let tried = 0;
    for (const first of repairs(this.line.right, context)) {
      if (!COMPANIONS.has(first.alteration.kind)) continue;
      if ((tried += 1) > MOST_COMPANIONS) return undefined;
      const [own] = mistakesOf(first.alteration, this.#situation(first, 'right'));
      const found = own === undefined ? undefined : this.#best(this.#survivors('right', first.whole, MOST_SECOND));
      if (own !== undefined && found !== undefined && found.mistakes[0] !== own)
        return { ...found, edit: joined(this.line.right, first, found.edit), mistakes: [own, ...found.mistakes], isPair: true };
    }
    return undefined;
  }

  /** Changes of one side after which the sides agree at the point. */
  #survivors(side: 'left' | 'right', root: Formula, most = Number.POSITIVE_INFINITY): readonly Found[] {
    const { line, judge } = this;
    const settings = this.#settings;
    const [first] = settings;
    if (first === undefined || line.axes.size > 0) return this.#slowSurvivors(side, root);
    const other = side === 'right' ? line.left : line.right;
    const wanted = settings.map((setting) => this.#value(other, setting));
    const found: Found[] = [];
    let tried = 0;
    for (const edit of repairs(root, this.#context(modelFacts(judge.sheet)))) {
      if ((this.#spent += QUICK) > this.options.budget || found.length >= MOST_SURVIVORS || (tried += 1) > most) break;
      const fits = settings.every((setting, k) => {
        const [value, want] = [this.#value(edit.whole, setting), wanted[k]];
        return value !== undefined && want !== undefined && agree(value, want);
      });
      if (fits) found.push(this.#candidate(edit, side));
    }
    return found;
  }

  /** Lines in index notation: every candidate through the networks. */
  #slowSurvivors(side: 'left' | 'right', root: Formula): readonly Found[] {
    const found: Found[] = [];
    const other = side === 'right' ? this.#left : this.#right;
    for (const edit of repairs(root, this.#context(modelFacts(this.judge.sheet)))) {
      if ((this.#spent += 1) > this.options.budget || found.length >= MOST_SURVIVORS) break;
      const tensor = this.#lowered(edit.whole);
      if (tensor !== undefined && this.judge.mayEqual(tensor, other, this.line)) found.push(this.#candidate(edit, side));
    }
    return found;
  }

  #candidate(edit: Edit, side: 'left' | 'right'): Found {
    return { edit, side, mistakes: mistakesOf(edit.alteration, this.#situation(edit, side)), tensor: this.#lowered(edit.whole) ?? this.#right, proved: false };
  }

  #situation(edit: Edit, side: 'left' | 'right'): Situation {
    const { judge, line } = this;
    return {
      facts: modelFacts(judge.sheet),
      left: quantityOfSide(line.left) ?? loneQuantity(this.#left),
      whole: line[side],
      wrong: edit.before,
      right: edit.after,
      quantities: (formula) => this.#mentions(formula),
    };
  }

  /** What a formula mentions once the answer's own names are written out. */
  #mentions(formula: Formula): readonly Quantity[] {
    const known = this.#quantities.get(formula);
    if (known !== undefined) return known;
    const tensor = this.#lowered(formula);
    const own = quantitiesOf(formula).filter((quantity) => quantity.kind === 'partial' || !quantity.name.startsWith('§'));
    const found = [...own, ...(tensor === undefined ? [] : this.judge.model.workspace.quantities(tensor).map(({ quantity }) => quantity))];
    this.#quantities.set(formula, found);
    return found;
  }

  /** The most special of the changes that hold at all points; one that is proved before one that only agrees. */
  #best(survivors: readonly Found[]): Found | undefined {
    const { judge, line } = this;
    const ranked = [...survivors].sort((a, b) => likelihood(b) - likelihood(a) || weight(a) - weight(b));
    let agreed: Found | undefined;
    let proofs = 0;
    const settledTensors = new Map<Tensor, boolean>();
    for (const found of ranked) {
      if (found.mistakes.length === 0) continue;
      const other = found.side === 'right' ? this.#left : this.#right;
      // Writing the left side again says nothing.
      if (found.tensor === other && loneQuantity(other) !== undefined) continue;
      let proved = settledTensors.get(found.tensor);
      if (proved === undefined) {
        if (proofs >= MOST_PROOFS) break;
        if (judge.compare(found.tensor, other, line).verdict !== 'equal') continue;
        proofs += 1;
        proved = judge.prove(found.tensor, other, line) !== undefined;
        settledTensors.set(found.tensor, proved);
      }
      if (proved) return this.#withRelatives({ ...found, proved }, ranked);
      agreed ??= found;
    }
    return agreed === undefined ? undefined : this.#withRelatives(agreed, ranked);
  }

  /** The same corrected formula may be reached by changes with other names: they stand in `also`. */
  #withRelatives(found: Found, all: readonly Found[]): Found {
    const more = all.filter((other) => other.tensor === found.tensor).flatMap(({ mistakes }) => mistakes.filter(({ rank }) => rank >= 20));
    const mistakes = [...new Set([...found.mistakes, ...more])];
    return { ...found, mistakes };
  }

  /** Terms of the right formula that the person's formula lacks, or has besides. */
  #missing(): Found | undefined {
    const { judge, line } = this;
    const edit = missingTerms(line, judge, this.#left, this.#right);
    if (edit === undefined) return undefined;
    const tensor = this.#lowered(edit.whole);
    if (tensor === undefined || judge.compare(tensor, this.#left, line).verdict !== 'equal') return undefined;
    const candidate = this.#candidate(edit, 'right');
    return candidate.mistakes.length === 0 ? undefined : { ...candidate, tensor, proved: judge.prove(tensor, this.#left, line) !== undefined };
  }

  // ── numbers ──

  #context(facts: ReturnType<typeof modelFacts>): MutationContext {
    const { line, judge } = this;
    const [setting] = this.#settings;
    return {
      facts,
      ranges: line.ranges,
      letters: [...new Map([...judge.sheet.letters.values(), ...line.ranges].map((range) => [range.letter, range])).values()],
      same: (a, b, site) => setting !== undefined && this.#same(a, b, site, setting),
    };
  }

  #same(a: Formula, b: Formula, site: Site, outer: Setting): boolean {
    try {
      const setting = site.bound.reduce((inner, bound) => withMiddle(this.#numbers, inner, bound), outer);
      return agree(this.#numbers.value(a, setting), this.#numbers.value(b, setting));
    } catch (error) {
      if (error instanceof InputError || error instanceof BudgetError) return false;
      throw error;
    }
  }

  #value(formula: Formula, setting: Setting): Numbers | undefined {
    try {
      return this.#numbers.value(formula, setting);
    } catch (error) {
      if (error instanceof InputError || error instanceof BudgetError) return undefined;
      throw error;
    }
  }

  #lowered(formula: Formula): Tensor | undefined {
    try {
      return this.judge.lower(formula, this.line);
    } catch (error) {
      if (error instanceof InputError || error instanceof BudgetError) return undefined;
      throw error;
    }
  }
}

/** How much a change explains: the rank of its mistake; another gradient in place of one is a far-fetched repair. */
function likelihood({ edit, mistakes }: Found): number {
  const { alteration } = edit;
  return (mistakes[0]?.rank ?? 0) - (alteration.kind === 'name' && alteration.right.kind === 'adjoint' ? 30 : 0);
}

/** Of two changes that do the same the smaller says more; a sign is that of the whole. */
const weight = ({ edit }: Found): number => (edit.alteration.kind === 'sign' ? -edit.size : edit.size);

/** The derivative that a side is, transposed or not. */
export function quantityOfSide(side: Formula): Quantity | undefined {
  if (side.kind === 'transpose') return quantityOfSide(side.of);
  if (side.kind === 'name') return side.quantity.kind === 'value' ? undefined : side.quantity;
  return derivedQuantity(side);
}

function loneQuantity(tensor: Tensor): Quantity | undefined {
  const [term] = tensor.terms;
  const head = term?.net.leaves[0]?.head.head;
  return tensor.terms.length === 1 && term?.net.leaves.length === 1 && head?.kind === 'symbol' && head.quantity.kind !== 'value' ? head.quantity : undefined;
}

/** Two changes as one of the whole side; named by both. */
const joined = (root: Formula, first: Edit, second: Edit): Edit => ({
  before: root,
  after: second.whole,
  whole: second.whole,
  alteration: first.alteration,
  size: first.size + second.size,
});

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
