/** Ways in which a backward equation can be wrong: small changes of formulas, as mistakes and as what gradient checkers are known to miss. */

import { linearTerms } from '../../src/check/index.js';
import { buildModel, builtInModel, CELLS } from '../../src/model/index.js';
import type { Model } from '../../src/model/model.js';
import { type Quantity, rational, shiftWhole, type Tensor, type Whole, type Workspace, wholeLetter, wholeNumber } from '../../src/network/index.js';

/** A change of a formula; undefined where it does not apply or changes nothing. */
export interface Mutation {
  readonly name: string;
  readonly change: (formula: Tensor, context: { readonly model: Model; readonly workspace: Workspace }) => Tensor | undefined;
}

const add = (workspace: Workspace, terms: readonly Tensor[], like: Tensor): Tensor => workspace.add(workspace.zero(like.dims), ...terms);

/** One term of the formula changed, the first for which the change does something. */
const inOneTerm = (name: string, change: (term: Tensor, workspace: Workspace, model: Model) => Tensor | undefined, last = false): Mutation => ({
  name,
  change(formula, { workspace, model }) {
    const terms = linearTerms(workspace, formula);
    const order = [...terms.keys()];
    for (const k of last ? order.reverse() : order) {
      const changed = change(terms[k] as Tensor, workspace, model);
      if (changed === undefined) continue;
      const mutated = add(
        workspace,
        terms.map((term, j) => (j === k ? changed : term)),
        formula,
      );
      if (mutated !== formula && workspace.expand(mutated) !== workspace.expand(formula)) return mutated;
    }
    return undefined;
  },
});

/** The first value symbol for which a replacement is found, replaced throughout. */
function replaceFirst(term: Tensor, workspace: Workspace, by: (quantity: Quantity, dims: readonly Whole[]) => Tensor | undefined): Tensor | undefined {
  for (const { quantity, dims } of workspace.quantities(term)) {
    const replacement = by(quantity, dims);
    if (replacement === undefined) continue;
    const symbol = workspace.symbol(quantity, dims);
    return workspace.replace(term, (other, own) => (workspace.symbol(other, own) === symbol ? replacement : undefined));
  }
  return undefined;
}

const sameDims = (a: readonly Whole[], b: readonly Whole[]): boolean => a.length === b.length && a.every((dim, k) => dim.key === b[k]?.key);

/** Powers of computed values, squares first to plain: 1 − h² to 1 − h. */
function withoutSquares(term: Tensor, workspace: Workspace): Tensor | undefined {
  let found = false;
  const visit = (tensor: Tensor): Tensor =>
    tensor.terms.reduce((sum, { coefficient, net }) => {
      const leaves = net.leaves.map((leaf) => {
        if (leaf.power.numerator === 2n && leaf.head.head.kind === 'symbol') {
          found = true;
          return { ...leaf, power: { numerator: 1n, denominator: 1n } };
        }
        return leaf;
      });
      return workspace.add(sum, workspace.fromTerms(tensor.dims, [{ coefficient, net: { ...net, leaves } }]));
    }, workspace.zero(tensor.dims));
  const changed = workspace.rebuild(term, { head: (head) => (head.kind === 'sum' ? visit(head.of) : undefined) });
  return found ? changed : undefined;
}

/** Unit vector number k of an axis. */
const unit = (workspace: Workspace, k: number, dim: Whole): Tensor =>
  workspace.contract(['i'], [{ tensor: workspace.inclusion(wholeNumber(k), wholeNumber(1), dim), labels: ['i', 'a'] }]);

/** The formula times a mask made of the entries listed, each with a factor. */
function masked(
  workspace: Workspace,
  formula: Tensor,
  entries: readonly { readonly at: readonly number[]; readonly factor: readonly [number, number] }[],
): Tensor {
  const labels = formula.dims.map((_, axis) => `${axis}`);
  const parts = entries.map(({ at, factor }) => {
    const axes = at.map((k, axis) => ({ tensor: unit(workspace, k, formula.dims[axis] as Whole), labels: [labels[axis] as string] }));
    return workspace.scale(workspace.contract(labels, [{ tensor: formula, labels }, ...axes]), rational(...factor));
  });
  return workspace.add(workspace.zero(formula.dims), ...parts);
}

export const MUTATIONS: readonly Mutation[] = [
  inOneTerm('a factor 1.0009', (term, w) => w.scale(term, rational(10009, 10000))),
  inOneTerm('a factor 1.0009 in the last term', (term, w) => w.scale(term, rational(10009, 10000)), true),
  inOneTerm('a factor 1 + 1e-6', (term, w) => w.scale(term, rational(1000001, 1000000))),
  inOneTerm('a wrong sign', (term, w) => w.scale(term, -1)),
  inOneTerm('a wrong sign in the last term', (term, w) => w.scale(term, -1), true),
  inOneTerm('a factor 2', (term, w) => w.scale(term, 2), true),
  inOneTerm('a factor ½', (term, w) => w.scale(term, rational(1, 2))),
  inOneTerm('a missing term', (term, w) => w.zero(term.dims)),
  inOneTerm('a missing last term', (term, w) => w.zero(term.dims), true),
  { name: 'all zero', change: (formula, { workspace }) => (formula.terms.length === 0 ? undefined : workspace.zero(formula.dims)) },
  { name: 'a constant factor 1.0009', change: (formula, { workspace }) => workspace.scale(formula, rational(10009, 10000)) },
  inOneTerm('1 − h in place of 1 − h²', withoutSquares),
  inOneTerm('a matrix transposed', (term, w) =>
    replaceFirst(term, w, (quantity, dims) =>
      quantity.kind === 'value' && dims.length === 2 && dims[0]?.key === dims[1]?.key ? w.permute(w.symbol(quantity, dims), [1, 0]) : undefined,
    ),
  ),
  inOneTerm('a value of the step before', (term, w) =>
    replaceFirst(term, w, (quantity, dims) =>
      quantity.kind === 'value' && quantity.indices.length === 1 && (quantity.indices[0] as Whole).key.startsWith('t')
        ? w.value(quantity.name, [shiftWhole(quantity.indices[0] as Whole, -1)], dims)
        : undefined,
    ),
  ),
  inOneTerm('an adjoint of the step after', (term, w) =>
    replaceFirst(term, w, (quantity, dims) =>
      quantity.kind === 'adjoint' && quantity.indices.length === 1
        ? w.symbol({ ...quantity, indices: [shiftWhole(quantity.indices[0] as Whole, 1)] }, dims)
        : undefined,
    ),
  ),
  inOneTerm('another value of the same shape', (term, w, model) =>
    replaceFirst(term, w, (quantity, dims) => {
      if (quantity.kind !== 'value' || quantity.indices.length !== 1) return undefined;
      const other = [...model.declarations.values()].find(
        (declaration) =>
          declaration.role === 'computed' && declaration.name !== quantity.name && declaration.indices.length === 1 && sameDims(declaration.dims, dims),
      );
      return other === undefined ? undefined : w.value(other.name, quantity.indices, dims);
    }),
  ),
  inOneTerm('another matrix of the same shape', (term, w, model) =>
    replaceFirst(term, w, (quantity, dims) => {
      if (quantity.kind !== 'value' || quantity.indices.length !== 0 || dims.length !== 2) return undefined;
      const other = [...model.declarations.values()].find(
        (declaration) => declaration.role === 'parameter' && declaration.name !== quantity.name && sameDims(declaration.dims, dims),
      );
      return other === undefined ? undefined : w.value(other.name, [], dims);
    }),
  ),
  inOneTerm('another adjoint of the same shape', (term, w, model) =>
    replaceFirst(term, w, (quantity, dims) => {
      if (quantity.kind !== 'adjoint') return undefined;
      const other = [...model.declarations.values()].find(
        (declaration) =>
          declaration.role === 'computed' &&
          declaration.name !== quantity.name &&
          declaration.indices.length === quantity.indices.length &&
          sameDims(declaration.dims, dims),
      );
      return other === undefined ? undefined : w.symbol({ kind: 'adjoint', name: other.name, indices: quantity.indices }, dims);
    }),
  ),
  inOneTerm('a sum that starts one late', (term, w) =>
    w.rebuild(term, { head: (head) => (head.kind === 'rangeSum' ? w.rangeSum(head.letter, shiftWhole(head.from, 1), head.to, head.of) : undefined) }),
  ),
  inOneTerm('a sum that ends one early', (term, w) =>
    w.rebuild(term, { head: (head) => (head.kind === 'rangeSum' ? w.rangeSum(head.letter, head.from, shiftWhole(head.to, -1), head.of) : undefined) }),
  ),
  {
    name: 'a term that does not belong there',
    change: (formula, { workspace }) => workspace.add(formula, workspace.ones(formula.dims)),
  },
];

/** For formulas of n × d entries with numbers for both. */
export const MASKS: readonly (Mutation & { readonly wrong: number })[] = [
  {
    name: 'ten entries of a thousand zeroed',
    wrong: 10,
    change(formula, { workspace }) {
      const entries = Array.from({ length: 10 }, (_, k) => ({ at: [(7 * k + 3) % 40, (11 * k + 5) % 25], factor: [-1, 1] as const }));
      return formula.dims.length === 2 ? workspace.add(formula, masked(workspace, formula, entries)) : undefined;
    },
  },
  {
    name: 'entries off by ±30 % in turn',
    wrong: 12,
    change(formula, { workspace }) {
      const entries = Array.from({ length: 12 }, (_, k) => ({ at: [5, k], factor: [k % 2 === 0 ? 3 : -3, 10] as const }));
      return formula.dims.length === 2 ? workspace.add(formula, masked(workspace, formula, entries)) : undefined;
    },
  },
];

/** A built-in model with its loss scaled. */
export function scaledModel(name: string, scale: '1e-8' | '1' | '1e8'): Model {
  const cell = CELLS.find((candidate) => candidate.name === name);
  if (cell === undefined) throw new Error(name);
  if (scale === '1') return builtInModel(name) as Model;
  const factor = scale === '1e8' ? '100000000' : '\\frac{1}{100000000}';
  return buildModel(cell.text.replace(/^J = (.*)$/m, (_, right) => `J = ${factor} \\left( ${right} \\right)`));
}

export const SCALES = ['1e-8', '1', '1e8'] as const;
export const TIME = wholeLetter('t');
