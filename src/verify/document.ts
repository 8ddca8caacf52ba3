/**
 * A whole document → the stretches of it that hold mathematics, as logical lines with their place in the file; prose is left out.
 *
 * Displayed environments, inline formulas with a relation, fenced blocks and bare lines that look like formulas are taken; every pass over the
 * text moves forward only, so the work is linear in its length.
 */

import { BudgetError, InputError } from '../errors.js';
import { checkedText, readFrontMatter } from '../model/index.js';
import type { Settings } from '../model/model.js';
import { beginsDefinition, mostMacros, readDefinition } from '../notation/macros.js';
import { splitLines } from '../notation/statements.js';
import type { Line, Macro } from '../notation/syntax.js';
import { type Loop, loopsOf } from './code-loops.js';

/** A logical line of an answer, and how it stood there. */
export interface Found {
  readonly line: Line;
  /** `display`: set off from the text; `inline`: inside a sentence; `bare`: a line of plain text. */
  readonly place: 'display' | 'inline' | 'bare';
  /** Written as code: names may go without the index of the step. */
  readonly code: boolean;
  /** The loop of code that it stands in. */
  readonly loop?: Loop;
}

export interface Document {
  readonly settings: Partial<Settings>;
  readonly found: readonly Found[];
}

interface Stretch {
  readonly text: string;
  readonly from: number;
  readonly place: Found['place'];
  readonly fence?: boolean;
}

/** More statements than this are not an answer anybody wrote. */
const MOST_LINES = 1500;
/** A longer text is not searched for mathematics. */
const LONGEST = 400_000;

const DISPLAYS = 'align|aligned|alignat|equation|gather|gathered|multline|split|displaymath|eqnarray|flalign|math';
const opening = new RegExp(String.raw`\\begin\{(${DISPLAYS})(\*?)\}|\\\[|\$\$|\\\(|\$|^[ \t]*(\`{3,}|~{3,})[^\n]*$`, 'gm');

/** Reads the front matter and finds the mathematics. Throws an InputError for front matter that is wrong and text that is too long. */
export function readDocument(source: string, file: string, firstLine = 1): Document {
  const text = checkedText(source, file);
  if (text.length > LONGEST) throw new BudgetError(`the answer has ${text.length} characters; at most ${LONGEST} are read`);
  const front = readFrontMatter(text, file);
  const lines = new Lines(front.rest, firstLine + front.line - 1);
  const body = bodyOf(front.rest);
  const found: Found[] = [];
  const macros = macrosOf(body);
  const stretches = stretchesOf(body);
  const isCode = looksLikeCode(body, front.settings);
  const loops = isCode ? loopsOf(body) : [];
  for (const stretch of stretches) {
    const at = lines.place(stretch.from);
    const read = attemptSplit(stretch.text, at, macros);
    for (const line of read) {
      if (found.length >= MOST_LINES) throw new BudgetError(`the answer has more than ${MOST_LINES} lines`);
      const code = isCode && !line.text.includes('\\');
      const plain = { ...line, text: code ? withoutCopies(line.text) : withoutEnd(line.text) };
      const loop = code ? loops[line.region.startLine - lines.first] : undefined;
      found.push({ line: plain, place: stretch.place, code, ...(loop === undefined ? {} : { loop }) });
    }
  }
  return { settings: front.settings, found };
}

/** The box at the end of a proof. */
const withoutEnd = (text: string): string =>
  text.replace(/\\(?:blacksquare|square|Box|qed|qedhere|checkmark)(?![A-Za-z])|[■□∎]/g, (box) => ' '.repeat(box.length));

/** A copy of an array is the array; what is left out becomes blank, so that places stay. */
const withoutCopies = (text: string): string =>
  text.replace(/\b(?:np|numpy|torch)\.copy(?=\()|\bcopy\.(?:deep)?copy(?=\()|\.(?:copy|clone|detach)\(\)/g, (copied) => ' '.repeat(copied.length));

/** All commands that the document defines, wherever it does. */
function macrosOf(text: string): ReadonlyMap<string, Macro> {
  const macros = new Map<string, Macro>();
  for (let at = text.indexOf('\\'); at >= 0 && macros.size < mostMacros; at = text.indexOf('\\', at + 1)) {
    if (!beginsDefinition(text, at)) continue;
    const definition = readDefinition(text, at);
    if (definition !== undefined) macros.set(definition.name, definition.macro);
  }
  return macros;
}

/** Macro definitions that cannot be read are left out, line by line; a stretch is never a reason to stop. */
function attemptSplit(text: string, at: { readonly line: number; readonly column: number }, macros: ReadonlyMap<string, Macro>): readonly Line[] {
  try {
    return splitLines(text, at, macros);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return text.split('\n').flatMap((physical, k) => {
      try {
        return splitLines(physical, { line: at.line + k, column: k === 0 ? at.column : 1 }, macros);
      } catch (inner) {
        if (inner instanceof InputError) return [];
        throw inner;
      }
    });
  }
}

/** What stands before \begin{document} is kept for its macros only, what stands after \end{document} not at all; lengths stay as they are. */
function bodyOf(text: string): string {
  const begin = text.indexOf('\\begin{document}');
  const start = begin < 0 ? 0 : begin + '\\begin{document}'.length;
  const end = text.indexOf('\\end{document}', start);
  const preamble = text
    .slice(0, start)
    .split('\n')
    .map((line) => (/^\s*\\(?:re)?newcommand|^\s*\\DeclareMathOperator|^\s*\\def\b|^\s*\\providecommand/.test(line) ? line : ' '.repeat(line.length)))
    .join('\n');
  return preamble + (end < 0 ? text.slice(start) : text.slice(start, end));
}

function stretchesOf(text: string): readonly Stretch[] {
  const stretches: Stretch[] = [];
  const signs = new Signs(text);
  let at = 0;
  for (;;) {
    opening.lastIndex = at;
    const match = opening.exec(text);
    if (match === null) break;
    const from = match.index;
    const isEscaped = text.charAt(from - 1) === '\\' && text.charAt(from) === '$';
    const [content, end, place] = isEscaped ? [undefined, from + 1, 'bare' as const] : contentOf(text, match, signs);
    if (content === undefined) {
      // No end in sight: the sign is text.
      stretches.push({ text: text.slice(at, end), from: at, place: 'bare' });
      at = end;
      continue;
    }
    stretches.push({ text: text.slice(at, from), from: at, place: 'bare' });
    if (place === 'bare') stretches.push({ text: text.slice(content[0], content[1]), from: content[0], place, fence: true });
    else
      stretches.push({ text: text.slice(content[0], content[1]), from: content[0], place: place === 'inline' && isAlone(text, from, end) ? 'display' : place });
    at = end;
  }
  stretches.push({ text: text.slice(at), from: at, place: 'bare' });
  return stretches.flatMap((stretch) =>
    stretch.place === 'bare' ? bareStretches(stretch) : stretch.place === 'inline' && !isStatement(stretch.text) ? [] : [stretch],
  );
}

/** Where signs stand next, asked for further and further on: no stretch of the text is searched twice for one sign. */
class Signs {
  readonly #found = new Map<string, number>();

  constructor(readonly text: string) {}

  next(sign: string, from: number): number {
    const known = this.#found.get(sign);
    if (known !== undefined && (known < 0 || known >= from)) return known;
    const at = this.text.indexOf(sign, from);
    this.#found.set(sign, at);
    return at;
  }
}

/** Where the mathematics that begins at a match ends. */
function contentOf(text: string, match: RegExpExecArray, signs: Signs): readonly [readonly [number, number] | undefined, number, Found['place']] {
  const from = match.index;
  const sign = match[0];
  const after = from + sign.length;
  const closed = (close: string, place: Found['place'], longest: number): readonly [readonly [number, number] | undefined, number, Found['place']] => {
    const end = signs.next(close, after);
    if (end < 0 || end - after > longest) return [undefined, after, 'bare'];
    return [[after, end], end + close.length, place];
  };
  if (match[3] !== undefined) {
    const fence = match[3];
    const end = signs.next(`\n${fence}`, after - 1);
    if (end < 0) return [undefined, after, 'bare'];
    const close = text.indexOf('\n', end + 1);
    return [[Math.min(after + 1, end + 1), end + 1], close < 0 ? text.length : close, 'bare'];
  }
  if (match[1] !== undefined) {
    const [content, end] = closed(`\\end{${match[1]}${match[2] ?? ''}}`, 'display', 200_000);
    return content === undefined ? [undefined, after, 'bare'] : [[from, end], end, 'display'];
  }
  if (sign === '\\[') return closed('\\]', 'display', 100_000);
  if (sign === '$$') return closed('$$', 'display', 100_000);
  if (sign === '\\(') return closed('\\)', 'inline', 4_000);
  const found = closed('$', 'inline', 2_000);
  const content = found[0];
  return content !== undefined && /\n\s*\n/.test(text.slice(content[0], content[1])) ? [undefined, after, 'bare'] : found;
}

/** Characters around an inline formula that are looked at: a line with more beside it is a sentence. */
const MARGIN = 60;

/** A formula between $ that stands on a line of its own is displayed. */
function isAlone(text: string, from: number, to: number): boolean {
  const before = text.slice(Math.max(0, from - MARGIN), from);
  const after = text.slice(to, to + MARGIN);
  const newline = after.indexOf('\n');
  const beginsAt = before.lastIndexOf('\n');
  if ((beginsAt < 0 && from > MARGIN) || (newline < 0 && to + MARGIN < text.length)) return false;
  return /^(?:[-*•]|\(?[a-z0-9]{1,3}[.)])?$/i.test(before.slice(beginsAt + 1).trim()) && /^[\s.,;:]*$/.test(newline < 0 ? after : after.slice(0, newline));
}

const relation = /=|\\(?:approx|propto|equiv|ne|neq|to|Rightarrow|implies)(?![A-Za-z])|[≈∝≡≠⇒→]|\\leq?\b|\\geq?\b|\\le\b|\\ge\b|≤|≥|[<>]/;
/** Inline formulas without a relation, and remarks such as t < T or x ∈ ℝ, state nothing. */
function isStatement(text: string): boolean {
  if (!relation.test(text)) return false;
  return !/^\s*[A-Za-z](?:\s*[-+]\s*\w+)?\s*(?:=|<|>|≤|≥|\\l[et]q?|\\g[et]q?)\s*[A-Za-z0-9](?:\s*[-+]\s*\w+)?\s*(?:[,.]?\s*(?:\\[lc]?dots|…|\.\.\.?).*)?$/.test(
    text,
  );
}

// ---------------------------------------------------------------- bare lines

const connective =
  /^(?:(?:so|hence|thus|therefore|then|and|also|now|finally|where|with|we (?:get|have|obtain|find)|this gives|which gives|let|define|since|because|note that|i\.e\.|step \w+|case \w+)[\s,:]+(?:that\s+)?)+/i;
const marker = /^\s*(?:>\s*)?(?:(?:[-*•]|\(?\d{1,2}[.)]|\([a-z]\)|[a-z]\))\s+)?/i;

/** Physical lines that look like formulas, each with what continues it. */
function bareStretches({ text, from }: Stretch): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let at = from;
  let run: { text: string; from: number } | undefined;
  const close = (): void => {
    if (run !== undefined) stretches.push({ ...run, place: 'bare' });
    run = undefined;
  };
  for (const physical of text.split('\n')) {
    const lead = leadOf(physical);
    const rest = physical.slice(lead);
    if (isOpen(run?.text ?? '') || continues(physical)) {
      if (run !== undefined) run.text += `\n${physical}`;
    } else if (isFormula(rest)) {
      close();
      run = { text: rest, from: at + lead };
    } else close();
    at += physical.length + 1;
  }
  close();
  return stretches;
}

function leadOf(line: string): number {
  const first = marker.exec(line)?.[0].length ?? 0;
  return first + (connective.exec(line.slice(first))?.[0].length ?? 0);
}

const continues = (physical: string): boolean => continuesText(physical.trimStart());

const continuesText = (line: string): boolean =>
  /^(?:&\s*)?(?:=|\+|-(?!\s*[A-Za-z]{3,}\s)|−|\\(?:cdot|times|odot|circ|quad|qquad)\b|⊙|∘)/.test(line) &&
  !/^[-*]\s+[A-Z][a-z]+\s/.test(line) &&
  /\S/.test(line.replace(/[=+-]/g, ''));

/** A bracket or a matrix that the lines so far left open; beyond a few lines it is a slip of the pen. */
function isOpen(text: string): boolean {
  if (text === '' || text.length > 4_000) return false;
  let depth = 0;
  for (const character of text.replace(/\\[{}]/g, '')) {
    if ('([{'.includes(character)) depth += 1;
    else if (')]}'.includes(character)) depth -= 1;
  }
  const matrices = (text.match(/\\begin\{/g) ?? []).length - (text.match(/\\end\{/g) ?? []).length;
  return (depth > 0 || matrices > 0) && text.split('\n').length <= 40;
}

/** A call on a line of its own, np.clip(dW, -5, 5, out=dW): it states nothing. */
function isCall(text: string): boolean {
  if (!/^\s*[A-Za-z_][\w.]*\(/.test(text) || text.includes('\\')) return false;
  let depth = 0;
  for (const character of text) {
    if (character === '(' || character === '[') depth += 1;
    else if (character === ')' || character === ']') depth -= 1;
    else if (depth === 0 && (character === '=' || character === '<' || character === '>')) return false;
  }
  return text.trimEnd().endsWith(')');
}

/** An input encoded by hand, x[t][k] = 1: data, not mathematics. */
const encodes = /^\s*\w+\[[^\]\n]*\]\[.*\]\s*=\s*1(?:\.0*)?\s*(?:#.*)?$/;
const control = /^\s*(?:for|while|if|elif|else|def|return|import|from|print|class|with|assert|pass|break)\b(?!\s*=)|^\s*loss\s*\+=/;
const word = /(?<![\\A-Za-z_^.{[])[A-Za-z]{2,}(?![A-Za-z_^[({.=])/g;
const known = new Set([
  'for',
  'if',
  'where',
  'and',
  'otherwise',
  'tanh',
  'sigmoid',
  'softmax',
  'diag',
  'exp',
  'log',
  'sum',
  'prod',
  'relu',
  'dot',
  'outer',
  'transpose',
  'sigma',
  'delta',
  'dJ',
  'dL',
  'np',
  'with',
  'all',
]);

/** Whether a line of plain text is a formula: it has a relation and reads not like a sentence. */
function isFormula(line: string): boolean {
  const text = line.replace(/\s#\s.*$/, '').replace(/(?<!\\)%.*$/, '');
  if (!relation.test(text) || control.test(text) || encodes.test(text) || isCall(text) || /^\s*(?:#|%|\/\/)/.test(text) || /^\s*\|/.test(text)) return false;
  const words = (
    text
      .replace(/\\(?:text|mathrm|operatorname|textbf|mathbf|boldsymbol)\s*\{[^}]*\}/g, ' ')
      .replace(/\\[A-Za-z]+/g, ' ')
      .match(word) ?? []
  ).filter((each) => !known.has(each) && !/^d?[A-Z][a-z]?[a-z]?$/.test(each));
  const sentence = words.filter((each) => /^[A-Za-z][a-z]+$/.test(each) && each.length > 2);
  return sentence.length < 3 || sentence.length < text.length / 40;
}

/** Names of code: calls of arrays, accumulation, transposes by attribute. */
function looksLikeCode(text: string, settings: Partial<Settings>): boolean {
  return settings.dialect === 'numpy' || settings.dialect === 'matlab' || /\bnp\.|\btorch\.|\+=|\.T\b|\[t(?:\s*[-+]\s*1)?\]/.test(text);
}

/** Offsets → lines and columns (in code points). */
class Lines {
  readonly #starts: number[] = [0];
  #last = { line: -1, offset: 0, column: 1 };

  constructor(
    readonly text: string,
    readonly first: number,
  ) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  place(offset: number): { readonly line: number; readonly column: number } {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    // Places are asked for in order: columns are counted on from the last one of the same line.
    const isLater = this.#last.line === low && this.#last.offset <= offset;
    const [from, before] = isLater ? [this.#last.offset, this.#last.column] : [this.#starts[low] as number, 1];
    const column = before + [...this.text.slice(from, offset)].length;
    this.#last = { line: low, offset, column };
    return { line: this.first + low, column };
  }
}
