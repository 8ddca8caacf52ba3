/** From the text of a model block to the model: every line read, shapes inferred, roles and boundary values settled, equations lowered. */

import { InputError } from '../errors.js';
import { createWorkspace } from '../network/index.js';
import type { Tensor } from '../network/tensor.js';
import { lettersOf, WHOLE_ZERO, type Whole, wholeName } from '../network/whole.js';
import type { Workspace } from '../network/workspace.js';
import type { Shape } from '../notation/formula.js';
import { lower, PI } from '../notation/lower.js';
import { boundariesOf } from './boundaries.js';
import { Building, type TypedEquation } from './building.js';
import { refuseCircles, spelledWith } from './circles.js';
import { draftOf } from './draft.js';
import { visit } from './formulas.js';
import type { Assumptions, BoundaryValue, Declaration, Equation, IndexRange, Model, Role, Settings, UnspecifiedFunction } from './model.js';
import { readsOf } from './reads.js';
import { lossOf, type RoleFacts, recurrenceLetters, roleOf } from './roles.js';
import { completeSettings } from './settings.js';
import { wholeText } from './shapes.js';

export interface BuildOptions {
  /** `lstm`, or the word after the block kind; empty for a sheet's unnamed model. */
  readonly name?: string;
  readonly settings?: Partial<Settings>;
  /** Line of the file at which the text begins. */
  readonly line?: number;
  readonly file?: string;
}

function declarationOf(building: Building, key: string, role: Role, indices: readonly IndexRange[]): Declaration {
  const entry = building.reading.entries.get(key);
  const shape = building.shapes.get(key);
  if (entry === undefined || shape === undefined) throw new InputError({ ruleId: 'unknown-name', message: `\`${key}\` has no shape.` });
  const { draft } = entry;
  const assumptions: Assumptions = building.said.get(key)?.assumptions ?? {};
  return {
    name: key,
    spelling: draft.spelling,
    indices,
    dims: shape.dims,
    ...(shape.dims.length === 1 ? { orientation: shape.orientation ?? building.settings.convention } : {}),
    role,
    assumptions,
    region: draft.region,
  };
}

function tensorOf(typed: TypedEquation, building: Building, workspace: Workspace, loss: string | undefined): Tensor {
  const dims = building.shapes.get(typed.target.key)?.dims ?? [];
  const axes = new Map(typed.target.axes.map((letter, k): [string, Whole] => [letter, dims[k] ?? WHOLE_ZERO]));
  const tensor = lower(typed.source, workspace, { axes, ...(loss === undefined ? {} : { loss }) });
  if (tensor.dims.length === dims.length) return tensor;
  const labels = dims.map((_, k) => `${k}`);
  return workspace.contract(labels, [{ tensor, labels: [] }], new Map(labels.map((label, k) => [label, dims[k] ?? WHOLE_ZERO])));
}

function functionsIn(building: Building, typed: readonly TypedEquation[]): ReadonlyMap<string, UnspecifiedFunction> {
  const found = new Map<string, UnspecifiedFunction>();
  for (const { source } of typed) {
    visit(source, (inner) => {
      if (inner.kind !== 'unspecified' || found.has(inner.name)) return;
      const draft = building.draft.names.get(inner.name);
      const meaning = building.reading.functions.get(inner.name);
      if (draft === undefined || meaning === undefined) return;
      const taken = inner.wrt.reduce((sum, k) => sum + (inner.args[k]?.shape.dims.length ?? 0), 0);
      const dims = inner.entrywise ? [] : inner.shape.dims.slice(0, inner.shape.dims.length - taken);
      found.set(inner.name, {
        name: inner.name,
        spelling: draft.spelling,
        entrywise: inner.entrywise,
        indices: meaning.indices,
        dims,
        args: inner.entrywise ? [[]] : inner.args.map(({ shape }) => shape.dims),
      });
    });
  }
  return found;
}

function givenBoundaries(
  building: Building,
  typed: readonly TypedEquation[],
  isInside: (key: string, indices: readonly Whole[]) => boolean,
): readonly BoundaryValue[] {
  const freed = [...building.said].flatMap(([key, { freed: places }]) => places.map((indices): BoundaryValue => ({ name: key, indices, kind: 'freed' })));
  const set = typed
    .filter(
      ({ placement }) =>
        placement.indices.length > 0 &&
        placement.ranges.length < placement.indices.length &&
        placement.indices.some((index) => !isLetter(index, placement.ranges)),
    )
    .map(({ target, placement }): BoundaryValue => ({ name: target.key, indices: placement.indices, kind: 'equation' }));
  return [...freed, ...set].filter(({ name, indices }) => !isInside(name, indices));
}

const isLetter = (index: Whole, ranges: readonly IndexRange[]): boolean => ranges.some(({ letter }) => wholeName(index) === letter);

/** Names of sizes and lengths in the order in which declarations and ranges mention them. */
function sizesOf(declarations: Iterable<Declaration>, letters: ReadonlyMap<string, IndexRange>, equations: readonly TypedEquation[]): readonly string[] {
  const found = new Set<string>();
  const take = (whole: Whole, bound: ReadonlySet<string> = new Set()): void => {
    for (const letter of lettersOf(whole)) if (!letters.has(letter) && !bound.has(letter)) found.add(letter);
  };
  for (const { dims, indices } of declarations) {
    dims.forEach((dim) => take(dim));
    for (const { from, to } of indices) [from, to].forEach((end) => take(end));
  }
  for (const { source, placement, target } of equations) {
    const bound = new Set<string>(target.axes);
    for (const { from, to } of placement.ranges) [from, to].forEach((end) => take(end));
    visit(source, (inner) => {
      if (inner.kind === 'rangeSum' || inner.kind === 'rangeProduct' || inner.kind === 'rangeBlocks' || inner.kind === 'axisSum') bound.add(inner.letter);
    });
    visit(source, (inner) => {
      if (inner.kind === 'rangeSum' || inner.kind === 'rangeProduct' || inner.kind === 'rangeBlocks') [inner.from, inner.to].forEach((end) => take(end, bound));
      if (inner.kind === 'whole') take(inner.value, bound);
    });
  }
  return [...found];
}

function shapeText(key: string, shape: Shape): string {
  const dims = shape.dims.map(wholeText);
  const sides = shape.orientation === 'row' ? ['1', ...dims] : dims;
  return sides.length === 0 ? `${key} ∈ ℝ` : `${key} ∈ ℝ^{${sides.join('×')}}`;
}

function usesPi(typed: readonly TypedEquation[]): boolean {
  let found = false;
  for (const { source } of typed)
    visit(source, (inner) => {
      if (inner.kind === 'constant') found = true;
    });
  return found;
}

const PI_DECLARATION: Declaration = {
  name: PI,
  spelling: { latex: '\\pi', text: 'π', indexPlace: 'subscript' },
  indices: [],
  dims: [],
  role: 'constant',
  assumptions: { low: Math.PI, high: Math.PI },
};

function assumeFacts(workspace: Workspace, declarations: Iterable<Declaration>): void {
  for (const { name, assumptions } of declarations) {
    const { sumsToOne, symmetric, orthogonal } = assumptions;
    if (sumsToOne === true || symmetric === true || orthogonal === true) {
      workspace.assume(name, {
        ...(sumsToOne === true ? { sumsToOne } : {}),
        ...(symmetric === true ? { symmetric } : {}),
        ...(orthogonal === true ? { orthogonal } : {}),
      });
    }
  }
}

function assemble(building: Building, name: string): Model {
  const typed = building.typed();
  const { entries } = building.reading;
  const readsOfEach = typed.map(({ source }) => readsOf(source));
  const recurrent = recurrenceLetters(readsOfEach.map((reads) => ({ reads })));
  const general = new Set(
    typed.filter(({ placement }) => placement.indices.every((index) => isLetter(index, placement.ranges))).map(({ target }) => target.key),
  );
  // Λ = diag(λ) of a constant Λ makes λ, of which nothing else is said, a constant too.
  const inheritedRole = (key: string): Role | undefined => {
    const readers = typed.filter((_, k) => (readsOfEach[k] ?? []).some(({ name: read }) => read === key));
    const isConstant = readers.length > 0 && readers.every(({ target }) => building.said.get(target.key)?.role === 'constant');
    return isConstant && entries.get(key)?.said === undefined ? 'constant' : undefined;
  };
  const facts = [...entries.values()].map((entry): RoleFacts => {
    const { key } = entry.draft;
    return {
      entry,
      said: building.said.get(key)?.role ?? inheritedRole(key),
      shape: building.shapes.get(key) ?? { dims: [] },
      hasEquation: general.has(key) || (entry.computed && entry.indices.length === 0),
    };
  });
  refuseCircles(
    typed.map(({ target, placement, resolved }, k) => ({
      name: target.key,
      indices: placement.indices,
      ranges: placement.ranges,
      reads: readsOfEach[k] ?? [],
      region: resolved.text.region,
      spelled: (indices) => spelledWith(target.key, indices),
    })),
  );
  const readByOthers = new Set(typed.flatMap(({ target }, k) => (readsOfEach[k] ?? []).map((read) => read.name).filter((read) => read !== target.key)));
  const loss = building.reading.loss ?? lossOf(facts, readByOthers);
  const declarations = new Map(
    facts.map((fact): [string, Declaration] => [
      fact.entry.draft.key,
      declarationOf(building, fact.entry.draft.key, roleOf(fact, recurrent), building.rangesOf(fact.entry.draft.key, typed)),
    ]),
  );
  if (usesPi(typed) && !declarations.has(PI)) declarations.set(PI, PI_DECLARATION);
  refuseComputedAssumptions(building, declarations);
  const workspace = createWorkspace();
  assumeFacts(workspace, declarations.values());
  const equations = typed.map(
    (one): Equation => ({
      name: one.target.key,
      indices: one.placement.indices,
      ranges: one.placement.ranges,
      ...(one.target.axes.length === 0 ? {} : { axes: one.target.axes }),
      source: one.source,
      value: tensorOf(one, building, workspace, loss),
      region: one.resolved.text.region,
    }),
  );
  const rangesFor = (key: string): readonly IndexRange[] | undefined => declarations.get(key)?.indices;
  const inside = (key: string, indices: readonly Whole[]): boolean =>
    boundariesOf([{ ranges: [], reads: [{ name: key, indices, bound: new Map(), differentiated: false }] }], rangesFor, []).length === 0;
  const boundaries = boundariesOf(
    typed.map(({ placement }, k) => ({ ranges: placement.ranges, reads: readsOfEach[k] ?? [] })),
    rangesFor,
    givenBoundaries(building, typed, inside),
  );
  const inferred = facts.filter(({ entry }) => entry.said === undefined).map(({ entry, shape }) => shapeText(entry.draft.key, shape));
  return {
    name,
    ...(building.settings.title === undefined ? {} : { title: building.settings.title }),
    settings: building.settings,
    workspace,
    declarations,
    functions: functionsIn(building, typed),
    equations,
    boundaries,
    sizes: sizesOf(declarations.values(), building.letters, typed),
    letters: building.letters,
    loss,
    inferred: [...inferred, ...building.notes],
  };
}

/** What is computed is what it is: a line that assumes something of it would be a claim. */
function refuseComputedAssumptions(building: Building, declarations: ReadonlyMap<string, Declaration>): void {
  for (const { name, says, region } of building.text.assumptions) {
    if (declarations.get(name)?.role !== 'computed' || says.diagonal === true) continue;
    throw new InputError({
      ruleId: 'assumption-on-computed',
      message: `\`${name}\` has an equation, so nothing can be assumed of it.`,
      fix: 'Put the line into a `claim` block.',
      region,
    });
  }
}

/** Puts the file's name on every problem. */
function inFile<X>(file: string | undefined, read: () => X): X {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError) || file === undefined) throw error;
    throw new InputError(error.problems.map((problem) => ({ file, ...problem })));
  }
}

/**
 * Reads the equations of one model.
 * Throws an InputError with every mistake found: unknown names, contradictory shapes, products that do not conform, circles, unreadable lines.
 */
export function buildModel(text: string, options: BuildOptions = {}): Model {
  const settings = completeSettings(options.settings ?? {});
  return inFile(options.file, () => assemble(new Building(draftOf(text, options.line ?? 1, settings), settings), options.name ?? ''));
}
