/** The passes over a model's lines that need no network: names, shapes, typed equations on their own letters. */

import { InputError, type Problem } from '../errors.js';
import { addWhole, lettersOf, substituteWhole, WHOLE_ZERO, type Whole, wholeName, wholeValue } from '../network/whole.js';
import type { Formula, Shape } from '../notation/formula.js';
import { classify, type ModelText } from './classify.js';
import type { Context } from './context.js';
import type { Draft } from './draft.js';
import { settled } from './elaborate.js';
import { limitsOf, readCondition } from './elaborate-sums.js';
import {
  collectSaid,
  conventionOf,
  coveredRange,
  entriesOf,
  functionsOf,
  keyReader,
  type Placement,
  placementOf,
  type ResolvedEquation,
  refuseSlips,
  resolveEquations,
  type SaidOfName,
  splitAround,
} from './entries.js';
import { contextOf, joinAxis, type Reading, readEquation, type Target } from './equations.js';
import { formula, numberFormula, rewrite } from './formulas.js';
import { inferShapes } from './infer.js';
import type { IndexRange, Settings } from './model.js';
import { letterRanges, rangesOf } from './ranges.js';
import { nearest } from './settings.js';
import { SizeSolver } from './sizes.js';

/** An equation for one name, typed, with everything settled but its tensor. */
export interface TypedEquation {
  readonly target: Target;
  readonly placement: Placement;
  readonly source: Formula;
  readonly resolved: ResolvedEquation;
}

/** All that the passes over a model share. */
export class Building {
  readonly text: ModelText;
  readonly settings: Settings;
  readonly letters: ReadonlyMap<string, IndexRange>;
  readonly said: ReadonlyMap<string, SaidOfName>;
  readonly resolved: readonly ResolvedEquation[];
  readonly reading: Reading;
  readonly shapes: ReadonlyMap<string, Shape>;
  readonly newSizes: readonly string[];
  readonly notes: string[] = [];

  constructor(
    readonly draft: Draft,
    settings: Settings,
  ) {
    this.text = classify(draft);
    this.settings = conventionOf(this.text, settings);
    this.letters = letterRanges(this.text, draft.letters);
    this.said = collectSaid(this.text, draft, this.letters, this.settings);
    refuseSlips(draft, this.said, nearest);
    this.resolved = resolveEquations(this.text, draft, this.letters);
    const entries = entriesOf(draft, this.said, this.resolved, this.letters);
    this.reading = {
      entries,
      functions: functionsOf(this.text, draft, this.letters, this.settings),
      equations: this.resolved,
      letters: this.letters,
      sizes: draft.sizes,
      settings: this.settings,
      loss: this.saidLoss(entries),
      keyOf: keyReader(draft),
    };
    const inferred = inferShapes(this.reading);
    this.shapes = inferred.shapes;
    this.newSizes = inferred.newSizes;
  }

  private saidLoss(entries: Reading['entries']): string | undefined {
    const written = this.settings.loss;
    if (written === undefined) return undefined;
    const plain = (text: string): string => text.replaceAll(/[{}\\\s]/g, '').toLowerCase();
    const found = [...entries.keys()].find((key) => plain(key) === plain(written));
    if (found !== undefined) return found;
    const guess = nearest(written, [...entries.keys()]);
    throw new InputError({
      ruleId: 'unknown-name',
      message: `The front matter names the loss \`${written}\`, which the model does not have.`,
      ...(guess === undefined ? {} : { fix: `Did you mean \`${guess}\`?` }),
    });
  }

  // ---------------------------------------------------------------- equations

  /** Places that equations set or shape lines free. */
  private isGiven(key: string, indices: readonly Whole[]): boolean {
    const same = (other: readonly Whole[]): boolean => other.length === indices.length && other.every((whole, k) => whole.key === indices[k]?.key);
    return (
      this.resolved.some(({ targets }) => targets.some((target) => target.key === key && same(target.indices))) || (this.said.get(key)?.freed ?? []).some(same)
    );
  }

  typed(): readonly TypedEquation[] {
    const problems: Problem[] = [];
    const all = this.resolved.flatMap((resolved): readonly TypedEquation[] => {
      try {
        return this.typedEquation(resolved);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        problems.push(...error.problems);
        return [];
      }
    });
    if (problems.length > 0) throw new InputError(problems);
    return all;
  }

  private typedEquation(resolved: ResolvedEquation): readonly TypedEquation[] {
    const solver = new SizeSolver();
    const shapes = new Map(this.shapes);
    const context: Context = { ...contextOf(this.reading, shapes, solver), note: (text, region) => this.notes.push(`line ${region.startLine}: ${text}`) };
    const right = settled(readEquation(resolved, context, shapes, this.reading), context);
    if (resolved.targets.length === 1 && resolved.targets[0] !== undefined) return this.placed(resolved, resolved.targets[0], right);
    const axis = joinAxis(right.shape, resolved.direction);
    let offset: Whole = WHOLE_ZERO;
    return resolved.targets.flatMap((target) => {
      const shape = this.shapes.get(target.key) ?? right.shape;
      const size = shape.dims[axis] ?? WHOLE_ZERO;
      const part = formula({ kind: 'blockOf', of: right, axis, offset, size, label: undefined }, shape, right.region);
      offset = addWhole(offset, size);
      return this.placed(resolved, target, part);
    });
  }

  private placed(resolved: ResolvedEquation, target: Target, right: Formula): readonly TypedEquation[] {
    const defaults = this.reading.entries.get(target.key)?.indices ?? [];
    const general = placementOf(target, rangesOf(resolved.text.trailer), defaults, (indices) => this.isGiven(target.key, indices), this.letters);
    const { placement, source } = this.conditioned(resolved, target, general, right);
    const moved = general.shifts.size === 0 ? source : rewrite(source, { whole: (whole) => substituteWhole(whole, general.shifts) });
    const [only] = placement.ranges;
    const pieces =
      placement.ranges.length === 1 && placement.indices.length === 1 && only !== undefined
        ? splitAround(only, this.givenPlaces(target.key)).map((range) => [range])
        : [placement.ranges];
    return pieces.map((ranges) => ({ target, placement: { ...placement, ranges }, source: moved, resolved }));
  }

  /** Numbered places of a name with one index that other lines give. */
  private givenPlaces(key: string): readonly Whole[] {
    const places = [
      ...this.resolved.flatMap(({ targets }) => targets.filter((target) => target.key === key).map(({ indices }) => indices)),
      ...(this.said.get(key)?.freed ?? []),
    ];
    return places.flatMap(([place, ...more]) => (place !== undefined && more.length === 0 && wholeValue(place) !== undefined ? [place] : []));
  }

  /** Where each index of a name is defined. */
  rangesOf(key: string, typed: readonly TypedEquation[]): readonly IndexRange[] {
    const own = typed.filter(({ target }) => target.key === key).map(({ placement }) => placement);
    return (this.reading.entries.get(key)?.indices ?? []).map((usual, k) => {
      const general = own.flatMap(({ indices, ranges }) => ranges.filter(({ letter }) => wholeName(indices[k] ?? WHOLE_ZERO) === letter));
      const places = own.flatMap(({ indices, ranges }) => (ranges.length === 0 && indices[k] !== undefined ? [indices[k]] : []));
      return coveredRange(usual, general, places, this.letters);
    });
  }

  /** `for t < T` narrows a range; `j ≤ i` along axes leaves zeros elsewhere. */
  private conditioned(
    resolved: ResolvedEquation,
    target: Target,
    placement: Placement,
    right: Formula,
  ): { readonly placement: Placement; readonly source: Formula } {
    let ranges = placement.ranges;
    let source = right;
    for (const chain of resolved.text.trailer.conditions) {
      const scope = new Map([...target.indices.flatMap((index) => [...lettersOf(index)]), ...target.axes].map((letter) => [letter, {}]));
      const condition = readCondition(chain, { ...contextOf(this.reading, this.shapes, new SizeSolver()), scope });
      const letters = condition.relations.flatMap(({ left, right: other }) => [...lettersOf(left), ...lettersOf(other)]);
      if (letters.some((letter) => target.axes.includes(letter))) {
        source = formula(
          {
            kind: 'cases',
            branches: [
              { value: source, condition },
              { value: numberFormula(0), condition: undefined },
            ],
          },
          source.shape,
          source.region,
        );
        continue;
      }
      // Of two indices that are compared, the later one is restricted.
      const last = ranges.findLast(({ letter }) => letters.includes(letter));
      ranges = ranges.map((range) => {
        if (range !== last) return range;
        const limits = limitsOf(range.letter, condition);
        return { ...range, ...(limits.from === undefined ? {} : { from: limits.from }), ...(limits.to === undefined ? {} : { to: limits.to }) };
      });
    }
    return { placement: { ...placement, ranges }, source };
  }
}
