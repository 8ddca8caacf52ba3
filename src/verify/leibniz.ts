/**
 * Products of partials in the order of the chain rule: ∂J/∂h ∂h/∂c (∂c/∂W + ∂c/∂c′ ∂c′/∂W).
 *
 * Such a run means the composition of its maps, whatever layout its factors have, and its partials may have three axes; so runs are taken out of
 * the text before shapes are looked at, and come back as one value. Which name stands next to which decides; indices may be wrong and are judged later.
 */

import { InputError } from '../errors.js';
import { type Context, elaborate } from '../model/index.js';
import { type Reach, substituteWhole, type Tensor, type ValueReference, type Whole, type Workspace } from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import { limitsFall } from '../notation/letters.js';
import type { NameSyntax, Region, Syntax } from '../notation/syntax.js';
import { limitsOfBinding } from './bindings.js';

type Derivative = Extract<Syntax, { readonly kind: 'derivative' }>;

export type Run =
  | { readonly kind: 'partial'; readonly syntax: Derivative; readonly above: string; readonly below: string }
  | { readonly kind: 'chain'; readonly factors: readonly Run[]; readonly above: string; readonly below: string }
  | { readonly kind: 'sum'; readonly terms: readonly { readonly sign: 1 | -1; readonly run: Run }[]; readonly above: string; readonly below: string }
  | {
      readonly kind: 'rangeSum' | 'rangeProduct';
      readonly syntax: Extract<Syntax, { readonly kind: 'bigOperator' }>;
      readonly body: Run;
      readonly above: string;
      readonly below: string;
    };

/** Names of placeholders begin with this; nobody can type it as a name. */
const PLACEHOLDER = '§L';
export const isPlaceholder = (name: NameSyntax): boolean => name.raw.base.startsWith(PLACEHOLDER);

/** The text with every run of two or more partials replaced by a placeholder; `runs` receives what the placeholders stand for. */
export function withoutRuns(syntax: Syntax, runs: Map<string, Run>): Syntax {
  const again = (inner: Syntax): Syntax => withoutRuns(inner, runs);
  const whole = runOf(syntax);
  if (whole !== undefined && whole.kind !== 'partial' && holdsChain(whole)) return placeholder(whole, syntax.region, runs);
  switch (syntax.kind) {
    case 'sum':
      return { ...syntax, terms: syntax.terms.map(({ sign, value }) => ({ sign, value: again(value) })) };
    case 'juxtaposition': {
      const factors = grouped(withOperators(syntax.factors), runs).map(again);
      return factors.length === 1 && factors[0] !== undefined ? factors[0] : { ...syntax, factors };
    }
    case 'product': {
      const parts = [syntax.first, ...syntax.rest.map(({ value }) => value)];
      if (!syntax.rest.every(({ sign }) => PLAIN.has(sign)))
        return { ...syntax, first: again(syntax.first), rest: syntax.rest.map((part) => ({ ...part, value: again(part.value) })) };
      const flat = parts.flatMap((part) => (part.kind === 'juxtaposition' && part.group === undefined ? part.factors : [part]));
      const factors = grouped(flat, runs);
      if (factors.length === flat.length)
        return { ...syntax, first: again(syntax.first), rest: syntax.rest.map((part) => ({ ...part, value: again(part.value) })) };
      const done = factors.map(again);
      return done.length === 1 && done[0] !== undefined ? done[0] : { kind: 'juxtaposition', factors: done, region: syntax.region };
    }
    case 'transpose':
      return { ...syntax, of: again(syntax.of) };
    case 'fraction':
      return { ...syntax, numerator: again(syntax.numerator), denominator: again(syntax.denominator) };
    case 'bigOperator':
      return { ...syntax, body: again(syntax.body) };
    case 'application':
      return { ...syntax, args: syntax.args.map(again) };
    case 'entry':
      return { ...syntax, of: again(syntax.of) };
    case 'cases':
      return { ...syntax, branches: syntax.branches.map((branch) => ({ ...branch, value: again(branch.value) })) };
    default:
      return syntax;
  }
}

/** (∇_h) L is ∇_h L: an operator in brackets of its own takes what stands behind it. */
function withOperators(factors: readonly Syntax[]): readonly Syntax[] {
  const result: Syntax[] = [];
  for (const factor of factors) {
    const before = result.at(-1);
    const isOperator = before?.kind === 'derivative' && before.of === undefined && before.group !== undefined;
    if (isOperator && factor.kind === 'name') {
      result[result.length - 1] = { ...before, of: factor, region: { ...before.region, endLine: factor.region.endLine, endColumn: factor.region.endColumn } };
    } else result.push(factor);
  }
  return result;
}

const PLAIN: ReadonlySet<string> = new Set(['dot', 'times', 'star', 'at']);
const holdsChain = (run: Run): boolean =>
  run.kind === 'chain' ? true : run.kind === 'sum' ? run.terms.some((term) => holdsChain(term.run)) : run.kind === 'partial' ? false : holdsChain(run.body);

function placeholder(run: Run, region: Region, runs: Map<string, Run>): Syntax {
  const base = `${PLACEHOLDER}${runs.size}`;
  runs.set(base, run);
  return { kind: 'name', raw: { base, accents: [], primes: 0, scripts: [] }, labels: [], indices: [], region };
}

/** Neighbouring factors that compose, as long as they do, joined into placeholders. */
function grouped(factors: readonly Syntax[], runs: Map<string, Run>): readonly Syntax[] {
  const result: Syntax[] = [];
  for (let at = 0; at < factors.length; ) {
    let end = factors.length;
    let run: Run | undefined;
    for (; end > at + 1; end -= 1) {
      run = chainOf(factors.slice(at, end));
      if (run !== undefined) break;
    }
    const [first, last] = [factors[at] as Syntax, factors[end - 1] as Syntax];
    result.push(run === undefined ? first : placeholder(run, { ...first.region, endLine: last.region.endLine, endColumn: last.region.endColumn }, runs));
    at = run === undefined ? at + 1 : end;
  }
  return result;
}

function runOf(syntax: Syntax): Run | undefined {
  switch (syntax.kind) {
    case 'derivative': {
      const [by] = syntax.by;
      if (syntax.of?.kind !== 'name' || by?.kind !== 'name' || syntax.by.length !== 1) return undefined;
      return { kind: 'partial', syntax, above: stemOf(syntax.of), below: stemOf(by) };
    }
    case 'juxtaposition':
      return chainOf(syntax.factors);
    case 'product': {
      if (!syntax.rest.every(({ sign }) => PLAIN.has(sign))) return undefined;
      return chainOf(
        [syntax.first, ...syntax.rest.map(({ value }) => value)].flatMap((part) =>
          part.kind === 'juxtaposition' && part.group === undefined ? part.factors : [part],
        ),
      );
    }
    case 'sum': {
      const terms = syntax.terms.map(({ sign, value }) => ({ sign, run: runOf(value) }));
      const [first] = terms;
      if (first?.run === undefined || (terms.length < 2 && syntax.group === undefined)) return undefined;
      const { above, below } = first.run;
      const all = terms.flatMap(({ sign, run }) => (run !== undefined && run.above === above && run.below === below ? [{ sign, run }] : []));
      return all.length === terms.length ? { kind: 'sum', terms: all, above, below } : undefined;
    }
    case 'bigOperator': {
      if (syntax.binding.kind === 'none') return undefined;
      const body = runOf(syntax.body);
      if (body === undefined || (syntax.operator === 'product' && (body.kind !== 'partial' || body.above !== body.below))) return undefined;
      return { kind: syntax.operator === 'sum' ? 'rangeSum' : 'rangeProduct', syntax, body, above: body.above, below: body.below };
    }
    default:
      return undefined;
  }
}

/** Factors that compose from left to right, or all of them from right to left (gradient layout). */
function chainOf(syntaxes: readonly Syntax[]): Run | undefined {
  const factors = syntaxes.map(runOf);
  if (factors.length < 2 || factors.some((factor) => factor === undefined)) return undefined;
  const runs = factors as readonly Run[];
  const composes = (list: readonly Run[]): boolean => list.every((run, k) => k === 0 || list[k - 1]?.below === run.above);
  const ordered = composes(runs) ? runs : composes([...runs].reverse()) ? [...runs].reverse() : undefined;
  const [first, last] = [ordered?.[0], ordered?.at(-1)];
  return ordered === undefined || first === undefined || last === undefined
    ? undefined
    : { kind: 'chain', factors: ordered, above: first.above, below: last.below };
}

/** A name without its indices. */
function stemOf(name: NameSyntax): string {
  return name.key ?? `${name.raw.accents.join(' ')} ${name.raw.base} ${name.labels.map(({ text }) => text).join()}`;
}

// ---------------------------------------------------------------- meaning

/** A run whose names are settled: what it maps from and to, its letters, and its value once reaches are chosen. */
export interface Composed {
  readonly of: Formula;
  readonly by: Formula;
  /** The partials in it, for choosing their reach. */
  readonly partials: readonly Formula[];
  readonly letters: readonly string[];
  /** As matrix notation, for printing. */
  readonly display: Formula;
  /** Axes of what it is of, then of what it is by. */
  tensor(partial: (derivative: Formula) => Tensor, workspace: Workspace): Tensor;
}

/** Settles the names of a run in the scope it stands in. Throws an InputError for names that are not known. */
export function compose(run: Run, context: Context): Composed {
  switch (run.kind) {
    case 'partial':
      return partialOf(run.syntax, context);
    case 'chain': {
      const factors = run.factors.map((factor) => compose(factor, context));
      const [first, last] = [factors[0] as Composed, factors.at(-1) as Composed];
      return {
        ...joined(factors),
        of: first.of,
        by: last.by,
        display: { kind: 'product', style: 'matrix', factors: factors.map(({ display }) => display), shape: spanned(first.of, last.by) },
        tensor: (partial, workspace) =>
          factors
            .map((factor) => ({ factor, tensor: factor.tensor(partial, workspace) }))
            .reduce((left, right) => ({ factor: right.factor, tensor: contracted(workspace, left.tensor, right.tensor, rankOf(right.factor.of)) })).tensor,
      };
    }
    case 'sum': {
      const terms = run.terms.map(({ sign, run: term }) => ({ sign, composed: compose(term, context) }));
      const first = terms[0]?.composed as Composed;
      return {
        ...joined(terms.map(({ composed }) => composed)),
        of: first.of,
        by: first.by,
        display: { kind: 'sum', terms: terms.map(({ sign, composed }) => ({ sign, formula: composed.display })), shape: spanned(first.of, first.by) },
        tensor: (partial, workspace) => workspace.add(...terms.map(({ sign, composed }) => workspace.scale(composed.tensor(partial, workspace), sign))),
      };
    }
    case 'rangeSum':
    case 'rangeProduct':
      return overRange(run, context);
  }
}

const spanned = (of: Formula, by: Formula): Formula['shape'] => ({ dims: [...of.shape.dims, ...by.shape.dims] });
const rankOf = (formula: Formula): number => formula.shape.dims.length;

function joined(parts: readonly Composed[]): Pick<Composed, 'partials' | 'letters'> {
  return { partials: parts.flatMap(({ partials }) => partials), letters: [...new Set(parts.flatMap(({ letters }) => letters))] };
}

function partialOf(syntax: Derivative, context: Context): Composed {
  const [of, by] = [elaborate(syntax.of as Syntax, context), elaborate(syntax.by[0] as Syntax, context)];
  const spelling = syntax.spelling === 'total' ? 'total' : syntax.spelling === 'nabla' || syntax.spelling === 'differential' ? 'nabla' : 'partial';
  const reach: Reach | undefined = syntax.spelling === 'immediate' ? 'immediate' : syntax.spelling === 'partial' ? undefined : 'total';
  const holding = syntax.holding?.map((each) => elaborate(each, context));
  const derivative: Formula = {
    kind: 'derivative',
    of,
    by: [by],
    reach,
    spelling,
    shape: { dims: [...of.shape.dims, ...by.shape.dims] },
    region: syntax.region,
    ...(holding === undefined ? {} : { holding }),
  };
  return {
    of,
    by,
    display: derivative,
    partials: [derivative],
    letters: [...new Set([...lettersOfReference(of), ...lettersOfReference(by)])],
    tensor: (partial) => partial(derivative),
  };
}

function lettersOfReference(formula: Formula): readonly string[] {
  if (formula.kind !== 'name' || formula.quantity.kind !== 'value')
    throw new InputError({
      ruleId: 'bad-derivative',
      message: 'A derivative is taken with respect to a declared name.',
      ...(formula.region === undefined ? {} : { region: formula.region }),
    });
  return formula.quantity.indices.flatMap((index) => index.monomials.flatMap(({ letters }) => letters));
}

function overRange(run: Extract<Run, { readonly kind: 'rangeSum' | 'rangeProduct' }>, context: Context): Composed {
  const { letter, from, to, inner } = limitsOfBinding(run.syntax.binding, run.syntax.region, context);
  const body = compose(run.body, inner);
  const outside = [
    ...new Set([...body.letters.filter((each) => each !== letter), ...[from, to].flatMap((bound) => bound.monomials.flatMap(({ letters }) => letters))]),
  ];
  const shared = { partials: body.partials, letters: outside };
  if (run.kind === 'rangeSum')
    return {
      ...shared,
      of: body.of,
      by: body.by,
      display: { kind: 'rangeSum', letter, from, to, body: body.display, shape: body.display.shape },
      tensor: (partial, workspace) => workspace.rangeSum(letter, from, to, body.tensor(partial, workspace)),
    };
  // The factors compose from the latest to the earliest, however the limits are written.
  const [high, low] = limitsFall(from, to) ? [from, to] : [to, from];
  return {
    ...shared,
    of: placed(body.of, letter, high),
    by: placed(body.by, letter, low),
    display: { kind: 'rangeProduct', letter, from, to, falling: limitsFall(from, to), body: body.display, shape: body.display.shape },
    tensor: (partial, workspace) => workspace.product(letter, high, low, -1, body.tensor(partial, workspace)),
  };
}

function placed(formula: Formula, letter: string, at: Whole): Formula {
  if (formula.kind !== 'name' || formula.quantity.kind !== 'value') return formula;
  return { ...formula, quantity: { ...formula.quantity, indices: formula.quantity.indices.map((index) => substituteWhole(index, new Map([[letter, at]]))) } };
}

/** Two maps composed over the axes between them. */
function contracted(workspace: Workspace, left: Tensor, right: Tensor, middle: number): Tensor {
  const own = Array.from({ length: left.dims.length - middle }, (_, axis) => `o${axis}`);
  const between = Array.from({ length: middle }, (_, axis) => `m${axis}`);
  const rest = Array.from({ length: right.dims.length - middle }, (_, axis) => `v${axis}`);
  return workspace.contract(
    [...own, ...rest],
    [
      { tensor: left, labels: [...own, ...between] },
      { tensor: right, labels: [...between, ...rest] },
    ],
  );
}

export const referenceOf = (formula: Formula): ValueReference | undefined =>
  formula.kind === 'transpose'
    ? referenceOf(formula.of)
    : formula.kind === 'name' && formula.quantity.kind === 'value'
      ? { name: formula.quantity.name, indices: formula.quantity.indices }
      : undefined;
