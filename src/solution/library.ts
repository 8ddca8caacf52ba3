/**
 * What a command or another course tool asks of the engine: show, derive, check and evaluate a model, solve a sheet.
 * Each answer carries the contract's JSON and the same as a document to render. No global state.
 */

import { readsOf, resolveDerivatives } from '../calculus/index.js';
import { readTarget, type Target } from '../calculus/target.js';
import { type CheckResult, type CheckTarget, checkHessianProducts, checkTargets, gradientPoint, type Taylor, taylorTest } from '../check/index.js';
import { InputError } from '../errors.js';
import { CELLS, type Model, nearest } from '../model/index.js';
import type { Declaration, Equation } from '../model/model.js';
import { wholeLetter } from '../network/index.js';
import { lineOf } from '../notation/statements.js';
import { canonicalKey, evaluateModel, type JsonArray } from '../numeric/index.js';
import { declarationOf, placeSpellings } from '../numeric/keys.js';
import { secondOrderBlocks, taylorBlocks } from './check-figure.js';
import { checkBlocks, checkDerived, pointOf } from './check-section.js';
import { claimedBlocks, type FindingReport, findingBlocks, findingReport, gradientName, readClaimed, tooLargeBlocks, trace } from './claimed.js';
import { type Derived, deriveTarget } from './derive.js';
import type { Block, Section, SolutionDocument } from './document.js';
import { modelSection, numberEquations } from './model-section.js';
import { math, Presenter, text } from './presenter.js';
import { graphFigure, type SolveSettings, VERSION } from './solve.js';

/** The contract's JSON, and the same as a document. */
export interface Report<X> {
  readonly report: X;
  readonly document: SolutionDocument;
}

export interface DeriveReport {
  readonly schema: 'chainrule/derive/1';
  readonly seed: number;
  readonly targets: readonly {
    readonly target: string;
    readonly latex: string;
    readonly plain: string;
    readonly left: string;
    readonly shape: string;
    readonly steps: readonly { readonly id: string; readonly caption: string; readonly before: string; readonly after: string }[];
    readonly recursions: readonly { readonly name: string; readonly latex: string; readonly plain: string; readonly boundary: string }[];
  }[];
}

export type CheckReport = CheckResult & { readonly schema: 'chainrule/check/1'; readonly taylor?: Taylor; readonly findings?: readonly FindingReport[] };

export interface CheckModelOptions {
  /** Names by which the loss is differentiated, as they are spelled in the sheet; in place of targets. */
  readonly wrt?: readonly string[];
  /** Entries of each gradient compared one by one. */
  readonly entries?: number | 'all';
  /** 2: Hessian–vector products in place of gradients. */
  readonly order?: 1 | 2;
  /** With the picture of error against step size. */
  readonly figure?: boolean;
  /** Formulas that somebody says are gradients, checked in place of the derived ones: `dJ/dW = …`. */
  readonly formulas?: readonly string[];
}
export type EvaluateReport = Omit<ReturnType<typeof evaluateModel>, 'nonFinite'> & { readonly schema: 'chainrule/evaluate/1' };

function documentOf(title: string, sections: readonly Section[], settings: SolveSettings, formulas: number, checked: number): SolutionDocument {
  return {
    schema: 'chainrule/solve/1',
    title: [text(title)],
    language: 'en',
    sections,
    totals: { formulas, proved: 0, checked, slips: 0 },
    provenance: `chainrule ${VERSION}, seed ${settings.seed}`,
  };
}

const titleOf = (model: Model): string => model.title ?? (model.name === '' ? 'The model' : model.name);

function present(given: Model): { model: Model; presenter: Presenter; own: Presenter; numbers: ReadonlyMap<Equation, number>; shown: Set<string> } {
  const model = resolveDerivatives(given);
  const hadamard = CELLS.find((cell) => cell.name === given.name)?.text.includes('\\circ') === true ? 'circ' : 'odot';
  return {
    model,
    presenter: new Presenter(model, { hadamard }),
    own: new Presenter(given, { hadamard }),
    numbers: numberEquations(given, 1),
    shown: new Set(),
  };
}

/**
 * Derives targets of a model; each is a line of a `derive` block: `dJ/dW`, `∂h_t/∂h_{t-1}, total`.
 * Throws an InputError for a target that cannot be read or that the model does not have.
 */
export function deriveTargets(
  given: Model,
  targets: readonly string[],
  settings: SolveSettings,
): Report<DeriveReport> & { readonly derived: readonly Derived[] } {
  const presented = present(given);
  const derived = targets.map((target) => inTarget(target, () => deriveTarget(presented, readTarget(presented.model, lineOf(target)))));
  const sections: Section[] = [
    modelSection(presented.own, presented.numbers, 'The model', undefined),
    ...derived.map((one): Section => ({ kind: 'derive', title: [math(one.target)], blocks: one.blocks })),
  ];
  return {
    derived,
    report: {
      schema: 'chainrule/derive/1',
      seed: settings.seed,
      targets: derived.map((one, at) => ({
        target: targets[at] ?? one.target.text,
        latex: one.right.latex,
        plain: one.right.text,
        left: one.target.latex,
        shape: presented.presenter.shape(one.result.dims).text,
        steps: one.steps.map((step) => ({ id: step.id, caption: step.caption, before: step.before.latex, after: step.after.latex })),
        recursions: one.recursions.map((recursion) => ({
          name: recursion.name.latex,
          latex: recursion.right.latex,
          plain: recursion.right.text,
          boundary: recursion.boundary.map((each) => each.latex).join(', \\quad '),
        })),
      })),
    },
    document: documentOf(titleOf(given), sections, settings, derived.length, 0),
  };
}

/** Names the target in the errors of its line. */
function inTarget<X>(target: string, run: () => X): X {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.problems.map((problem) => ({ file: `target ${target}`, ...problem })));
  }
}

/** Every gradient a check covers when no target is named: parameters, inputs and freed boundary values. */
export function allGradients(model: Model): readonly Target[] {
  const own = (declaration: Declaration): Target => ({
    kind: 'gradient',
    by: { name: declaration.name, indices: declaration.indices.map((range) => wholeLetter(range.letter)) },
  });
  const names = [...model.declarations.values()].filter((declaration) => declaration.role === 'parameter' || declaration.role === 'input').map(own);
  const boundaries = model.boundaries
    .filter((boundary) => boundary.kind === 'freed')
    .map((boundary): Target => ({ kind: 'gradient', by: { name: boundary.name, indices: boundary.indices } }));
  return [...names, ...boundaries];
}

/** The gradients that `wrt` names. Throws an InputError for a name that the model does not have, and for what cannot be differentiated by. */
function gradientsBy(model: Model, names: readonly string[]): readonly Target[] {
  return names.map((name) => {
    const declaration = declarationOf(model, name);
    if (declaration !== undefined)
      return { kind: 'gradient', by: { name: declaration.name, indices: declaration.indices.map((range) => wholeLetter(range.letter)) } };
    const boundary = model.boundaries.find((value) => {
      const own = model.declarations.get(value.name);
      return value.kind === 'freed' && own !== undefined && placeSpellings(own, { indices: [], written: value.indices }).includes(canonicalKey(name));
    });
    if (boundary !== undefined) return { kind: 'gradient', by: { name: boundary.name, indices: boundary.indices } };
    const guess = nearest(name, [...model.declarations.keys()]);
    throw new InputError({
      ruleId: 'unknown-name',
      message: `The model has no ${name}.`,
      fix: guess === undefined ? `The names are ${[...model.declarations.keys()].join(', ')}.` : `Did you mean ${guess}?`,
    });
  });
}

/**
 * Compares every derived formula with forward tangents of the model. Without targets: the gradients of the loss with respect to
 * every parameter, input and freed boundary value.
 */
export function checkModel(given: Model, targets: readonly string[], settings: SolveSettings, options: CheckModelOptions = {}): Report<CheckReport> {
  if (options.order === 2) return checkSecondOrder(given, settings);
  if (options.formulas !== undefined) return checkClaimed(given, options.formulas, settings, options.entries);
  const presented = present(given);
  const asked =
    targets.length > 0 || options.wrt !== undefined
      ? [...targets.map((target) => inTarget(target, () => readTarget(presented.model, lineOf(target)))), ...gradientsBy(presented.model, options.wrt ?? [])]
      : allGradients(presented.model);
  if (asked.length === 0)
    throw new InputError({ ruleId: 'nothing-to-check', message: 'The model has no parameter, input or freed boundary value.', fix: 'Name a target.' });
  const derived = asked.map((target) => deriveTarget(presented, target));
  const { result, checked } = checkDerived(derived, { ...settings, ...(options.entries === undefined ? {} : { entries: options.entries }) });
  const taylor = taylorOf(presented.model, derived, settings);
  const section: Section = {
    kind: 'check',
    title: [text('The formulas checked by numbers')],
    blocks: [...checkBlocks(checked, result), ...(taylor === undefined ? [] : taylorBlocks(taylor, options.figure === true))],
  };
  const formulas: Section = {
    kind: 'derive',
    title: [text('The formulas')],
    blocks: [{ type: 'equations', lines: derived.map((one) => ({ left: one.target, relation: '=', right: one.right })) }],
  };
  return {
    report: { schema: 'chainrule/check/1', ...result, ...(taylor === undefined ? {} : { taylor }) },
    document: documentOf(titleOf(given), [formulas, section], settings, derived.length, checked.length),
  };
}

/** The Taylor test of those derived formulas that are gradients of the loss by what is given. */
function taylorOf(model: Model, derived: readonly Derived[], settings: SolveSettings): Taylor | undefined {
  const own = derived.filter((one) => one.model === model && one.value === undefined && one.check.of === undefined && (one.check.reach ?? 'total') === 'total');
  const [first] = own;
  if (first === undefined || model.loss === undefined) return undefined;
  const shared = own.filter((one) => one.elimination === first.elimination).map((one): CheckTarget => one.check);
  return taylorTest(pointOf(first, settings).run, shared, settings.seed);
}

/** Somebody's formulas: compared as the derived ones are, and where they are wrong traced to times and terms. */
function checkClaimed(given: Model, formulas: readonly string[], settings: SolveSettings, entries: number | 'all' | undefined): Report<CheckReport> {
  const { model, presenter } = present(given);
  const claimed = formulas.map((formula) => inTarget(formula, () => readClaimed(model, formula)));
  const { run } = gradientPoint(model, settings.seed, settings.sizes);
  const targets = claimed.map((one): CheckTarget => ({ target: gradientName(presenter, one.by), ...one }));
  const limits = { ...(entries === undefined ? {} : { entries }), ...(settings.budget === undefined ? {} : { budget: settings.budget }) };
  const result = checkTargets(run, targets, { seed: settings.seed, ...limits });
  const { findings, tooLarge } = trace(
    run,
    claimed.filter((_, k) => (result.targets[k]?.verdicts.wrong ?? 0) > 0),
  );
  const section: Section = {
    kind: 'check',
    title: [text('The formulas checked by numbers')],
    blocks: [...claimedBlocks(result, claimed), ...findingBlocks(presenter, findings), ...tooLargeBlocks(tooLarge)],
  };
  return {
    report: {
      schema: 'chainrule/check/1',
      ...result,
      ...(findings.length === 0 ? {} : { findings: findings.map((finding) => findingReport(presenter, finding)) }),
    },
    document: documentOf(titleOf(given), [section], settings, claimed.length, claimed.length),
  };
}

function checkSecondOrder(given: Model, settings: SolveSettings): Report<CheckReport> {
  const result = checkHessianProducts(given, { seed: settings.seed, ...(settings.sizes === undefined ? {} : { sizes: settings.sizes }) });
  const section: Section = { kind: 'check', title: [text('Second orders checked by numbers')], blocks: secondOrderBlocks(result) };
  return {
    report: { schema: 'chainrule/check/1', ...result },
    document: documentOf(titleOf(given), [section], settings, result.targets.length, result.targets.length),
  };
}

/** Values and gradients at given numbers; see contract §4 for VALUES.json. */
export function evaluateAt(
  given: Model,
  values: unknown,
  names: readonly string[],
  settings: SolveSettings,
): Report<EvaluateReport> & { readonly finite: boolean } {
  const { nonFinite, ...evaluation } = evaluateModel(given, values, names, settings.sizes);
  const rows = (entries: Readonly<Record<string, JsonArray>>): Block => ({
    type: 'table',
    align: ['left', 'left'],
    header: [{ content: [text('name')] }, { content: [text('value')] }],
    rows: Object.entries(entries).map(([name, value]) => [
      { content: [{ type: 'code', text: name }] },
      { content: [{ type: 'code', text: JSON.stringify(value) }] },
    ]),
  });
  const blocks: Block[] = [
    rows(evaluation.values),
    { type: 'paragraph', content: [text(evaluation.loss === null ? 'The loss is unspecified.' : `The loss is ${evaluation.loss}.`)] },
    ...(evaluation.gradients === null ? [] : [rows(evaluation.gradients)]),
  ];
  return {
    report: { schema: 'chainrule/evaluate/1', ...evaluation },
    document: documentOf(titleOf(given), [{ kind: 'evaluate', title: [text('Values and gradients')], blocks }], settings, 0, 0),
    finite: nonFinite === undefined,
  };
}

export interface ShowReport {
  readonly schema: 'chainrule/show/1';
  readonly name: string;
  readonly title?: string;
  readonly convention: 'row' | 'column';
  readonly loss: string | null;
  readonly sizes: readonly string[];
  readonly names: readonly object[];
  readonly equations: readonly object[];
  readonly boundaries: readonly object[];
  readonly inferred: readonly string[];
}

/** Equations, shapes, roles, spellings, what reads what, and the picture of the graph. */
export function showModel(given: Model, settings: SolveSettings): Report<ShowReport> {
  const { own, numbers } = present(given);
  const reads = new Map<string, Set<string>>();
  for (const equation of given.equations)
    for (const read of readsOf(given, equation)) reads.set(equation.name, (reads.get(equation.name) ?? new Set()).add(read.name));
  const names = [...given.declarations.values()].map((declaration) => {
    const spelled = own.reference(own.ownReference(declaration.name));
    return {
      name: declaration.name,
      latex: spelled.latex,
      plain: spelled.text,
      role: declaration.role,
      shape: own.shape(declaration.dims, declaration.orientation).text,
      ...(declaration.orientation === undefined ? {} : { orientation: declaration.orientation }),
      indices: declaration.indices.map((range) => ({ letter: range.letter, from: own.whole(range.from).text, to: own.whole(range.to).text })),
      reads: [...(reads.get(declaration.name) ?? [])],
      readBy: [...reads].flatMap(([reader, of]) => (of.has(declaration.name) ? [reader] : [])),
    };
  });
  const equations = given.equations.map((equation) => {
    const { left, right } = own.equation(equation);
    return { name: equation.name, latex: `${left.latex} = ${right.latex}`, plain: `${left.text} = ${right.text}` };
  });
  const boundaries = given.boundaries.map((boundary) => ({
    name: boundary.name,
    latex: own.reference(boundary).latex,
    plain: own.reference(boundary).text,
    kind: boundary.kind,
  }));
  return {
    report: {
      schema: 'chainrule/show/1',
      name: given.name,
      ...(given.title === undefined ? {} : { title: given.title }),
      convention: given.settings.convention,
      loss: given.loss ?? null,
      sizes: given.sizes,
      names,
      equations,
      boundaries,
      inferred: given.inferred,
    },
    document: documentOf(titleOf(given), [modelSection(own, numbers, 'Equations', graphFigure(given))], settings, 0, 0),
  };
}

/** The sheet that a built-in model's file of equations stands for. Throws an InputError with the nearest name. */
export function builtInSheet(name: string): string {
  const cell = CELLS.find((candidate) => candidate.name === name);
  if (cell === undefined) {
    const guess = nearest(
      name,
      CELLS.map((candidate) => candidate.name),
    );
    throw new InputError({
      ruleId: 'unknown-model',
      message: `There is no built-in model ${name}.`,
      ...(guess === undefined ? {} : { fix: `Did you mean ${guess}?` }),
    });
  }
  return `---\ntitle: ${cell.title}\n${cell.convention === undefined ? '' : `convention: ${cell.convention}\n`}---\n\n\`\`\`model\n${cell.text.trim()}\n\`\`\`\n`;
}
