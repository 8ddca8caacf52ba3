/** `closed h_t`: a linear recurrence solved for any t, its proof by induction shown (base and step), powers split by X B X⁻¹ where that is known. */

import {
  applied,
  type ClosedForm,
  cancelInverses,
  closedForm,
  type LinearRecurrence,
  linearRecurrence,
  mergePowers,
  peelPowers,
  plainPower,
  type Similarity,
  similarity,
  startValue,
  unfoldOnce,
} from '../../calculus/index.js';
import { referenceOf } from '../../calculus/target.js';
import { InputError, type Region } from '../../errors.js';
import { contextOfModel, elaborateFormula, type Model } from '../../model/index.js';
import { shiftWhole, subtractWhole, type Tensor, type Whole, wholeLetter, wholeNumber } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import { lower } from '../../notation/lower.js';
import type { Syntax } from '../../notation/syntax.js';
import { substituteFormula } from '../../notation/walk.js';
import { randomPoint } from '../../numeric/index.js';
import type { Derived } from '../derive.js';
import type { Block, EquationLine, Mathematics, Section } from '../document.js';
import { type Presenter, sentence, text } from '../presenter.js';
import { settingMath } from './model-figure.js';
import type { Setting } from './moments-values.js';
import type { PresentedModel, SolveSettings } from './question.js';

export interface SpectrumPart {
  readonly section: Section;
  readonly formulas: number;
  readonly proved: number;
  readonly checked: number;
}

/** The closed form of a name's recurrence. Throws an InputError where it is not linear, or a decomposition does not fit. */
export function closedSection(presented: PresentedModel, syntax: Syntax, settings: readonly Setting[], solve: SolveSettings): SpectrumPart {
  const { model, presenter } = presented;
  const reference = referenceOf(elaborateFormula(syntax, contextOfModel(model)));
  const recurrence = linearRecurrence(model, reference.name);
  const replaced = decompositions(model, settings);
  const unfolded = recurrence.dims.length === 0 ? recurrence.factor : unfoldOnce(model, recurrence.factor, replaced);
  const similar = recurrence.dims.length === 0 || recurrence.varying ? undefined : similarity(model, unfolded);
  if (settings.length > 0 && similar === undefined) notSimilar(syntax.region);
  const isEqual = similar === undefined || sameOnceUnfolded(model, unfolded, similar.factor);
  const closed =
    similar === undefined ? closedForm(model, recurrence) : closedForm(model, { ...recurrence, factor: similar.factor }, similar.power, similar.factor);
  const blocks = blocksOf(presenter, recurrence, closed, similar, settings);
  const isChecked = agrees(model, recurrence, closed.value, replaced, solve);
  blocks.push({ type: 'paragraph', content: [text(isChecked.words)] });
  const left = presenter.reference({ name: recurrence.name, indices: [wholeLetter(recurrence.range.letter)] });
  return {
    section: { kind: 'spectrum', title: sentence('The closed form of ', left), blocks },
    formulas: 5,
    proved: closed.proved && isEqual ? 1 : 0,
    checked: isChecked.agree ? 1 : 0,
  };
}

function notSimilar(region: Region): never {
  throw new InputError({
    ruleId: 'no-decomposition',
    message: 'The last factor does not undo the first, so powers do not simplify.',
    why: 'Powers of X B Y are X Bᵏ Y only if Y X = I.',
    fix: 'Say that Q is orthogonal, Q^\\top Q = I, in the model, or write W = P \\Lambda P^{-1}.',
    region,
  });
}

/** `where W = Q Λ Qᵀ`: names and what they are set to. */
function decompositions(model: Model, settings: readonly Setting[]): ReadonlyMap<string, Tensor> {
  return new Map(
    settings.map(({ name, value }): [string, Tensor] => {
      const context = contextOfModel(model);
      return [referenceOf(elaborateFormula(name, context)).name, lower(elaborateFormula(value, context), model.workspace)];
    }),
  );
}

/** Λ is diagonal, so its transpose is itself: seen once its equation is put in. Where it has none, its declaration says so. */
function sameOnceUnfolded(model: Model, a: Tensor, b: Tensor): boolean {
  const { workspace } = model;
  const [x, y] = [a, b].map((tensor) => unfoldOnce(model, tensor, new Map(), true));
  if (x === undefined || y === undefined) return false;
  return workspace.expand(workspace.add(x, workspace.scale(y, -1))).terms.length === 0;
}

/** A product of equal Jacobians is a power: for a derivative between two steps of a linear recurrence that does not change. */
export function powerBlocks({ model, presenter }: PresentedModel, { check, target, result }: Derived): readonly Block[] {
  const [high, low] = [check.of?.kind === 'value' ? check.of.indices[0] : undefined, check.by.indices[0]];
  const { name } = check.by;
  const head = result.terms[0]?.net.leaves[0]?.head.head;
  if (
    high === undefined ||
    low === undefined ||
    check.of?.kind !== 'value' ||
    check.of.name !== name ||
    head?.kind !== 'product' ||
    (model.declarations.get(name)?.dims.length ?? 0) !== 1
  )
    return [];
  const recurrence = attemptLinear(model, name);
  if (recurrence === undefined || recurrence.varying) return [];
  const exponent = subtractWhole(high, low);
  const lines: EquationLine[] = [
    { left: target, relation: '=', right: presenter.tensor(plainPower(model, recurrence)(exponent)), reason: [text('every factor is the same')] },
  ];
  const similar = similarity(model, unfoldOnce(model, recurrence.factor));
  if (similar !== undefined) lines.push({ relation: '=', right: presenter.tensor(similar.power(exponent)), reason: whyFactor(presenter, similar, []) });
  return [{ type: 'equations', lines }];
}

function attemptLinear(model: Model, name: string): LinearRecurrence | undefined {
  try {
    return linearRecurrence(model, name);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

// ── printing ──

const at = (letter: string, index: Whole): ReadonlyMap<string, Whole> => new Map([[letter, index]]);

function blocksOf(
  presenter: Presenter,
  recurrence: LinearRecurrence,
  closed: ClosedForm,
  similar: Similarity | undefined,
  settings: readonly Setting[],
): Block[] {
  const { model, workspace } = presenter;
  const { name, range, start, rest } = recurrence;
  const t = wholeLetter(range.letter);
  const value = (index: Whole): Tensor => workspace.value(name, [index], recurrence.dims);
  const here = presenter.reference({ name, indices: [t] });
  const before = value(shiftWhole(t, -1));
  const inUse = [range.letter];
  const step = (factor: Tensor, of: Tensor): Mathematics => presenter.tensor(workspace.add(applied(model, factor, of), rest), inUse);
  const oneStep: EquationLine[] = [{ left: here, relation: '=', right: step(recurrence.factor, before), reason: [text('linear in the step before')] }];
  if (similar !== undefined) oneStep.push({ relation: '=', right: step(similar.factor, before), reason: whyFactor(presenter, similar, settings) });
  const result = presenter.raise(mergePowers(workspace, closed.value), inUse).formula;
  const blocks: Block[] = [
    { type: 'equations', lines: oneStep },
    { type: 'result', lines: [{ left: here, relation: '=', right: presenter.formula(result) }] },
  ];
  if (!closed.proved) return [...blocks, { type: 'paragraph', content: [text('No proof was found.')] }];
  const first = presenter.tensor(startValue(model, recurrence));
  const from = start.indices[0] ?? wholeNumber(0);
  const baseLeft = presenter.reference({ name, indices: [from] });
  const atStart = presenter.formula(substituteFormula(result, at(range.letter, from)));
  blocks.push({
    type: 'paragraph',
    content: sentence(
      'By induction. The base: at ',
      math(range.letter, presenter.whole(from)),
      ', where every power and every sum is empty, the right side is the initial value.',
    ),
  });
  blocks.push({
    type: 'equations',
    lines: [
      { left: baseLeft, relation: '=', right: first },
      ...(recurrence.varying
        ? []
        : [{ left: atStart, relation: '=', right: first, reason: [text('the empty product is the identity, the empty sum is zero')] }]),
    ],
  });
  blocks.push({ type: 'paragraph', content: sentence('The step: if it holds at ', presenter.whole(shiftWhole(t, -1)), ', one step of the recurrence gives') });
  blocks.push({ type: 'equations', lines: stepLines(presenter, recurrence, closed, similar, here, result) });
  blocks.push({
    type: 'paragraph',
    content: sentence('which is the claim at ', presenter.whole(t), '.', ...(similar === undefined ? [] : [' ', ...diagonalWords(presenter, similar)])),
  });
  return blocks;
}

const math = (letter: string, value: Mathematics): Mathematics => ({ latex: `${letter} = ${value.latex}`, text: `${letter} = ${value.text}` });

function stepLines(
  presenter: Presenter,
  recurrence: LinearRecurrence,
  closed: ClosedForm,
  similar: Similarity | undefined,
  here: Mathematics,
  result: Formula,
): readonly EquationLine[] {
  const { model, workspace } = presenter;
  const { range, rest, name } = recurrence;
  const t = wholeLetter(range.letter);
  const earlier = workspace.substituteLetters(closed.value, at(range.letter, shiftWhole(t, -1)));
  const inUse = [range.letter];
  const lines: EquationLine[] = [];
  const before = workspace.value(name, [shiftWhole(t, -1)], recurrence.dims);
  lines.push({ left: here, relation: '=', right: presenter.tensor(workspace.add(applied(model, closed.factor, before), rest), inUse) });
  const joined = similar === undefined || rest.terms.length > 0 ? undefined : sideBySide(presenter, closed.factor, earlier, inUse, recurrence);
  if (joined !== undefined) lines.push({ relation: '=', right: joined, reason: [text('the claim one step earlier')] });
  const put = presenter.tensor(cancelInverses(workspace, workspace.add(applied(model, closed.factor, earlier), rest)), inUse);
  lines.push({ relation: '=', right: put, reason: similar === undefined ? [text('the claim one step earlier')] : whyCancel(presenter, similar) });
  const peeled = presenter.tensor(peelPowers(workspace, closed.value, range.letter, closed.side), inUse);
  const last = presenter.formula(result);
  if (peeled.latex !== put.latex && peeled.latex !== last.latex && similar === undefined) lines.push({ relation: '=', right: peeled });
  if (last.latex !== put.latex) lines.push({ relation: '=', right: last, reason: [text('one more factor joins the power')] });
  return lines;
}

/** A and the claim written next to each other, nothing cancelled yet. */
function sideBySide(presenter: Presenter, factor: Tensor, earlier: Tensor, inUse: readonly string[], recurrence: LinearRecurrence): Mathematics {
  const declaration = presenter.model.declarations.get(recurrence.name);
  const isRow = (declaration?.orientation ?? presenter.model.settings.convention) === 'row';
  const turned = isRow ? presenter.workspace.permute(factor, [1, 0]) : factor;
  const [a, b] = [presenter.raise(turned, inUse).formula, presenter.raise(earlier, inUse).formula];
  const factors = (formula: Formula): readonly Formula[] => (formula.kind === 'product' && formula.style === 'matrix' ? formula.factors : [formula]);
  const all = isRow ? [...factors(b), ...factors(a)] : [...factors(a), ...factors(b)];
  return presenter.formula({ kind: 'product', style: 'matrix', factors: all, shape: b.shape });
}

function whyFactor(presenter: Presenter, similar: Similarity, settings: readonly Setting[]): EquationLine['reason'] & {} {
  const written = settings.map((setting) => settingMath(setting, presenter, presenter.model));
  const diagonals = similar.middle.filter(({ diagonal }) => diagonal).map(({ tensor }) => presenter.tensor(tensor));
  const said: readonly (string | Mathematics)[] = written.length > 0 ? written.flatMap((one, k) => (k === 0 ? [one] : [', ', one])) : ['the equation put in'];
  return sentence(...said, ...(diagonals.length === 0 ? [] : ['; ', ...diagonals.flatMap((one, k) => (k === 0 ? [one] : [', ', one])), ' is diagonal']));
}

function whyCancel(presenter: Presenter, similar: Similarity): EquationLine['reason'] & {} {
  const [a, b] = [presenter.raise(similar.last.tensor).formula, presenter.raise(similar.first.tensor).formula];
  const product = presenter.formula({ kind: 'product', style: 'matrix', factors: [a, b], shape: a.shape });
  return sentence({ latex: `${product.latex} = I`, text: `${product.text} = I` });
}

/** Each entry of the diagonal has its own power. */
function diagonalWords(presenter: Presenter, similar: Similarity): readonly (string | Mathematics)[] {
  const { model } = presenter;
  const [only] = similar.middle;
  const head = only?.leaf.head.head;
  if (similar.middle.length !== 1 || only?.diagonal !== true || head?.kind !== 'symbol' || head.quantity.kind !== 'value') return [];
  const { name } = head.quantity;
  const equation = model.equations.find((candidate) => candidate.name === name && candidate.indices.length === 0);
  const inside = equation?.source.kind === 'diagonal' ? equation.source.of : undefined;
  const [n] = inside?.shape.dims ?? [];
  if (inside === undefined || n === undefined) return [];
  const entry: Formula = { kind: 'entry', of: inside, positions: [wholeLetter('i')], shape: { dims: [] } };
  const power: Formula = {
    kind: 'power',
    style: 'scalar',
    base: entry,
    exponent: { kind: 'whole', value: wholeLetter('t'), shape: { dims: [] } },
    shape: { dims: [] },
  };
  const axis = presenter.formula(entry);
  return [
    'The power is taken entry by entry, ',
    presenter.formula(power),
    ': a direction dies out where ',
    { latex: `|${axis.latex}| < 1`, text: `|${axis.text}| < 1` },
    ' and grows where ',
    { latex: `|${axis.latex}| > 1`, text: `|${axis.text}| > 1` },
    '.',
  ];
}

// ── numbers ──

/** The closed form against the recurrence run through. */
function agrees(
  model: Model,
  recurrence: LinearRecurrence,
  value: Tensor,
  replaced: ReadonlyMap<string, Tensor>,
  settings: SolveSettings,
): { readonly agree: boolean; readonly words: string } {
  const sizes = new Map([...(settings.sizes ?? [])].filter(([name]) => model.sizes.includes(name)));
  const { run } = randomPoint(model, settings.seed, { sizes });
  for (const [name, of] of replaced) run.givenAt(name, [])?.data.set(run.evaluate(of).data);
  run.refresh();
  let worst = 0;
  let last = 0;
  for (const [place] of run.placesOf({ indices: [wholeLetter(recurrence.range.letter)], ranges: [recurrence.range] })) {
    if (place === undefined) continue;
    const formula = run.evaluate(value, new Map([...run.sizes, [recurrence.range.letter, place]]));
    const computed = run.value(recurrence.name, [place]);
    const size = Math.max(...Array.from(computed.data, Math.abs), Number.MIN_VALUE);
    worst = Math.max(worst, ...Array.from(computed.data, (entry, k) => Math.abs(entry - (formula.data[k] ?? Number.NaN)) / size));
    last = place;
  }
  const agree = worst <= 1e-12;
  const shown = worst === 0 ? '0' : worst.toExponential(1);
  return {
    agree,
    words: `${agree ? 'Checked' : 'Not confirmed'} by numbers: the recurrence run through to step ${last} and the closed form differ by ${shown} of the largest entry (seed ${settings.seed}).`,
  };
}
