/**
 * Single changes of a formula. `repairs` makes the changes that can put a wrong formula right, `mutants` those by which a right one is spoilt;
 * both say what the change means from the wrong formula to the right one. Nothing here knows which changes are right: the judge tries them.
 */

import type { IndexRange } from '../model/model.js';
import { type Whole, wholeLetter, wholeValue } from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import { activationOf, derivativesAt, repairedDerivatives, type SameNumbers, spoiltDerivatives } from './mutate/activations.js';
import { wholeAdjoints } from './mutate/adjoints.js';
import type { Alteration, Edit } from './mutate/alteration.js';
import { type ModelFacts, oneMinus } from './mutate/model-facts.js';
import { earlierNames, otherNames, otherReaches, powers, timeShifts } from './mutate/names.js';
import {
  brackets,
  broadcasts,
  type Candidate,
  type Change,
  complements,
  droppedFactors,
  insertedFactors,
  orders,
  placements,
  repeatedFactors,
  transposes,
} from './mutate/products.js';
import { indicesOf, quantitiesOf, type Site, sitesOf, transposeOf } from './mutate/sites.js';
import { droppedSoftmax, insertedSoftmax, softmaxJacobian } from './mutate/softmax.js';
import {
  addedTerms,
  collapsedSums,
  doubledTerms,
  droppedSteps,
  droppedSums,
  droppedTerms,
  missingSums,
  otherRanges,
  rootScales,
  scales,
  signs,
  sumsOfLast,
} from './mutate/sums.js';

export interface MutationContext {
  readonly facts: ModelFacts;
  /** Ranges of the letters that are free in the line. */
  readonly ranges: readonly IndexRange[];
  /** Ranges of all letters of the model. */
  readonly letters: readonly IndexRange[];
  readonly same: SameNumbers;
}

/** Changes that may repair the formula, the likeliest kinds first. */
export function* repairs(root: Formula, context: MutationContext): Generator<Edit> {
  const { facts, ranges } = context;
  const sites = sitesOf(root);
  const indices = usedIndices(root);
  const derivatives = derivativesAt(facts, indices);
  yield* edits(sites, 'repairs', context, (site) => repairedDerivatives(site, derivatives, context.same));
  yield* edits(sites, 'repairs', context, (site) => alike(site, context));
  yield* edits(sites, 'repairs', context, (site) => earlierNames(site, facts));
  yield* edits(sites, 'repairs', context, (site) => scales(site, facts));
  yield* edits(sites, 'repairs', context, (site) => wholeAdjoints(site, facts, indices, context.same));
  yield* edits(sites, 'repairs', context, (site) => insertedSoftmax(site, facts, root));
  yield* edits(sites, 'repairs', context, (site) => missingSums(site, ranges));
  yield* edits(sites, 'repairs', context, (site) => sumsOfLast(site, context.letters));
  yield* edits(sites, 'repairs', context, (site) => collapsedSums(site));
  yield* edits(sites, 'repairs', context, (site) => doubledTerms(site));
  yield* edits(sites, 'repairs', context, (site) => droppedTerms(site));
  yield* edits(sites, 'repairs', context, (site) => droppedFactors(site));
  yield* edits(sites, 'repairs', context, (site) =>
    insertedFactors(
      site,
      derivatives.map(({ activation, right }): Candidate => ({ formula: right, activation })),
    ),
  );
  yield* edits(sites, 'repairs', context, (site) => insertedFactors(site, candidates(facts, indices)));
  yield* edits(sites, 'repairs', context, (site) => powers(site));
}

/** Changes that spoil the formula. */
export function* mutants(root: Formula, context: MutationContext): Generator<Edit> {
  const { facts } = context;
  const sites = sitesOf(root);
  const derivatives = derivativesAt(facts, usedIndices(root));
  const letter = context.ranges[0]?.letter ?? context.letters[0]?.letter ?? 't';
  yield* edits(sites, 'spoils', context, (site) => spoiltDerivatives(site, derivatives, context.same));
  yield* edits(sites, 'spoils', context, (site) => repeatedFactors(site));
  yield* edits(sites, 'spoils', context, (site) => addedTerms(site, letter));
  yield* edits(sites, 'spoils', context, (site) => alike(site, context));
  yield* edits(sites, 'spoils', context, (site) => scales(site, facts));
  yield* edits(sites, 'spoils', context, (site) => droppedSums(site));
  yield* edits(sites, 'spoils', context, (site) => droppedSteps(site, letter));
  yield* edits(sites, 'spoils', context, (site) => droppedTerms(site));
  yield* edits(sites, 'spoils', context, (site) => droppedSoftmax(site, facts));
  yield* edits(sites, 'spoils', context, (site) => doubledTerms(site));
  yield* edits(sites, 'spoils', context, (site) => droppedFactors(site));
  yield* edits(sites, 'spoils', context, (site) => powers(site));
}

/** Changes that are the same in both directions. */
function* alike(site: Site, context: MutationContext): Generator<Change> {
  const { facts } = context;
  yield* transposes(site);
  yield* orders(site);
  yield* signs(site);
  yield* timeShifts(site);
  yield* otherNames(site, facts);
  yield* otherReaches(site);
  yield* placements(site);
  yield* brackets(site);
  yield* complements(site, facts);
  yield* broadcasts(site, facts);
  yield* otherRanges(site, context.letters);
  yield* rootScales(site, facts);
}

function* edits(sites: readonly Site[], direction: 'repairs' | 'spoils', context: MutationContext, changes: (site: Site) => Iterable<Change>): Generator<Edit> {
  for (const site of sites) {
    for (const change of changes(site)) {
      yield new SiteEdit(site, change.after, change[direction], context);
    }
  }
}

/** An edit whose alteration is looked into only when somebody asks. */
class SiteEdit implements Edit {
  readonly before: Formula;
  readonly whole: Formula;

  constructor(
    private readonly site: Site,
    readonly after: Formula,
    private readonly raw: Alteration,
    private readonly context: MutationContext,
  ) {
    this.before = site.node;
    this.whole = site.put(after);
  }

  get size(): number {
    return sitesOf(this.before).length;
  }

  get alteration(): Alteration {
    return settled(this.raw, this.site, this.context);
  }
}

/** Says of a factor which activation's derivative it is. */
function settled(alteration: Alteration, site: Site, { facts, same }: MutationContext): Alteration {
  switch (alteration.kind) {
    case 'missing factor':
    case 'extra factor':
    case 'misplaced factor':
    case 'bracket': {
      if (alteration.activation !== undefined) return alteration;
      const vector = alteration.factor.kind === 'diagonal' ? alteration.factor.of : alteration.factor;
      const inner: Site = { ...site, node: vector };
      const activation = activationOf(vector, derivativesAt(facts, usedIndices(vector)), same, inner);
      return activation === undefined ? alteration : { ...alteration, activation };
    }
    default:
      return alteration;
  }
}

/** Index expressions that occur with a letter, each once. */
function usedIndices(root: Formula): readonly Whole[] {
  const found = new Map<string, Whole>();
  for (const quantity of quantitiesOf(root)) for (const index of indicesOf(quantity)) if (wholeValue(index) === undefined) found.set(index.key, index);
  if (found.size === 0) found.set('t', wholeLetter('t'));
  return [...found.values()];
}

/** What a factor left out may have been: values of the step, outputs of inner activations, peepholes, square matrices, softmax Jacobians. */
function candidates(facts: ModelFacts, indices: readonly Whole[]): readonly Candidate[] {
  const { model } = facts;
  const at = (name: string): readonly Formula[] => indices.map((index) => facts.name({ name, indices: [index] }));
  const values = [...model.declarations.values()].filter(({ indices: own, dims, role }) => own.length === 1 && dims.length === 1 && role !== 'constant');
  const parameters = [...model.declarations.values()].filter(({ indices: own, dims, role }) => own.length === 0 && role === 'parameter' && dims.length > 0);
  const squares = parameters.filter(({ dims }) => dims.length === 2 && dims[0]?.key === dims[1]?.key).map(({ name }) => facts.name({ name, indices: [] }));
  const peepholes = parameters.filter(({ name }) => facts.peepholes.has(name)).map(({ name }) => facts.name({ name, indices: [] }));
  const inner = facts.activations.filter(({ name }) => name === undefined).flatMap((activation) => indices.map((index) => activation.output(index)));
  const complements = [...facts.mixing].flatMap((name) => at(name).map(oneMinus));
  const vectors = facts.softmaxOutputs.filter(({ name }) => values.some((declared) => declared.name === name));
  const jacobians = vectors.flatMap(({ name }) => at(name).map(softmaxJacobian));
  const adjoints = values.flatMap(({ name, role }) => (role === 'computed' ? at(name).map(adjointOf) : []));
  return [
    ...inner,
    ...values.flatMap(({ name }) => at(name)),
    ...complements,
    ...adjoints,
    ...peepholes,
    ...squares,
    ...squares.map(transposeOf),
    ...jacobians,
  ].map((formula) => ({ formula }));
}

const adjointOf = (name: Formula): Formula =>
  name.kind === 'name' && name.quantity.kind === 'value' ? { ...name, quantity: { ...name.quantity, kind: 'adjoint' } } : name;
