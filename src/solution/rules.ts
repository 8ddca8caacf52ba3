/** The rules of differentiation that an equation's own operators bring in, as the engine applies them: tanh′ = 1 − tanh². */

import { createWorkspace, type Head, type Tensor, wholeLetter } from '../network/index.js';
import { printLatex } from '../notation/print-latex.js';
import { printText } from '../notation/print-text.js';
import { raise } from '../notation/raise.js';
import { PLAIN_NAMES } from '../notation/spelling.js';
import type { Operator } from '../operators/index.js';
import type { Mathematics } from './document.js';

/** Operators at the top of the heads of a tensor, in the order in which they are met. */
export function operatorsIn(tensor: Tensor): readonly Operator[] {
  const found = new Set<Operator>();
  const visit = (current: Tensor): void => {
    for (const term of current.terms) for (const leaf of term.net.leaves) visitHead(leaf.head.head);
  };
  const visitHead = (head: Head): void => {
    if (head.kind === 'apply') {
      found.add(head.operator);
      head.args.forEach(visit);
    } else if (head.kind === 'unspecified') head.args.forEach(visit);
    else if ('of' in head && head.kind !== 'indicator') visit(head.of);
  };
  visit(tensor);
  return [...found];
}

export function hasSoftmax(tensor: Tensor): boolean {
  return tensor.terms.some((term) => term.net.leaves.some((leaf) => leaf.head.head.kind === 'softmax'));
}

/** f′ = …, worked out by the engine from the operator's row. Undefined for operators of two arguments. */
export function derivativeRule(operator: Operator): Mathematics | undefined {
  if (operator.arity !== 1) return undefined;
  const workspace = createWorkspace();
  const x = workspace.value('x', [], []);
  const applied = workspace.apply(operator, x);
  const derivative = workspace.differentiate(applied, 'x', [], []);
  const options = { workspace, convention: 'column', orientationOf: () => undefined, declared: ['x'] } as const;
  const right = raise(derivative, options).formula;
  const [latex, plain] = [operator.latex[0] ?? operator.name, operator.plain[0] ?? operator.name];
  return { latex: `${latex}'(x) = ${printLatex(right, PLAIN_NAMES)}`, text: `${plain}′(x) = ${printText(right, PLAIN_NAMES)}` };
}

/** ∂softmax_i/∂a_j = p_i(δ_ij − p_j), from the engine's own derivative. */
export function softmaxRule(): Mathematics {
  const workspace = createWorkspace();
  const m = wholeLetter('m');
  const head = workspace.softmax(workspace.value('a', [], [m]));
  const derivative = workspace.differentiate(head, 'a', [], [m]);
  const named = workspace.rebuild(derivative, { head: (given) => (given.kind === 'softmax' ? workspace.value('p', [], [m]) : undefined) });
  const right = raise(named, { workspace, convention: 'column', orientationOf: () => undefined, declared: ['p', 'a'] }).formula;
  return {
    latex: `\\frac{\\partial p}{\\partial a} = ${printLatex(right, PLAIN_NAMES)} \\text{ for } p = \\operatorname{softmax}(a)`,
    text: `∂p/∂a = ${printText(right, PLAIN_NAMES)} for p = softmax(a)`,
  };
}
