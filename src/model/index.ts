/** What the rest of the project sees of models: sheets, their blocks and settings, models built from text, and the reading of single formulas. */

export * from './model.js';
export { BLOCK_KINDS, type BlockKind, LARGEST_SHEET, type Prose, readSheet, type Sheet, type SheetBlock, checkedText } from './sheet.js';
export { completeSettings, DEFAULT_SETTINGS, type FrontMatter, nearest, readFrontMatter } from './settings.js';
export { type BuildOptions, buildModel } from './build.js';
export { modelOfSheet, modelsOfSheet, readModel } from './read.js';
export { builtInModel, type Cell, CELLS } from './cells/index.js';
export { elaborate, elaborateFormula, settled } from './elaborate.js';
export { attempt, type Context, type FunctionMeaning, type LetterUse, type NameMeaning } from './context.js';
export { contextOfModel, type ContextOptions, lexiconOfModel } from './scope.js';
export { childrenOf, constantOf, formula, numberFormula, rewrite, visit } from './formulas.js';
export { readsOf, type Read } from './reads.js';
export { describeShape, wholeText } from './shapes.js';
export { SizeSolver } from './sizes.js';
export { readWhole, asWhole } from './wholes.js';
