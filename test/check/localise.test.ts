/** Wrong formulas: every mutation of every backward equation is caught at every scale of the loss, and traced to its equation and term. */

import { describe, expect, it } from 'vitest';
import {
  type BackwardEquation,
  type BackwardPass,
  backwardPass,
  checkGradients,
  checkTargets,
  type Finding,
  type GradientStyle,
  Localiser,
  linearTerms,
  replacingResolver,
} from '../../src/check/index.js';
import { InputError } from '../../src/errors.js';
import { buildModel } from '../../src/model/index.js';
import type { Model } from '../../src/model/model.js';
import { rational, type Tensor, wholeLetter, wholeNumber } from '../../src/network/index.js';
import { createRun, derivativeResolver, lettersIn, type Point, randomPoint, randomSizes } from '../../src/numeric/index.js';
import { tanh } from '../../src/operators/index.js';
import type { Operator } from '../../src/operators/row.js';
import { ModelBuilder } from '../numeric/support.js';
import { MASKS, MUTATIONS, type Mutation, SCALES, scaledModel } from './mutations.js';
import { record } from './record.js';

interface Outcome {
  readonly what: string;
  readonly caught: boolean;
  readonly equation: boolean;
  readonly term: boolean;
}

/** A model at a point, with its backward pass in one style. */
class Bench {
  readonly pass: BackwardPass;
  private readonly point: Point;
  private readonly localiser: Localiser;

  constructor(
    readonly model: Model,
    style: GradientStyle,
    sizes: ReadonlyMap<string, number> = randomSizes(model, 3),
  ) {
    this.pass = backwardPass(model, style);
    this.point = randomPoint(model, 3, { sizes, derivatives: derivativeResolver(model, sizes, this.pass.elimination) });
    this.localiser = new Localiser(this.point.run);
  }

  /** One mutated equation: is the gradient of something given found wrong, and where is the mistake said to be? */
  try(position: number, mutation: Mutation, what: string): Outcome | undefined {
    const { model, pass, point } = this;
    const { workspace } = model;
    const equation = pass.equations[position] as BackwardEquation;
    const mutated = mutation.change(equation.formula, { model, workspace });
    if (mutated === undefined || mutated === equation.formula) return undefined;
    const all = pass.equations.map((own) => (own === equation ? { ...own, formula: mutated } : own));
    const general = equation.by.indices.every((index, axis) => index.key === model.declarations.get(equation.by.name)?.indices[axis]?.letter);
    const replaced = general ? new Map([[equation.by.name, mutated]]) : new Map<string, Tensor>();
    const derivatives = replacingResolver(model, derivativeResolver(model, point.sizes, pass.elimination), replaced);
    const run = createRun(model, point.sizes, { seed: 3, derivatives });
    run.forward(point.values);
    const given = all.filter((own) => own.by === equation.by || isGiven(model, own));
    try {
      const { targets } = checkTargets(
        run,
        given.map((own) => ({ target: own.by.name, ...own })),
        { second: 0 },
      );
      const findings = this.localiser.judge(all, pass.kept);
      if (findings.length === 0 && this.sameNumbers(equation, mutated)) return undefined;
      const [finding] = findings;
      return {
        what,
        caught: targets.some(({ verdicts }) => (verdicts.wrong ?? 0) > 0),
        equation: findings.length === 1 && finding?.by === equation.by,
        term: finding !== undefined && this.isTraced(finding, equation, mutated),
      };
    } catch (error) {
      // A backward pass that needs itself is no backward pass.
      if (error instanceof InputError && error.problems[0]?.ruleId === 'circular') return undefined;
      throw error;
    }
  }

  /** Entries of the mutated gradient that the check finds wrong. */
  wrongEntries(position: number, mutation: Mutation): number {
    const equation = this.pass.equations[position] as BackwardEquation;
    const formula = mutation.change(equation.formula, { model: this.model, workspace: this.model.workspace }) as Tensor;
    return checkTargets(this.point.run, [{ target: '', ...equation, formula }], { second: 0 }).targets[0]?.verdicts.wrong ?? 0;
  }

  /** A change that changes no number anywhere (a term that is zero at all its places, say) is none. */
  private sameNumbers({ formula, ranges }: BackwardEquation, mutated: Tensor): boolean {
    return [...lettersIn(ranges, this.point.sizes)].every((letters) => {
      const [before, after] = [this.point.run.evaluate(formula, letters).data, this.point.run.evaluate(mutated, letters).data];
      const largest = Math.max(...before.map(Math.abs));
      return before.every((value, k) => Math.abs(value - (after[k] as number)) <= 1e-12 * largest);
    });
  }

  private isNothing(term: Tensor, { ranges }: BackwardEquation): boolean {
    return [...lettersIn(ranges, this.point.sizes)].every((letters) => this.point.run.evaluate(term, letters).data.every((value) => value === 0));
  }

  /**
   * Whether the finding names what was changed: every changed term, and no other but those that account for the same use as a changed one
   * (1 − h² may stand as two terms); where a term was dropped, that something is missing.
   */
  private isTraced({ wrong, missing }: Finding, equation: BackwardEquation, mutated: Tensor): boolean {
    const { workspace } = this.model;
    const [before, after] = [linearTerms(workspace, equation.formula), linearTerms(workspace, mutated)];
    const gone = before.filter((term) => !after.includes(term));
    const changed = after.filter((term) => !before.includes(term) && !this.isNothing(term, equation));
    const partners = this.localiser.groups(equation, this.pass.kept).flatMap((group) => (group.some((term) => gone.includes(term)) ? group : []));
    const named = wrong.map(({ term }) => term);
    const accused = named.every((term) => changed.includes(term) || partners.includes(term));
    return accused && changed.every((term) => named.includes(term)) && (changed.length > 0 || missing.length > 0);
  }
}

const isGiven = (model: Model, { by }: BackwardEquation): boolean =>
  model.declarations.get(by.name)?.role !== 'computed' ||
  by.indices.every((index, axis) => index.key !== model.declarations.get(by.name)?.indices[axis]?.letter);

/** In the ordinary run a sample, under `npm run fuzz` everything. */
const everything = Number(process.env.PROPERTY_RUNS || 0) > 100;
const MODELS = ['rnn', 'lstm', 'gru', 'lstm-peephole', 'rnn-deep', 'attention-additive'] as const;

function outcomesOf(name: string, scale: (typeof SCALES)[number], style: GradientStyle, chosen: (k: number) => boolean): Outcome[] {
  const model = scaledModel(name, scale);
  const bench = new Bench(model, style);
  const tasks = bench.pass.equations.flatMap((equation, position) => MUTATIONS.map((mutation) => ({ equation, position, mutation })));
  return tasks
    .filter((_, k) => chosen(k))
    .flatMap(
      ({ equation, position, mutation }) => bench.try(position, mutation, `${name}, loss × ${scale}, ${style}, ∂/∂${equation.by.name}: ${mutation.name}`) ?? [],
    );
}

const missed = (outcomes: readonly Outcome[], key: 'caught' | 'equation' | 'term'): string[] =>
  outcomes.filter((outcome) => !outcome[key]).map(({ what }) => what);

describe('mutated backward equations', () => {
  for (const name of MODELS) {
    it(`${name}: caught at every scale of the loss, traced to the equation and nearly always to the term`, () => {
      const runs = everything
        ? SCALES.flatMap((scale) => (['eliminated', 'every name'] as const).map((style) => [scale, style] as const))
        : ([
            ['1e-8', 'eliminated'],
            ['1e8', 'every name'],
          ] as const);
      const outcomes = runs.flatMap(([scale, style]) => outcomesOf(name, scale, style, (k) => everything || k % 53 === (style === 'eliminated' ? 3 : 10)));
      expect(outcomes.length).toBeGreaterThan(everything ? 400 : 3);
      expect(missed(outcomes, 'caught')).toEqual([]);
      expect(missed(outcomes, 'equation')).toEqual([]);
      expect(missed(outcomes, 'term').length, missed(outcomes, 'term').join('; ')).toBeLessThanOrEqual(0.1 * outcomes.length);
      if (everything)
        record(
          'mutations',
          name,
          `${outcomes.length} mutants, ${missed(outcomes, 'caught').length} not caught, ${missed(outcomes, 'equation').length} not traced to the equation, ${missed(outcomes, 'term').length} not traced to the term`,
        );
    }, 3_600_000);
  }
});

describe('what torch.autograd.gradcheck lets pass', () => {
  const weights = 'x_t \\in \\mathbb{R}^d\nh_t \\in \\mathbb{R}^n\nW \\in \\mathbb{R}^{n \\times d}\nh_t = \\tanh(W x_t)\n';
  const sizes = new Map(Object.entries({ n: 40, d: 25, T: 3 }));

  for (const mutation of MASKS) {
    for (const scale of SCALES) {
      it(`${mutation.name}, loss × ${scale}`, () => {
        const factor = { '1e-8': '\\frac{1}{100000000}', '1': '1', '1e8': '100000000' }[scale];
        const bench = new Bench(buildModel(`${weights}J = ${factor} \\sum_{t=1}^{T} \\ell_t(h_t)`), 'eliminated', sizes);
        const position = bench.pass.equations.findIndex(({ by }) => by.name === 'W');
        expect(bench.try(position, mutation, '')).toMatchObject({ caught: true, equation: true });
        expect(bench.wrongEntries(position, mutation)).toBe(mutation.wrong);
      });
    }
  }

  for (const [what, mutate] of [
    ['all zero', (formula: Tensor, model: Model) => model.workspace.zero(formula.dims)],
    ['a factor 1.0009', (formula: Tensor, model: Model) => model.workspace.scale(formula, rational(10009, 10000))],
  ] as const) {
    it(`1e-5 · tanh, its gradient ${what}`, () => {
      const bench = new Bench(buildModel(`${weights}J = \\frac{1}{100000} \\sum_{t=1}^{T} \\ell_t(h_t)`), 'eliminated');
      const position = bench.pass.equations.findIndex(({ by }) => by.name === 'W');
      const mutation: Mutation = { name: what, change: (formula, { model }) => mutate(formula, model) };
      expect(bench.try(position, mutation, what)).toMatchObject({ caught: true, equation: true, term: true });
    });
  }

  it.each(['1e-8', '1e-5', '1', '1e8'])('tanh′ written 1 − h in the operator itself, loss × %s: the reference definition knows better', (scale) => {
    const wrong: Operator = { ...tanh, derivative: (s, y) => s.subtract(s.number(1), y) };
    for (const [row, right] of [
      [tanh, true],
      [wrong, false],
    ] as const) {
      const build = new ModelBuilder()
        .overTime('x', 'input', ['d'])
        .overTime('h', 'computed', ['n'])
        .declare('W', 'parameter', ['n', 'd'])
        .declare('J', 'computed', []);
      const { workspace } = build;
      build.step('h', workspace.apply(row, build.times(build.value('W'), build.at('x'))));
      const losses = workspace.rangeSum('t', wholeNumber(1), wholeLetter('T'), workspace.unspecified('ℓ', [wholeLetter('t')], false, [], [build.at('h')]));
      const factor = { '1e-8': rational(1, 1e8), '1e-5': rational(1, 1e5), '1': rational(1, 1), '1e8': rational(1e8, 1) }[scale];
      build.equation('J', workspace.scale(losses, factor ?? 1));
      const { ok, targets } = checkGradients(build.build('J', ['n', 'd', 'T']));
      expect(ok).toBe(right);
      if (!right) expect(targets.find(({ target }) => target === '∂J/∂W')?.verdicts.agree ?? 0).toBe(0);
    }
  });
});
