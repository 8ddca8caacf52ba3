/** One equation under given shapes: the context it is read in, its right side typed, the shapes of its left side determined or compared. */

import { addWhole, lettersOf, type Whole, wholeName } from '../network/whole.js';
import type { Formula, Shape } from '../notation/formula.js';
import type { NameSyntax, Syntax } from '../notation/syntax.js';
import { type Context, defaultOrientation, type FunctionMeaning, fail, type LetterUse, type NameMeaning } from './context.js';
import type { DraftName } from './draft-name.js';
import { elaborate } from './elaborate.js';
import { visit } from './formulas.js';
import type { IndexRange, Settings } from './model.js';
import { describeShape, rankOf, takesAnyShape, unifyShapes } from './shapes.js';
import type { SizeSolver } from './sizes.js';
import type { PlacedName } from './syntax-walk.js';

/** One name of the model with what was said of it. */
export interface NameEntry {
  readonly draft: DraftName;
  readonly indices: readonly IndexRange[];
  readonly said: Shape | undefined;
  /** It has an equation. */
  readonly computed: boolean;
}

/** The left side of an equation: a name at indices, perhaps entry by entry. */
export interface Target {
  readonly key: string;
  readonly indices: readonly Whole[];
  readonly axes: readonly string[];
  readonly name: PlacedName;
}

/** An equation, or a join of several names on its left. */
export interface EquationDraft {
  readonly targets: readonly Target[];
  readonly direction: 'beside' | 'below';
  readonly right: Syntax;
  /** Keys that its right side reads. */
  readonly reads: ReadonlySet<string>;
}

export interface Reading {
  readonly entries: ReadonlyMap<string, NameEntry>;
  readonly functions: ReadonlyMap<string, FunctionMeaning>;
  readonly equations: readonly EquationDraft[];
  readonly letters: ReadonlyMap<string, IndexRange>;
  readonly sizes: ReadonlySet<string>;
  readonly settings: Settings;
  readonly loss: string | undefined;
  keyOf(name: NameSyntax): string | undefined;
}

/** A context over names with the given shapes. */
export function contextOf(problem: Reading, shapes: ReadonlyMap<string, Shape>, solver: SizeSolver): Context {
  return {
    settings: problem.settings,
    solver,
    names: (key) => meaningOf(key, problem, shapes),
    keyOf: (name) => problem.keyOf(name),
    functions: (key) => functionMeaning(key, problem, shapes),
    letters: problem.letters,
    sizes: problem.sizes,
    scope: new Map(),
    known: [...problem.entries.keys(), ...problem.functions.keys()],
    ...(problem.loss === undefined ? {} : { loss: problem.loss }),
  };
}

function meaningOf(key: string, problem: Reading, shapes: ReadonlyMap<string, Shape>): NameMeaning | undefined {
  const entry = problem.entries.get(key);
  const shape = shapes.get(key);
  return entry === undefined || shape === undefined ? undefined : { key, text: key, indices: entry.indices, shape };
}

/** An unspecified function that is a whole right side takes the shape of the left one. */
function functionMeaning(key: string, problem: Reading, shapes: ReadonlyMap<string, Shape>): FunctionMeaning | undefined {
  const meaning = problem.functions.get(key);
  if (meaning === undefined || meaning.entrywise || meaning.definition !== undefined || meaning.args !== undefined) return meaning;
  const whole = problem.equations.find(({ right, targets }) => right.kind === 'call' && right.callee.key === key && targets.length === 1);
  const shape = whole?.targets[0] === undefined ? undefined : shapes.get(whole.targets[0].key);
  return shape === undefined ? meaning : { ...meaning, shape };
}

/** Whether a right side is a plain number, which any shape may be set to. */
function isConstant(formula: Formula): boolean {
  let constant = rankOf(formula.shape) === 0;
  visit(formula, (inner) => {
    if (inner.kind === 'name' || inner.kind === 'unspecified' || inner.kind === 'derivative') constant = false;
  });
  return constant;
}

function scopeOf(targets: readonly Target[], shapes: ReadonlyMap<string, Shape>, context: Context, problem: Reading): Map<string, LetterUse> {
  const scope = new Map<string, LetterUse>();
  for (const target of targets) {
    const entry = problem.entries.get(target.key);
    target.indices.forEach((index, k) => {
      for (const letter of lettersOf(index)) {
        const range = entry?.indices[k];
        if (!problem.sizes.has(letter) || wholeName(index) === letter) scope.set(letter, range === undefined ? {} : { indexOf: range });
      }
    });
    const dims = shapes.get(target.key)?.dims;
    target.axes.forEach((letter, k) => scope.set(letter, { axis: dims?.[k] ?? context.solver.fresh() }));
  }
  return scope;
}

/** Reads an equation: its right side, typed; the shapes of its left side are determined or compared. */
export function readEquation(equation: EquationDraft, outer: Context, shapes: Map<string, Shape>, problem: Reading): Formula {
  const { targets } = equation;
  const [only] = targets;
  for (const target of targets) checkAxes(target, shapes);
  const scope = scopeOf(targets, shapes, outer, problem);
  const letters = new Set(scope.keys());
  const context: Context = { ...outer, scope };
  const right = elaborate(equation.right, context);
  const free = [...scope.keys()].find((letter) => !letters.has(letter));
  if (free !== undefined) {
    fail({
      ruleId: 'free-letter',
      message: `The letter ${free} counts along an axis on the right, and the left side has no ${free}.`,
      fix: `Write ${free} on the left too, or sum over it.`,
      region: equation.right.region,
    });
  }
  if (targets.length === 1 && only !== undefined) return assignOne(only, right, context, shapes);
  assignJoin(equation, right, context, shapes);
  return right;
}

function checkAxes(target: Target, shapes: ReadonlyMap<string, Shape>): void {
  const shape = shapes.get(target.key);
  if (shape !== undefined && target.axes.length > rankOf(shape)) {
    fail({
      ruleId: 'ill-shaped',
      message: `\`${target.key}\` has ${rankOf(shape)} axes, and ${target.axes.length} letters run over them.`,
      region: target.name.region,
    });
  }
}

function assignOne(target: Target, right: Formula, context: Context, shapes: Map<string, Shape>): Formula {
  const known = shapes.get(target.key);
  const axisDims = target.axes.map((letter) => context.scope.get(letter)?.axis ?? context.solver.fresh());
  if (known === undefined) {
    const dims = [...axisDims, ...right.shape.dims];
    shapes.set(target.key, target.axes.length === 0 ? right.shape : vectorOrMore(dims, context));
    return right;
  }
  const expected: Shape = target.axes.length === 0 ? known : vectorOrMore(known.dims.slice(target.axes.length), context);
  if (takesAnyShape(right)) return { ...right, shape: expected };
  if (unifyShapes(expected, right.shape, context.solver) || isConstant(right)) return right;
  return fail({
    ruleId: 'shape-mismatch',
    message: `The two sides of this equation have different shapes.`,
    why: `\`${target.key}\` is ${describeShape(expected, context.solver)}; its right side is ${describeShape(right.shape, context.solver)}.`,
    fix: 'Change the declaration or the equation so that both say the same.',
    ...(right.region === undefined
      ? { region: target.name.region }
      : { region: { ...right.region, startLine: target.name.region.startLine, startColumn: target.name.region.startColumn } }),
  });
}

const vectorOrMore = (dims: readonly Whole[], context: Context): Shape => {
  const orientation = defaultOrientation(context);
  return dims.length === 1 && orientation !== undefined ? { dims, orientation } : { dims };
};

/** Axis along which the parts of a join lie. */
export function joinAxis(right: Shape, direction: 'beside' | 'below'): number {
  return rankOf(right) === 2 && direction === 'beside' ? 1 : 0;
}

function assignJoin(equation: EquationDraft, right: Formula, context: Context, shapes: Map<string, Shape>): void {
  const axis = joinAxis(right.shape, equation.direction);
  const whole = right.shape.dims[axis];
  if (whole === undefined) return fail({ ruleId: 'ill-shaped', message: 'A scalar has no parts.', region: equation.right.region });
  let sum: Whole | undefined;
  for (const target of equation.targets) {
    const known = shapes.get(target.key);
    const shape: Shape = known ?? { ...right.shape, dims: right.shape.dims.map((dim, k) => (k === axis ? context.solver.fresh() : dim)) };
    const expected: Shape = { ...right.shape, dims: right.shape.dims.map((dim, k) => (k === axis ? (shape.dims[k] ?? dim) : dim)) };
    if (!unifyShapes(shape, expected, context.solver)) {
      fail({
        ruleId: 'shape-mismatch',
        message: `\`${target.key}\` does not fit as a part of the right side.`,
        why: `It is ${describeShape(shape, context.solver)}; the right side is ${describeShape(right.shape, context.solver)}.`,
        region: target.name.region,
      });
    }
    shapes.set(target.key, shape);
    const size = shape.dims[axis] ?? whole;
    sum = sum === undefined ? size : addWhole(sum, size);
  }
  if (sum !== undefined && !context.solver.unify(sum, whole)) {
    fail({
      ruleId: 'shape-mismatch',
      message: 'The parts on the left do not add up to the right side.',
      why: `Together they have ${context.solver.resolve(sum).key} places; the right side has ${context.solver.resolve(whole).key}.`,
      region: equation.right.region,
    });
  }
  equalParts(equation, axis, context, shapes);
}

/** Parts whose sizes nothing says are equal. */
function equalParts(equation: EquationDraft, axis: number, context: Context, shapes: ReadonlyMap<string, Shape>): void {
  const sizes = equation.targets.map(({ key }) => shapes.get(key)?.dims[axis]);
  const open = sizes.filter((size): size is Whole => size !== undefined && context.solver.unknownsOf(size).length > 0);
  const [first, ...others] = open;
  if (first !== undefined && others.length > 0) for (const other of others) context.solver.unify(first, other);
}
