/** The models of a sheet: each `model` block by its word, the unnamed one under the empty name. */

import { InputError, type Problem } from '../errors.js';
import { buildModel } from './build.js';
import { builtInModel } from './cells/index.js';
import type { Model, Settings } from './model.js';
import { nearest } from './settings.js';
import { readSheet, type Sheet, type SheetBlock } from './sheet.js';

function nameOf(block: SheetBlock, sheet: Sheet): string {
  const [word, ...more] = block.words;
  if (more.length > 0) {
    throw new InputError({
      ruleId: 'block-words',
      message: 'A model has one name.',
      fix: 'Write one word after `model`.',
      region: { startLine: block.line - 1, startColumn: 1, endLine: block.line - 1, endColumn: 2 },
      file: sheet.file,
    });
  }
  return word ?? '';
}

/** Every model of a sheet, in order. Throws an InputError with the mistakes of all of them. */
export function modelsOfSheet(sheet: Sheet): ReadonlyMap<string, Model> {
  const models = new Map<string, Model>();
  const problems: Problem[] = [];
  for (const part of sheet.parts) {
    if (part.type !== 'block' || part.kind !== 'model') continue;
    try {
      const name = nameOf(part, sheet);
      if (models.has(name)) {
        throw new InputError({
          ruleId: 'duplicate-model',
          message: name === '' ? 'The sheet has two unnamed models.' : `The sheet has two models named ${name}.`,
          fix: 'Name one of them: ```model other.',
          region: { startLine: part.line - 1, startColumn: 1, endLine: part.line - 1, endColumn: 9 },
          file: sheet.file,
        });
      }
      models.set(name, buildModel(part.text, { name, settings: sheet.settings, line: part.line, file: sheet.file }));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new InputError(problems);
  return models;
}

/** The model that a block speaks of: of the sheet, or built in. Throws an InputError for a name that neither has. */
export function modelOfSheet(models: ReadonlyMap<string, Model>, name: string): Model {
  const found = models.get(name) ?? (name === '' && models.size === 1 ? [...models.values()][0] : builtInModel(name));
  if (found !== undefined) return found;
  const guess = nearest(name, [...models.keys()]);
  throw new InputError({
    ruleId: 'unknown-model',
    message: name === '' ? 'The sheet has no model.' : `There is no model named ${name}.`,
    ...(guess === undefined ? {} : { fix: `Did you mean ${guess}?` }),
  });
}

/**
 * The model in a text: a sheet (its unnamed or only model), or equations alone.
 * Throws an InputError where there is none, or where it has mistakes.
 */
export function readModel(text: string, options: { readonly file: string; readonly settings?: Partial<Settings> }): Model {
  const sheet = readSheet(text, options);
  const hasBlocks = sheet.parts.some(({ type }) => type === 'block');
  if (hasBlocks) return modelOfSheet(modelsOfSheet(sheet), '');
  const [prose] = sheet.parts;
  if (prose === undefined || prose.type !== 'prose') throw new InputError({ ruleId: 'no-model', message: 'The file holds no equations.', file: options.file });
  return buildModel(prose.markdown, { settings: { ...sheet.settings, ...options.settings }, line: prose.line, file: options.file });
}
