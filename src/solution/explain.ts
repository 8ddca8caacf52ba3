/** What a named mistake is, as a document: in words, on an example that the engine derives and spoils, in numbers, and how to notice it. */

import { InputError } from '../errors.js';
import { nearest } from '../model/index.js';
import type { Formula } from '../notation/formula.js';
import { printLatex } from '../notation/print-latex.js';
import { printText } from '../notation/print-text.js';
import { namesOf } from '../notation/spelling.js';
import { type Example, exampleOf } from '../verify/examples.js';
import { MISTAKES, type Mistake } from '../verify/mistakes/index.js';
import type { Counterexample } from '../verify/types.js';
import type { Block, Mathematics, Section, SolutionDocument } from './document.js';
import { sentence, strong, text } from './presenter.js';
import { VERSION } from './solve.js';

interface ExplainedExample {
  readonly model: string;
  readonly right: { readonly latex: string; readonly plain: string };
  readonly wrong: { readonly latex: string; readonly plain: string };
  readonly counterexample: Counterexample | null;
}

export interface ExplainedMistake {
  readonly id: string;
  readonly title: string;
  readonly explanation: string;
  readonly tell: string;
  readonly example?: ExplainedExample | null;
}

export interface ExplainReport {
  readonly schema: 'chainrule/explain/1';
  readonly mistakes: readonly ExplainedMistake[];
}

export interface Explanation {
  readonly report: ExplainReport;
  readonly document: SolutionDocument;
}

/** The whole catalogue, an id and a title each. */
export function listMistakes(): Explanation {
  const width = Math.max(...MISTAKES.map(({ id }) => id.length));
  const rows = MISTAKES.map(({ id, title }) => `${id.padEnd(width)}  ${title}`).join('\n');
  const section: Section = { kind: 'statement', title: [text('The catalogue')], blocks: [{ type: 'codeBlock', language: 'text', text: rows }] };
  return { report: { schema: 'chainrule/explain/1', mistakes: MISTAKES.map(described) }, document: documentOf('Mistakes that are known by name', [section]) };
}

/** One mistake with an example. Throws an InputError with the nearest ids for one that is not in the catalogue. */
export function explainMistake(id: string): Explanation {
  const wanted = id.trim().toUpperCase();
  const mistake = MISTAKES.find((candidate) => candidate.id === wanted);
  if (mistake === undefined) throw unknownMistake(id, wanted);
  const example = exampleOf(mistake.id);
  const shown = example === undefined ? null : shownExample(example);
  return {
    report: { schema: 'chainrule/explain/1', mistakes: [{ ...described(mistake), example: shown }] },
    document: documentOf(`${mistake.id}: ${mistake.title}`, sectionsOf(mistake, example), example),
  };
}

const described = ({ id, title, explanation, tell }: Mistake): ExplainedMistake => ({ id, title, explanation, tell });

function unknownMistake(id: string, wanted: string): InputError {
  const ids = MISTAKES.map((mistake) => mistake.id);
  const family = ids.filter((each) => each.split('-')[0] === wanted.split('-')[0]);
  const guess = nearest(wanted, ids);
  const near = [...new Set([...(guess === undefined ? [] : [guess]), ...family])].slice(0, 4);
  return new InputError({
    ruleId: 'unknown-mistake',
    message: `There is no mistake named ${id.slice(0, 60)}.`,
    fix: near.length === 0 ? '`chainrule explain` lists all of them.' : `Nearest: ${near.join(', ')}. \`chainrule explain\` lists all of them.`,
  });
}

function sectionsOf(mistake: Mistake, example: Example | undefined): readonly Section[] {
  const what: Section = { kind: 'prose', title: [text('What it is')], blocks: [{ type: 'paragraph', content: [text(mistake.explanation)] }] };
  const tell: Section = { kind: 'prose', title: [text('How to notice it')], blocks: [{ type: 'paragraph', content: [text(mistake.tell)] }] };
  return example === undefined ? [what, tell] : [what, exampleSection(example), tell];
}

function exampleSection(example: Example): Section {
  const { model, line } = example.right;
  const left = maths(example, line.left);
  const blocks: Block[] = [
    { type: 'paragraph', content: [text(`For the model ${model.name}, first as it follows from the equations, then with this one mistake:`)] },
    {
      type: 'equations',
      lines: [
        { left, relation: '=', right: maths(example, line.right), mark: markOf(example) },
        { left, relation: '≠', right: maths(example, example.wrong.right), mark: example.counterexample === undefined ? 'ill-shaped' : 'refuted' },
      ],
    },
    ...changeBlock(example),
    ...numbersBlock(example.counterexample),
  ];
  return { kind: 'prose', title: [text('An example')], blocks };
}

/** The right line proved here and now; checked by its numbers where no proof is found. */
function markOf({ right: { judge, line } }: Example): 'proved' | 'checked' {
  const [left, right] = [judge.lower(line.left, line), judge.lower(line.right, line)];
  return judge.prove(left, right, line) === undefined ? 'checked' : 'proved';
}

/** Where the two lines differ, when that is not the whole side. */
function changeBlock(example: Example): readonly Block[] {
  const { edit, right } = example;
  const { alteration } = edit;
  if (alteration.kind === 'missing term' && !alteration.repeated)
    return [{ type: 'paragraph', content: sentence('What is left out: ', maths(example, alteration.term), '.') }];
  if (edit.before === right.line.right) return [];
  return [{ type: 'paragraph', content: sentence('What changed: ', maths(example, edit.before), ' became ', maths(example, edit.after), '.') }];
}

function numbersBlock(found: Counterexample | undefined): readonly Block[] {
  if (found === undefined) return [];
  const sizes = Object.entries(found.sizes)
    .map(([name, size]) => `${name} = ${size}`)
    .join(', ');
  const entry = found.entry.length === 0 ? 'the value' : `entry (${found.entry.join(', ')})`;
  const number = (value: number): string => `${Number(value.toPrecision(6))}`;
  return [
    {
      type: 'paragraph',
      content: [
        text(`In numbers, at ${sizes}: ${entry} is `),
        strong(text(number(found.correct))),
        text(', and the wrong formula gives '),
        strong(text(number(found.yours))),
        text('.'),
      ],
    },
  ];
}

const maths = ({ right }: Example, formula: Formula): Mathematics => ({
  latex: printLatex(formula, namesOf(right.model), { markReach: true }),
  text: printText(formula, namesOf(right.model), { markReach: true }),
});

function shownExample(example: Example): ExplainedExample {
  const { line, model } = example.right;
  const left = maths(example, line.left);
  const both = (side: Formula): { readonly latex: string; readonly plain: string } => {
    const right = maths(example, side);
    return { latex: `${left.latex} = ${right.latex}`, plain: `${left.text} = ${right.text}` };
  };
  return { model: model.name, right: both(line.right), wrong: both(example.wrong.right), counterexample: example.counterexample ?? null };
}

function documentOf(title: string, sections: readonly Section[], example?: Example): SolutionDocument {
  const mark = example === undefined ? undefined : markOf(example);
  const one = (when: boolean): number => (when ? 1 : 0);
  return {
    schema: 'chainrule/solve/1',
    title: [text(title)],
    language: 'en',
    sections,
    totals: { formulas: one(mark !== undefined), proved: one(mark === 'proved'), checked: one(mark === 'checked'), slips: one(mark !== undefined) },
    provenance: `chainrule ${VERSION}`,
  };
}
