/** The bare δ in an answer: those that neither the model nor the answer defines. */

import type { NameSyntax, Syntax } from '../notation/syntax.js';
import type { Items } from './items.js';

export function bareDeltas(items: Items): readonly NameSyntax[] {
  const found: NameSyntax[] = [];
  for (const { content } of items.items) {
    if (content.kind !== 'link') continue;
    for (const side of [content.left, content.right]) visit(side, items, found);
  }
  return found;
}

/** Every name in a text, whatever holds it: δ stands in sums, products and derivatives alike. */
function visit(node: unknown, items: Items, found: NameSyntax[]): void {
  const pending: unknown[] = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const syntax = next as Partial<Syntax>;
    if (syntax.kind === 'name') {
      const name = next as NameSyntax;
      if (
        name.raw.base === 'delta' &&
        (name.key === undefined || items.deltas.some(({ key }) => key === name.key)) &&
        name.raw.primes === 0 &&
        name.raw.accents.length === 0 &&
        !isKronecker(name, items)
      )
        found.push(name);
      continue;
    }
    pending.push(...Object.values(next as object));
  }
}

/** δ_{ij} of two letters of axes; δ_{t,i} is an entry of δ_t. */
export function isKronecker(name: NameSyntax, items: Pick<Items, 'steps'>): boolean {
  const steps = new Set(items.steps);
  const isOfStep = (value: Syntax): boolean =>
    value.kind === 'sum' ? value.terms.some((term) => isOfStep(term.value)) : value.kind === 'name' && steps.has(value.raw.base);
  if (name.indices.length === 2) return !name.indices.some(({ value }) => isOfStep(value));
  return name.labels.some(({ text }) => /^[a-z],?[a-z]$/.test(text));
}
