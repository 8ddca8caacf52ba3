/** `moments` blocks: expectations and variances of polynomials in random entries by Wick pairings, equations solved for a scalar, samples, figures. */

import { type Isolation, isolate, isPositive } from '../../calculus/index.js';
import { InputError } from '../../errors.js';
import { isOne, type Rational, rational, type Tensor } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import type { Question, Syntax } from '../../notation/syntax.js';
import type { Block, EquationLine, Mathematics, Section } from '../document.js';
import { listed, type Presenter, sentence, text } from '../presenter.js';
import { momentsFigure } from './moments-figure.js';
import { pairingBlocks, rootOfSum, termByTerm } from './moments-pairings.js';
import { type MomentsText, readMoments, settingOf } from './moments-reading.js';
import { type SampleCheck, SamplePoint, sampleBlocks } from './moments-samples.js';
import { type Moment, MomentAlgebra, type Setting } from './moments-values.js';
import { assumptions, equality, PAIRINGS, type SolvedRow, settingBlocks, settingMath, sideBySide, solutionOf } from './moments-words.js';
import type { Answer, QuestionContext, QuestionKind } from './question.js';

export const moments: QuestionKind = (block, context): Answer => {
  const read = readMoments(block, context.sheet.settings);
  const { parts } = context.sheet;
  const earlier = parts.slice(0, parts.indexOf(block)).flatMap((part) => (part.type === 'block' && part.kind === 'moments' ? [part] : []));
  return new MomentsAnswer(
    read,
    context,
    earlier.map((part) => readMoments(part, context.sheet.settings)),
  ).answer();
};

/** From so many equations on, a table sets them side by side. */
const MANY = 3;

class MomentsAnswer {
  readonly #sections: Section[] = [];
  readonly #rows: SolvedRow[] = [];
  /** Moments worked out already in this block, with what was given. */
  readonly #worked = new Set<string>();
  #formulas = 0;
  #checked = 0;

  constructor(
    readonly text: MomentsText,
    readonly context: QuestionContext,
    readonly earlier: readonly MomentsText[],
  ) {}

  answer(): Answer {
    const assumed = assumptions(this.text);
    const known = this.earlier.map((one) => JSON.stringify(assumptions(one)));
    const blocks = [...assumed, ...(known.length === 0 ? [PAIRINGS] : [])];
    if (!known.includes(JSON.stringify(assumed))) this.#sections.push({ kind: 'moments', title: [text('What is random')], blocks });
    for (const line of this.text.lines) {
      if (line.kind === 'plot') this.#sections.push(momentsFigure(this.text, line.plot, this.context));
      else this.#question(line.question);
    }
    if (this.#rows.length >= MANY) this.#sections.push(sideBySide(this.#rows));
    return { sections: this.#sections, derived: [], formulas: this.#formulas, proved: 0, checked: this.#checked, slips: 0 };
  }

  #question(question: Question): void {
    const settings = settingsOf(question);
    const algebra = new MomentAlgebra(this.text, settings, heldIn(question, this.text), {});
    const { statement, verb } = question;
    if (verb === 'solve') this.#solve(question, algebra);
    else if (statement?.kind === 'expression') this.#value(statement.value, algebra, settings);
    else
      throw new InputError({
        ruleId: 'not-a-question',
        message: 'This line asks nothing.',
        fix: 'Write E[q^\\top k], Var(q^\\top k) or solve … = … for s.',
        region: question.region,
      });
  }

  /** E[…] or an expression in moments: the pairings, the closed form, the sample. */
  #value(syntax: Syntax, algebra: MomentAlgebra, settings: readonly Setting[]): void {
    const { formula, tensor } = algebra.read(syntax);
    const { presenter } = algebra;
    const left = presenter.formula(formula);
    const blocks: Block[] = [...settingBlocks(settings, presenter, algebra), ...this.#momentBlocks(algebra)];
    const only = algebra.momentOf(formula);
    if (tensor !== undefined && (only === undefined || only.parts.length > 1 || only.kind === 'std'))
      blocks.push({ type: 'equations', lines: this.#closing(only, left, tensor, presenter) });
    if (tensor !== undefined) {
      this.#formulas += 1;
      const right =
        only?.kind === 'std' && only.variance !== undefined ? rootOfSum(presenter, only.variance, rational(2), tensor) : termByTerm(presenter, tensor);
      blocks.push({ type: 'result', lines: [{ left, relation: '=', right }] });
    }
    blocks.push(...this.#dependent(algebra, only), ...this.#samples(algebra));
    const held = [...algebra.held].map((name) => presenter.reference({ name, indices: [] }));
    const holding = held.length === 0 ? [] : [' with ', ...listed(held), ' held'];
    this.#sections.push({ kind: 'moments', title: sentence(tensor === undefined ? 'An estimate of ' : 'The value of ', left, ...holding), blocks });
  }

  #closing(moment: Moment | undefined, left: Mathematics, tensor: Tensor, presenter: Presenter): readonly EquationLine[] {
    if (moment === undefined) return [{ left, relation: '=', right: termByTerm(presenter, tensor), reason: [text('the moments put in')] }];
    const [first, second] = moment.parts;
    const last = moment.parts.at(-1);
    if (first === undefined || second === undefined || last === undefined) return [];
    const minus = moment.kind === 'covariance' ? `${first.written.latex}\\,${second.written.latex}` : `${first.written.latex}^{2}`;
    const plain = moment.kind === 'covariance' ? `${first.written.text} ${second.written.text}` : `${first.written.text}²`;
    const inside = { latex: `${last.written.latex} - ${minus}`, text: `${last.written.text} − ${plain}` };
    const right = moment.kind === 'std' ? { latex: `\\sqrt{${inside.latex}}`, text: `√(${inside.text})` } : inside;
    return [{ left, relation: '=', right, reason: [text(`definition of the ${moment.kind === 'std' ? 'standard deviation' : moment.kind}`)] }];
  }

  /** The pairings of every expectation that was not worked out before in this block. */
  #momentBlocks(algebra: MomentAlgebra): readonly Block[] {
    return algebra.moments.flatMap((moment) =>
      moment.parts.flatMap((part) => {
        const key = this.#keyOf(algebra, part.written);
        if (this.#worked.has(key)) return [];
        this.#worked.add(key);
        const { blocks, formulas } = pairingBlocks(algebra, part);
        this.#formulas += formulas;
        return blocks;
      }),
    );
  }

  /** What becomes of it where two independent names are one. */
  #dependent(algebra: MomentAlgebra, moment: Moment | undefined): readonly Block[] {
    if (moment === undefined || moment.value === undefined) return [];
    const inside = moment.of.map(({ tensor }) => tensor);
    const used = new Set(
      inside.flatMap((tensor) => algebra.workspace.quantities(tensor)).flatMap(({ quantity }) => (quantity.kind === 'value' ? [quantity.name] : [])),
    );
    for (const { names, gaussian } of this.text.distributions) {
      const [first, ...others] = names.filter((name) => used.has(name) && !algebra.held.has(name));
      if (first === undefined || others.length !== 1 || !gaussian) continue;
      const pairs = new Map(others.map((name) => [name, first]));
      const { value } = algebra.moment(
        moment.kind,
        inside.map((tensor) => algebra.identified(pairs, tensor)),
        () => moment.written,
      );
      if (value === undefined || value === moment.value) continue;
      this.#formulas += 1;
      const { presenter } = algebra;
      const all = [first, ...others].map((name) => presenter.reference({ name, indices: [] }));
      const equality = { latex: all.map(({ latex }) => latex).join(' = '), text: all.map(({ text: plain }) => plain).join(' = ') };
      return [
        {
          type: 'callout',
          kind: 'remark',
          title: [text('What independence is worth')],
          blocks: [
            { type: 'paragraph', content: sentence('With ', equality, ', the same vector twice, it would be ', termByTerm(presenter, value), ' instead.') },
          ],
        },
      ];
    }
    return [];
  }

  #samples(algebra: MomentAlgebra): readonly Block[] {
    const point = new SamplePoint(algebra, this.context.settings);
    const checks: SampleCheck[] = algebra.moments.flatMap((moment) => point.check(moment));
    this.#checked += checks.filter(({ agrees }) => agrees === true).length;
    return sampleBlocks(checks, point);
  }

  // ── equations ──

  #solve(question: Question, algebra: MomentAlgebra): void {
    const { statement } = question;
    const unknown = unknownIn(question, this.text);
    if (statement?.kind !== 'relation' || statement.chain.rest.length !== 1 || statement.chain.rest[0]?.sign !== '=') {
      throw new InputError({
        ruleId: 'not-an-equation',
        message: 'An equation is solved for a name.',
        fix: 'Write solve Var(q^\\top k / s) = 1 for s.',
        region: question.region,
      });
    }
    const [left, right] = [algebra.read(statement.chain.first), algebra.read(statement.chain.rest[0].value)];
    if (left.tensor === undefined || right.tensor === undefined || left.tensor.dims.length + right.tensor.dims.length > 0) {
      throw new InputError({ ruleId: 'not-solvable', message: 'Only equations between scalars whose moments are known are solved.', region: question.region });
    }
    const { presenter, workspace } = algebra;
    const settings = settingsOf(question);
    const name = presenter.reference({ name: unknown, indices: [] });
    const [a, b] = [presenter.formula(left.formula), presenter.formula(right.formula)];
    const solved = isolate(workspace, left.tensor, right.tensor, unknown, this.#positive);
    const again = this.#isWorked(algebra);
    const blocks: Block[] = [...settingBlocks(settings, presenter, algebra), ...this.#momentBlocks(algebra)];
    const lines: EquationLine[] = [
      { left: a, relation: '=', right: b, reason: [text('asked')] },
      {
        left: termByTerm(presenter, left.tensor),
        relation: '=',
        right: termByTerm(presenter, right.tensor),
        reason: [text(again ? 'the moments from above put in' : 'the moments put in')],
      },
    ];
    this.#formulas += 2;
    blocks.push({ type: 'equations', lines }, ...this.#solution(solved, unknown, name, algebra));
    this.#rows.push({
      asked: equality(a, b),
      given: settings.map((setting) => settingMath(setting, presenter, algebra)),
      solution: solutionOf(solved, name, presenter),
    });
    if (solved.kind === 'solved')
      blocks.push(...(again ? [] : this.#samples(algebra)), ...this.#putIn(solved.value, unknown, left.tensor, right.tensor, algebra));
    this.#sections.push({
      kind: 'moments',
      title: sentence(
        equality(a, b),
        ...(settings.length === 0 ? [] : [' with ', ...listed(settings.map((setting) => settingMath(setting, presenter, algebra)))]),
        ' solved for ',
        name,
      ),
      blocks,
    });
  }

  #keyOf(algebra: MomentAlgebra, written: Mathematics): string {
    const given = algebra.settings.map((setting) => settingMath(setting, algebra.presenter, algebra).text);
    return [written.text, ...given, ...[...algebra.held].map((name) => `hold ${name}`)].join(', ');
  }

  /** Whether all its expectations were worked out and sampled under an equation before. */
  #isWorked(algebra: MomentAlgebra): boolean {
    return algebra.moments.every(({ parts }) => parts.every(({ written }) => this.#worked.has(this.#keyOf(algebra, written))));
  }

  get #positive(): ReadonlySet<string> {
    const { declarations } = this.text.model;
    return new Set(
      [...declarations.values()]
        .filter(({ assumptions: { low, lowOpen } }) => low !== undefined && (low > 0 || (low === 0 && lowOpen === true)))
        .map((declaration) => declaration.name),
    );
  }

  #solution(solved: Isolation, unknown: string, name: Mathematics, algebra: MomentAlgebra): readonly Block[] {
    const { presenter } = algebra;
    if (solved.kind === 'all') return [{ type: 'paragraph', content: sentence('Both sides are equal for every ', name, '.') }];
    if (solved.kind === 'none')
      return [
        {
          type: 'paragraph',
          content: sentence('No ', name, ' solves it: what is left, ', presenter.tensor(solved.monomials[0]?.coefficient as Tensor), ', would have to be 0.'),
        },
      ];
    const blocks: Block[] = [];
    this.#formulas += 1;
    if (!isOne(solved.power)) {
      this.#formulas += 1;
      blocks.push({
        type: 'equations',
        lines: [{ left: powerOf(presenter, unknown, solved.power), relation: '=', right: termByTerm(presenter, solved.isolated) }],
      });
    }
    blocks.push({ type: 'result', lines: [{ left: name, relation: '=', right: rootOfSum(presenter, solved.isolated, solved.power, solved.value) }] });
    blocks.push(...this.#conditions(solved, unknown, name, algebra));
    return blocks;
  }

  #conditions(solved: Extract<Isolation, { kind: 'solved' }>, unknown: string, name: Mathematics, algebra: MomentAlgebra): readonly Block[] {
    const { presenter, workspace } = algebra;
    const positive = this.#positive;
    const remarks: (readonly (string | Mathematics)[])[] = [];
    if (solved.nonzero !== undefined && !isPositive(solved.nonzero, positive)) {
      const zero = presenter.tensor(workspace.scale(solved.nonzero, isPositive(workspace.scale(solved.nonzero, -1), positive) ? -1 : 1));
      remarks.push(['Where ', { latex: `${zero.latex} = 0`, text: `${zero.text} = 0` }, ' no ', name, ' solves it.']);
    }
    if (solved.even && !positive.has(unknown)) remarks.push(['The root with the other sign solves it too; a scale is positive.']);
    const used = new Set(workspace.quantities(solved.value).flatMap(({ quantity }) => (quantity.kind === 'value' ? [quantity.name] : [])));
    const parameters = new Set(
      [...algebra.random.values()].flatMap(({ mean, variance }) =>
        [mean, variance].flatMap((tensor) => workspace.quantities(tensor).flatMap(({ quantity }) => (quantity.kind === 'value' ? [quantity.name] : []))),
      ),
    );
    const absent = [...parameters].filter((parameter) => !used.has(parameter)).map((parameter) => presenter.reference({ name: parameter, indices: [] }));
    if (absent.length > 0) remarks.push([...listed(absent), absent.length === 1 ? ' does not enter.' : ' do not enter.']);
    return remarks.length === 0 ? [] : [{ type: 'paragraph', content: remarks.flatMap((parts, at) => sentence(...(at === 0 ? [] : [' ']), ...parts)) }];
  }

  /** The solution put into both sides, at numbers. */
  #putIn(value: Tensor, unknown: string, left: Tensor, right: Tensor, algebra: MomentAlgebra): readonly Block[] {
    const { workspace } = algebra;
    const put = (tensor: Tensor): Tensor =>
      workspace.replace(tensor, (quantity) => (quantity.kind === 'value' && quantity.name === unknown ? value : undefined));
    const point = new SamplePoint(algebra, this.context.settings);
    const [a, b] = [point.value(put(left)), point.value(put(right))];
    const error = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), Number.MIN_VALUE);
    if (!(error <= 1e-12)) return [{ type: 'paragraph', content: [text(`Put in at ${point.described}, the two sides are ${a} and ${b}: they do not agree.`)] }];
    this.#checked += 1;
    return [
      {
        type: 'paragraph',
        content: [
          text(
            `Put in at random numbers (${point.described}), both sides are ${Number(a.toPrecision(10))}; they differ by ${error === 0 ? '0' : error.toExponential(1)} of that.`,
          ),
        ],
      },
    ];
  }
}

function settingsOf(question: Question): readonly Setting[] {
  return question.options.flatMap((option): readonly Setting[] => {
    switch (option.kind) {
      case 'where':
        return option.conditions.map(settingOf);
      case 'value':
        return [{ name: option.name, value: option.value }];
      case 'for':
      case 'hold':
      case 'digits':
        return [];
      case 'keep':
      case 'reach':
      case 'truncated':
      case 'using':
      case 'only':
        throw new InputError({ ruleId: 'unsupported-option', message: `The option \`${option.kind}\` does not go with moments.`, region: option.region });
    }
  });
}

function keyOf(syntax: Syntax, text: MomentsText): string {
  if (syntax.kind === 'name' && syntax.key !== undefined && text.model.declarations.has(syntax.key)) return syntax.key;
  throw new InputError({ ruleId: 'not-a-name', message: 'A name is expected here.', region: syntax.region });
}

function heldIn(question: Question, text: MomentsText): ReadonlySet<string> {
  return new Set(question.options.flatMap((option) => (option.kind === 'hold' ? option.names.map((name) => keyOf(name, text)) : [])));
}

function unknownIn(question: Question, text: MomentsText): string {
  const names = question.options.flatMap((option) => (option.kind === 'for' ? option.names : []));
  const [only] = names;
  if (names.length !== 1 || only === undefined)
    throw new InputError({ ruleId: 'no-unknown', message: 'An equation is solved for one name.', fix: 'Write solve … = … for s.', region: question.region });
  const key = keyOf(only, text);
  if ((text.model.declarations.get(key)?.dims.length ?? 0) > 0)
    throw new InputError({ ruleId: 'not-solvable', message: 'Equations are solved for scalars.', region: only.region });
  return key;
}

function powerOf(presenter: Presenter, name: string, power: Rational): Mathematics {
  const base: Formula = { kind: 'name', quantity: { kind: 'value', name, indices: [] }, shape: { dims: [] } };
  return presenter.formula({ kind: 'power', style: 'scalar', base, exponent: { kind: 'number', value: power, shape: { dims: [] } }, shape: { dims: [] } });
}
