/**
 * A line of a `claim` block as a claim: `A => B`, a relation, a chain; names of other models, free scalars, limits and `where`.
 */

import { InputError, type Region } from '../../errors.js';
import { elaborateName } from '../../model/elaborate-names.js';
import { readCondition } from '../../model/elaborate-sums.js';
import {
  asWhole,
  type Context,
  contextOfModel,
  type Declaration,
  elaborate,
  type IndexRange,
  type LetterUse,
  lexiconOfModel,
  type Model,
  settled,
} from '../../model/index.js';
import { lettersOf, shiftWhole, subtractWhole, type Tensor, type ValueReference, type Whole, wholeName, wholeValue } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import { lower } from '../../notation/lower.js';
import { parseQuestion } from '../../notation/questions.js';
import type { Lexicon, Line, NameSyntax, RelationChain, RelationSign, Statement, Syntax } from '../../notation/syntax.js';
import type { Claim, ClaimRelation, ClaimStatement, Given } from '../../proof/index.js';
import { byDefinitions } from './definitions.js';
import { mergeModels, ownKey } from './merge.js';

const RELATIONS: { readonly [S in RelationSign]?: ClaimRelation } = {
  '=': '=',
  ':=': '=',
  '≡': '=',
  '≠': '≠',
  '<': '<',
  '≤': '≤',
  '>': '>',
  '≥': '≥',
  '→': '→',
  '≈': '→',
};

export interface ClaimOptions {
  /** Other models by name, for `full.f_t`. */
  readonly others?: ReadonlyMap<string, Model>;
  /** Givens of earlier lines about the same models that this one may use. */
  readonly carried?: readonly RelationChain[];
  /** Names of merged models that earlier lines proved equal. */
  readonly known?: Claim['known'];
}

export interface ReadClaim {
  readonly claim: Claim;
  readonly text: string;
  readonly region: Region;
  /** Other models that the line names. */
  readonly models: readonly string[];
  /** `where W_f = [U_f, V_f]`, as written: later lines of a comparison build on it. */
  readonly conditions: readonly RelationChain[];
  /** How many of the claim's givens the line itself states; the rest are carried. */
  readonly own: number;
  /** Sizes that the line fixes: `, n = 2`. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** Throws an InputError that points at what cannot be read. */
export function readClaim(model: Model, line: Line, options: ClaimOptions = {}): ReadClaim {
  const others = [...(options.others ?? [])].filter(([name]) => name !== '' && mentions(line.text, name));
  const parties =
    others.length === 0
      ? [model]
      : [
          ...new Map([
            ...(needsBase(
              line.text,
              others.map(([name]) => name),
              model,
            )
              ? [[model.name, model] as const]
              : []),
            ...others,
          ]).values(),
        ];
  const reader = new ClaimReader(
    parties.length === 1 && others.length === 0 ? model : mergeModels(parties),
    parties.length > 1 || others.length > 0 ? parties : [],
    model,
  );
  const question = parseQuestion(line, reader.lexicon);
  const { statement } = question;
  if (statement === undefined || (statement.kind !== 'relation' && statement.kind !== 'implication')) throw notAClaim(question.region);
  const where = question.options.flatMap((option) => (option.kind === 'where' ? option.conditions : []));
  const sizes = new Map<string, number>();
  const values: RelationChain[] = [];
  for (const option of question.options) {
    if (option.kind === 'where') continue;
    if (option.kind !== 'value')
      throw new InputError({ ruleId: 'unsupported-option', message: `The option \`${option.kind}\` does not go with a claim.`, region: option.region });
    const [name, value] = [asWhole(option.name), asWhole(option.value)];
    const size = name === undefined ? undefined : wholeName(name);
    const count = value === undefined ? undefined : wholeValue(value);
    if (size !== undefined && count !== undefined && model.sizes.includes(size)) sizes.set(size, count);
    else values.push({ first: option.name, rest: [{ sign: '=', signRegion: option.region, value: option.value }] });
  }
  const claim = reader.claim(statement, where, options.carried ?? [], options.known ?? [], values);
  return {
    claim,
    text: line.text.trim(),
    region: question.region,
    models: others.map(([name]) => name),
    conditions: where,
    own: claim.givens.length - reader.carriedGivens,
    sizes,
  };
}

const escaped = (name: string): string => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const mentions = (text: string, name: string): boolean => new RegExp(`(?:^|[^\\w.\\\\])${escaped(name)}\\.(?=[\\\\A-Za-z(])`).test(text);

/** Whether a name without a model in front stands in the line: a side of the base model's own. */
function needsBase(text: string, names: readonly string[], model: Model): boolean {
  if (names.includes(model.name)) return false;
  const [first] = text.split(/\bwhere\b/);
  const sides = (first ?? '').split(/=>|\\Rightarrow|\\implies|⇒|[=<>≤≥]/);
  return sides.some((side) => side.trim() !== '' && !names.some((name) => mentions(side, name)) && /[A-Za-z]/.test(side));
}

function notAClaim(region: Region): InputError {
  return new InputError({
    ruleId: 'not-a-claim',
    message: 'This says nothing that could be true or false.',
    fix: 'Write a relation, f_t >= 0, or an implication, x_t = 0 => h_t = h_{t-1}.',
    region,
  });
}

class ClaimReader {
  readonly #scalars = new Map<string, Declaration>();
  readonly #partials = new Map<string, Claim['partials'] extends ReadonlyMap<string, infer P> ? P : never>();
  readonly lexicon: Lexicon;
  carriedGivens = 0;

  constructor(
    readonly model: Model,
    /** The models behind a merged one. */
    readonly parties: readonly Model[],
    readonly base: Model,
  ) {
    const all = parties.length === 0 ? [model] : parties;
    const lexicons = all.map((party) => lexiconOfModel(party, { models: parties.map(({ name }) => name).filter((name) => name !== '') }));
    const names = [...new Map(lexicons.flatMap((lexicon) => lexicon.names.map((name) => [name.key, name] as const))).values()];
    this.lexicon = {
      ...(lexicons[0] as Lexicon),
      names,
      letters: new Set([...lexicons.flatMap((lexicon) => [...lexicon.letters]), ...axisLetters(all)]),
      sizes: new Set(model.sizes),
    };
  }

  claim(
    statement: Extract<Statement, { kind: 'relation' | 'implication' }>,
    where: readonly RelationChain[],
    carried: readonly RelationChain[],
    known: Claim['known'],
    values: readonly RelationChain[],
  ): Claim {
    const context = this.#context();
    for (const { letter } of statement.trailer.ranges) context.scope.set(letter, {});
    const premises = [...(statement.kind === 'implication' ? statement.premises : []), ...where];
    const conclusions = statement.kind === 'implication' ? statement.conclusion : [statement.chain];
    const readPremises = [...premises.map((chain) => this.#premise(chain, context)), ...carried.flatMap((chain) => this.#carried(chain, context))];
    this.carriedGivens = readPremises.slice(premises.length).reduce((sum, { given }) => sum + given.length, 0);
    const read = [...conclusions, ...values].flatMap((chain) => this.#sides(chain, context));
    const hypotheses = readPremises.flatMap(({ statements }) => statements);
    const conditions = statement.trailer.conditions.filter((chain) => !this.#isAboutLetters(chain, context));
    hypotheses.push(...conditions.flatMap((chain) => this.#sides(chain, context)));
    const ranges = this.#ranges(context, statement);
    const axes = new Map(
      [...context.scope].flatMap(([letter, use]): [string, Whole][] =>
        use.axis !== undefined && use.indexOf === undefined ? [[letter, context.solver.resolve(use.axis)]] : [],
      ),
    );
    const model: Model = this.#scalars.size === 0 ? this.model : { ...this.model, declarations: new Map([...this.model.declarations, ...this.#scalars]) };
    const lowered = (side: Side): ClaimStatement => this.#lowered(side, context, axes);
    return {
      model,
      givens: readPremises.flatMap(({ given }) => given.map((one) => this.#given(one, context))),
      hypotheses: hypotheses.map(lowered),
      conclusions: read.map(lowered),
      ranges,
      axes,
      partials: this.#partials,
      known: known.filter(({ name, as }) => model.declarations.has(name) && model.declarations.has(as)),
    };
  }

  #context(): Context {
    const letters = new Set([...this.model.letters.keys(), ...['t', 's', 'k', 'i', 'j'].filter((letter) => this.model.letters.has(letter))]);
    const scope = new Map<string, LetterUse>([...letters].map((letter) => [letter, {}]));
    const context = contextOfModel(this.model, { scope, extra: (name) => this.#extra(name, context) });
    return this.parties.length === 0 ? context : { ...context, keyOf: (name) => name.key };
  }

  /** Names with a model in front, computed names of the models compared, and free scalars. */
  #extra(name: NameSyntax, context: Context): Formula | undefined {
    const placed = name as NameSyntax & { readonly region: Region };
    if (this.parties.length > 0) {
      const resolved = this.#merged(placed);
      if (resolved !== undefined && resolved !== name.key)
        return elaborateName({ ...placed, key: resolved, raw: { ...name.raw } }, { ...contextWithout(context), keyOf: (inner) => inner.key });
    }
    const known = context.keyOf === undefined ? name.key : context.keyOf(name);
    const meaning = known === undefined ? undefined : context.names(known);
    const bare =
      name.indices.length === 0 && name.raw.scripts.length === 0 && name.raw.accents.length === 0 && name.raw.primes === 0 && name.raw.model === undefined;
    const taken = meaning !== undefined && meaning.indices.length === 0;
    const base = name.raw.base;
    if (
      !bare ||
      taken ||
      context.scope.has(base) ||
      context.sizes.has(base) ||
      !/^([a-z]|alpha|beta|theta|xi|eta|epsilon|varepsilon|lambda|mu|nu|rho|tau|phi|psi|omega|zeta|kappa)$/.test(base)
    )
      return undefined;
    return this.#scalar(base, placed.region);
  }

  /** `full.f` is f of the model full; without a model, a computed name is that of the base model where it takes part. */
  #merged(name: NameSyntax & { readonly region: Region }): string | undefined {
    const { key } = name;
    if (key === undefined) return undefined;
    const said = name.raw.model;
    const owners = this.parties.filter((party) => (said === undefined || party.name === said) && party.equations.some((equation) => equation.name === key));
    const own = said === undefined ? (owners.find((party) => party === this.base) ?? owners[0]) : owners[0];
    if (own === undefined) return key;
    // What is written of another step is a shared value.
    const index = name.indices[0]?.value;
    const whole = index === undefined ? undefined : asWhole(index);
    const other = whole !== undefined && wholeName(whole) === undefined;
    return other ? key : ownKey(own, key);
  }

  #scalar(base: string, region: Region): Formula {
    const key = `free ${base}`;
    const greek = base.length > 1;
    if (!this.#scalars.has(key)) {
      this.#scalars.set(key, {
        name: key,
        spelling: { latex: greek ? `\\${base}` : base, text: base, indexPlace: 'subscript' },
        indices: [],
        dims: [],
        role: 'input',
        assumptions: {},
      });
    }
    return { kind: 'name', quantity: { kind: 'value', name: key, indices: [] }, shape: { dims: [] }, region };
  }

  // ---------------------------------------------------------------- statements

  #sides(chain: RelationChain, context: Context): readonly Side[] {
    const formulas = [chain.first, ...chain.rest.map(({ value }) => value)].map((syntax) => this.#formula(syntax, context));
    return chain.rest.map(({ sign, signRegion }, at): Side => {
      const relation = RELATIONS[sign];
      if (relation === undefined)
        throw new InputError({ ruleId: 'not-a-claim', message: `“${sign}” is no relation that a claim can have.`, region: signRegion });
      const [left, right] = [formulas[at] as Formula, formulas[at + 1] as Formula];
      conform(left, right, context, signRegion);
      return { relation, left, right };
    });
  }

  #formula(syntax: Syntax, context: Context): Formula {
    return this.#withoutBars(elaborate(syntax, context));
  }

  /** A partial that holds what it names becomes a name of its own. */
  #withoutBars(formula: Formula): Formula {
    if (formula.kind !== 'derivative' || formula.holding === undefined) return mapChildren(formula, (child) => this.#withoutBars(child));
    const [numerator, denominator] = [referenceOf(formula.of), formula.by[0] === undefined ? undefined : referenceOf(formula.by[0])];
    const held = formula.holding.map(referenceOf);
    if (numerator === undefined || denominator === undefined || held.includes(undefined)) return formula;
    const key = `∂${numerator.name}/∂${denominator.name}|${held.map((one) => one?.name).join()}`;
    this.#partials.set(key, { numerator, denominator, held: new Set(held.flatMap((one) => (one === undefined ? [] : [one.name]))) });
    return {
      kind: 'name',
      quantity: { kind: 'value', name: key, indices: [] },
      shape: formula.shape,
      ...(formula.region === undefined ? {} : { region: formula.region }),
    };
  }

  /** `name = value` sets; `name → value` tends; what relates otherwise restricts the points. */
  #premise(chain: RelationChain, context: Context): Premise {
    const signs = new Set(chain.rest.map(({ sign }) => RELATIONS[sign]));
    const [sign] = signs;
    if (signs.size !== 1 || (sign !== '=' && sign !== '→')) return { given: [], statements: this.#sides(chain, context) };
    const parts = [chain.first, ...chain.rest.map(({ value }) => value)];
    const last = parts.at(-1) as Syntax;
    if (sign === '→' && isInfinite(last))
      return { given: parts.slice(0, -1).map((part) => this.#rawGiven(this.#formula(part, context), undefined, sign, part.region)), statements: [] };
    const formulas = parts.map((part) => this.#formula(part, context));
    const value = formulas.at(-1) as Formula;
    const names = formulas.slice(0, -1);
    const [first] = names;
    if (names.length === 1 && first !== undefined && referenceOf(first) === undefined && referenceOf(value) !== undefined) {
      conform(value, first, context, last.region);
      return { given: [this.#rawGiven(value, first, sign, last.region)], statements: [] };
    }
    for (const name of names) conform(name, value, context, last.region);
    return { given: names.map((name) => this.#rawGiven(name, value, sign, name.region ?? last.region)), statements: [] };
  }

  /** A condition of an earlier line, where the models at hand know its names. */
  #carried(chain: RelationChain, context: Context): readonly Premise[] {
    try {
      return [this.#premise(chain, context)];
    } catch (error) {
      if (error instanceof InputError) return [];
      throw error;
    }
  }

  #rawGiven(left: Formula, right: Formula | undefined, relation: '=' | '→', region: Region): RawGiven {
    const reference = referenceOf(left);
    if (reference === undefined)
      throw new InputError({
        ruleId: 'not-a-premise',
        message: 'What is assumed with = must be a name set to something.',
        why: 'Conditions between expressions are written with < ≤ > ≥.',
        fix: 'Write f_t = 0 => …, or 0 ≤ γ ≤ 1 => ….',
        region,
      });
    return { reference, relation, left, right };
  }

  #given({ reference, relation, left, right }: RawGiven, context: Context): Given {
    const computed = this.model.equations.some(({ name }) => name === reference.name);
    const formula = right === undefined ? undefined : settled(right, context);
    const shape = settled(left, context);
    return {
      relation,
      reference,
      computed,
      value: formula === undefined ? undefined : stretched(lower(formula, this.model.workspace, this.#scope()), shape.shape.dims, this.model),
      formulas: { left: shape, right: formula },
    };
  }

  #scope(): { readonly loss?: string } {
    return this.model.loss === undefined ? {} : { loss: this.model.loss };
  }

  #lowered({ relation, left, right }: Side, context: Context, axes: ReadonlyMap<string, Whole>): ClaimStatement {
    const formulas = { left: settled(left, context), right: settled(right, context) };
    const letters = [...axes.values()];
    const dims = formulas.left.shape.dims.length >= formulas.right.shape.dims.length ? formulas.left.shape.dims : formulas.right.shape.dims;
    const tensor = (formula: Formula): Tensor => {
      const lowered = lower(formula, this.model.workspace, { axes, ...this.#scope() });
      return lowered.dims.length === letters.length + dims.length ? lowered : stretched(lowered, [...letters, ...dims], this.model, letters.length);
    };
    const [leftByDefinition, rightByDefinition] = [byDefinitions(formulas.left), byDefinitions(formulas.right)];
    const defined =
      leftByDefinition === undefined && rightByDefinition === undefined
        ? {}
        : { definitions: { left: tensor(leftByDefinition ?? formulas.left), right: tensor(rightByDefinition ?? formulas.right) } };
    return { relation, left: tensor(formulas.left), right: tensor(formulas.right), formulas, ...defined };
  }

  // ---------------------------------------------------------------- letters

  #isAboutLetters(chain: RelationChain, context: Context): boolean {
    return [chain.first, ...chain.rest.map(({ value }) => value)].every((part) => {
      const whole = asWhole(part);
      return whole !== undefined && [...lettersOf(whole)].every((letter) => context.scope.has(letter) || context.sizes.has(letter));
    });
  }

  #ranges(context: Context, statement: Statement): readonly IndexRange[] {
    const said = new Map(statement.trailer.ranges.map(({ letter, from, to }) => [letter, { letter, from: asWhole(from), to: asWhole(to) }]));
    const ranges = [...context.scope].flatMap(([letter, use]): IndexRange[] => {
      const own = said.get(letter);
      if (own?.from !== undefined && own.to !== undefined) return [{ letter, from: own.from, to: own.to }];
      if (use.indexOf === undefined) return [];
      const range = this.model.letters.get(letter) ?? use.indexOf;
      return [{ letter, from: range.from, to: range.to }];
    });
    const conditions = statement.trailer.conditions.filter((chain) => this.#isAboutLetters(chain, context));
    return ranges.map((range) => conditions.reduce((narrowed, chain) => narrowedBy(narrowed, chain, context), range));
  }
}

interface Side {
  readonly relation: ClaimRelation;
  readonly left: Formula;
  readonly right: Formula;
}

interface Premise {
  readonly given: readonly RawGiven[];
  readonly statements: readonly Side[];
}

interface RawGiven {
  readonly reference: ValueReference;
  readonly relation: '=' | '→';
  readonly left: Formula;
  readonly right: Formula | undefined;
}

/** Letters that may count along an axis without being bound: the usual ones that nothing else is called. */
function axisLetters(models: readonly Model[]): readonly string[] {
  return ['i', 'j', 'k', 'l'].filter((letter) => !models.some((model) => model.declarations.has(letter) || model.sizes.includes(letter)));
}

const contextWithout = ({ extra: _extra, ...rest }: Context): Context => rest;

/** Both sides take the same shape; a number stands for every entry. */
function conform(left: Formula, right: Formula, context: Context, region: Region): void {
  const [a, b] = [left.shape.dims, right.shape.dims];
  if (a.length === 0 || b.length === 0) return;
  const same = a.length === b.length && a.every((dim, k) => context.solver.unify(dim, b[k] as Whole));
  if (!same)
    throw new InputError({
      ruleId: 'shape-mismatch',
      message: 'The two sides of this claim have different shapes.',
      why: `One has ${a.length} ${a.length === 1 ? 'axis' : 'axes'} (${a.map((dim) => context.solver.resolve(dim).key).join(' × ')}), the other ${b.length} (${b.map((dim) => context.solver.resolve(dim).key).join(' × ')}).`,
      region,
    });
}

/** A number or a smaller tensor in every entry; the leading `letters` axes stay. */
function stretched(tensor: Tensor, dims: readonly Whole[], model: Model, letters = 0): Tensor {
  if (tensor.dims.length === dims.length) return tensor;
  const labels = dims.map((_, axis) => `${axis}`);
  return model.workspace.contract(
    labels,
    [{ tensor, labels: labels.slice(0, tensor.dims.length === letters ? letters : tensor.dims.length) }],
    new Map(labels.map((label, axis) => [label, dims[axis] as Whole])),
  );
}

function referenceOf(formula: Formula): ValueReference | undefined {
  const plain = formula.kind === 'transpose' && formula.shape.dims.length < 2 ? formula.of : formula;
  return plain.kind === 'name' && plain.quantity.kind === 'value' ? { name: plain.quantity.name, indices: plain.quantity.indices } : undefined;
}

function isInfinite(syntax: Syntax): boolean {
  if (syntax.kind === 'constant') return syntax.name === 'infinity';
  const only = syntax.kind === 'sum' ? syntax.terms[0] : undefined;
  return syntax.kind === 'sum' && syntax.terms.length === 1 && only !== undefined && isInfinite(only.value);
}

function narrowedBy(range: IndexRange, chain: RelationChain, context: Context): IndexRange {
  let { from, to } = range;
  for (const { left, sign, right } of readCondition(chain, context).relations) {
    const onLeft = wholeName(left) === range.letter;
    const onRight = wholeName(right) === range.letter;
    if (onLeft === onRight) continue;
    const other = onLeft ? right : left;
    const upper = onLeft ? sign === '<' || sign === '≤' : sign === '>' || sign === '≥';
    const strict = sign === '<' || sign === '>' ? 1 : 0;
    if (sign === '=') [from, to] = [other, other];
    else if (upper) to = tighter(to, shiftWhole(other, -strict), -1);
    else from = tighter(from, shiftWhole(other, strict), 1);
  }
  return { ...range, from, to };
}

/** The bound that leaves less, where that can be told; else the new one. */
function tighter(old: Whole, next: Whole, side: 1 | -1): Whole {
  const difference = wholeValue(subtractWhole(next, old));
  return difference !== undefined && difference * side < 0 ? old : next;
}

/** The same formula with each part of it replaced. */
function mapChildren(formula: Formula, change: (child: Formula) => Formula): Formula {
  switch (formula.kind) {
    case 'sum':
      return { ...formula, terms: formula.terms.map((term) => ({ ...term, formula: change(term.formula) })) };
    case 'product':
      return { ...formula, factors: formula.factors.map(change) };
    case 'inner':
      return { ...formula, left: change(formula.left), right: change(formula.right) };
    case 'quotient':
      return { ...formula, numerator: change(formula.numerator), denominator: change(formula.denominator) };
    case 'power':
      return { ...formula, base: change(formula.base), exponent: change(formula.exponent) };
    case 'apply':
      return { ...formula, args: formula.args.map(change) };
    case 'transpose':
    case 'diagonal':
    case 'reduce':
    case 'entry':
    case 'squareRoot':
      return { ...formula, of: change(formula.of) };
    default:
      return formula;
  }
}
