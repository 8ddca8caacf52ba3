/** The parts of a solution that present a model: its equations, numbered; the notation with shapes; the conventions; the unrolled graph. */

import { stateNames } from '../calculus/index.js';
import type { Declaration, Equation, Model } from '../model/model.js';
import { type ValueReference, wholeLetter } from '../network/index.js';
import type { Block, EquationLine, Inline, Mathematics, Section } from './document.js';
import { listed, math, type Presenter, sentence, text } from './presenter.js';

/** Numbers of a model's equations, counted on from `start`. */
export function numberEquations(model: Model, start: number): ReadonlyMap<Equation, number> {
  return new Map(model.equations.map((equation, at) => [equation, start + at]));
}

export function equationsBlock(presenter: Presenter, numbers: ReadonlyMap<Equation, number>): Block {
  const lines = presenter.model.equations.map((equation): EquationLine => {
    const { left, right } = presenter.equation(equation);
    const declaration = presenter.model.declarations.get(equation.name);
    const number = numbers.get(equation);
    const [only] = equation.ranges;
    const default_ = presenter.model.letters.get(only?.letter ?? '');
    const unusual = equation.ranges.filter((range) => default_ === undefined || range.to.key !== 'T' || range.from.key !== '1');
    return {
      left,
      relation: '=',
      right,
      ...(unusual.length === 0 ? {} : { reason: unusual.flatMap((range, at): Inline[] => [...(at === 0 ? [] : [text(', ')]), math(presenter.range(range))]) }),
      shape: presenter.shape(declaration?.dims ?? [], declaration?.orientation),
      ...(number === undefined ? {} : { number }),
    };
  });
  return { type: 'equations', lines };
}

const ROLE_WORDS: { readonly [role in Declaration['role']]: string } = { input: 'input', parameter: 'parameter', constant: 'constant', computed: 'computed' };

/** One row a group of names of the same role and shape. */
export function notationTable(presenter: Presenter): Block {
  const { model } = presenter;
  const groups = new Map<string, { names: Mathematics[]; shape: Mathematics; role: string; where: readonly Inline[] }>();
  const states = new Set(stateNames(model));
  for (const declaration of model.declarations.values()) {
    const reference: ValueReference = { name: declaration.name, indices: declaration.indices.map((range) => wholeLetter(range.letter)) };
    const shape = presenter.shape(declaration.dims, declaration.orientation);
    const role = declaration.name === model.loss ? 'loss' : states.has(declaration.name) ? 'state' : ROLE_WORDS[declaration.role];
    const where = declaration.indices.flatMap((range, at): Inline[] => [...(at === 0 ? [] : [text(', ')]), math(presenter.range(range))]);
    const facts = assumptionsOf(declaration);
    const key = `${role}|${shape.text}|${declaration.indices.map((range) => `${range.letter}${range.from.key}${range.to.key}`).join()}|${facts}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { names: [presenter.reference(reference)], shape, role: facts === '' ? role : `${role}; ${facts}`, where });
    else group.names.push(presenter.reference(reference));
  }
  const indexed = [...groups.values()].some((group) => group.where.length > 0);
  const heads = ['name', 'shape', 'role', ...(indexed ? ['for'] : [])];
  return {
    type: 'table',
    caption: [text('Notation')],
    align: heads.map(() => 'left' as const),
    header: heads.map((head) => ({ content: [text(head)] })),
    rows: [...groups.values()].map((group) => [
      { content: group.names.flatMap((name, at): Inline[] => [...(at === 0 ? [] : [text(', ')]), math(name)]) },
      { content: [math(group.shape)] },
      { content: [text(group.role)] },
      ...(indexed ? [{ content: group.where }] : []),
    ]),
  };
}

function assumptionsOf({ assumptions }: Declaration): string {
  const words: string[] = [];
  if (assumptions.oneHot === true) words.push('one-hot');
  else if (assumptions.sumsToOne === true) words.push('entries sum to 1');
  if (assumptions.orthogonal === true) words.push('orthogonal');
  if (assumptions.symmetric === true) words.push('symmetric');
  if (assumptions.diagonal === true) words.push('diagonal');
  if (assumptions.low !== undefined) words.push(`${assumptions.lowOpen === true ? '>' : '≥'} ${assumptions.low}`);
  if (assumptions.high !== undefined) words.push(`${assumptions.highOpen === true ? '<' : '≤'} ${assumptions.high}`);
  return words.join(', ');
}

/**
 * What must be agreed before a formula means anything: rows or columns, layout, boundary values, unspecified functions.
 * What stands in `said` is not said again; what is said is added to it.
 */
export function conventionsBlocks(presenter: Presenter, said: Set<string> = new Set()): readonly Block[] {
  const { model } = presenter;
  const items: (readonly Inline[])[] = [];
  const { convention, layout } = model.settings;
  items.push([
    text(
      convention === 'row'
        ? 'Vectors are rows: a weight stands to the right of the vector it acts on.'
        : 'Vectors are columns: a weight stands to the left of the vector it acts on.',
    ),
  ]);
  const layouts = {
    gradient: 'Gradients have the shape of the variable; the Jacobian of a vector is written transposed.',
    numerator: 'Numerator layout: gradients of vectors are rows, ∂h/∂x is the Jacobian.',
    mixed: 'Gradients of vectors are rows, those of matrices have the shape of the matrix.',
  } as const;
  items.push([
    text(
      layout === undefined
        ? 'A gradient of the loss has the shape of the variable; the derivative of a vector by a vector is the Jacobian, with one row for each entry of the vector above.'
        : layouts[layout],
    ),
  ]);
  if (model.loss !== undefined)
    items.push(sentence('Derivatives of ', presenter.reference({ name: model.loss, indices: [] }), ' are total: they follow every path.'));
  const kinds = [
    ['freed', ' may take any value'],
    ['zero', ' is 0'],
  ] as const;
  for (const [kind, words] of kinds) {
    const places = model.boundaries.filter((boundary) => boundary.kind === kind).map((boundary) => presenter.reference(boundary));
    if (places.length > 0) items.push(sentence(...listed(places), places.length === 1 ? `${words}.` : kind === 'zero' ? ' are 0.' : `${words}.`));
  }
  const losses = [...model.functions.values()].filter((declared) => !declared.entrywise && declared.dims.length === 0);
  for (const declared of losses) {
    items.push(
      sentence(
        { latex: declared.spelling.latex, text: declared.spelling.text },
        ' is any smooth loss; its gradient stays a symbol, and the numeric check puts a random smooth function in its place.',
      ),
    );
  }
  for (const note of model.inferred) if (note.startsWith('line ')) items.push([text(`Read so in ${note}.`)]);
  const fresh = items.filter((content) => !said.has(JSON.stringify(content)));
  for (const content of fresh) said.add(JSON.stringify(content));
  return fresh.length === 0 ? [] : [{ type: 'list', ordered: false, items: fresh.map((content) => [{ type: 'paragraph', content }]) }];
}

/** The section that presents a model: equations, conventions (those that `said` does not have yet), notation, picture. */
export function modelSection(
  presenter: Presenter,
  numbers: ReadonlyMap<Equation, number>,
  title: string,
  figure: Block | undefined,
  said: Set<string> = new Set(),
): Section {
  return {
    kind: 'model',
    title: [text(title)],
    blocks: [
      ...(numbers.size === 0 ? [] : [equationsBlock(presenter, numbers)]),
      ...conventionsBlocks(presenter, said),
      notationTable(presenter),
      ...(figure === undefined ? [] : [figure]),
    ],
  };
}
