/**
 * The text of a `moments` block: shapes and signs, distributions, definitions and questions. Names without a shape are scalars; a mean without
 * one has the shape of what it is the mean of; σ is a name here, not the logistic function.
 */

import { InputError, type Region } from '../../errors.js';
import { buildModel, lexiconOfModel, type Model, type Settings, type SheetBlock, wholeText } from '../../model/index.js';
import { visitNames } from '../../model/syntax-walk.js';
import { parseStatement, readLeftSide } from '../../notation/parse.js';
import { isPlot, parsePlot, parseQuestion } from '../../notation/questions.js';
import { splitLines } from '../../notation/statements.js';
import type { Lexicon, Line, Plot, Question, RelationChain, Syntax } from '../../notation/syntax.js';

export interface DistributionText {
  /** Keys of the declared names, independent of each other. */
  readonly names: readonly string[];
  readonly mean: Syntax;
  readonly variance: Syntax;
  /** Otherwise only mean and variance are given. */
  readonly gaussian: boolean;
  readonly region: Region;
}

export type MomentsLine = { readonly kind: 'question'; readonly question: Question } | { readonly kind: 'plot'; readonly plot: Plot };

export interface MomentsText {
  /** The block's names, without equations. */
  readonly model: Model;
  readonly distributions: readonly DistributionText[];
  /** Names that lines of their own define, with what they stand for. */
  readonly definitions: ReadonlyMap<string, Syntax>;
  readonly lines: readonly MomentsLine[];
}

const ORDER: ReadonlySet<string> = new Set(['<', '≤', '>', '≥']);

/** Reads a `moments` block. Throws an InputError for what cannot be read, and for names that have no distribution where one is needed. */
export function readMoments(block: SheetBlock, settings: Settings): MomentsText {
  const lines = splitLines(block.text, { line: block.line, column: 1 });
  const declaring = lines.filter((line) => ['shape', 'functionType'].includes(readLeftSide(line).kind));
  const drawing = lines.filter((line) => readLeftSide(line).kind === 'distribution');
  const others = lines.filter((line) => !declaring.includes(line) && !drawing.includes(line));
  const added = new Map<string, string>(hasSigma(block.text, declaring) ? [['\\sigma', '1']] : []);
  const defined = new Set<string>();
  // First what is random and its parameters, then whatever else is named, each read with what is known by then.
  const signs: Line[] = [];
  for (const part of [drawing, drawing, others]) {
    const known = modelWith(block, declaring, added, settings);
    const lexicon = lexiconOfModel(known);
    for (const line of part) {
      if (isSign(line, lexicon)) signs.push(line);
      for (const { text, shape } of namesIn(line, lexicon, known, block, defined)) if (!added.has(text)) added.set(text, shape);
    }
  }
  for (const text of defined) added.delete(text);
  const model = modelWith(block, [...declaring, ...signs], added, settings);
  return sort(
    lines.filter((line) => !declaring.includes(line) && !signs.includes(line)),
    model,
  );
}

/** The lines that declare, at their places in the file, and lines for what they leave out. */
function modelWith(block: SheetBlock, lines: readonly Line[], added: ReadonlyMap<string, string>, settings: Settings): Model {
  const kept = new Set(
    lines.flatMap(({ region }) => Array.from({ length: region.endLine - region.startLine + 1 }, (_, k) => region.startLine + k - block.line)),
  );
  const text = block.text.split('\n').map((line, at) => (kept.has(at) ? line : ''));
  return buildModel([...text, ...[...added].map(([name, shape]) => `${name} : ${shape}`)].join('\n'), { settings, line: block.line });
}

function hasSigma(text: string, declaring: readonly Line[]): boolean {
  const isSaid = declaring.some((line) => readLeftSide(line).names.some(({ raw }) => raw.base === 'sigma' && raw.scripts.length === 0));
  return !isSaid && /(?:\\sigma(?![A-Za-z])|σ|\bsigma\b)(?!\s*(?:\(|\\left|_))/.test(text);
}

function isSign(line: Line, lexicon: Lexicon): boolean {
  if (isPlot(line) || /^\s*solve\b/.test(line.text)) return false;
  const statement = attemptStatement(line, lexicon);
  return statement?.kind === 'relation' && statement.chain.rest.every(({ sign }) => ORDER.has(sign));
}

function attemptStatement(line: Line, lexicon: Lexicon): ReturnType<typeof parseStatement> | undefined {
  try {
    return parseStatement(line, lexicon);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** Names in a line that nothing declares, as they are written, with the shape to declare them with. */
function namesIn(line: Line, lexicon: Lexicon, model: Model, block: SheetBlock, defined: Set<string>): readonly { text: string; shape: string }[] {
  const found: { text: string; shape: string }[] = [];
  const see = (syntax: Syntax, shape = '1'): void =>
    visitNames(syntax, ({ name, bound }) => {
      if (name.key !== undefined || bound.has(name.raw.base) || lexicon.sizes.has(name.raw.base)) return;
      // s^2 is the square of a name s.
      found.push({ text: textAt(block, name.region).replace(/\^\{?\d+\}?$/, ''), shape });
    });
  if (isPlot(line)) {
    const plot = parsePlot(line, lexicon);
    [plot.of].forEach((part) => see(part));
    seeOptions(plot.options, see);
    return found;
  }
  const question = parseQuestion(line, lexicon);
  const { statement } = question;
  if (statement?.kind === 'distribution') {
    statement.names.forEach((name) => see(name));
    const [name] = statement.names;
    const dims = name?.kind === 'name' && name.key !== undefined ? (model.declarations.get(name.key)?.dims ?? []) : [];
    statement.args.forEach((arg, at) => see(arg, at === 0 && arg.kind === 'name' && dims.length > 0 ? dims.map(wholeText).join(' x ') : '1'));
  } else if (statement?.kind === 'expression') see(statement.value);
  else if (statement?.kind === 'relation') {
    const definition = definitionOf(question);
    if (definition !== undefined) defined.add(textAt(block, definition.name.region));
    else see(statement.chain.first);
    for (const { value } of statement.chain.rest) see(value);
  }
  seeOptions(question.options, see);
  return found;
}

function seeOptions(options: Question['options'], see: (syntax: Syntax) => void): void {
  for (const option of options) {
    if (option.kind === 'where') for (const { first, rest } of option.conditions) [first, ...rest.map(({ value }) => value)].forEach(see);
    if (option.kind === 'for' || option.kind === 'hold') option.names.forEach(see);
  }
}

/** `X = q^\top k` on a line of its own. */
function definitionOf(question: Question): { name: Syntax & { kind: 'name' }; value: Syntax } | undefined {
  const { statement, verb } = question;
  if (verb !== undefined || statement?.kind !== 'relation' || statement.chain.rest.length !== 1) return undefined;
  const { first, rest } = statement.chain;
  const [only] = rest;
  if (first.kind !== 'name' || first.key !== undefined || only === undefined || (only.sign !== '=' && only.sign !== ':=')) return undefined;
  return { name: first, value: only.value };
}

function textAt(block: SheetBlock, { startLine, startColumn, endLine, endColumn }: Region): string {
  const line = [...(block.text.split('\n')[startLine - block.line] ?? '')];
  return line
    .slice(startColumn - 1, startLine === endLine ? endColumn - 1 : line.length)
    .join('')
    .trim();
}

function sort(lines: readonly Line[], model: Model): MomentsText {
  const lexicon = lexiconOfModel(model);
  const distributions: DistributionText[] = [];
  const definitions = new Map<string, Syntax>();
  const asked: MomentsLine[] = [];
  for (const line of lines) {
    if (isPlot(line)) {
      asked.push({ kind: 'plot', plot: parsePlot(line, lexicon) });
      continue;
    }
    const question = parseQuestion(line, lexicon);
    const definition = definitionOf(question);
    if (question.statement?.kind === 'distribution') distributions.push(distribution(question.statement));
    else if (definition !== undefined) definitions.set(definition.name.raw.base, definition.value);
    else asked.push({ kind: 'question', question });
  }
  return { model, distributions, definitions, lines: asked };
}

function distribution(statement: Extract<NonNullable<Question['statement']>, { kind: 'distribution' }>): DistributionText {
  const { names, family, args, region } = statement;
  const [mean, variance] = args;
  const known = family === 'N' || family === 'Normal' || family === 'normal' || family === 'moments';
  if (!known || mean === undefined || variance === undefined || args.length !== 2) {
    throw new InputError({
      ruleId: 'unknown-distribution',
      message: known ? 'A distribution has a mean and a variance.' : `The distribution ${family} is not known.`,
      fix: 'Write q \\sim \\mathcal{N}(\\mu, \\sigma^2 I), or q ~ (0, 1) where only mean and variance are given.',
      region,
    });
  }
  const keys = names.flatMap((name) => (name.kind === 'name' && name.key !== undefined ? [name.key] : []));
  return { names: keys, mean, variance: withoutIdentity(variance), gaussian: family !== 'moments', region };
}

const ONE = (region: Region): Syntax => ({ kind: 'number', text: '1', region });

/** σ² of σ² I: entries are independent, so the covariance is a number times the identity. */
function withoutIdentity(variance: Syntax): Syntax {
  if (variance.kind === 'identity') return ONE(variance.region);
  if (variance.kind === 'juxtaposition') {
    const factors = variance.factors.filter(({ kind }) => kind !== 'identity');
    const [only] = factors;
    return factors.length === 1 && only !== undefined ? only : factors.length === 0 ? ONE(variance.region) : { ...variance, factors };
  }
  if (variance.kind === 'product' && variance.first.kind === 'identity') return variance.rest.length === 1 ? (variance.rest[0]?.value ?? variance) : variance;
  if (variance.kind === 'product') {
    const rest = variance.rest.filter(({ value }) => value.kind !== 'identity');
    return rest.length === 0 ? variance.first : { ...variance, rest };
  }
  return variance;
}

/** What a `where` chain sets: a name and its value. */
export function settingOf({ first, rest }: RelationChain): { readonly name: Syntax; readonly value: Syntax } {
  const [only] = rest;
  if (rest.length !== 1 || only === undefined || (only.sign !== '=' && only.sign !== ':=')) {
    throw new InputError({
      ruleId: 'bad-condition',
      message: 'A condition here gives a name a value.',
      fix: 'Write where \\mu = 0, \\sigma = 1.',
      region: first.region,
    });
  }
  return { name: first, value: only.value };
}
