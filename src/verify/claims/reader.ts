/** One line of a `claim` block, read against its model: premises, conclusions, and what its letters run over. */

import { InputError, type Region } from '../../errors.js';
import { asWhole, type Context, elaborate, type IndexRange, type Model, settled } from '../../model/index.js';
import { lettersOf, type Tensor, type ValueReference, type Whole } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import { lower } from '../../notation/lower.js';
import type { Lexicon, RelationChain, RelationSign, Statement, Syntax } from '../../notation/syntax.js';
import type { Claim, ClaimRelation, ClaimStatement, Given } from '../../proof/index.js';
import { byDefinitions } from './definitions.js';
import { conform, mapChildren, referenceOf, stretched } from './formulas.js';
import { narrowedRanges } from './letters.js';
import { ClaimNames } from './names.js';

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

export class ClaimReader {
  readonly #partials = new Map<string, Claim['partials'] extends ReadonlyMap<string, infer P> ? P : never>();
  readonly #names: ClaimNames;
  carriedGivens = 0;

  constructor(
    readonly model: Model,
    /** The models behind a merged one. */
    parties: readonly Model[],
    base: Model,
    text: string,
  ) {
    this.#names = new ClaimNames(model, parties, base, text);
  }

  get lexicon(): Lexicon {
    return this.#names.lexicon;
  }

  claim(
    statement: Extract<Statement, { kind: 'relation' | 'implication' }>,
    where: readonly RelationChain[],
    carried: readonly RelationChain[],
    known: Claim['known'],
    values: readonly RelationChain[],
  ): Claim {
    const context = this.#names.context();
    for (const { letter } of statement.trailer.ranges) context.scope.set(letter, {});
    const about = values.filter((chain) => this.#isAboutLetters(chain, context));
    const stated = statement.kind === 'implication' ? statement.premises : [];
    const aboutLetters = stated.filter((chain) => this.#isAboutLetters(chain, context));
    const premises = [...stated.filter((chain) => !aboutLetters.includes(chain)), ...where];
    const conclusions = statement.kind === 'implication' ? statement.conclusion : [statement.chain];
    const readPremises = [...premises.map((chain) => this.#premise(chain, context)), ...carried.flatMap((chain) => this.#carried(chain, context))];
    this.carriedGivens = readPremises.slice(premises.length).reduce((sum, { given }) => sum + given.length, 0);
    const read = [...conclusions, ...values.filter((chain) => !about.includes(chain))].flatMap((chain) => this.#sides(chain, context));
    const hypotheses = readPremises.flatMap(({ statements }) => statements);
    const conditions = statement.trailer.conditions.filter((chain) => !this.#isAboutLetters(chain, context));
    hypotheses.push(...conditions.flatMap((chain) => this.#sides(chain, context)));
    const { ranges, domain } = this.#ranges(context, statement, [...aboutLetters, ...about]);
    const axes = new Map(
      [...context.scope].flatMap(([letter, use]): [string, Whole][] =>
        use.axis !== undefined && use.indexOf === undefined ? [[letter, context.solver.resolve(use.axis)]] : [],
      ),
    );
    const model: Model =
      this.#names.scalars.size === 0 ? this.model : { ...this.model, declarations: new Map([...this.model.declarations, ...this.#names.scalars]) };
    const lowered = (side: Side): ClaimStatement => this.#lowered(side, context, axes);
    return {
      model,
      givens: readPremises.flatMap(({ given }) => given.map((one) => this.#given(one, context))),
      hypotheses: hypotheses.map(lowered),
      conclusions: read.map(lowered),
      ranges,
      domain,
      axes,
      partials: this.#partials,
      known: known.filter(({ name, as }) => model.declarations.has(name) && model.declarations.has(as)),
    };
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
    const infinite = sign === '→' ? infinity(last) : undefined;
    if (infinite !== undefined)
      return {
        given: parts.slice(0, -1).map((part) => ({ ...this.#rawGiven(this.#formula(part, context), undefined, '→', part.region), negative: infinite < 0 })),
        statements: [],
      };
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

  #given({ reference, relation, left, right, negative }: RawGiven, context: Context): Given {
    const computed = this.model.equations.some(({ name }) => name === reference.name);
    const formula = right === undefined ? undefined : settled(right, context);
    const shape = settled(left, context);
    return {
      relation,
      reference,
      computed,
      ...(negative === true ? { negative } : {}),
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

  #ranges(context: Context, statement: Statement, premises: readonly RelationChain[]): Pick<Claim, 'ranges' | 'domain'> {
    const said = new Map(statement.trailer.ranges.map(({ letter, from, to }) => [letter, { letter, from: asWhole(from), to: asWhole(to) }]));
    const ranges = [...context.scope].flatMap(([letter, use]): IndexRange[] => {
      const own = said.get(letter);
      if (own?.from !== undefined && own.to !== undefined) return [{ letter, from: own.from, to: own.to }];
      if (use.indexOf === undefined) return [];
      const range = this.model.letters.get(letter) ?? use.indexOf;
      return [{ letter, from: range.from, to: range.to }];
    });
    const conditions = [...premises, ...statement.trailer.conditions.filter((chain) => this.#isAboutLetters(chain, context))];
    return { ranges: narrowedRanges(ranges, conditions, context), domain: ranges };
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
  readonly negative?: boolean;
}

/** 1 for ∞ and +∞, −1 for −∞. */
function infinity(syntax: Syntax): 1 | -1 | undefined {
  if (syntax.kind === 'constant') return syntax.name === 'infinity' ? 1 : undefined;
  const [only] = syntax.kind === 'sum' ? syntax.terms : [];
  const inner = syntax.kind === 'sum' && syntax.terms.length === 1 && only !== undefined ? infinity(only.value) : undefined;
  return inner === undefined || only === undefined ? undefined : only.sign === -1 ? (-inner as 1 | -1) : inner;
}
