/** What the loss of a step says alone about a state, written where the state's whole gradient belongs: the later steps are forgotten. */

import { gradient, lossSystem } from '../../calculus/index.js';
import { BudgetError, InputError } from '../../errors.js';
import type { Model } from '../../model/model.js';
import { type Tensor, type Whole, wholeLetter } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import { raise } from '../../notation/raise.js';
import { substituteFormula } from '../../notation/walk.js';
import type { SameNumbers } from './activations.js';
import type { ModelFacts } from './model-facts.js';
import type { Change } from './products.js';
import { inPlaceOf, lying, rank, type Site, sameDims } from './sites.js';

/** The two parts of a state's adjoint, and the adjoint itself, at an index. */
interface Parts {
  readonly shape: Formula['shape'];
  local(index: Whole): Formula;
  later(index: Whole): Formula;
  whole(index: Whole): Formula;
}

function partsOfStates({ model, states }: ModelFacts): readonly Parts[] {
  return model.workspace.remember(model, 'adjoints of states in parts', () => [...states].flatMap((name) => partsOf(model, name) ?? []));
}

function partsOf(model: Model, name: string): Parts | undefined {
  const system = lossSystem(model);
  const declared = model.declarations.get(name);
  const [range] = declared?.indices ?? [];
  if (system === undefined || range === undefined || declared?.indices.length !== 1 || declared.dims.length !== 1) return undefined;
  const { workspace } = model;
  const here = wholeLetter(range.letter);
  try {
    const all = gradient(system, { name, indices: [here] }).result;
    const local = workspace.replace(all, (quantity, dims) =>
      quantity.kind === 'adjoint' && quantity.indices.some(({ key }) => key !== here.key) ? workspace.zero(dims) : undefined,
    );
    const later = workspace.add(all, workspace.scale(local, -1));
    if (local.terms.length === 0 || later.terms.length === 0) return undefined;
    const orientation = declared.orientation ?? model.settings.convention;
    const shape = { dims: declared.dims, orientation };
    const written = (of: Tensor): Formula => lying(raised(model, of, range.letter), shape);
    const [localPart, laterPart] = [written(local), written(later)];
    const at = (of: Formula, index: Whole): Formula => substituteFormula(of, new Map([[range.letter, index]]));
    return {
      shape,
      local: (index) => at(localPart, index),
      later: (index) => at(laterPart, index),
      whole: (index) => ({ kind: 'name', quantity: { kind: 'adjoint', name, indices: [index] }, shape }),
    };
  } catch (error) {
    if (error instanceof InputError || error instanceof BudgetError) return undefined;
    throw error;
  }
}

function raised(model: Model, tensor: Tensor, letter: string): Formula {
  return raise(tensor, {
    workspace: model.workspace,
    convention: model.settings.convention,
    orientationOf: (name) => model.declarations.get(name)?.orientation,
    declared: [...model.declarations.keys()],
    letters: [...model.letters.values()],
    inUse: [letter],
  }).formula;
}

/** The whole gradient of the state for what its own step says. */
export function* wholeAdjoints(site: Site, facts: ModelFacts, indices: readonly Whole[], same: SameNumbers): Generator<Change> {
  const { node } = site;
  if (rank(node) !== 1 || node.kind === 'name' || node.kind === 'derivative' || node.kind === 'transpose') return;
  for (const { shape, local, later, whole } of partsOfStates(facts)) {
    if (!sameDims(shape, node.shape)) continue;
    for (const index of indices) {
      if (!same(node, lying(local(index), node.shape), site)) continue;
      const alteration = { kind: 'missing term', term: later(index), repeated: false } as const;
      yield { after: inPlaceOf(lying(whole(index), node.shape), node), repairs: alteration, spoils: alteration };
    }
  }
}
