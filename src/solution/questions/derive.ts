/** `derive` blocks: every line a target. */

import { type Condition, readTarget, type Target } from '../../calculus/target.js';
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
      const given = [...conditions(presented, target.where), ...lengthsOf(presented, target)];
      sections.push({
        kind: 'derive',
        title:
          target.kind === 'value'
            ? sentence(one.target, ' written out', ...given)
            : target.kind === 'gradient'
              ? sentence(target.truncated === undefined ? 'The gradient ' : 'The truncated gradient ', one.target, ...held(presented, target.hold), ...given)
              : target.kind === 'jacobian'
                ? sentence(`The ${target.reach} Jacobian `, one.target, ...given)
                : sentence('The second derivative ', one.target, ...given),
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

/** “ for T = 3” */
function lengthsOf({ presenter }: PresentedModel, target: Target): readonly (string | Mathematics)[] {
  const lengths = target.kind === 'gradient' ? [...(target.lengths ?? [])] : [];
  const shown = lengths.map(([name, value]): Mathematics => {
    const whole = presenter.whole(value);
    return { latex: `${name} = ${whole.latex}`, text: `${name} = ${whole.text}` };
  });
  return shown.length === 0 ? [] : [' for ', ...listed(shown)];
}

/** “ where z_t = 0” */
function conditions({ presenter }: PresentedModel, where: readonly Condition[] = []): readonly (string | Mathematics)[] {
  const shown = where.map(({ name, value }): Mathematics => {
    const [left, right] = [presenter.reference(name), presenter.formula(value)];
    return { latex: `${left.latex} = ${right.latex}`, text: `${left.text} = ${right.text}` };
  });
  return shown.length === 0 ? [] : [' where ', ...listed(shown)];
}
