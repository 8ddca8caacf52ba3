/** Paths as formulas: the expanded sum of products of partials, and the same with common prefixes in front of a bracket. */

import { instanceReference, type PathEdge, type Paths, type PathTree } from '../calculus/index.js';
import type { Formula } from '../notation/formula.js';

const partial = (edge: PathEdge): Formula => ({
  kind: 'name',
  quantity: { kind: 'partial', numerator: instanceReference(edge.from), denominator: instanceReference(edge.to), reach: 'immediate' },
  shape: { dims: [] },
});

const one: Formula = { kind: 'number', value: { numerator: 1n, denominator: 1n }, shape: { dims: [] } };
const product = (factors: readonly Formula[]): Formula =>
  factors.length === 0 ? one : factors.length === 1 ? (factors[0] as Formula) : { kind: 'product', style: 'scalar', factors, shape: { dims: [] } };
const sum = (terms: readonly Formula[]): Formula =>
  terms.length === 1 ? (terms[0] as Formula) : { kind: 'sum', terms: terms.map((formula) => ({ sign: 1, formula })), shape: { dims: [] } };

/** One product for each path. */
export const expandedPaths = (paths: Paths): Formula => sum(paths.products.map((edges) => product(edges.map(partial))));

/** Common prefixes once, what follows them in brackets. */
export function factoredPaths(tree: PathTree): Formula {
  const branch = ({ edge, rest }: PathTree['branches'][number]): Formula => {
    const factors = [partial(edge)];
    let node = rest;
    for (let [only] = node.branches; node.branches.length === 1 && only !== undefined; [only] = node.branches) {
      factors.push(partial(only.edge));
      node = only.rest;
    }
    return product(node.branches.length === 0 ? factors : [...factors, factoredPaths(node)]);
  };
  return sum(tree.branches.map(branch));
}
