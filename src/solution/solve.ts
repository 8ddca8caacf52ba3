/**
 * From a sheet to the worked solution as data: the parts of the sheet in their order, each block answered by its kind of question,
 * then the table of the numeric check and what is needed to make the document again.
 */

import { resolveDerivatives } from '../calculus/index.js';
import { InputError } from '../errors.js';
import { type BlockKind, type Model, modelOfSheet, modelsOfSheet, readSheet, type Sheet, type SheetBlock } from '../model/index.js';
import { checkBlocks, checkDerived } from './check-section.js';
import type { Derived } from './derive.js';
import type { Block, Section, SolutionDocument } from './document.js';
import { graphScene, modelGraph } from './figures/index.js';
import { modelSection, numberEquations } from './model-section.js';
import { Presenter, text } from './presenter.js';
import { readProse } from './prose.js';
import { answer } from './questions/answer.js';
import { claim } from './questions/claim.js';
import { code } from './questions/code.js';
import { count } from './questions/count.js';
import { derive } from './questions/derive.js';
import { evaluate } from './questions/evaluate.js';
import { withFigures } from './questions/model-figure.js';
import { moments } from './questions/moments.js';
import { paths } from './questions/paths.js';
import { type Answer, NOTHING, type PresentedModel, type QuestionContext, type QuestionKind, type SolveSettings } from './questions/question.js';
import { spectrum } from './questions/spectrum.js';

export type { SolveSettings } from './questions/question.js';

/** One file a kind; a kind without one does not compile. */
const QUESTIONS: { readonly [kind in Exclude<BlockKind, 'model'>]: QuestionKind } = {
  derive: withFigures(derive),
  paths: withFigures(paths),
  evaluate: withFigures(evaluate),
  claim: withFigures(claim),
  moments,
  spectrum,
  count,
  answer,
  code,
};

export const VERSION = '0.1.0';

export interface Solution {
  readonly document: SolutionDocument;
  /** Every derived formula, in order. */
  readonly derived: readonly Derived[];
  /** Whether every numeric check agrees. */
  readonly ok: boolean;
}

/** Solves a sheet. Throws an InputError with every mistake of the sheet that was found. */
export function solveSheet(source: string, file: string, settings: SolveSettings): Solution {
  const sheet = readSheet(source, { file });
  const solver = new SheetSolver(sheet, settings);
  return solver.solve();
}

class SheetSolver implements QuestionContext {
  readonly #models: ReadonlyMap<string, Model>;
  readonly #presented = new Map<string, PresentedModel>();
  /** Conventions that an earlier model of the sheet has stated. */
  readonly #said = new Set<string>();
  #nextNumber = 1;

  constructor(
    readonly sheet: Sheet,
    readonly settings: SolveSettings,
  ) {
    this.#models = modelsOfSheet(sheet);
  }

  model(name: string): PresentedModel {
    const found = modelOfSheet(this.#models, name);
    const known = this.#presented.get(found.name);
    if (known !== undefined) return known;
    const model = resolveDerivatives(found);
    const numbers = numberEquations(found, this.#nextNumber);
    this.#nextNumber += found.equations.length;
    const presented = { model, presenter: new Presenter(model, { hadamard: hadamardSign(this.sheet) }), numbers, shown: new Set<string>() };
    this.#presented.set(found.name, presented);
    return presented;
  }

  solve(): Solution {
    const sections: Section[] = [];
    const answers: Answer[] = [];
    for (const part of this.sheet.parts) {
      if (part.type === 'prose') {
        const blocks = readProse(part.markdown);
        if (blocks.length > 0) sections.push({ kind: 'prose', title: [], blocks });
      } else if (part.kind === 'model') sections.push(this.#modelSection(part));
      else {
        const answer = this.#answer(part);
        answers.push(answer);
        sections.push(...answer.sections);
      }
    }
    const derived = answers.flatMap((answer) => answer.derived);
    const { result, checked } = checkDerived(derived, this.settings);
    const blocks = checkBlocks(checked, result);
    if (blocks.length > 0) sections.push({ kind: 'check', title: [text('The formulas checked by numbers')], blocks });
    const sizes = Object.entries(result.sizes)
      .map(([name, value]) => `${name}=${value}`)
      .join(',');
    const provenance = `chainrule ${VERSION}, seed ${this.settings.seed}${sizes === '' ? '' : `, sizes ${sizes}`}`;
    const sum = (of: (answer: Answer) => number): number => answers.reduce((total, answer) => total + of(answer), 0);
    return {
      document: {
        schema: 'chainrule/solve/1',
        title: [text(this.sheet.settings.title ?? this.sheet.file)],
        ...(this.sheet.settings.source === undefined ? {} : { source: this.sheet.settings.source }),
        language: 'en',
        sections,
        totals: {
          formulas: sum((answer) => answer.formulas),
          proved: sum((answer) => answer.proved),
          checked: sum((answer) => answer.checked) + checked.length,
          slips: sum((answer) => answer.slips),
        },
        provenance,
      },
      derived,
      ok: result.ok,
    };
  }

  #modelSection(part: SheetBlock): Section {
    const presented = this.model(part.words[0] ?? '');
    const own = { ...presented.presenter.model, equations: [...presented.numbers.keys()] };
    const title = part.words[0] === undefined ? 'The model' : `The model “${part.words[0]}”`;
    return modelSection(new Presenter(own, presented.presenter.options), presented.numbers, title, graphFigure(own), this.#said);
  }

  #answer(part: SheetBlock): Answer {
    if (part.kind === 'model') return NOTHING;
    try {
      return QUESTIONS[part.kind](part, this);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new InputError(error.problems.map((problem) => ({ file: this.sheet.file, ...problem })));
    }
  }
}

/** The sign of the entrywise product that the sheet's equations use first. */
function hadamardSign(sheet: Sheet): 'odot' | 'circ' {
  const models = sheet.parts.flatMap((part) => (part.type === 'block' && part.kind === 'model' ? [part.text] : [])).join('\n');
  const [circ, odot] = [models.search(/\\circ\b|∘/), models.search(/\\odot\b|⊙/)];
  return circ >= 0 && (odot < 0 || circ < odot) ? 'circ' : 'odot';
}

/** The unrolled graph of a model. */
export function graphFigure(model: Model): Block | undefined {
  const description = modelGraph(model);
  if (description.nodes.length < 2) return undefined;
  const names = [...new Set(description.nodes.map((node) => node.math.text))].slice(0, 12).join(', ');
  return {
    type: 'figure',
    scene: graphScene(description),
    caption: [
      text(
        description.continues === undefined
          ? 'What reads what.'
          : 'The model unrolled over three steps: an arrow leads from a value to what reads it; gradients flow the other way.',
      ),
    ],
    alternative: `Computation graph with the values ${names}; ${description.edges.length} arrows from what is read to what reads it.`,
  };
}
