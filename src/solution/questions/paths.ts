/** `paths` blocks: the Leibniz form of a derivative at given lengths, expanded and factored, with what the recursion costs instead. */

import { countPaths, gradient, type Instance, instanceReference, leibnizPaths, lossSystem, MOST_PRODUCTS, type Paths } from '../../calculus/index.js';
import { readFormula, referenceOf, targetOf } from '../../calculus/target.js';
import { InputError } from '../../errors.js';
import type { Model } from '../../model/index.js';
import { lexiconOfModel } from '../../model/index.js';
import { evaluateWhole, type ValueReference } from '../../network/index.js';
import { parseQuestion } from '../../notation/questions.js';
import { splitLines } from '../../notation/statements.js';
import type { Line } from '../../notation/syntax.js';
import { CAPTIONS } from '../captions.js';
import { type Derived, deriveTarget } from '../derive.js';
import type { Block, Section } from '../document.js';
import { expandedPaths, factoredPaths } from '../leibniz.js';
import { type UsingAnswer, usingBlocks } from '../paths-using.js';
import { sentence, text } from '../presenter.js';
import type { Answer, PresentedModel, QuestionKind } from './question.js';

export const paths: QuestionKind = (block, context): Answer => {
  const derived: Derived[] = [];
  const sections: Section[] = [];
  const presented = context.model(block.words[0] ?? '');
  let [formulas, proved, slips] = [0, 0, 0];
  for (const line of splitLines(block.text, { line: block.line, column: 1 })) {
    const using = usingLine(presented, line, context.settings.seed);
    if (using !== undefined) {
      sections.push(using.section);
      formulas += using.answer.formulas;
      proved += using.answer.proved;
      slips += using.answer.slips;
      continue;
    }
    const answer = answerLine(presented, line);
    sections.push(answer.section);
    derived.push(answer.derived);
    formulas += 2;
  }
  return { sections, derived, formulas, proved, checked: 0, slips };
};

/** `… using ∂h_t/∂h_{t−1}, …`: the Leibniz forms made of these partials. */
function usingLine({ model, presenter }: PresentedModel, line: Line, seed: number): { section: Section; answer: UsingAnswer } | undefined {
  const question = parseQuestion(line, lexiconOfModel(model));
  const partials = question.options.flatMap((option) => (option.kind === 'using' ? option.partials : []));
  if (partials.length === 0) return undefined;
  const target = targetOf(model, { ...question, options: question.options.filter(({ kind }) => kind !== 'using') });
  if (target.kind !== 'gradient' || target.of !== undefined || target.by.indices.length > 0)
    throw new InputError({
      ruleId: 'not-a-target',
      message: 'Partials are given for the gradient of the loss by a parameter.',
      fix: 'Write \\frac{\\partial J}{\\partial W} using ….',
      region: line.region,
    });
  const allowed = partials.map((syntax) => {
    const formula = readFormula(model, syntax);
    const plain = formula.kind === 'transpose' ? formula.of : formula;
    const [by, ...more] = plain.kind === 'derivative' ? plain.by : [];
    if (plain.kind !== 'derivative' || by === undefined || more.length > 0)
      throw new InputError({
        ruleId: 'not-a-partial',
        message: 'A partial is expected here.',
        fix: 'Write \\frac{\\partial h_t}{\\partial h_{t-1}}.',
        region: syntax.region,
      });
    return { numerator: referenceOf(plain.of), denominator: referenceOf(by) };
  });
  const answer = usingBlocks(presenter, target.by, allowed, seed);
  const left = presenter.quantity({ kind: 'partial', numerator: { name: model.loss ?? '', indices: [] }, denominator: target.by, reach: 'total' });
  return { section: { kind: 'paths', title: sentence('The paths of ', left, ' through given partials'), blocks: answer.blocks }, answer };
}

function answerLine(presented: PresentedModel, line: Line): { section: Section; derived: Derived } {
  const { model, presenter } = presented;
  const question = parseQuestion(line, lexiconOfModel(model));
  const target = targetOf(model, question);
  if (target.kind !== 'gradient' && target.kind !== 'jacobian')
    throw new InputError({ ruleId: 'not-a-target', message: 'Paths lead from one value to another.', fix: 'Write dE/du, T = 2.', region: line.region });
  const [of, by] = target.kind === 'gradient' ? [target.of ?? { name: model.loss ?? '', indices: [] }, target.by] : [target.numerator, target.denominator];
  const lengths = new Map([...(target.kind === 'gradient' ? (target.lengths ?? []) : [])].map(([name, whole]) => [name, evaluateWhole(whole, new Map()) ?? 0]));
  const [from, to] = [instanceAt(of, lengths, line), instanceAt(by, lengths, line)];
  const derived = deriveTarget(
    { ...presented, shown: new Set(presented.shown) },
    target.kind === 'gradient' ? { kind: 'gradient', by: target.by, ...(target.of === undefined ? {} : { of: target.of }) } : target,
  );
  const left = target.kind === 'gradient' ? derived.target : presenter.quantity({ kind: 'partial', numerator: of, denominator: by, reach: 'total' });
  const count = countPaths(model, from, to, lengths);
  const blocks =
    count > MOST_PRODUCTS ? tooMany(presenter, from, to, count) : pathBlocks(presented, model, leibnizPaths(model, from, to, lengths), left, lengths);
  return { section: { kind: 'paths', title: sentence('The paths of ', left), blocks }, derived };
}

const COUNTED = [1, 2, 3, 4, 5, 6] as const;

/** More products than a page holds: their number, and what serves instead. */
function tooMany(presenter: PresentedModel['presenter'], from: Instance, to: Instance, count: number): readonly Block[] {
  return [
    {
      type: 'paragraph',
      content: sentence(
        `There are ${count} paths from `,
        presenter.reference(instanceReference(from)),
        ' back to ',
        presenter.reference(instanceReference(to)),
        '. Nobody writes so many products out: the recursion of backpropagation takes every read of the unrolled graph once and comes to the same.',
      ),
    },
  ];
}

function pathBlocks(
  { presenter }: PresentedModel,
  model: Model,
  found: Paths,
  left: { latex: string; text: string },
  lengths: ReadonlyMap<string, number>,
): readonly Block[] {
  const by = presenter.reference(instanceReference(found.by));
  const expanded = presenter.formula(expandedPaths(found));
  const factored = presenter.formula(factoredPaths(found.tree));
  const blocks: Block[] = [
    {
      type: 'paragraph',
      content: sentence(
        `There ${found.count === 1 ? 'is one path' : `are ${found.count} paths`} from `,
        presenter.reference(instanceReference(found.target)),
        ' back to ',
        by,
        '. Each gives one product of partials; every partial here holds all other names fixed, so that no path is counted twice.',
      ),
    },
    { type: 'equations', lines: [{ left, relation: '=', right: expanded, reason: [text(CAPTIONS.paths)] }] },
  ];
  if (factored.latex !== expanded.latex) blocks.push({ type: 'result', lines: [{ left, relation: '=', right: factored, reason: [text(CAPTIONS.factor)] }] });
  const system = lossSystem(model);
  if (system !== undefined && found.target.name === model.loss) {
    const recursion = gradient(system, instanceReference(found.by).indices.length === 0 ? { name: found.by.name, indices: [] } : instanceReference(found.by));
    const names = recursion.recursions.length;
    blocks.push({
      type: 'paragraph',
      content: [
        text(
          `Written out, the number of products grows with every step${growth(model, found, lengths)}; the recursion${names === 0 ? '' : 's'} below use${names === 0 ? 's' : ''} each of the ${found.edges} partials of the unrolled graph once.`,
        ),
      ],
    });
  }
  return blocks;
}

/** How many products there are with one step, two steps and so on; empty where no one length says so. */
function growth(model: Model, { target, by }: Paths, lengths: ReadonlyMap<string, number>): string {
  const [name, ...more] = lengths.keys();
  if (name === undefined || more.length > 0 || target.indices.length > 0 || by.indices.length > 0) return '';
  const counts = COUNTED.map((value) => countPaths(model, target, by, new Map([[name, value]])));
  return ` (for ${name} = ${COUNTED.join(', ')} they are ${counts.join(', ')})`;
}

function instanceAt(reference: ValueReference, lengths: ReadonlyMap<string, number>, line: Line): { name: string; indices: number[] } {
  return {
    name: reference.name,
    indices: reference.indices.map((index) => {
      const value = evaluateWhole(index, lengths);
      if (value === undefined)
        throw new InputError({
          ruleId: 'length-missing',
          message: `The paths need a number for ${index.key}.`,
          fix: 'Write the lengths after the question: `, T = 2`.',
          region: line.region,
        });
      return value;
    }),
  };
}
