/** `paths` blocks: the Leibniz form of a derivative at given lengths, expanded and factored, with what the recursion costs instead. */

import { gradient, instanceReference, leibnizPaths, lossSystem, type Paths } from '../../calculus/index.js';
import { targetOf } from '../../calculus/target.js';
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
import { sentence, text } from '../presenter.js';
import type { Answer, PresentedModel, QuestionKind } from './question.js';

export const paths: QuestionKind = (block, context): Answer => {
  const derived: Derived[] = [];
  const sections: Section[] = [];
  const presented = context.model(block.words[0] ?? '');
  for (const line of splitLines(block.text, { line: block.line, column: 1 })) {
    const answer = answerLine(presented, line);
    sections.push(answer.section);
    derived.push(answer.derived);
  }
  return { sections, derived, formulas: 2 * sections.length, proved: 0, checked: 0, slips: 0 };
};

function answerLine(presented: PresentedModel, line: Line): { section: Section; derived: Derived } {
  const { model, presenter } = presented;
  const question = parseQuestion(line, lexiconOfModel(model));
  const target = targetOf(model, question);
  if (target.kind !== 'gradient' && target.kind !== 'jacobian')
    throw new InputError({ ruleId: 'not-a-target', message: 'Paths lead from one value to another.', fix: 'Write dE/du, T = 2.', region: line.region });
  const [of, by] = target.kind === 'gradient' ? [target.of ?? { name: model.loss ?? '', indices: [] }, target.by] : [target.numerator, target.denominator];
  const lengths = new Map([...(target.kind === 'gradient' ? (target.lengths ?? []) : [])].map(([name, whole]) => [name, evaluateWhole(whole, new Map()) ?? 0]));
  const found = leibnizPaths(model, instanceAt(of, lengths, line), instanceAt(by, lengths, line), lengths);
  const derived = deriveTarget(
    { ...presented, shown: new Set(presented.shown) },
    target.kind === 'gradient' ? { kind: 'gradient', by: target.by, ...(target.of === undefined ? {} : { of: target.of }) } : target,
  );
  const left = target.kind === 'gradient' ? derived.target : presenter.quantity({ kind: 'partial', numerator: of, denominator: by, reach: 'total' });
  return { section: { kind: 'paths', title: sentence('The paths of ', left), blocks: pathBlocks(presented, model, found, left) }, derived };
}

function pathBlocks({ presenter }: PresentedModel, model: Model, found: Paths, left: { latex: string; text: string }): readonly Block[] {
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
          `Written out, the number of products grows with every step; the recursion${names === 0 ? '' : 's'} below use${names === 0 ? 's' : ''} each of the ${found.edges} partials of the unrolled graph once.`,
        ),
      ],
    });
  }
  return blocks;
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
