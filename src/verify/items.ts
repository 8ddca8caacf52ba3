/**
 * The statements of an answer as parsed text: every link of a chain a = b = c by itself, with its own piece of the source.
 *
 * What declares, asks or remarks states nothing and is left out; what looks like mathematics and cannot be parsed stays, with what is wrong.
 */

import { InputError, type Problem, type Region } from '../errors.js';
import { asWhole, lexiconOfModel } from '../model/index.js';
import type { IndexRange, Model, Settings } from '../model/model.js';
import { lettersOf, type Whole } from '../network/index.js';
import type { Orientation, Shape } from '../notation/formula.js';
import { LexiconTables } from '../notation/lexicon.js';
import { parseStatement } from '../notation/parse.js';
import { spanning } from '../notation/source.js';
import type { Lexicon, LexiconName, NameSyntax, RelationChain, RelationSign, Statement, Syntax, Trailer } from '../notation/syntax.js';
import { assignedWord, carriedNames, inLoops } from './code-loops.js';
import type { Document, Found } from './document.js';
import type { Definition } from './lowering.js';
import { indexLetters, labelledDeltas, newNames, usesDifferentials } from './own-names.js';
import { type Renaming, renamedLexicon } from './renaming.js';

export interface Item {
  readonly found: Found;
  readonly text: string;
  readonly region: Region;
  readonly content:
    | {
        readonly kind: 'link';
        readonly left: Syntax;
        readonly sign: RelationSign;
        readonly right: Syntax;
        readonly trailer: Trailer /** First member of the chain, where this is a later link. */;
        readonly first: Syntax | undefined;
        readonly chain: number;
      }
    /** A ⇒ B, a limit: a claim about the model. */
    | { readonly kind: 'claim' }
    | { readonly kind: 'problem'; readonly problem: Problem };
}

/** A name that lines of the answer define by its own values at other steps. */
export interface Recursion {
  readonly indices: readonly IndexRange[];
  readonly shape: Shape;
  /** The orientation in which it was read. */
  readonly convention: Orientation;
  /** What it is, where a proof by induction has found it. */
  readonly solution?: Definition;
}

export interface Items {
  /** What the model's names are called here. */
  readonly renaming?: Renaming;
  /** By their keys: names that their own equations in the graph define. */
  readonly recursions: ReadonlyMap<string, Recursion>;
  readonly items: readonly Item[];
  readonly lexicon: Lexicon;
  readonly names: readonly LexiconName[];
  /** δ with the label of a name, which nothing defines. */
  readonly deltas: readonly LexiconName[];
  readonly letters: readonly string[];
  /** Parameters that are written with a step: their copies. */
  readonly copies: readonly string[];
  /** Names of the answer that a derivative is taken with respect to. */
  readonly variables: readonly string[];
  /** Items in which a bare δ may stand. */
  readonly withDelta: ReadonlySet<Item>;
  /** Index letters of the model. */
  readonly steps: readonly string[];
}

/** Code sets what it accumulates to zero first: `dW = np.zeros_like(W)`, `dW = 0` before `dW += …`. */
function withoutStarts(all: readonly Found[]): readonly Found[] {
  const accumulated = new Set(all.flatMap(({ line }) => /^\s*([^\s+=]+)\s*\+=/.exec(line.text)?.[1] ?? []));
  return all.filter(({ line: { text } }) => {
    if (/=\s*(?:np\.|numpy\.|torch\.)?zeros(?:_like)?\s*\(/.test(text)) return false;
    const start = /^\s*([^\s+=]+)\s*=\s*0(?:\.0*)?\s*(?:;\s*)?$/.exec(text)?.[1];
    return start === undefined || !accumulated.has(start);
  });
}

/** Parses every line of a document with the model's names and the answer's own. */
export function itemsOf(document: Document, model: Model, settings: Settings, renaming?: Renaming): Items {
  const lines = document.found.map(({ line }) => line);
  const declared = renamedLexicon(lexiconOfModel(model, { settings }), renaming);
  const plain: Lexicon = usesDifferentials(lines, declared) ? { ...declared, sizes: new Set([...declared.sizes].filter((size) => size !== 'd')) } : declared;
  const letters = indexLetters(model, new LexiconTables(plain));
  const withLetters: Lexicon = { ...plain, letters: new Set(letters) };
  const carried = carriedNames(document.found);
  const names = newNames(lines, model, withLetters, carried);
  const taken = new Set(names.map(({ key }) => key));
  const deltas = labelledDeltas(lines.map(({ text }) => text).join('\n'), new LexiconTables(plain)).filter(
    ({ key }) => !taken.has(key) && !declared.names.some((name) => name.base === 'delta'),
  );
  const lexicon: Lexicon = { ...renamedLexicon(lexiconOfModel(model, { settings, names: [...names, ...deltas], letters }), renaming), sizes: plain.sizes };
  const read: Item[] = [];
  for (const found of withoutStarts(document.found)) read.push(...itemsOfLine(found, lexicon, read.length));
  const items = inLoops(read, keysOfCarried(read, carried), model);
  const found = [...namesIn(items)];
  const isCopy = ({ name }: Sighted): boolean =>
    name.key !== undefined &&
    model.declarations.get(name.key)?.role === 'parameter' &&
    model.declarations.get(name.key)?.indices.length === 0 &&
    stepOf(name, model) !== undefined;
  return {
    items,
    ...(renaming === undefined ? {} : { renaming }),
    recursions: new Map(),
    lexicon,
    names,
    deltas,
    letters,
    copies: [...new Set(found.flatMap((sighted) => (isCopy(sighted) && sighted.name.key !== undefined ? [sighted.name.key] : [])))],
    variables: [...new Set(found.flatMap(({ name, isVariable }) => (isVariable && name.key !== undefined && taken.has(name.key) ? [name.key] : [])))],
    withDelta: new Set(
      items.filter(({ text }) => /delta|δ/.test(text) || (document.found.some(({ line: { macros } }) => macros.size > 0) && text.includes('\\'))),
    ),
    steps: [...model.letters.keys()],
  };
}

/** Keys of the names that loops carry, as the lines that assign them have them. */
function keysOfCarried(items: readonly Item[], carried: ReadonlySet<string>): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const { content, found } of items) {
    const word = found.loop === undefined ? undefined : assignedWord(found.line);
    if (word !== undefined && carried.has(word) && content.kind === 'link' && content.left.kind === 'name' && content.left.key !== undefined)
      keys.set(content.left.key, word);
  }
  return keys;
}

function itemsOfLine(found: Found, lexicon: Lexicon, chain: number): readonly Item[] {
  const { line } = found;
  const whole = { found, text: line.text, region: line.region };
  try {
    const statement = parseStatement(line, lexicon);
    return statementItems(statement, whole, chain);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const [problem] = error.problems;
    if (problem === undefined || isSentence(line.text)) return [];
    return [{ ...whole, content: { kind: 'problem', problem } }];
  }
}

function statementItems(statement: Statement, whole: Omit<Item, 'content'>, chain: number): readonly Item[] {
  switch (statement.kind) {
    case 'shape':
    case 'functionType':
    case 'expression':
      return [];
    case 'implication':
      return [{ ...whole, content: { kind: 'claim' } }];
    case 'distribution':
      return [
        {
          ...whole,
          content: {
            kind: 'problem',
            problem: {
              ruleId: 'not-a-statement',
              message: 'A derivation states equations and inequalities; this assumes a distribution.',
              fix: 'Put it into a moments block of the sheet.',
              region: statement.region,
            },
          },
        },
      ];
    case 'relation': {
      const { rest } = statement.chain;
      if (isRemark(statement)) return [];
      if (rest.some(({ sign }) => sign === '→')) return [{ ...whole, content: { kind: 'claim' } }];
      const [own, more] = separated(statement.trailer);
      if (more.length > 0) {
        const chains = [statement.chain, ...more];
        return chains.flatMap((one) => linksOf(one, whole, { ...own, conditions: own.conditions }, chain, chains.length > 1));
      }
      return linksOf(statement.chain, whole, statement.trailer, chain, false);
    }
  }
}

/** Conditions behind a formula, and equations that stand there as statements of their own: `o_t = V h_t, \quad p_t = softmax(o_t)`. */
function separated(trailer: Trailer): readonly [Trailer, readonly RelationChain[]] {
  const isOwn = ({ first, rest }: RelationChain): boolean =>
    rest[0] !== undefined &&
    ['=', ':=', '+='].includes(rest[0].sign) &&
    (first.kind === 'derivative' || first.kind === 'differential' || (first.kind === 'name' && first.indices.length > 0 && rest[0].value.kind !== 'number'));
  return [{ ...trailer, conditions: trailer.conditions.filter((chain) => !isOwn(chain)) }, trailer.conditions.filter(isOwn)];
}

function linksOf({ first, rest }: RelationChain, whole: Omit<Item, 'content'>, trailer: Trailer, chain: number, isPart: boolean): readonly Item[] {
  let left = first;
  return rest.map(({ sign, signRegion, value }, k): Item => {
    const region = k === 0 ? spanning(first.region, value.region) : spanning(signRegion, value.region);
    const own = rest.length === 1 && !isPart ? whole : { found: whole.found, text: pieceOf(whole, region), region };
    const content: Item['content'] = { kind: 'link', left, sign, right: value, trailer, first: k === 0 ? undefined : first, chain };
    left = value;
    return { ...own, content };
  });
}

/** A range alone, t = 1, …, T, or sizes: letters and numbers on both sides. */
function isRemark(statement: Extract<Statement, { readonly kind: 'relation' }>): boolean {
  const { first, rest } = statement.chain;
  const isPlain = (syntax: Syntax): boolean => {
    switch (syntax.kind) {
      case 'number':
      case 'dots':
        return true;
      case 'name':
        return (
          syntax.key === undefined &&
          syntax.indices.length === 0 &&
          syntax.labels.length === 0 &&
          syntax.raw.accents.length === 0 &&
          [...syntax.raw.base].length === 1
        );
      case 'sum':
        return syntax.terms.every(({ value }) => isPlain(value));
      case 'tuple':
        return syntax.items.every(isPlain);
      default:
        return false;
    }
  };
  return first.kind !== 'number' && isPlain(first) && rest.every(({ value, sign }) => isPlain(value) && sign !== ':=');
}

/** The part of a logical line's text that a region covers. */
export function pieceOf({ found, text }: Pick<Item, 'found' | 'text'>, region: Region): string {
  const offset = (line: number, column: number): number => {
    const piece = found.line.pieces.findLast((each) => each.line < line || (each.line === line && each.column <= column)) ?? found.line.pieces[0];
    if (piece === undefined) return 0;
    let at = piece.offset;
    let row = piece.line;
    let position = piece.column;
    while (at < text.length && (row < line || (row === line && position < column))) {
      const code = text.codePointAt(at) ?? 0;
      at += code > 0xffff ? 2 : 1;
      if (code === 10) {
        row += 1;
        position = 1;
      } else position += 1;
    }
    return at;
  };
  return text.slice(offset(region.startLine, region.startColumn), offset(region.endLine, region.endColumn)).trim();
}

/** More words than signs: prose that happens to hold a sign. */
function isSentence(text: string): boolean {
  const words = text.replace(/\\[A-Za-z]+/g, ' ').match(/(?<![A-Za-z_^{([])[A-Za-z]{3,}(?![A-Za-z_^({[=])/g) ?? [];
  return words.length >= 4 && !/^\s*(?:\\frac|\\nabla|\\partial|∂|∇|d[A-Z])/.test(text);
}

interface Sighted {
  readonly name: NameSyntax;
  /** A derivative is taken with respect to it. */
  readonly isVariable: boolean;
}

/** Every name in the statements, derivatives included. */
export const namesIn = (items: readonly Item[], side?: 'right'): Generator<Sighted> =>
  namesOfSyntax(items.flatMap(({ content }) => (content.kind === 'link' ? [...(side === undefined ? [content.left] : []), content.right] : [])));

export function* namesOfSyntax(sides: readonly Syntax[]): Generator<Sighted> {
  const pending: { readonly node: unknown; readonly isVariable: boolean }[] = sides.map((node) => ({ node, isVariable: false }));
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, isVariable } = next;
    if (typeof node !== 'object' || node === null) continue;
    const syntax = node as Partial<Syntax>;
    if (syntax.kind === 'name') yield { name: node as NameSyntax, isVariable };
    else if (syntax.kind === 'derivative') {
      pending.push({ node: syntax.of, isVariable });
      for (const by of syntax.by ?? []) pending.push({ node: by, isVariable: true });
    } else if (syntax.kind === 'differential') pending.push({ node: syntax.of, isVariable: true });
    else for (const value of Object.values(node)) pending.push({ node: value, isVariable });
  }
}

/** The step at which a parameter is written, W_t, W^{(t-1)}: one index in letters of steps. */
export function stepOf(name: NameSyntax, model: Pick<Model, 'letters'>): Whole | undefined {
  const [index, ...more] = name.indices;
  const whole = index === undefined || more.length > 0 ? undefined : asWhole(index.value);
  const letters = whole === undefined ? [] : [...lettersOf(whole)];
  return letters.length === 1 && model.letters.has(letters[0] ?? '') ? whole : undefined;
}
