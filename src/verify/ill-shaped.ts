/**
 * What is wrong with a line whose shapes do not fit: the single change of its text after which it can be read, holds at all points and is proved.
 *
 * The text is changed before shapes are known, read again among the other lines of the answer, and judged like any other line. The changes are
 * finitely many and bounded besides, so the search ends.
 */

import { BudgetError, InputError, type Problem, type Region } from '../errors.js';
import type { Model, Settings } from '../model/model.js';
import type { Formula } from '../notation/formula.js';
import { printText } from '../notation/print-text.js';
import type { Syntax } from '../notation/syntax.js';
import { type Choice, type Lowered, lowerStatement } from './choose.js';
import { quantityOfSide } from './diagnose.js';
import { type Item, pieceOf } from './items.js';
import { Judge } from './judge.js';
import { type Mistake, mistakesOf, type Situation } from './mistakes/index.js';
import type { Alteration } from './mutate/alteration.js';
import { modelFacts } from './mutate/model-facts.js';
import { isOuter } from './mutate/products.js';
import { quantitiesOf, sitesOf } from './mutate/sites.js';
import { type OtherNames, type TextEdit, textEdits } from './mutate/syntax.js';
import { Reading, type ReadStatement } from './reading.js';
import type { Diagnostic } from './types.js';

const MOST_EDITS = 250;
const MOST_FOUND = 6;

interface Found {
  readonly edit: TextEdit;
  readonly read: ReadStatement;
  readonly judge: Judge;
  readonly lowered: Lowered;
  /** The changed part as a formula; the whole side where it has no place of its own. */
  readonly node: Formula;
  readonly mistakes: readonly Mistake[];
}

/** The mistake in an ill-shaped line, with what the shapes are; undefined where no single change makes the line right. */
export function diagnoseShapes(item: Item, problem: Problem, choice: Choice, own: Partial<Settings>): Diagnostic | undefined {
  const { content } = item;
  if (content.kind !== 'link' || (content.sign !== '=' && content.sign !== '+=')) return undefined;
  const found = candidates(item, content.right, choice, own).sort((a, b) => rankOf(b) - rankOf(a));
  const settled = found.find(isProved) ?? found[0];
  const [first, ...more] = settled?.mistakes ?? [];
  if (settled === undefined || first === undefined) return undefined;
  const { edit, judge, read, node } = settled;
  const print = (formula: Formula): string => printText(formula, judge.names);
  const shapes = [problem.message, problem.why].filter((part) => part !== undefined).join(' ');
  return {
    ruleId: first.id,
    ...(more.length === 0 ? {} : { also: more.map(({ id }) => id) }),
    message: `${first.title.charAt(0).toUpperCase()}${first.title.slice(1)}. ${shapes} Right is ${print(read.left)} = ${print(read.right)}.`,
    region: edit.before.region,
    repair: { from: pieceOf({ found: item.found, text: item.found.line.text }, edit.before.region), to: print(node), proved: isProved(settled) },
    counterexample: null,
  };
}

function candidates(item: Item, right: Syntax, choice: Choice, own: Partial<Settings>): Found[] {
  const names = otherNames(choice.judge.sheet);
  const found: Found[] = [];
  let tried = 0;
  for (const edit of textEdits(right, names)) {
    if ((tried += 1) > MOST_EDITS || found.length >= MOST_FOUND) break;
    const candidate = attempted(() => judged(item, edit, choice, own));
    if (candidate !== undefined && candidate.mistakes.length > 0) found.push(candidate);
  }
  return found;
}

/** Parameters for parameters, and vectors of a step for those of another length. */
function otherNames({ declarations }: Model): OtherNames {
  const all = [...declarations.values()];
  const parameters = all.filter(({ role, indices }) => role === 'parameter' && indices.length === 0).map(({ name }) => name);
  return (key) => {
    if (parameters.includes(key)) return parameters.filter((other) => other !== key);
    const own = declarations.get(key);
    if (own?.indices.length !== 1 || own.dims.length !== 1) return [];
    return all
      .filter(({ indices, dims, role }) => indices.length === 1 && dims.length === 1 && dims[0]?.key !== own.dims[0]?.key && role !== 'constant')
      .map(({ name }) => name);
  };
}

function attempted<X>(make: () => X): X | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof InputError || error instanceof BudgetError) return undefined;
    throw error;
  }
}

/** The changed line read in the style of the whole answer; undefined where it does not fit or is not true. */
function judged(item: Item, edit: TextEdit, choice: Choice, own: Partial<Settings>): Found | undefined {
  const { reading, reaches, judge } = choice;
  if (item.content.kind !== 'link') return undefined;
  const changed: Item = { ...item, content: { ...item.content, right: edit.whole } };
  const { source } = reading;
  const at = source.items.indexOf(item);
  const items = { ...source, items: source.items.map((each) => (each === item ? changed : each)), withDelta: new Set([...source.withDelta, changed]) };
  const again = new Reading(reading.graph, items, reading.style, reading.deltas, own, reading);
  const read = again.items[at];
  if (read?.kind !== 'statement') return undefined;
  const other = new Judge(reading.graph, judge.names, again, reaches, judge.options);
  const lowered = lowerStatement(read, other, read.right);
  if (!other.mayEqual(lowered.left, lowered.right, lowered) || other.compare(lowered.left, lowered.right, lowered).verdict !== 'equal') return undefined;
  const node = sitesOf(read.right).find((site) => sameRegion(site.node.region, edit.after.region))?.node ?? read.right;
  return { edit, read, judge: other, lowered, node, mistakes: mistakesOf(alterationOf(edit, node), situationOf(read, node, other)) };
}

const isProved = ({ judge, lowered }: Found): boolean => judge.prove(lowered.left, lowered.right, lowered) !== undefined;
const rankOf = ({ mistakes }: Found): number => mistakes[0]?.rank ?? 0;

function situationOf(read: ReadStatement, node: Formula, judge: Judge): Situation {
  return {
    facts: modelFacts(judge.sheet),
    left: quantityOfSide(read.first ?? read.left),
    whole: read.right,
    wrong: node,
    right: node,
    quantities: quantitiesOf,
  };
}

function alterationOf({ change }: TextEdit, node: Formula): Alteration {
  const factors = node.kind === 'product' ? node.factors : [node];
  switch (change.kind) {
    case 'transpose':
      return { kind: 'transpose', of: node.kind === 'transpose' ? node.of : node };
    case 'outer order':
    case 'order':
      return isOuter(node) || (node.kind === 'product' && node.shape.dims.length === 2 && change.kind === 'outer order')
        ? { kind: 'outer order' }
        : { kind: 'order', factors };
    case 'product sign':
      return { kind: 'product sign', factors };
    case 'diagonal':
      return { kind: 'diagonal', of: node };
    case 'name':
      return {
        kind: 'name',
        wrong: { kind: 'value', name: change.wrong, indices: [] },
        right: { kind: 'value', name: change.right, indices: [] },
      };
    case 'extra factor':
      return { kind: 'extra factor', factor: node, activation: undefined };
    case 'all transposes':
      return { kind: 'all transposes' };
  }
}

const sameRegion = (a: Region | undefined, b: Region): boolean =>
  a !== undefined && a.startLine === b.startLine && a.startColumn === b.startColumn && a.endLine === b.endLine && a.endColumn === b.endColumn;
