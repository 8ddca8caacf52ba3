/**
 * `paths … using …`: whether the partials allowed determine the derivative, the Leibniz forms made of them in their true readings, and, where they do
 * not suffice, the path that shows it, a witness in numbers, and the partial that is missing.
 */

import { type AllowedPartial, localPartials, type Uncovered, uncoveredPath } from '../calculus/coverage.js';
import { countPaths, factsOf, instanceReference, jacobian, readsOf, simplifyConditions } from '../calculus/index.js';
import type { Declaration, Model } from '../model/index.js';
import { lettersOf, referenceKey, substituteWhole, type ValueReference, wholeNumber } from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import { lengthsOf } from '../numeric/index.js';
import { type Form, type FormTerm, findWitness, type LeibnizForm, leibnizForms, type PartialReading, partialsOf, type Witness } from '../verify/paths/index.js';
import { numberMath } from './claim-numbers.js';
import type { Block, Inline, Mathematics } from './document.js';
import { listed, Presenter, sentence, text } from './presenter.js';

export interface UsingAnswer {
  readonly blocks: readonly Block[];
  readonly slips: number;
  readonly proved: number;
  readonly formulas: number;
}

const LENGTHS = [1, 2, 3] as const;
const COUNTED = [1, 2, 3, 4] as const;
/** More forms than this are not printed. */
const MOST_FORMS = 6;

export function usingBlocks(presenter: Presenter, by: ValueReference, partials: readonly AllowedPartial[], seed: number): UsingAnswer {
  const { model } = presenter;
  const gap = gapOf(model, by, partials);
  if (gap === undefined) return withForms(presenter, by, partials, seed, [intro(presenter, by, partials, true)], 0);
  const witness = findWitness(model, by, partials, seed);
  const missing = localPartials(model, (equation) => readsOf(model, equation)).filter(
    (extra) => !isParameter(model, extra) && gapOf(model, by, [...partials, extra]) === undefined,
  );
  const [added] = missing;
  const blocks: Block[] = [intro(presenter, by, partials, false), gapCallout(presenter, by, gap, witness)];
  if (added === undefined) return { blocks, slips: 1, proved: 0, formulas: 0 };
  blocks.push({ type: 'paragraph', content: sentence('With ', partialMath(presenter, added), ' added, every path is a chain of the partials.') });
  return withForms(presenter, by, [...partials, added], seed, blocks, 1);
}

const isParameter = (model: Model, { denominator }: AllowedPartial): boolean => model.equations.every(({ name }) => name !== denominator.name);

const WORDS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten', 'Eleven', 'Twelve'] as const;
const counted = (number: number): string => WORDS[number] ?? String(number);

function gapOf(model: Model, by: ValueReference, partials: readonly AllowedPartial[]): Uncovered | undefined {
  const target = { name: model.loss ?? '', indices: [] };
  for (const length of LENGTHS) {
    const found = uncoveredPath(model, target, { name: by.name, indices: [] }, partials, lengthsAt(model, length));
    if (found !== undefined) return found;
  }
  return undefined;
}

const lengthsAt = (model: Model, length: number): ReadonlyMap<string, number> => new Map([...lengthsOf(model)].map((name) => [name, length]));

// ---------------------------------------------------------------- names

const partialQuantity = (partial: AllowedPartial): Formula => ({
  kind: 'name',
  quantity: { kind: 'partial', numerator: partial.numerator, denominator: partial.denominator, reach: 'total' },
  shape: { dims: [] },
});
const partialMath = (presenter: Presenter, partial: AllowedPartial): Mathematics => presenter.formula(partialQuantity(partial));
const targetMath = (presenter: Presenter, by: ValueReference): Mathematics =>
  presenter.formula(partialQuantity({ numerator: { name: presenter.model.loss ?? '', indices: [] }, denominator: by }));

function intro(presenter: Presenter, by: ValueReference, partials: readonly AllowedPartial[], enough: boolean): Block {
  const loss = presenter.reference({ name: presenter.model.loss ?? '', indices: [] });
  return {
    type: 'paragraph',
    content: sentence(
      `${counted(partials.length)} partials may be used. They determine `,
      targetMath(presenter, by),
      ' only if every path by which ',
      presenter.reference(by),
      ' reaches ',
      loss,
      ' is a chain of them; a partial covers all paths between its two ends.',
      ...(enough ? [' Every path is.'] : []),
    ),
  };
}

// ---------------------------------------------------------------- too few partials

function gapCallout(presenter: Presenter, by: ValueReference, { path, missing, lengths }: Uncovered, witness: Witness | undefined): Block {
  const names = path.map((instance) => presenter.reference(instanceReference(instance)));
  const chain: Mathematics = { latex: names.map(({ latex }) => latex).join(' \\to '), text: names.map((name) => name.text).join(' → ') };
  const at = [...lengths].map(([name, value]) => `${name} = ${value}`).join(', ');
  const edge = [missing.from, missing.to].map((instance) => presenter.reference(instanceReference(instance)));
  const blocks: Block[] = [
    {
      type: 'paragraph',
      content: sentence(
        'The path ',
        chain,
        ` (at ${at}) is no chain of these partials: what is under way at `,
        edge[0] as Mathematics,
        ' leads past it, and no partial leads from ',
        edge[0] as Mathematics,
        ' to ',
        edge[1] as Mathematics,
        '.',
      ),
    },
  ];
  if (witness !== undefined) blocks.push(...witnessBlocks(presenter, by, witness));
  return { type: 'callout', kind: 'slip', title: sentence('The partials do not determine ', targetMath(presenter, by)), blocks };
}

function witnessBlocks(presenter: Presenter, by: ValueReference, witness: Witness): readonly Block[] {
  const name = (instance: Witness['changed']): Mathematics => presenter.reference({ name: instance.name, indices: instance.indices.map(wholeNumber) });
  const equal = (left: Mathematics, right: Mathematics): Mathematics => ({ latex: `${left.latex} = ${right.latex}`, text: `${left.text} = ${right.text}` });
  const sizes = [...witness.sizes].map(([size, value]): Mathematics => ({ latex: `${size} = ${value}`, text: `${size} = ${value}` }));
  const chosen = witness.given.filter(({ value }) => value !== 0).map(({ instance, value }) => equal(name(instance), numberMath(value)));
  const changed = name(witness.changed);
  const settings = [witness.from, witness.to].map((value) => equal(changed, numberMath(value)));
  const linear = presenter.model.functions.size > 0 ? ', each loss the plain sum of what it reads' : '';
  return [
    {
      type: 'paragraph',
      content: sentence(
        'A witness: ',
        ...listed([...sizes, ...chosen]),
        `${linear}, and everything else 0. At `,
        settings[0] as Mathematics,
        ' and at ',
        settings[1] as Mathematics,
        ' every one of the partials is the same, whichever way it is read:',
      ),
    },
    witnessTable(presenter, witness),
    {
      type: 'equations',
      lines: witness.gradients.map((gradient, at) => ({
        left: targetMath(presenter, by),
        relation: '=',
        right: numberMath(gradient),
        reason: sentence('at ', settings[at] as Mathematics),
      })),
    },
  ];
}

function witnessTable(presenter: Presenter, witness: Witness): Block {
  const rows = witness.partials.map(({ partial, letters, values }) => {
    const numbers = new Map([...letters].map(([letter, value]) => [letter, wholeNumber(value)]));
    const placed = (reference: ValueReference): ValueReference => ({
      name: reference.name,
      indices: reference.indices.map((index) => substituteWhole(index, numbers)),
    });
    const math = partialMath(presenter, { numerator: placed(partial.numerator), denominator: placed(partial.denominator) });
    const [immediate, step, total] = values.length === 2 ? [values[0], undefined, values[1]] : values;
    return [sentence(math), ...[immediate, step, total].map((value) => (value === undefined ? text2('–') : sentence(numberMath(value))))].map((content) => ({
      content,
    }));
  });
  return {
    type: 'table',
    align: ['left', 'right', 'right', 'right'],
    header: ['partial', 'immediate', 'within the step', 'total'].map((word) => ({ content: [text(word)] })),
    rows,
  };
}

const text2 = (value: string): readonly Inline[] => [text(value)];

// ---------------------------------------------------------------- forms

function withForms(
  presenter: Presenter,
  by: ValueReference,
  partials: readonly AllowedPartial[],
  seed: number,
  before: readonly Block[],
  slips: number,
): UsingAnswer {
  const forms = leibnizForms(presenter.model, by, partials, seed).slice(0, MOST_FORMS);
  const blocks: Block[] = [...before];
  if (forms.length === 0)
    blocks.push({
      type: 'paragraph',
      content: sentence('No sum of products of these partials was found that is ', targetMath(presenter, by), ' in one reading of each.'),
    });
  else
    blocks.push({
      type: 'paragraph',
      content: sentence(
        forms.length === 1
          ? 'One Leibniz form made of them is true, with its partials read as the table says; every other reading is refuted by numbers:'
          : `${counted(forms.length)} Leibniz forms made of them are true, each with its partials read as the table below it says; every other reading is refuted by numbers:`,
      ),
    });
  for (const form of forms) blocks.push(...formBlocks(presenter, by, form));
  const counts = countTable(presenter, by);
  if (counts !== undefined) blocks.push(...counts);
  return { blocks, slips, proved: forms.filter(({ proof }) => proof !== undefined).length, formulas: forms.length };
}

function formBlocks(presenter: Presenter, by: ValueReference, found: LeibnizForm): readonly Block[] {
  const bars = withBars(presenter, found);
  const right = bars.formula(formulaOf(bars, found, found.form));
  const rows = partialsOf(found.form).map((partial) =>
    [
      sentence(bars.formula(writtenPartial(bars, found, partial, termOf(found.form, partial)?.sum !== undefined))),
      readingWords(bars, found.readings.get(partial), partial),
    ].map((content) => ({ content })),
  );
  return [
    { type: 'result', lines: [{ left: targetMath(presenter, by), relation: '=', right, mark: found.proof === undefined ? 'agrees' : 'proved' }] },
    { type: 'table', align: ['left', 'left'], header: ['partial', 'read as'].map((word) => ({ content: [text(word)] })), rows },
  ];
}

function termOf(form: Form, partial: AllowedPartial): FormTerm | undefined {
  for (const term of form) {
    const found = term.partial === partial ? term : term.rest === undefined ? undefined : termOf(term.rest, partial);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readingWords(presenter: Presenter, reading: PartialReading | undefined, { numerator }: AllowedPartial): readonly Inline[] {
  switch (reading?.kind) {
    case 'immediate':
      return numerator.indices.length === 0
        ? sentence('direct: the loss of step ', lettersMath(presenter), ' alone')
        : sentence('immediate: every other name held');
    case 'step':
      return sentence('within the step: names of the step follow, those of other steps are held');
    case 'total':
      return sentence('total: over every path');
    case 'held':
      return sentence('total, but with ', ...listed(reading.names.map((name) => presenter.reference(presenter.ownReference(name)))), ' held');
    case undefined:
      return [];
  }
}

const lettersMath = (presenter: Presenter): Mathematics => {
  const [letter] = [...presenter.model.letters.keys()];
  return { latex: letter ?? 't', text: letter ?? 't' };
};

// ---------------------------------------------------------------- formulas

const barKey = ({ numerator, denominator }: AllowedPartial): string => `${referenceKey(numerator)}/${referenceKey(denominator)}|`;

/** Spellings for partials that hold something. */
function withBars(presenter: Presenter, { form, readings }: LeibnizForm): Presenter {
  const bars = partialsOf(form).flatMap((partial): [string, Declaration][] => {
    const reading = readings.get(partial);
    if (reading?.kind !== 'held') return [];
    const plain = partialMath(presenter, partial);
    const held = reading.names.map((name) => presenter.reference(presenter.ownReference(name)));
    const spelling = {
      latex: `\\left. ${plain.latex} \\right|_{${held.map(({ latex }) => latex).join(', ')}}`,
      text: `${plain.text}|${held.map((one) => one.text).join(', ')}`,
      indexPlace: 'subscript' as const,
    };
    return [[barKey(partial), { name: barKey(partial), spelling, indices: [], dims: [], role: 'input', assumptions: {} }]];
  });
  return bars.length === 0
    ? presenter
    : new Presenter({ ...presenter.model, declarations: new Map([...presenter.model.declarations, ...bars]) }, presenter.options);
}

function writtenPartial(presenter: Presenter, { readings }: LeibnizForm, partial: AllowedPartial, summed: boolean): Formula {
  const reading = readings.get(partial);
  if (reading?.kind === 'held') return { kind: 'name', quantity: { kind: 'value', name: barKey(partial), indices: [] }, shape: { dims: [] } };
  if (reading?.kind === 'immediate' && summed) return directLoss(presenter, partial) ?? partialQuantity(partial);
  return partialQuantity(partial);
}

/** ∂ℓ_t/∂h_t, where the loss is a sum of unspecified losses. */
function directLoss(presenter: Presenter, { numerator, denominator }: AllowedPartial): Formula | undefined {
  const { model } = presenter;
  const ranges = [...model.letters.values()].filter(({ letter }) => denominator.indices.some((index) => lettersOf(index).has(letter)));
  const direct = simplifyConditions(model.workspace, jacobian(model, numerator, denominator, 'immediate'), factsOf(ranges));
  const only = direct.terms.length === 1 && direct.terms[0]?.net.leaves.length === 1 && direct.terms[0].net.leaves[0]?.head.head.kind === 'unspecified';
  return only
    ? presenter.raise(
        direct,
        ranges.map(({ letter }) => letter),
      ).formula
    : undefined;
}

function formulaOf(presenter: Presenter, found: LeibnizForm, form: Form): Formula {
  const terms = form.map(({ partial, rest, sum }): Formula => {
    const factor = writtenPartial(presenter, found, partial, sum !== undefined);
    const body: Formula =
      rest === undefined
        ? factor
        : { kind: 'product', style: 'scalar', factors: [factor, ...factorsOf(formulaOf(presenter, found, rest))], shape: { dims: [] } };
    return sum === undefined ? body : { kind: 'rangeSum', letter: sum.letter, from: sum.from, to: sum.to, body, shape: { dims: [] } };
  });
  const [only] = terms;
  return terms.length === 1 && only !== undefined ? only : { kind: 'sum', terms: terms.map((formula) => ({ sign: 1, formula })), shape: { dims: [] } };
}

const factorsOf = (formula: Formula): readonly Formula[] => (formula.kind === 'product' && formula.style === 'scalar' ? formula.factors : [formula]);

// ---------------------------------------------------------------- counts

/** How many products the sum over single reads has: why nobody writes it out. */
function countTable(presenter: Presenter, by: ValueReference): readonly Block[] | undefined {
  const { model } = presenter;
  const [length] = [...lengthsOf(model)];
  const last = model.equations.find(({ name }) => name === model.loss);
  const state = last === undefined ? undefined : readsOf(model, last).find((read) => read.indices.length === 1);
  if (length === undefined || state === undefined) return undefined;
  const goal = { name: by.name, indices: [] };
  const at = (name: string, indices: readonly number[], value: number): number => countPaths(model, { name, indices }, goal, lengthsAt(model, value));
  const row = (label: readonly Inline[], count: (value: number) => number) =>
    [label, ...COUNTED.map((value) => text2(String(count(value))))].map((content) => ({ content }));
  const lossName = presenter.reference({ name: model.loss ?? '', indices: [] });
  const end = presenter.reference({ name: state.name, indices: [{ monomials: [{ coefficient: 1, letters: [length] }], key: length }] });
  return [
    { type: 'paragraph', content: sentence('Written out over single reads, path by path, the sum has so many products:') },
    {
      type: 'table',
      align: ['left', ...COUNTED.map(() => 'right' as const)],
      header: [sentence({ latex: length, text: length }), ...COUNTED.map((value) => text2(String(value)))].map((content) => ({ content })),
      rows: [
        row(sentence('paths from ', end), (value) => at(state.name, [value], value)),
        row(sentence('paths from ', lossName), (value) => at(model.loss ?? '', [], value)),
      ],
    },
  ];
}
