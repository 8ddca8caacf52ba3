/** Names that an answer defines: which left sides do, which values of the model's graph they are, and how the graph grows by those that are none. */

import { foldOutput } from '../calculus/index.js';
import { InputError } from '../errors.js';
import type { Declaration, Equation } from '../model/model.js';
import { type Tensor, wholeLetter } from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import type { LexiconName, RelationSign, Syntax } from '../notation/syntax.js';
import { type Graph, isCopy, parameterOf } from './graph.js';
import { Lowering, type OwnNames, openPartials } from './lowering.js';

/** The key of the answer's own name that a left side with this sign defines; undefined where it states something. */
export function isDefinitionOf(left: Syntax, sign: RelationSign, names: readonly LexiconName[]): string | undefined {
  if (sign !== '=' && sign !== ':=' && sign !== '≡') return undefined;
  if (left.kind !== 'name' || left.key === undefined) return undefined;
  return names.some((name) => name.key === left.key) ? left.key : undefined;
}

/** The value of a definition, where it holds nothing but values of the model. */
function tensorOf(graph: Graph, own: OwnNames, right: Formula): Tensor | undefined {
  if (openPartials(right, own.composed).length > 0) return undefined;
  try {
    const value = new Lowering(graph, own, new Map()).lower(right);
    return graph.model.workspace.quantities(value).every(({ quantity }) => quantity.kind === 'value') ? value : undefined;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** The name in the graph whose equation says the same as a definition with these letters; its indices are those letters in their order. */
export function sameInGraph(graph: Graph, own: OwnNames, right: Formula, letters: readonly string[]): string | undefined {
  const { workspace, equations } = graph.model;
  const value = tensorOf(graph, own, right);
  if (value === undefined) return undefined;
  const written = workspace.expand(value);
  for (const { name, ranges, indices, value: of } of equations) {
    if (ranges.length !== letters.length || ranges.length !== indices.length || of.dims.length !== value.dims.length || name === graph.model.loss) continue;
    const placed = workspace.substituteLetters(of, new Map(ranges.map((range, at) => [range.letter, wholeLetter(letters[at] ?? range.letter)])));
    if (workspace.expand(withoutCopies(graph, placed)) === written) return name;
  }
  return undefined;
}

/** Copies of parameters are the parameters. */
function withoutCopies({ model }: Graph, tensor: Tensor): Tensor {
  return model.workspace.replace(tensor, (quantity, dims) =>
    quantity.kind === 'value' && isCopy(quantity.name) ? model.workspace.value(parameterOf(quantity.name), [], dims) : undefined,
  );
}

/** The graph with some definitions as values of their own, which the equations they are part of then read. */
export function withDefinitions(graph: Graph, own: OwnNames, keys: readonly string[]): Graph {
  return keys.reduce((grown, key) => {
    const definition = own.definitions.get(`§${key}`);
    const value = definition === undefined || definition.axes.size > 0 ? undefined : tensorOf(grown, own, definition.right);
    if (definition === undefined || value === undefined || definition.letters.length > 1) return grown;
    return grownBy(grown, `§${key}`, definition.letters, value, definition.right) ?? grown;
  }, graph);
}

function grownBy(graph: Graph, name: string, letters: readonly string[], value: Tensor, source: Formula): Graph | undefined {
  const { model } = graph;
  const { workspace } = model;
  const [letter] = letters;
  let reads = false;
  const equations = model.equations.map((equation): Equation => {
    const own = equation.ranges[0]?.letter;
    if (letter !== undefined && (equation.ranges.length !== 1 || own === undefined)) return equation;
    const placed = letter === undefined || own === undefined ? value : workspace.substituteLetters(value, new Map([[letter, wholeLetter(own)]]));
    const indices = letter === undefined || own === undefined ? [] : [wholeLetter(own)];
    const part: Equation = { name, indices, ranges: [], source, value: placed };
    const folded = foldOutput(workspace, foldArguments(graph, equation.value, part), part);
    if (folded === equation.value) return equation;
    reads = true;
    return { ...equation, value: folded };
  });
  if (!reads) return undefined;
  const range = model.letters.get(letter ?? '') ?? [...model.letters.values()][0];
  const ranges = letter === undefined || range === undefined ? [] : [{ ...range, letter }];
  const declaration: Declaration = {
    name,
    spelling: { latex: name.slice(1), text: name.slice(1), indexPlace: 'subscript' },
    indices: ranges,
    dims: value.dims,
    role: 'computed',
    assumptions: {},
  };
  const equation: Equation = { name, indices: letters.map(wholeLetter), ranges, source, value };
  return { ...graph, model: { ...model, declarations: new Map([...model.declarations, [name, declaration]]), equations: [...equations, equation] } };
}

/** The same inside the arguments of functions. */
function foldArguments(graph: Graph, tensor: Tensor, part: Equation): Tensor {
  const { workspace } = graph.model;
  return workspace.rebuild(tensor, {
    head: (head) => {
      if (head.kind === 'apply') {
        const args = head.args.map((arg) => foldOutput(workspace, arg, part));
        return args.every((arg, at) => arg === head.args[at]) ? undefined : workspace.apply(head.operator, ...args);
      }
      if (head.kind !== 'softmax') return undefined;
      const of = foldOutput(workspace, head.of, part);
      return of === head.of ? undefined : workspace.softmax(of);
    },
  });
}
