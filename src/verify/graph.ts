/**
 * The model with names for what people name in derivations: the term L_t of the loss, and the pre-activation of every function.
 *
 * ∂J/∂a_t and ∂L_t/∂h_t are then adjoints like any other. Keys of added names begin with `§`; values of the sheet's own names do not change.
 */

import type { Declaration, Equation, Model } from '../model/model.js';
import { isOne, type Leaf, type Tensor, wholeLetter } from '../network/index.js';
import { spellingOfKey } from '../notation/spelling.js';

export interface Graph {
  readonly model: Model;
  /** The model as the sheet has it. */
  readonly sheet: Model;
  /** Key of the pre-activation of a name. */
  readonly preactivations: ReadonlyMap<string, string>;
  /** Key of the loss's term at one index. */
  readonly lossTerm: string | undefined;
}

const ADDED = '§';
/** Whether a key was added here or by an answer, rather than declared in a sheet. */
export const isAdded = (name: string): boolean => name.startsWith(ADDED);
export const LOSS_TERM = `${ADDED}loss`;
export const preactivationKey = (name: string): string => `${ADDED}a ${name}`;

const COPY = `${ADDED}copy `;
export const copyKey = (parameter: string): string => COPY + parameter;
export const isCopy = (name: string): boolean => name.startsWith(COPY);
export const parameterOf = (copy: string): string => copy.slice(COPY.length);

/** The model of a sheet with its loss terms and pre-activations named, and the copies at each step of some parameters; made once for a model. */
export function graphOf(sheet: Model, copies: readonly string[] = []): Graph {
  return sheet.workspace.remember(sheet, `graph ${[...copies].sort().join()}`, () => copies.reduce(withCopies, makeGraph(sheet)));
}

/** Every equation that reads the parameter at a step reads its copy there: W_t = W. */
function withCopies(graph: Graph, parameter: string): Graph {
  const { model } = graph;
  const { workspace } = model;
  const declaration = model.declarations.get(parameter);
  const readers = model.equations.filter(
    (equation) =>
      equation.ranges.length === 1 &&
      equation.indices.length === 1 &&
      workspace.quantities(equation.value).some(({ quantity }) => quantity.kind === 'value' && quantity.name === parameter),
  );
  const range = readers[0]?.ranges[0];
  if (declaration === undefined || range === undefined || declaration.indices.length > 0) return graph;
  const name = copyKey(parameter);
  const index = wholeLetter(range.letter);
  const copied = (equation: Equation): Equation => {
    if (!readers.includes(equation)) return equation;
    const own = wholeLetter(equation.ranges[0]?.letter ?? range.letter);
    const value = workspace.replace(equation.value, (quantity, dims) =>
      quantity.kind === 'value' && quantity.name === parameter ? workspace.value(name, [own], dims) : undefined,
    );
    return { ...equation, value };
  };
  const equations: Equation[] = [
    {
      name,
      indices: [index],
      ranges: [range],
      source: readers[0]?.source ?? { kind: 'zeros', shape: { dims: [] } },
      value: workspace.value(parameter, [], declaration.dims),
    },
  ];
  const added: Declaration = {
    ...declaration,
    name,
    indices: [range],
    role: 'computed',
    assumptions: {},
    spelling: { ...declaration.spelling, indexPlace: 'parenthesised superscript' },
  };
  return {
    ...graph,
    model: { ...model, declarations: new Map([...model.declarations, [name, added]]), equations: [...equations, ...model.equations.map(copied)] },
  };
}

function makeGraph(sheet: Model): Graph {
  const preactivations = new Map<string, string>();
  const declarations = new Map(sheet.declarations);
  const equations: Equation[] = [];
  for (const equation of sheet.equations) {
    const named = namedArgument(sheet, equation) ?? namedLossTerm(sheet, equation);
    if (named === undefined) {
      equations.push(equation);
      continue;
    }
    if (named.declaration.name !== LOSS_TERM) preactivations.set(equation.name, named.declaration.name);
    declarations.set(named.declaration.name, named.declaration);
    equations.push(named.inner, named.outer);
  }
  return { model: { ...sheet, declarations, equations }, sheet, preactivations, lossTerm: declarations.has(LOSS_TERM) ? LOSS_TERM : undefined };
}

interface Named {
  readonly declaration: Declaration;
  readonly inner: Equation;
  readonly outer: Equation;
}

/** h_t = tanh(…) as a_t = …, h_t = tanh(a_t). */
function namedArgument(sheet: Model, equation: Equation): Named | undefined {
  const { workspace } = sheet;
  const declaration = sheet.declarations.get(equation.name);
  const leaf = loneLeaf(equation.value);
  if (leaf === undefined || declaration === undefined || equation.ranges.length !== equation.indices.length) return undefined;
  const argument = argumentOf(leaf);
  if (argument === undefined || isSymbol(argument) || argument.dims.length !== equation.value.dims.length) return undefined;
  const name = preactivationKey(equation.name);
  const symbol = workspace.value(name, equation.indices, argument.dims);
  const { head } = leaf.head;
  const replaced =
    head.kind === 'apply'
      ? workspace.apply(head.operator, symbol)
      : head.kind === 'softmax'
        ? workspace.softmax(symbol)
        : head.kind === 'unspecified'
          ? workspace.unspecified(head.name, head.indices, true, head.dims, [symbol])
          : undefined;
  if (replaced === undefined) return undefined;
  const value = workspace.rebuild(equation.value, { head: (each) => (each === head ? replaced : undefined) });
  const spelling = {
    ...spellingOfKey('a'),
    superscript: {
      latex: `(${declaration.spelling.latex}${declaration.spelling.subscript === undefined ? '' : `_{${declaration.spelling.subscript.latex}}`})`,
      text: `(${declaration.spelling.text}${declaration.spelling.subscript?.text ?? ''})`,
    },
    indexPlace: 'subscript' as const,
  };
  return {
    declaration: { ...declaration, name, spelling, dims: argument.dims, role: 'computed', assumptions: {} },
    inner: { ...equation, name, value: argument },
    outer: { ...equation, value },
  };
}

/** J = Σ_t body as L_t = body, J = Σ_t L_t. */
function namedLossTerm(sheet: Model, equation: Equation): Named | undefined {
  const { workspace } = sheet;
  if (equation.name !== sheet.loss || equation.indices.length > 0) return undefined;
  const [first] = equation.value.terms;
  const head = first?.net.leaves[0]?.head.head;
  if (head?.kind !== 'rangeSum') return undefined;
  const letter = [...sheet.letters.values()].find((range) => range.from.key === head.from.key && range.to.key === head.to.key)?.letter ?? 't';
  const bodies: Tensor[] = [];
  for (const term of equation.value.terms) {
    const [leaf] = term.net.leaves;
    const own = leaf?.head.head;
    if (
      leaf === undefined ||
      own?.kind !== 'rangeSum' ||
      term.net.leaves.length !== 1 ||
      !isOne(leaf.power) ||
      own.from.key !== head.from.key ||
      own.to.key !== head.to.key
    )
      return undefined;
    const opened = workspace.open(own);
    bodies.push(workspace.scale(workspace.substituteLetters(opened.body, new Map([[opened.letter, wholeLetter(letter)]])), term.coefficient));
  }
  const value = workspace.add(...bodies);
  if (isSymbol(value)) return undefined;
  const index = wholeLetter(letter);
  const range = { letter, from: head.from, to: head.to };
  const declaration: Declaration = {
    name: LOSS_TERM,
    spelling: { latex: '\\mathcal{L}', text: 'ℒ', indexPlace: 'subscript' },
    indices: [range],
    dims: [],
    role: 'computed',
    assumptions: {},
  };
  return {
    declaration,
    inner: { ...equation, name: LOSS_TERM, indices: [index], ranges: [range], value },
    outer: { ...equation, value: workspace.rangeSum(letter, head.from, head.to, workspace.value(LOSS_TERM, [index], [])) },
  };
}

function argumentOf({ head: { head } }: Leaf): Tensor | undefined {
  switch (head.kind) {
    case 'apply':
      return head.args.length === 1 ? head.args[0] : undefined;
    case 'softmax':
      return head.of;
    case 'unspecified':
      return head.entrywise && head.wrt.length === 0 ? head.args[0] : undefined;
    default:
      return undefined;
  }
}

/** The only leaf of a tensor that is one head with every axis in its place. */
function loneLeaf(tensor: Tensor): Leaf | undefined {
  const [term] = tensor.terms;
  const [leaf] = term?.net.leaves ?? [];
  if (tensor.terms.length !== 1 || term === undefined || leaf === undefined || term.net.leaves.length !== 1) return undefined;
  const whole = leaf.slots.length === tensor.dims.length && new Set(leaf.slots).size === leaf.slots.length;
  return whole && isOne(term.coefficient) && isOne(leaf.power) ? leaf : undefined;
}

const isSymbol = (tensor: Tensor): boolean => loneLeaf(tensor)?.head.head.kind === 'symbol';

/** A value, adjoint or partial symbol alone: what a side of a line names. */
export function loneSymbol(tensor: Tensor): Leaf | undefined {
  const leaf = loneLeaf(tensor);
  return leaf?.head.head.kind === 'symbol' ? leaf : undefined;
}
