/** What a `moments` block says around its numbers: what is random, what is given, solved equations side by side. */

import type { Isolation } from '../../calculus/index.js';
import type { Block, Inline, Mathematics, Section } from '../document.js';
import { listed, math, type Presenter, sentence, text } from '../presenter.js';
import { rootOfSum } from './moments-pairings.js';
import type { MomentsText } from './moments-reading.js';
import { MomentAlgebra, type Setting } from './moments-values.js';

/** An equation that was solved: a row of the table that sets several side by side. */
export interface SolvedRow {
  readonly asked: Mathematics;
  readonly given: readonly Mathematics[];
  readonly solution: readonly Inline[];
}

/** How expectations are worked out. */
export const PAIRINGS: Block = {
  type: 'paragraph',
  content: [
    text(
      'Expectations of products are worked out by pairings: every random factor stands alone and gives its mean, or is paired with another of its own name and gives their covariance, which is the variance where the indices are equal and 0 where they are not. The expectation is the sum over all ways to do so.',
    ),
  ],
};

/** What is drawn how, and that it is independent. */
export function assumptions(read: MomentsText): readonly Block[] {
  const algebra = new MomentAlgebra(read, [], new Set(), {});
  const { presenter, random } = algebra;
  const items = read.distributions.map(({ names, gaussian }): readonly Block[] => {
    const spelled = names.map((name) => presenter.reference({ name, indices: [] }));
    const given = random.get(names[0] ?? '');
    if (given === undefined) return [];
    const parts = ['mean ', presenter.tensor(given.mean), ' and variance ', presenter.tensor(given.variance)];
    const law = gaussian ? ': every entry is normal, with ' : ': only ';
    const end = gaussian ? '.' : ' of every entry are given.';
    return [{ type: 'paragraph', content: sentence(...listed(spelled), law, ...parts, end) }];
  });
  const many = read.distributions.some(({ names }) => names.length > 1);
  const independent: Block = {
    type: 'callout',
    kind: 'assumption',
    title: [text('Independence')],
    blocks: [
      {
        type: 'paragraph',
        content: [
          text(
            many
              ? 'The names on one line are independent of each other, and so are the entries of each of them. That is an assumption: the values below rest on it.'
              : 'All entries are independent of each other.',
          ),
        ],
      },
    ],
  };
  return [{ type: 'list', ordered: false, items }, independent];
}

/** Equations of one block and their solutions, a row each. */
export function sideBySide(rows: readonly SolvedRow[]): Section {
  const some = rows.some(({ given }) => given.length > 0);
  const header = ['asked', ...(some ? ['given'] : []), 'then'].map((word) => ({ content: [text(word)] }));
  const table: Block = {
    type: 'table',
    align: header.map(() => 'left' as const),
    header,
    rows: rows.map(({ asked, given, solution }) =>
      [[math(asked)], ...(some ? [given.length === 0 ? [text('–')] : sentence(...listed(given))] : []), solution].map((content) => ({ content })),
    ),
  };
  return { kind: 'moments', title: [text('The equations side by side')], blocks: [table] };
}

/** “With μ = 0, σ = 1:”. */
export function settingBlocks(settings: readonly Setting[], presenter: Presenter, algebra: MomentAlgebra): readonly Block[] {
  if (settings.length === 0) return [];
  const shown = settings.map((setting) => settingMath(setting, presenter, algebra));
  return [{ type: 'paragraph', content: sentence('With ', ...listed(shown), ':') }];
}

/** μ = 0 */
export function settingMath(setting: Setting, presenter: Presenter, algebra: MomentAlgebra): Mathematics {
  const { left, right } = algebra.setting(setting);
  return equality(presenter.formula(left), presenter.formula(right));
}

/** a = b of two formulas */
export const equality = (a: Mathematics, b: Mathematics): Mathematics => ({ latex: `${a.latex} = ${b.latex}`, text: `${a.text} = ${b.text}` });

/** What solving came to, in a cell. */
export function solutionOf(solved: Isolation, name: Mathematics, presenter: Presenter): readonly Inline[] {
  switch (solved.kind) {
    case 'all':
      return sentence('every ', name);
    case 'none':
      return sentence('no ', name);
    case 'solved':
      return sentence(equality(name, rootOfSum(presenter, solved.isolated, solved.power, solved.value)));
  }
}
