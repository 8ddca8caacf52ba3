/**
 * Expressions by the definitions of their functions: exponentials of sums as products of exponentials, angles added up, σ and tanh as quotients,
 * so that an identity between functions becomes one between polynomials and quotients.
 *
 * Recursion follows the nesting of heads; angles are multiples up to a bound, so rewriting ends.
 */

import {
  addRational,
  isWholeNumber,
  type Leaf,
  ONE,
  type Rational,
  rational,
  rationalToNumber,
  type Tensor,
  type Term,
  type Workspace,
} from '../network/index.js';
import type { Operator, ScalarAlgebra } from '../operators/row.js';
import { cos, exp, log, sin } from '../operators/table.js';

/** Angles are written out up to this multiple. */
const MOST_TURNS = 4;

/** Functions as their definitions in exp, log, sin and cos say. */
export function elementary(workspace: Workspace, tensor: Tensor): Tensor {
  return new Elementary(workspace).rewrite(tensor);
}

/** Entrywise arithmetic of tensors of one shape. */
export function entrywise(workspace: Workspace, dims: Tensor['dims']): ScalarAlgebra<Tensor> {
  const labels = dims.map((_, axis) => `${axis}`);
  const sizes = new Map(labels.map((label, axis) => [label, dims[axis] as Tensor['dims'][number]]));
  const multiply = (...factors: readonly Tensor[]): Tensor =>
    workspace.contract(
      labels,
      factors.map((tensor) => ({ tensor, labels: tensor.dims.length === 0 ? [] : labels })),
      sizes,
    );
  return {
    number: (value: Parameters<Workspace['number']>[0]): Tensor => workspace.scale(workspace.ones(dims), value),
    add: (...terms: readonly Tensor[]): Tensor => workspace.add(...terms.map((term) => multiply(term))),
    subtract: (a: Tensor, b: Tensor): Tensor => workspace.add(multiply(a), workspace.scale(multiply(b), -1)),
    multiply,
    divide: (a: Tensor, b: Tensor): Tensor => multiply(a, workspace.power(b, -1)),
    power: (base: Tensor, exponent: Parameters<Workspace['power']>[1]): Tensor => workspace.power(base, exponent),
    apply: (operator: Operator, ...args: readonly Tensor[]): Tensor => workspace.apply(operator, ...args),
  };
}

class Elementary {
  constructor(readonly workspace: Workspace) {}

  rewrite(tensor: Tensor): Tensor {
    return this.workspace.rebuild(tensor, {
      head: (head): Tensor | undefined => {
        if (head.kind === 'softmax') return this.#softmax(head.of);
        if (head.kind !== 'apply') return undefined;
        const args = head.args.map((arg) => this.rewrite(arg));
        return this.#applied(head.operator, args);
      },
    });
  }

  #applied(operator: Operator, args: readonly Tensor[]): Tensor | undefined {
    const [first] = args;
    if (first === undefined) return undefined;
    const algebra = { ...entrywise(this.workspace, first.dims), apply: (inner: Operator, ...of: readonly Tensor[]): Tensor => this.#one(inner, of) };
    return operator.reference === undefined ? this.#one(operator, args) : operator.reference(algebra, args);
  }

  #one(operator: Operator, args: readonly Tensor[]): Tensor {
    const [first] = args;
    if (first !== undefined && operator === exp) return this.#exponential(first);
    if (first !== undefined && operator === log) return this.#logarithm(first);
    if (first !== undefined && (operator === sin || operator === cos)) return this.#angle(operator, first);
    return this.workspace.apply(operator, ...args);
  }

  /** exp(Σ c a) = ∏ exp(a)^c. */
  #exponential(arg: Tensor): Tensor {
    const { multiply, power } = entrywise(this.workspace, arg.dims);
    const factors = this.workspace.expand(arg).terms.map((term) =>
      power(
        onItsAxes(this.workspace, arg, unit(term), (part) => this.workspace.apply(exp, part)),
        term.coefficient,
      ),
    );
    return factors.length === 0 ? this.workspace.ones(arg.dims) : multiply(...factors);
  }

  /** log(e^{ka} b) = ka + log b, with the smallest power that all terms share. */
  #logarithm(arg: Tensor): Tensor {
    const { workspace } = this;
    const { multiply, power, add } = entrywise(workspace, arg.dims);
    const { terms } = workspace.expand(arg);
    for (const leaf of new Set(terms.flatMap(({ net }) => net.leaves))) {
      const { head } = leaf.head;
      const [inner] = head.kind === 'apply' && head.operator === exp ? head.args : [];
      const least = leastPower(terms, leaf);
      if (inner === undefined || least === undefined || least.numerator === 0n || head.kind !== 'apply' || inner.dims.length !== arg.dims.length) continue;
      const rest = workspace.expand(
        multiply(arg, power(workspace.apply(head.operator, inner), { numerator: -least.numerator, denominator: least.denominator })),
      );
      return add(workspace.scale(inner, least), workspace.apply(log, rest));
    }
    return workspace.apply(log, arg);
  }

  /** sin and cos of sums and of multiples. */
  #angle(operator: Operator, arg: Tensor): Tensor {
    const parts = this.workspace.expand(arg).terms.flatMap((term): readonly (Term | undefined)[] => {
      const turns = rationalToNumber(term.coefficient);
      if (!isWholeNumber(term.coefficient) || Math.abs(turns) > MOST_TURNS) return [undefined];
      return Array.from({ length: Math.abs(turns) }, () => ({ ...term, coefficient: rational(Math.sign(turns)) }));
    });
    if (parts.includes(undefined) || parts.length > MOST_TURNS || parts.length < 2) return this.workspace.apply(operator, arg);
    const [first, ...others] = (parts as Term[]).map((term) => this.workspace.fromTerms(arg.dims, [term]));
    const rest = this.workspace.add(...others);
    const { multiply, subtract, add } = entrywise(this.workspace, arg.dims);
    const of = (inner: Operator, angle: Tensor): Tensor => this.#angle(inner, angle);
    const [a, b] = [first as Tensor, rest];
    return operator === sin
      ? add(multiply(of(sin, a), of(cos, b)), multiply(of(cos, a), of(sin, b)))
      : subtract(multiply(of(cos, a), of(cos, b)), multiply(of(sin, a), of(sin, b)));
  }

  /** What is the same for all entries of a softmax's argument drops out. */
  #softmax(of: Tensor): Tensor | undefined {
    const arg = this.workspace.expand(this.rewrite(of));
    const last = arg.dims.length - 1;
    const kept = arg.terms.filter(({ net }) => net.leaves.some(({ slots }) => slots.includes(last)));
    if (kept.length === 0)
      return this.workspace.contract(
        arg.dims.map((_, axis) => `${axis}`),
        [{ tensor: this.workspace.power(this.workspace.whole(arg.dims[last] as Tensor['dims'][number]), -1), labels: [] }],
        new Map(arg.dims.map((dim, axis) => [`${axis}`, dim])),
      );
    return kept.length === arg.terms.length ? undefined : this.workspace.softmax(this.workspace.fromTerms(arg.dims, kept));
  }
}

const unit = (term: Term): Term => ({ ...term, coefficient: ONE });

/** A function of one term, applied on the axes that the term has and stretched to all. */
function onItsAxes(workspace: Workspace, whole: Tensor, term: Term, make: (part: Tensor) => Tensor): Tensor {
  const rank = whole.dims.length;
  const used = whole.dims.flatMap((_, axis) => (term.net.leaves.some(({ slots }) => slots.includes(axis)) ? [axis] : []));
  if (used.length === rank) return make(workspace.fromTerms(whole.dims, [term]));
  const place = (slot: number): number => (slot < rank ? used.indexOf(slot) : slot - rank + used.length);
  const net = {
    dims: [...used.map((axis) => whole.dims[axis] as Tensor['dims'][number]), ...term.net.dims.slice(rank)],
    leaves: term.net.leaves.map((leaf) => ({ ...leaf, slots: leaf.slots.map(place) })),
  };
  const part = make(workspace.fromTerms(net.dims.slice(0, used.length), [{ coefficient: term.coefficient, net }]));
  const labels = whole.dims.map((_, axis) => `${axis}`);
  return workspace.contract(
    labels,
    [{ tensor: part, labels: used.map((axis) => `${axis}`) }],
    new Map(labels.map((label, axis) => [label, whole.dims[axis] as Tensor['dims'][number]])),
  );
}

/** The smallest power of a leaf over all terms, 0 where it is missing. */
function leastPower(terms: readonly Term[], leaf: Leaf): Rational | undefined {
  const powers = terms.map(({ net }) => net.leaves.find(({ head, slots }) => head === leaf.head && slots.join() === leaf.slots.join())?.power ?? rational(0));
  return powers.reduce<Rational | undefined>(
    (least, power) => (least === undefined || power.numerator * least.denominator < least.numerator * power.denominator ? power : least),
    undefined,
  );
}

/** Powers from 2 on of functions whose square has another form: cos² = 1 − sin². */
export function withSquares(workspace: Workspace, tensor: Tensor): Tensor {
  let current = workspace.expand(tensor);
  for (let round = 0; round < MOST_TURNS; round += 1) {
    const next = workspace.expand(workspace.add(...current.terms.map((term) => squared(workspace, current, term)), workspace.zero(current.dims)));
    if (next === current) return current;
    current = next;
  }
  return current;
}

function squared(workspace: Workspace, whole: Tensor, term: Term): Tensor {
  const at = term.net.leaves.findIndex(
    ({ head: { head }, power }) => head.kind === 'apply' && head.operator.square !== undefined && power.denominator === 1n && power.numerator >= 2n,
  );
  const leaf = term.net.leaves[at];
  const head = leaf?.head.head;
  if (leaf === undefined || head?.kind !== 'apply') return workspace.fromTerms(whole.dims, [term]);
  const on = ({ slots }: Leaf): readonly string[] => slots.map((slot) => `${slot}`);
  const alone = ({ head: of, power }: Leaf): Tensor =>
    workspace.fromTerms(of.dims, [{ coefficient: ONE, net: { dims: of.dims, leaves: [{ head: of, slots: of.dims.map((_, axis) => axis), power }] } }]);
  const square = head.operator.square?.(entrywise(workspace, leaf.head.dims), head.args) as Tensor;
  const rest = { ...leaf, power: addRational(leaf.power, rational(-2)) };
  const others = term.net.leaves.filter((_, k) => k !== at).map((other) => ({ tensor: alone(other), labels: on(other) }));
  const product = workspace.contract(
    whole.dims.map((_, axis) => `${axis}`),
    [...others, { tensor: square, labels: on(leaf) }, ...(rest.power.numerator === 0n ? [] : [{ tensor: alone(rest), labels: on(leaf) }])],
    new Map(term.net.dims.map((dim, slot) => [`${slot}`, dim])),
  );
  return workspace.scale(product, term.coefficient);
}
