/** `claim` blocks: every line a statement about the model, proved with its steps, or refuted by the simplest numbers found. */

import type { Declaration, Model } from '../../model/index.js';
import { builtInModel, modelsOfSheet } from '../../model/index.js';
import type { RelationChain } from '../../notation/syntax.js';
import type { ClaimRelation, Given } from '../../proof/index.js';
import { claimLines, equalNames, type JudgedClaim, judgeClaim, type ReadClaim } from '../../verify/claims/index.js';
import { counterexampleBlocks } from '../claim-numbers.js';
import { EquationNumbers, proofBlocks } from '../claim-proof.js';
import type { Block, EquationLine, Mathematics, Section } from '../document.js';
import { listed, Presenter, sentence, text } from '../presenter.js';
import type { Answer, PresentedModel, QuestionKind } from './question.js';

const SIGNS: { readonly [R in ClaimRelation]: Mathematics } = {
  '=': { latex: '=', text: '=' },
  '≠': { latex: '\\neq', text: '≠' },
  '<': { latex: '<', text: '<' },
  '≤': { latex: '\\le', text: '≤' },
  '>': { latex: '>', text: '>' },
  '≥': { latex: '\\ge', text: '≥' },
  '→': { latex: '\\to', text: '→' },
};

export const claim: QuestionKind = (block, context): Answer => {
  const presented = context.model(block.words[0] ?? firstModel(context.sheet, block.text));
  const others = modelsIn(context.sheet, block.text);
  const sections: Section[] = [];
  let proved = 0;
  let checked = 0;
  const carried: RelationChain[] = [];
  const known: { readonly name: string; readonly as: string }[] = [];
  const numbers = new EquationNumbers(context, presented, [...others.keys()]);
  for (const line of claimLines(block.text, { line: block.line, column: 1 })) {
    const { seed, sizes } = context.settings;
    const judged = judgeClaim(presented.model, line, { seed, others, carried, known, ...(sizes === undefined ? {} : { sizes }) });
    if (judged.read.models.length > 0 && judged.verdict === 'proved') carried.push(...judged.read.conditions);
    if (judged.verdict === 'proved') proved += 1;
    else if (judged.verdict !== 'undecided') checked += 1;
    known.push(...equalNames(judged));
    sections.push(sectionOf(presented, numbers, judged));
  }
  return { sections, derived: [], formulas: sections.length, proved, checked, slips: 0 };
};

/** Models of the sheet that a block may name, and built-in ones. */
function modelsIn(sheet: Parameters<QuestionKind>[1]['sheet'], source: string): ReadonlyMap<string, Model> {
  const models = new Map([...modelsOfSheet(sheet)].filter(([name]) => name !== ''));
  for (const [, name] of source.matchAll(/([A-Za-z][\w-]*)\.(?=[\\A-Za-z])/g)) {
    const found = name === undefined || models.has(name) ? undefined : builtInModel(name);
    if (found !== undefined && name !== undefined) models.set(name, found);
  }
  return models;
}

/** Without a word a block speaks of the unnamed model; where there is none, of the first that it names. */
function firstModel(sheet: Parameters<QuestionKind>[1]['sheet'], source: string): string {
  const models = modelsOfSheet(sheet);
  if (models.has('') || models.size < 2) return '';
  return [...models.keys()].find((name) => source.includes(`${name}.`)) ?? '';
}

// ---------------------------------------------------------------- the claim as it was read

/** The claim's model, with spellings for what only the line knows. */
function printing(presented: PresentedModel, judged: JudgedClaim): Presenter {
  const { model, partials } = judged.claim;
  const plain = new Presenter(model, presented.presenter.options);
  const bars = [...partials].map(([key, { numerator, denominator, held }]): [string, Declaration] => {
    const partial = plain.quantity({ kind: 'partial', numerator, denominator, reach: 'total' });
    const names = [...held].map((name) => plain.reference({ name, indices: denominator.indices.slice(0, model.declarations.get(name)?.indices.length ?? 0) }));
    const latex = `\\left. ${partial.latex} \\right|_{${names.map((name) => name.latex).join(', ')}}`;
    return [
      key,
      {
        name: key,
        spelling: { latex, text: `${partial.text}|${names.map((name) => name.text).join(', ')}`, indexPlace: 'subscript' },
        indices: [],
        dims: [],
        role: 'input',
        assumptions: {},
      },
    ];
  });
  return bars.length === 0 ? plain : new Presenter({ ...model, declarations: new Map([...model.declarations, ...bars]) }, presented.presenter.options);
}

const joined = (parts: readonly Mathematics[], latex: string, plain: string): Mathematics => ({
  latex: parts.map((part) => part.latex).join(latex),
  text: parts.map((part) => part.text).join(plain),
});

function givenMath(presenter: Presenter, { relation, formulas, negative }: Given): Mathematics {
  const infinity = negative === true ? { latex: '-\\infty', text: '−∞' } : { latex: '\\infty', text: '∞' };
  const right = formulas.right === undefined ? infinity : presenter.formula(formulas.right);
  return joined([presenter.formula(formulas.left), SIGNS[relation], right], ' ', ' ');
}

/** A ⇒ B as one formula: the premises, and each conclusion as sides. */
function statementLines(presenter: Presenter, judged: JudgedClaim, mark: EquationLine['mark']): readonly EquationLine[] {
  const { read } = judged;
  const premises = premisesOf(presenter, read);
  return read.claim.conclusions.map((conclusion, at): EquationLine => {
    const { latex, text: plain } = presenter.formula(conclusion.formulas.left);
    const left: Mathematics =
      at > 0 || premises === undefined
        ? { latex, text: plain }
        : { latex: `${premises.latex} \\;\\Rightarrow\\; ${latex}`, text: `${premises.text} ⇒ ${plain}` };
    const isLast = at === read.claim.conclusions.length - 1;
    return {
      left,
      relation: SIGNS[conclusion.relation].text,
      right: presenter.formula(conclusion.formulas.right),
      ...(isLast && mark !== undefined ? { mark } : {}),
      ...(isLast ? rangeReason(presenter, read.claim) : {}),
    };
  });
}

/** The ranges that the line's conditions leave to its letters, where they leave less than all. */
function rangeReason(presenter: Presenter, { ranges, domain }: ReadClaim['claim']): Pick<EquationLine, 'reason'> {
  const narrowed = ranges.filter((range, at) => range.from.key !== domain[at]?.from.key || range.to.key !== domain[at]?.to.key);
  return narrowed.length === 0 ? {} : { reason: sentence(...listed(narrowed.map((range) => presenter.range(range)))) };
}

function premisesOf(presenter: Presenter, { own, claim: { givens, hypotheses } }: ReadClaim): Mathematics | undefined {
  const parts = [
    ...givens.slice(0, own).map((given) => givenMath(presenter, given)),
    ...hypotheses.map(({ relation, formulas }) => joined([presenter.formula(formulas.left), SIGNS[relation], presenter.formula(formulas.right)], ' ', ' ')),
  ];
  return parts.length === 0 ? undefined : joined(parts, ',\\; ', ', ');
}

// ---------------------------------------------------------------- sections

const TITLES: { readonly [V in JudgedClaim['verdict']]: string } = {
  proved: 'A true claim',
  refuted: 'A false claim',
  agrees: 'A claim that agrees with all numbers tried',
  undecided: 'An undecided claim',
};

function sectionOf(presented: PresentedModel, numbers: EquationNumbers, judged: JudgedClaim): Section {
  const presenter = printing(presented, judged);
  const blocks: Block[] = [{ type: 'equations', lines: statementLines(presenter, judged, judged.verdict) }];
  if (judged.read.claim.givens.length > judged.read.own)
    blocks.push({
      type: 'paragraph',
      content: sentence('The conditions of the lines above hold here too', judged.claim.known.length === 0 ? '.' : ', and what they prove is used.'),
    });
  switch (judged.verdict) {
    case 'proved':
      blocks.push(...proofBlocks(numbers, presenter, judged));
      break;
    case 'refuted':
      if (judged.counterexample !== undefined) blocks.push(...counterexampleBlocks(presenter, judged.claim, judged.counterexample));
      break;
    case 'agrees':
      blocks.push({
        type: 'paragraph',
        content: sentence(
          `It holds at all ${judged.points} random points that were tried, at three sets of sizes, and no counterexample was found among small numbers. This is no proof.`,
        ),
      });
      break;
    case 'undecided':
      blocks.push({ type: 'paragraph', content: sentence('Neither a proof nor a counterexample was found.') });
      break;
  }
  return { kind: 'claim', title: [text(TITLES[judged.verdict])], blocks };
}
