/** `derive` blocks: every line a target. */

import { readTarget } from '../../calculus/target.js';
import { splitLines } from '../../notation/statements.js';
import { heldNames } from '../derive/gradient.js';
import { type Derived, deriveTarget } from '../derive.js';
import type { Mathematics, Section } from '../document.js';
import { listed, sentence } from '../presenter.js';
import type { Answer, PresentedModel, QuestionKind } from './question.js';

export const derive: QuestionKind = (block, context): Answer => {
  const derived: Derived[] = [];
  const sections: Section[] = [];
  for (const word of block.words.length === 0 ? [''] : block.words) {
    const presented = context.model(word);
    for (const line of splitLines(block.text, { line: block.line, column: 1 })) {
      const target = readTarget(presented.model, line);
      const one = deriveTarget(presented, target);
      derived.push(one);
      sections.push({
        kind: 'derive',
        title:
          target.kind === 'value'
            ? sentence(one.target, ' written out')
            : target.kind === 'gradient'
              ? sentence('The gradient ', one.target, ...held(presented, target.hold))
              : target.kind === 'jacobian'
                ? sentence(`The ${target.reach} Jacobian `, one.target)
                : sentence('The second derivative ', one.target),
        blocks: one.blocks,
      });
    }
  }
  return { sections, derived, formulas: derived.reduce((sum, one) => sum + one.steps.length, 0), proved: 0, checked: 0, slips: 0 };
};

function held(presented: PresentedModel, names: readonly string[] | undefined): readonly (string | Mathematics)[] {
  const printed = heldNames(presented, names);
  return printed.length === 0 ? [] : [' with ', ...listed(printed), ' held'];
}
