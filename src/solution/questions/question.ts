/** What a kind of question is: one file that turns a block of a sheet into the sections of its answer. */

import type { Model, Sheet, SheetBlock } from '../../model/index.js';
import type { Equation } from '../../model/model.js';
import type { Derived } from '../derive.js';
import type { Section } from '../document.js';
import type { Presenter } from '../presenter.js';

/** A model as the document presents it: its printer, its equation numbers, what was shown of it. */
export interface PresentedModel {
  readonly model: Model;
  readonly presenter: Presenter;
  readonly numbers: ReadonlyMap<Equation, number>;
  readonly shown: Set<string>;
}

export interface SolveSettings {
  readonly seed: number;
  readonly sizes?: ReadonlyMap<string, number>;
  readonly budget?: number;
  /** Told how many formulas have been checked, of how many, and which comes next. */
  readonly progress?: (done: number, total: number, next: string) => void;
}

export interface QuestionContext {
  readonly sheet: Sheet;
  readonly settings: SolveSettings;
  /** The model a block speaks of: by its word, the unnamed one without. Throws an InputError for a name that there is none of. */
  model(name: string): PresentedModel;
}

/** What a block came to. */
export interface Answer {
  readonly sections: readonly Section[];
  /** Formulas that the check section confirms by numbers. */
  readonly derived: readonly Derived[];
  readonly formulas: number;
  readonly proved: number;
  readonly checked: number;
  readonly slips: number;
}

/** Answers one block. Throws an InputError for a block that cannot be read. */
export type QuestionKind = (block: SheetBlock, context: QuestionContext) => Answer;

export const NOTHING: Answer = { sections: [], derived: [], formulas: 0, proved: 0, checked: 0, slips: 0 };
