/**
 * LaTeX mathematics → Typst mathematics, through KaTeX's parse tree.
 *
 * Total over what our printer emits and over most of what KaTeX reads; a construct that is not known is an error that names it, never
 * left out in silence. Every token is a function call, a string literal, a single character or an escaped one, so that nothing of the
 * LaTeX can act as Typst code. Recursion ends because the tree is finite and its depth bounded by `parseTex`.
 */

import { InputError } from '../../errors.js';
import { setArray } from './arrays.js';
import { cutFormula, type Pieces } from './cut.js';
import { setBrace, setDecoration } from './decorations.js';
import { printedString } from './escape.js';
import { bodyOf, excerpt, nodeList, nodeOf, optionalNode, parseTex, symbolCharacter, type TexNode, textOf } from './katex-tree.js';
import { call, glyph, joinTokens, type Setting } from './setting.js';
import { accents, agreeing, alphabets, classes, delimiters, largeSymbols, operatorNames, preferredCharacters } from './symbols.js';
import { setText } from './text.js';

export interface MathsSetter {
  /** Typst mathematics, without the dollar signs. */
  markup(latex: string): string;
  /** The same, cut where lines may break. */
  pieces(latex: string): Pieces;
}

/** A translator with its own memory of symbols; make one per document. Its methods throw InputError for what cannot be set. */
export function mathsSetter(): MathsSetter {
  const symbols = new Map<string, string>();
  return {
    markup: (latex) => setting(latex, symbols).list(parseTex(latex)),
    pieces: (latex) => cutFormula(setting(latex, symbols), parseTex(latex)),
  };
}

function setting(latex: string, symbols: Map<string, string>): Setting {
  const unknown = (what: string): InputError =>
    new InputError({
      ruleId: 'unsupported-mathematics',
      message: `The PDF cannot set ${what} in the formula ${excerpt(latex)}`,
      why: `${what} has no counterpart in the typesetting engine that is built in.`,
      fix: 'Write the formula without it, or choose HTML or LaTeX as the output.',
    });
  const character = (command: string): string => {
    const known = symbols.get(command);
    if (known !== undefined) return known;
    const found = symbolCharacter(command);
    if (found === undefined) throw unknown(command);
    symbols.set(command, preferredCharacters[found] ?? found);
    return preferredCharacters[found] ?? found;
  };
  const here: Setting = { latex, unknown, character, node: (node) => setNode(here, node), list: (nodes) => setList(here, nodes) };
  return here;
}

// ── sequences ────────────────────────────────────────────────────────────────────────────────────────────────────────

function setList(here: Setting, nodes: readonly TexNode[]): string {
  const tokens: string[] = [];
  for (let index = 0; index < nodes.length; index += 1) {
    const run = digitRun(nodes, index);
    const node = nodes[index] as TexNode;
    if (run.length > 1) {
      tokens.push(run);
      index += run.length - 1;
    } else if (isNegation(node)) {
      tokens.push(negated(here, nodes[index + 1]));
      index += 1;
    } else tokens.push(setNode(here, node));
  }
  return joinTokens(tokens) || '""';
}

/** Digits and points from a position on: they make one number. */
function digitRun(nodes: readonly TexNode[], from: number): string {
  let run = '';
  for (const node of nodes.slice(from)) {
    if (node.type !== 'textord' || !/^[0-9.]$/.test(textOf(node, 'text'))) break;
    run += textOf(node, 'text');
  }
  return /^[0-9]+(\.[0-9]+)?$/.test(run) ? run : '';
}

function isNegation(node: TexNode): boolean {
  const spoken = node.type === 'htmlmathml' ? nodeList(node.mathml) : [];
  return spoken.length === 1 && spoken[0]?.text === '\u0338';
}

function negated(here: Setting, node: TexNode | undefined): string {
  if (node?.type !== 'atom') throw here.unknown('\\not before something else than a relation');
  const composed = `${here.character(textOf(node, 'text'))}\u0338`.normalize('NFC');
  if (Array.from(composed).length !== 1) throw here.unknown(`\\not before ${textOf(node, 'text')}`);
  return classed('relation', composed);
}

// ── one node ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function setNode(here: Setting, node: TexNode): string {
  switch (node.type) {
    case 'ordgroup':
    case 'hbox':
    case 'vcenter':
    case 'smash':
      return here.list(bodyOf(node));
    case 'mathord':
    case 'textord':
      return setLetter(here, textOf(node, 'text'));
    case 'atom':
      return setAtom(here, node);
    case 'supsub':
      return setScripts(here, node);
    case 'genfrac':
      return setFraction(here, node);
    case 'sqrt':
      return setRoot(here, node);
    case 'op':
    case 'operatorname':
      return setOperator(here, node, false);
    case 'accent':
      return setAccent(here, node);
    case 'font':
      return setAlphabet(here, textOf(node, 'font'), bodyOf(node));
    case 'text':
      return setText(here, node);
    case 'leftright':
      return setFence(here, node);
    case 'middle':
      return `mid(${delimiter(here, textOf(node, 'delim')) || '""'})`;
    case 'delimsizing':
      return setBigDelimiter(here, node);
    case 'array':
      return setArray(here, node);
    default:
      return setDecoration(here, node);
  }
}

function classed(name: string, character: string): string {
  return `class("${name}",${glyph(character)})`;
}

/** Bars without a direction are neither opening, closing nor relations: no space around them. */
function setLetter(here: Setting, command: string): string {
  const character = here.character(command);
  if (character === '∣') return classed('normal', '|');
  return character === '‖' ? classed('normal', character) : glyph(character);
}

function setAtom(here: Setting, node: TexNode): string {
  const family = textOf(node, 'family');
  const character = here.character(textOf(node, 'text'));
  const fence = character === '∣' || character === '‖';
  const shown = family === 'open' || family === 'close' ? character.replace('∣', '|') : character;
  if (agreeing[family]?.includes(shown) === true && !fence) return glyph(shown);
  const name = classes[family];
  if (name === undefined) throw here.unknown(textOf(node, 'text'));
  return classed(name, shown);
}

function setScripts(here: Setting, node: TexNode): string {
  const base = optionalNode(node, 'base');
  const above = optionalNode(node, 'sup');
  const below = optionalNode(node, 'sub');
  if (base?.type === 'horizBrace') return setBrace(here, base, base.isOver === true ? above : below);
  const core = base === undefined ? '""' : base.type === 'op' || base.type === 'operatorname' ? setOperator(here, base, true) : here.node(base);
  const scripts = [...(above === undefined ? [] : [`t:${here.node(above) || '""'}`]), ...(below === undefined ? [] : [`b:${here.node(below) || '""'}`])];
  return call('attach', core, ...scripts);
}

function setFraction(here: Setting, node: TexNode): string {
  const numerator = here.node(nodeOf(node, 'numer'));
  const denominator = here.node(nodeOf(node, 'denom'));
  const opening = typeof node.leftDelim === 'string' ? delimiter(here, node.leftDelim) : '';
  const closing = typeof node.rightDelim === 'string' ? delimiter(here, node.rightDelim) : '';
  const inside =
    node.hasBarLine === true ? call('frac', numerator, denominator) : `mat(delim:#none,row-gap:#0.3em,${numerator || '""'};${denominator || '""'})`;
  return opening === '' && closing === '' ? inside : call('lr', opening + inside + closing);
}

function setRoot(here: Setting, node: TexNode): string {
  const index = optionalNode(node, 'index');
  const body = here.list(bodyOf(node));
  return index === undefined ? call('sqrt', body) : call('root', here.node(index), body);
}

function setOperator(here: Setting, node: TexNode, scripted: boolean): string {
  const sideways = node.limits !== true && node.alwaysHandleSupSub !== true;
  if (node.symbol === true) {
    const symbol = largeSymbols[textOf(node, 'name')];
    if (symbol === undefined) throw here.unknown(textOf(node, 'name'));
    const integral = '∫∬∭∮'.includes(symbol);
    if (!scripted || sideways === integral) return symbol;
    return call(sideways ? 'scripts' : 'limits', symbol);
  }
  const name = typeof node.name === 'string' ? printedString(operatorNames[node.name] ?? node.name.slice(1)) : operatorBody(here, node);
  if (node.type === 'op' && node.body !== undefined) return scripted && !sideways ? call('limits', here.list(bodyOf(node))) : here.list(bodyOf(node));
  return `op(${name}${sideways ? '' : ',limits:#true'})`;
}

function operatorBody(here: Setting, node: TexNode): string {
  const letters = plainLetters(bodyOf(node));
  return letters === undefined ? call('upright', here.list(bodyOf(node))) : printedString(letters);
}

/** The word that a list of letters, digits and hyphens spells; undefined for anything else. */
function plainLetters(nodes: readonly TexNode[]): string | undefined {
  let word = '';
  for (const node of nodes) {
    if (node.type === 'ordgroup') {
      const inner = plainLetters(bodyOf(node));
      if (inner === undefined) return undefined;
      word += inner;
    } else if ((node.type === 'mathord' || node.type === 'textord') && /^[A-Za-z0-9-]$/.test(textOf(node, 'text'))) word += textOf(node, 'text');
    else if (node.type === 'kern' || node.type === 'spacing') word += '\u2009';
    else return undefined;
  }
  return word;
}

function setAccent(here: Setting, node: TexNode): string {
  const label = textOf(node, 'label');
  const mark = accents[label];
  if (mark === undefined) throw here.unknown(label);
  const base = here.node(nodeOf(node, 'base')) || '""';
  return node.isStretchy === true ? `accent(${base},${mark})` : `accent(${base},${mark},size:#0%)`;
}

function setAlphabet(here: Setting, font: string, body: readonly TexNode[]): string {
  const functions = alphabets[font];
  if (functions === undefined) throw here.unknown(`\\${font}`);
  if (font === 'mathcal' || font === 'mathscr')
    return joinTokens(body.flatMap((node) => (node.type === 'ordgroup' ? bodyOf(node) : [node])).map((node) => script(here, node)));
  const word = font === 'mathbb' ? undefined : plainLetters(body);
  const inside = word !== undefined && word.length > 1 ? printedString(word) : here.list(body);
  return functions.reduceRight((content, name) => call(name, content), inside);
}

/** Latin Modern has script capitals only; other characters stay as they are, as in KaTeX. */
function script(here: Setting, node: TexNode): string {
  return node.type === 'mathord' && /^[A-Z]$/.test(textOf(node, 'text')) ? call('cal', here.node(node)) : here.node(node);
}

function delimiter(here: Setting, name: string): string {
  const character = delimiters[name];
  if (character === undefined) throw here.unknown(`the delimiter ${name}`);
  return character === null ? '' : glyph(character);
}

function setFence(here: Setting, node: TexNode): string {
  const [opening, closing] = [delimiter(here, textOf(node, 'left')), delimiter(here, textOf(node, 'right'))];
  // An empty string keeps a bracket of the content from being taken for the missing delimiter.
  return call('lr', (opening || '""') + here.list(bodyOf(node)) + (closing || '""'));
}

function setBigDelimiter(here: Setting, node: TexNode): string {
  const size = [1.2, 1.8, 2.4, 3][Number(node.size) - 1] ?? 1.2;
  const name = classes[textOf(node, 'mclass')] ?? 'normal';
  const shape = delimiter(here, textOf(node, 'delim'));
  return shape === '' ? '""' : `class("${name}",stretch(${shape},size:#${size}em))`;
}
