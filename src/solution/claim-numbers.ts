/** A counterexample worked out: the values chosen, every name on the way at those numbers, and the two sides. */

import { readsOf } from '../calculus/index.js';
import { referenceKey, type Tensor, wholeNumber } from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import { substituteFormula } from '../notation/walk.js';
import type { NumericArray } from '../numeric/index.js';
import { type Claim, modelUnder } from '../proof/index.js';
import type { Refutation } from '../verify/claims/index.js';
import type { Block, EquationLine, Mathematics } from './document.js';
import { listed, type Presenter, sentence } from './presenter.js';

const DIGITS = 4;

/** Names with the numbers they have: at most so many lines of intermediate values. */
const MOST_LINES = 16;

export function counterexampleBlocks(presenter: Presenter, claim: Claim, found: Refutation): readonly Block[] {
  const sizes = [...new Map([...found.sizes].filter(([name]) => occurs(found, claim, name))), ...found.letters].map(([name, value]) => ({
    latex: `${name} = ${value}`,
    text: `${name} = ${value}`,
  }));
  const chosen = found.given
    .filter(({ data }) => data.some((value) => value !== 0))
    .map(({ name, indices, data, dims }) => joinedMath(presenter.reference({ name, indices: indices.map(wholeNumber) }), arrayMath({ data, dims })));
  chosen.push(...approached(presenter, claim, found));
  const rest = found.given.some(({ data }) => data.every((value) => value === 0));
  const values = chosen.length === 0 ? ['everything that is given 0'] : [...listed(chosen), ...(rest ? [', and all other values that are given 0'] : [])];
  const blocks: Block[] = [
    {
      type: 'paragraph',
      content: sentence('A counterexample: ', ...(sizes.length > 0 ? ['take ', ...listed(sizes), ' with '] : ['with ']), ...values, '. Then'),
    },
  ];
  const all = [...valueLines(presenter, claim, found), ...sideLines(presenter, claim, found)];
  const lines = all.filter(
    (line, at) => line.mark !== undefined || all.findIndex((other) => other.left?.text === line.left?.text && other.right.text === line.right.text) === at,
  );
  blocks.push({ type: 'equations', lines });
  return blocks;
}

/** What was set to something close to its limit, where the value at the limit says nothing. */
function approached(presenter: Presenter, claim: Claim, { run, letters }: Refutation): readonly Mathematics[] {
  return claim.givens.flatMap(({ relation, reference, value, inverse }): Mathematics[] => {
    if (relation !== '→' || value === undefined) return [];
    const indices = reference.indices.map((index) => run.evaluate(claim.model.workspace.whole(index), letters).data[0] ?? 0);
    const [now, limit] = [run.value(reference.name, indices), run.evaluate(value, letters)];
    if (now.data.every((entry, at) => entry === limit.data[at])) return [];
    const near = joinedMath(presenter.reference({ name: reference.name, indices: indices.map(wholeNumber) }), arrayMath(now));
    return inverse === true ? [near] : [{ latex: `${near.latex} \\text{ (close to the limit)}`, text: `${near.text} (close to the limit)` }];
  });
}

const joinedMath = (left: Mathematics, right: Mathematics): Mathematics => ({ latex: `${left.latex} = ${right.latex}`, text: `${left.text} = ${right.text}` });

/** Sizes that a value of the claim has, and lengths of its loops. */
function occurs(found: Refutation, claim: Claim, name: string): boolean {
  const dims = found.given.flatMap((instance) => claim.model.declarations.get(instance.name)?.dims ?? []);
  const shown = [...dims, ...claim.ranges.flatMap(({ from, to }) => [from, to])];
  return shown.some((whole) => whole.monomials.some(({ letters }) => letters.includes(name)));
}

/** Computed names that the two sides are made of, in the order of the model's equations, at the places where they are needed. */
function valueLines(presenter: Presenter, claim: Claim, found: Refutation): readonly EquationLine[] {
  const model = modelUnder(claim);
  const { run, statement, letters } = found;
  const needed = new Map<string, { name: string; indices: readonly number[] }>();
  const visit = (tensor: Tensor, scope: ReadonlyMap<string, number>): void => {
    for (const read of readsOf(model, { ...(model.equations[0] as (typeof model.equations)[number]), value: tensor })) {
      const indices = read.indices.map((index) => run.evaluate(model.workspace.whole(index), scope).data[0] ?? 0);
      const key = referenceKey({ name: read.name, indices: indices.map(wholeNumber) });
      if (needed.has(key) || needed.size > 60) continue;
      const instance = claim.model.declarations.has(read.name) ? run.instance(read.name, indices) : undefined;
      if (instance === undefined || instance.bound === undefined) continue;
      needed.set(key, { name: read.name, indices });
      const general = model.equations.find((equation) => equation.name === read.name && equation.ranges.length === equation.indices.length);
      const given = claim.givens.some(
        (one) =>
          one.computed &&
          one.reference.name === read.name &&
          one.reference.indices.every((index, at) => run.evaluate(model.workspace.whole(index), letters).data[0] === indices[at]),
      );
      if (general === undefined || given) continue;
      visit(general.value, new Map([...run.sizes, ...general.ranges.map(({ letter }, at): [string, number] => [letter, indices[at] ?? 0])]));
    }
  };
  visit(statement.left, letters);
  visit(statement.right, letters);
  for (const quantity of [statement.left, statement.right].flatMap((tensor) => model.workspace.quantities(tensor))) {
    if (quantity.quantity.kind !== 'partial') continue;
    const { numerator } = quantity.quantity;
    visit(model.workspace.value(numerator.name, numerator.indices, model.declarations.get(numerator.name)?.dims ?? []), letters);
  }
  const order = [...claim.model.equations].map(({ name }) => name);
  const places = [...needed.values()].sort((a, b) => (a.indices[0] ?? 0) - (b.indices[0] ?? 0) || order.indexOf(a.name) - order.indexOf(b.name));
  return places.slice(-MOST_LINES).map(({ name, indices }) => ({
    left: presenter.reference({ name, indices: indices.map(wholeNumber) }),
    relation: '=',
    right: arrayMath(run.value(name, indices)),
  }));
}

/** The two sides at the entry where they fail, with numbers for the line's letters. */
function sideLines(presenter: Presenter, claim: Claim, { statement, left, right, entry, letters, run }: Refutation): readonly EquationLine[] {
  const { formulas, relation } = statement;
  const axes = [...claim.axes.keys()];
  const own = entry.slice(axes.length);
  const numbersOf = new Map(
    [...letters, ...axes.map((letter, at): [string, number] => [letter, entry[at] ?? 1])].map(([letter, value]) => [letter, wholeNumber(value)]),
  );
  const side = (formula: Formula): Mathematics => {
    const printed = presenter.formula(substituteFormula(formula, numbersOf));
    const alone = formula.shape.dims.every((dim) => run.evaluate(claim.model.workspace.whole(dim), letters).data[0] === 1);
    return alone ? printed : { latex: `\\left[ ${printed.latex} \\right]_{${own.join(',')}}`, text: `[${printed.text}]_${own.join(',')}` };
  };
  const broken = { '=': '≠', '→': '≠', '≠': '=', '<': '≥', '≤': '>', '>': '≤', '≥': '<' } as const;
  const [a, b] = [side(formulas.left), side(formulas.right)];
  const [first, second] = [numberMath(left), numberMath(right)];
  return [
    ...(a.text === first.text ? [] : [{ left: a, relation: '=', right: first }]),
    ...(b.text === second.text ? [] : [{ left: b, relation: '=', right: second }]),
    { left: first, relation: broken[relation], right: second, mark: 'refuted' },
  ];
}

/** Short numbers as they are, others to so many digits. */
export function numberMath(value: number): Mathematics {
  const short = String(value);
  const shown = Object.is(value, -0)
    ? '0'
    : short.length <= 6
      ? short
      : Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6
        ? value.toFixed(DIGITS)
        : value.toExponential(DIGITS - 1);
  const [mantissa, exponent] = shown.split('e');
  if (exponent === undefined) return { latex: shown, text: shown.replace('-', '−') };
  const [digits, power] = [String(Number(mantissa)), Number(exponent)];
  return { latex: `${digits} \\cdot 10^{${power}}`, text: `${digits}·10^${power}`.replaceAll('-', '−') };
}

function arrayMath({ data, dims }: { readonly data: ArrayLike<number>; readonly dims: readonly number[] } & Partial<NumericArray>): Mathematics {
  const numbers = Array.from(data, numberMath);
  if (numbers.length === 1) return numbers[0] as Mathematics;
  const columns = dims.length === 2 ? (dims[1] as number) : 1;
  const rows = Array.from({ length: numbers.length / columns }, (_, row) => numbers.slice(row * columns, (row + 1) * columns));
  const flat =
    dims.length < 2 ? `(${numbers.map((one) => one.text).join(', ')})` : `[${rows.map((row) => `[${row.map((one) => one.text).join(', ')}]`).join(', ')}]`;
  return { latex: `\\begin{bmatrix} ${rows.map((row) => row.map((one) => one.latex).join(' & ')).join(' \\\\ ')} \\end{bmatrix}`, text: flat };
}
