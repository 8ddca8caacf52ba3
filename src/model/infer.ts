/**
 * Shapes that were left out: by unification over the equations, under the fewest departures from "a capital letter is a matrix, a small one a vector".
 *
 * Each attempt reads all equations once; the search adds one departure at a time and stops when nothing improves, so it ends after
 * at most (undeclared names) × (departures) attempts, bounded by `MOST_ATTEMPTS`.
 */

import { InputError, type Problem } from '../errors.js';
import { wholeLetter } from '../network/whole.js';
import type { Shape } from '../notation/formula.js';
import { type Context, fail } from './context.js';
import type { DraftName } from './draft-name.js';
import { contextOf, type EquationDraft, type NameEntry, type Reading, readEquation } from './equations.js';
import { matrixShape, resolveShape, SCALAR, turned, vectorShape } from './shapes.js';
import { SizeSolver } from './sizes.js';

type Departure = 'scalar' | 'vector' | 'turned' | 'matrix';

const MOST_ATTEMPTS = 400;

const isCapital = (name: DraftName): boolean => /^[A-Z]/.test(name.raw.base) || name.raw.base === 'Lambda';

/** Reads all equations under one choice of ranks for the names without shapes. */
class Attempt {
  readonly solver = new SizeSolver();
  readonly shapes = new Map<string, Shape>();
  readonly errors: InputError[] = [];
  done = 0;

  constructor(
    private readonly problem: Reading,
    private readonly departures: ReadonlyMap<string, Departure>,
    scalars: ReadonlySet<string>,
  ) {
    for (const [key, entry] of problem.entries) {
      if (entry.said !== undefined) this.shapes.set(key, entry.said);
      else if (scalars.has(key)) this.shapes.set(key, SCALAR);
      else if (!entry.computed || departures.has(key)) this.shapes.set(key, this.guess(key, entry));
    }
    this.run();
  }

  private guess(key: string, { draft }: NameEntry): Shape {
    const { settings } = this.problem;
    const convention = settings.dialect === 'numpy' ? undefined : settings.convention;
    const usual: Departure = draft.positions > 0 ? (draft.positions === 1 ? 'vector' : 'matrix') : isCapital(draft) ? 'matrix' : 'vector';
    switch (this.departures.get(key) ?? usual) {
      case 'scalar':
        return SCALAR;
      case 'vector':
        return vectorShape(this.solver.fresh(), convention);
      case 'turned':
        return vectorShape(this.solver.fresh(), turned(convention));
      case 'matrix':
        return matrixShape(this.solver.fresh(), this.solver.fresh());
    }
  }

  private run(): void {
    const waiting = new Set(this.problem.equations);
    while (waiting.size > 0) {
      const ready = [...waiting].find(({ reads }) => [...reads].every((key) => this.shapes.has(key) || !this.problem.entries.has(key)));
      if (ready === undefined) {
        this.assumeOne(waiting);
        continue;
      }
      waiting.delete(ready);
      try {
        readEquation(ready, this.context(), this.shapes, this.problem);
        this.done += 1;
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        this.errors.push(error);
        for (const { key } of ready.targets) if (!this.shapes.has(key)) this.assume(key);
      }
    }
    const clash = this.solver.contradiction();
    if (clash !== undefined)
      this.errors.push(new InputError({ ruleId: 'shape-mismatch', message: `The sizes ${clash[0].key} and ${clash[1].key} would have to be equal.` }));
  }

  private assume(key: string): void {
    const entry = this.problem.entries.get(key);
    if (entry !== undefined) this.shapes.set(key, this.guess(key, entry));
  }

  /** Equations wait for each other in a loop: the first unknown name (a small letter before a capital one) takes its usual shape. */
  private assumeOne(waiting: ReadonlySet<EquationDraft>): void {
    const unknown = [...waiting].flatMap(({ reads }) => [...reads]).filter((key) => !this.shapes.has(key) && this.problem.entries.has(key));
    const small = unknown.find((key) => !isCapital(this.problem.entries.get(key)?.draft ?? fail({ ruleId: 'unknown-name', message: key })));
    const key = small ?? unknown[0];
    if (key !== undefined) this.assume(key);
  }

  context(): Context {
    return contextOf(this.problem, this.shapes, this.solver);
  }
}

// ---------------------------------------------------------------- search

function candidates(problem: Reading, taken: ReadonlyMap<string, Departure>): readonly (readonly [string, Departure])[] {
  const undeclared = [...problem.entries.values()].filter(
    ({ said, draft }) => said === undefined && taken.get(draft.key) !== 'matrix' && taken.get(draft.key) !== 'turned',
  );
  const rank = ({ computed, indices }: NameEntry): number => (computed ? 2 : indices.length > 0 ? 1 : 0);
  return [...undeclared]
    .sort((a, b) => rank(a) - rank(b))
    .flatMap(({ draft }) => {
      const options: readonly Departure[] = isCapital(draft) ? ['vector', 'scalar', 'turned'] : ['scalar', 'matrix', 'turned', 'vector'];
      return options.filter((option) => taken.get(draft.key) !== option).map((option): readonly [string, Departure] => [draft.key, option]);
    });
}

/** Where the search may begin: as letters say, with scalar parameters, with small letters as scalars throughout. */
function beginnings(problem: Reading): readonly ReadonlyMap<string, Departure>[] {
  const small = [...problem.entries.values()].filter(({ said, draft }) => said === undefined && !isCapital(draft) && draft.positions === 0);
  const scalars = (entries: readonly NameEntry[]): ReadonlyMap<string, Departure> => new Map(entries.map(({ draft }) => [draft.key, 'scalar']));
  return [
    scalars(small.filter(({ computed, indices }) => !computed && indices.length === 0)),
    scalars(small.filter(({ computed }) => !computed)),
    scalars(small),
  ];
}

/** Names that look like the loss: a scalar, wherever the equations let them be one. */
function likelyLosses(problem: Reading): ReadonlySet<string> {
  const reads = new Set(problem.equations.flatMap((equation) => [...equation.reads].filter((key) => !equation.targets.some((target) => target.key === key))));
  const likely = [...problem.entries.values()].filter(
    ({ said, computed, indices, draft }) =>
      said === undefined && computed && indices.length === 0 && !reads.has(draft.key) && /^(J|L|E|ell|loss|cost)$/.test(draft.raw.base),
  );
  return new Set([...likely.map(({ draft }) => draft.key), ...(problem.loss === undefined ? [] : [problem.loss])]);
}

function bestAttempt(problem: Reading): Attempt {
  const losses = likelyLosses(problem);
  const { found, plain } = search(problem, losses);
  if (found !== undefined) return found;
  const other = losses.size === 0 ? undefined : search(problem, new Set()).found;
  return other ?? plain;
}

interface Begun {
  readonly departures: ReadonlyMap<string, Departure>;
  readonly attempt: Attempt;
}

/** How far the shapes of an attempt are from what the letters say; of several that conform, the nearest is taken. */
function strangeness({ shapes }: Attempt, problem: Reading): number {
  let sum = 0;
  for (const [key, { draft, said, computed }] of problem.entries) {
    const shape = shapes.get(key);
    if (said !== undefined || shape === undefined) continue;
    const rank = shape.dims.length;
    const isTurned = rank === 1 && shape.orientation !== undefined && shape.orientation !== problem.settings.convention;
    const cost = isCapital(draft) ? ([2, 1, 0][rank] ?? 3) : ([1, 0, 2][rank] ?? 3);
    sum += (isTurned ? 3 : 0) + (computed && rank < 2 ? cost / 2 : cost);
  }
  return sum;
}

/** Mistakes that another shape of some name can mend. */
const SHAPE_RULES = new Set(['ill-shaped', 'shape-mismatch', 'ambiguous', 'out-of-range']);

const conforms = ({ attempt }: Begun): boolean => attempt.errors.length === 0;

function plainest(all: readonly Begun[], problem: Reading): Attempt | undefined {
  const ranked = all.filter(conforms).map(({ attempt }) => ({ attempt, cost: strangeness(attempt, problem) }));
  return ranked.sort((a, b) => a.cost - b.cost)[0]?.attempt;
}

function search(problem: Reading, scalars: ReadonlySet<string>): { readonly found: Attempt | undefined; readonly plain: Attempt } {
  const begin = (departures: ReadonlyMap<string, Departure>): Begun => ({ departures, attempt: new Attempt(problem, departures, scalars) });
  const first = begin(new Map());
  const plain = first.attempt;
  if (conforms(first) || plain.errors.some(({ problems }) => problems.some(({ ruleId }) => !SHAPE_RULES.has(ruleId))))
    return { found: conforms(first) ? plain : undefined, plain };
  const work = { left: MOST_ATTEMPTS };
  const others = beginnings(problem).map(begin);
  const found = [first, ...others].map((begun) => (conforms(begun) ? begun : climb(problem, begun, work, scalars))).filter((begun) => begun !== undefined);
  return { found: plainest(found, problem), plain };
}

/** Adds the departure that lets most equations be read, until all can be. */
function climb(problem: Reading, begin: Begun, work: { left: number }, scalars: ReadonlySet<string>): Begun | undefined {
  let best = begin;
  for (;;) {
    const tried: Begun[] = [];
    for (const [key, departure] of candidates(problem, best.departures)) {
      work.left -= 1;
      if (work.left < 0) return undefined;
      const departures = new Map([...best.departures, [key, departure]]);
      tried.push({ departures, attempt: new Attempt(problem, departures, scalars) });
    }
    const nearest = plainest(tried, problem);
    if (nearest !== undefined) return tried.find(({ attempt }) => attempt === nearest);
    const most = Math.max(...tried.map(({ attempt }) => attempt.done));
    const better = tried.find(({ attempt }) => attempt.done === most);
    if (better === undefined || most <= best.attempt.done) return undefined;
    best = better;
  }
}

/** Names for open sizes: of states, of inputs. */
const STATE_SIZES = ['n', 'm', 'p', 'q', 'r', 's', 'd', 'u', 'v', 'w'];
const INPUT_SIZES = ['d', 'm', 'p', 'q', 'r', 's', 'n', 'u', 'v', 'w'];

/** Names for the sizes that nothing determines: hidden states first. */
function nameOpenSizes(attempt: Attempt, problem: Reading): readonly string[] {
  const used = new Set([...problem.sizes, ...problem.letters.keys(), ...[...problem.entries.values()].map(({ draft }) => draft.raw.base)]);
  const named: string[] = [];
  const free = (names: readonly string[]): string => {
    const plain = names.find((name) => !used.has(name));
    let name = plain ?? 'n_1';
    for (let count = 1; used.has(name); count += 1) name = `n_${count}`;
    used.add(name);
    named.push(name);
    return name;
  };
  const rank = (entry: NameEntry): number => (entry.computed && entry.indices.length > 0 ? 0 : entry.indices.length > 0 ? 1 : 2);
  const ordered = [...problem.entries.values()].sort((a, b) => rank(a) - rank(b));
  for (const { draft, computed } of ordered) {
    for (const dim of attempt.shapes.get(draft.key)?.dims ?? []) {
      for (const unknown of attempt.solver.unknownsOf(dim)) attempt.solver.unify(wholeLetter(unknown), wholeLetter(free(computed ? STATE_SIZES : INPUT_SIZES)));
    }
  }
  return named;
}

export interface Inferred {
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Names given to sizes that were left open. */
  readonly newSizes: readonly string[];
}

/**
 * The shape of every name. Throws an InputError with the mistakes of the plainest reading where no choice of ranks
 * for the names without shapes makes all equations conform.
 */
export function inferShapes(problem: Reading): Inferred {
  const attempt = bestAttempt(problem);
  if (attempt.errors.length > 0) throw new InputError(distinct(attempt.errors.flatMap(({ problems }) => problems)));
  const newSizes = nameOpenSizes(attempt, problem);
  const shapes = new Map([...attempt.shapes].map(([key, shape]) => [key, resolveShape(shape, attempt.solver)]));
  return { shapes, newSizes };
}

function distinct(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ message, region }) => {
    const key = `${message}@${region?.startLine}:${region?.startColumn}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
