/** Formulas that somebody says are gradients: read from a line, checked by numbers, and where they are wrong traced to the term. */

import { readFormula } from '../calculus/target.js';
import { type BackwardEquation, backwardPass, type CheckResult, type Finding, Localiser } from '../check/index.js';
import { InputError } from '../errors.js';
import { lexiconOfModel, type Model } from '../model/index.js';
import { lettersOf, type ValueReference } from '../network/index.js';
import type { Formula } from '../notation/formula.js';
import { lower } from '../notation/lower.js';
import { parseQuestion } from '../notation/questions.js';
import { lineOf } from '../notation/statements.js';
import type { Run } from '../numeric/index.js';
import { scientific } from './check-section.js';
import type { Block } from './document.js';
import { math, type Presenter, text } from './presenter.js';

/** A gradient of the loss with the formula that is claimed for it. */
export interface Claimed extends BackwardEquation {
  readonly text: string;
}

const fail = (message: string): never => {
  throw new InputError({ ruleId: 'not-a-formula', message, fix: 'Write ∂J/∂W = Σ_t (…) or dJ/dh_t = ….' });
};

/** Reads `dJ/dW = …`. Throws an InputError where the left side is no gradient of the loss, or the shapes differ. */
export function readClaimed(model: Model, source: string): Claimed {
  const { statement } = parseQuestion(lineOf(source), lexiconOfModel(model));
  if (statement?.kind !== 'relation') return fail('A gradient and its formula are expected, with = between them.');
  const [first, ...more] = statement.chain.rest;
  if (first === undefined || more.length > 0 || first.sign !== '=') return fail('One = is expected, between a gradient and its formula.');
  const by = gradientOf(model, readFormula(model, statement.chain.first));
  const declaration = model.declarations.get(by.name);
  const formula = lower(readFormula(model, first.value), model.workspace, model.loss === undefined ? {} : { loss: model.loss });
  if (declaration === undefined || formula.dims.map(({ key }) => key).join() !== declaration.dims.map(({ key }) => key).join())
    return fail(
      `The formula is ${formula.dims.map(({ key }) => key).join(' × ') || 'a number'}, the gradient ${declaration?.dims.map(({ key }) => key).join(' × ') || 'a number'}.`,
    );
  const used = new Set(by.indices.flatMap((index) => [...lettersOf(index)]));
  return { by, ranges: declaration.indices.filter(({ letter }) => used.has(letter)), formula, text: source };
}

function gradientOf(model: Model, left: Formula): ValueReference {
  const plain = left.kind === 'transpose' ? left.of : left;
  if (
    plain.kind !== 'derivative' ||
    plain.of.kind !== 'name' ||
    plain.of.quantity.kind !== 'value' ||
    plain.of.quantity.name !== model.loss ||
    plain.by.length !== 1
  )
    return fail('The left side is no gradient of the loss.');
  const [by] = plain.by;
  const name = by?.kind === 'transpose' ? by.of : by;
  return name?.kind === 'name' && name.quantity.kind === 'value'
    ? { name: name.quantity.name, indices: name.quantity.indices }
    : fail('The left side does not say by what.');
}

/** Where claimed formulas are wrong; `tooLarge` are those whose true adjoints would take too long. */
export function trace(run: Run, claimed: readonly Claimed[]): { readonly findings: readonly Finding[]; readonly tooLarge: readonly Claimed[] } {
  if (claimed.length === 0) return { findings: [], tooLarge: [] };
  const localiser = new Localiser(run);
  const { kept } = backwardPass(run.model);
  const tooLarge = claimed.filter((one) => !localiser.isWithinReach(one));
  const findings = claimed.flatMap((one) => {
    if (tooLarge.includes(one)) return [];
    const read = run.model.workspace.quantities(one.formula).flatMap(({ quantity }) => (quantity.kind === 'adjoint' ? [quantity.name] : []));
    return localiser.judge([one], new Set([...kept, ...read]));
  });
  return { findings, tooLarge };
}

const listed = (items: readonly string[]): string => `${items.slice(0, 8).join('; ')}${items.length > 8 ? ' …' : ''}`;

/** A finding in words. */
export function findingBlocks(presenter: Presenter, findings: readonly Finding[]): readonly Block[] {
  return findings.flatMap(({ by, at, places, terms, wrong, missing }): Block[] => {
    const name = math(presenter.reference(by));
    const where = at.map((letters) => [...letters].map(([letter, value]) => `${letter} = ${value}`).join(', ')).filter((place) => place !== '');
    const times = where.length === 0 ? '' : at.length === places ? ' at every step' : ` at ${listed(where)}`;
    const inUse = by.indices.flatMap((index) => [...lettersOf(index)]);
    const accused = wrong.map(
      ({ number, term, factor }): Block => ({
        type: 'paragraph',
        content: [
          text(terms.length === 1 ? 'Its one term, ' : `Term ${number} of ${terms.length}, `),
          math(presenter.tensor(term, inUse)),
          text(
            factor === undefined
              ? ', is no part of what truly flows there.'
              : `, is off by a factor: it must be multiplied by ${Number(factor.toPrecision(6))}.`,
          ),
        ],
      }),
    );
    const shown = wrong.some(({ factor }) => factor !== undefined) ? [] : missing;
    const ways = shown.map(({ way, readers, all }): Block => {
      const through = way.map((reader) => presenter.reference({ name: reader, indices: [] }).text).join(' → ');
      const steps = all || readers.some((reader) => reader.length === 0) ? '' : ` at step ${listed(readers.map((reader) => reader.join(', ')))}`;
      return { type: 'paragraph', content: [text(`Not accounted for: what flows through ${through}${steps}.`)] };
    });
    return [
      {
        type: 'paragraph',
        content: [text('The formula for the gradient by '), name, text(` is wrong${times}, with true values in the place of the adjoints it reads.`)],
      },
      ...accused,
      ...ways,
    ];
  });
}

/** What is said of formulas too large to be traced. */
export const tooLargeBlocks = (claimed: readonly Claimed[]): readonly Block[] =>
  claimed.map((one) => ({
    type: 'paragraph',
    content: [{ type: 'code', text: one.text }, text(' is too large here to be traced; smaller --sizes show where it is wrong.')],
  }));

/** A finding as JSON of the contract. */
export interface FindingReport {
  readonly target: string;
  /** Values of the letters at which the formula is wrong, of how many. */
  readonly at: readonly Readonly<Record<string, number>>[];
  readonly places: number;
  readonly wrong: readonly { readonly number: number; readonly term: string; readonly factor?: number }[];
  readonly missing: readonly { readonly through: readonly string[]; readonly steps: readonly (readonly number[])[] }[];
}

export function findingReport(presenter: Presenter, { by, at, places, wrong, missing }: Finding): FindingReport {
  return {
    target: gradientName(presenter, by),
    at: at.map((letters) => Object.fromEntries(letters)),
    places,
    wrong: wrong.map(({ number, term, factor }) => ({ number, term: presenter.tensor(term).text, ...(factor === undefined ? {} : { factor }) })),
    missing: missing.map(({ way, readers }) => ({ through: way, steps: readers })),
  };
}

/** ∂J/∂W. */
export const gradientName = (presenter: Presenter, by: ValueReference): string =>
  `∂${presenter.reference({ name: presenter.model.loss ?? 'J', indices: [] }).text}/∂${presenter.reference(by).text}`;

/** The table of claimed formulas. */
export function claimedBlocks({ targets, sizes, seed }: CheckResult, claimed: readonly Claimed[]): readonly Block[] {
  const given = Object.entries(sizes)
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ');
  const agree = targets.every(({ verdicts, entries }) => verdicts.agree === entries);
  return [
    {
      type: 'paragraph',
      content: [
        text(
          `Each formula as it was given is compared entry by entry with forward tangents of the model, at ${given}; the adjoints it reads are the true ones. The numbers are drawn with seed ${seed}.`,
        ),
      ],
    },
    {
      type: 'table',
      caption: [text(agree ? 'Every entry agrees.' : 'Not every entry agrees.')],
      align: ['left', 'left', 'right', 'right', 'left'],
      header: ['formula', 'shape', 'entries', 'largest error', 'verdict'].map((word) => ({ content: [text(word)] })),
      rows: targets.map(({ shape, entries, maxRelError, verdicts }, k) => [
        { content: [{ type: 'code', text: claimed[k]?.text ?? '' }] },
        { content: [text(shape)] },
        { content: [text(String(entries))] },
        { content: [scientific(maxRelError)] },
        {
          content: [
            text(
              Object.entries(verdicts)
                .map(([verdict, count]) => (count === entries ? (verdict === 'agree' ? 'agrees' : verdict) : `${count} ${verdict}`))
                .join(', '),
            ),
          ],
        },
      ]),
    },
  ];
}
