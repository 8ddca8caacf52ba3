/** What the rest of the project sees of models: sheets, their blocks and settings, models built from text, and the reading of single formulas. */

export { type BuildOptions, buildModel } from './build.js';
export { builtInModel, CELLS, type Cell } from './cells/index.js';
export { attempt, type Context, type FunctionMeaning, type LetterUse, type NameMeaning, withLetter } from './context.js';
export { elaborate, elaborateFormula, settled } from './elaborate.js';
export { derivativeShape, inLayout } from './elaborate-derivatives.js';
export { entryOf } from './elaborate-names.js';
export { limitsOf, readCondition } from './elaborate-sums.js';
export { childrenOf, constantOf, formula, numberFormula, rewrite, visit } from './formulas.js';
export * from './model.js';
export { modelOfSheet, modelsOfSheet, readModel } from './read.js';
export { type Read, readsOf } from './reads.js';
export { type ContextOptions, contextOfModel, lexiconOfModel } from './scope.js';
export { completeSettings, DEFAULT_SETTINGS, type FrontMatter, nearest, readFrontMatter } from './settings.js';
export { describeShape, wholeText } from './shapes.js';
export { BLOCK_KINDS, type BlockKind, checkedText, LARGEST_SHEET, type Prose, readSheet, type Sheet, type SheetBlock } from './sheet.js';
export { SizeSolver } from './sizes.js';
export { asWhole, readWhole } from './wholes.js';
