/**
 * A block's text → logical lines: comments, wrappers and empty lines are left out, continuations joined, macro definitions collected,
 * and every piece keeps its place in the file.
 */
import { InputError } from '../errors.js';
import { beginsDefinition, mostMacros, readDefinition } from './macros.js';
import { Source } from './source.js';
import type { Line, Macro } from './syntax.js';

/** Blocks longer than this are refused. */
export const longestBlock = 1_000_000;
const mostLines = 5_000;

/** Place of the first character of a text in its file. */
export interface Start {
  readonly line: number;
  readonly column: number;
}

interface Piece {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

const wrapper = /^(?:aligned|align|alignat|alignedat|equation|gather|gathered|split|multline|displaymath|math|eqnarray|flalign|subequations)\*?$/;
const grid = /^(?:[bpvBV]?matrix|smallmatrix|array|d?cases|rcases)\*?$/;
/** What a continuation line begins with: relations and operators that cannot begin a statement. */
const continuation =
  /^\s*(?:&\s*)?(?:=|:=|\+|-(?!>)|−|\*|\/|@|\.[*/]|≤|≥|<|>|≠|∈|·|×|⊙|∘|⊗|≈|⇒|=>|->|→(?!\p{L})|~|,|\)|\]|\\(?:le|leq|ge|geq|ne|neq|in|cdot|times|odot|circ|otimes|to|Rightarrow|implies|sim|approx|right|lt|gt|quad|qquad|text\s*\{\s*(?:for|if|where|with))(?![A-Za-z]))/u;

/** Space before the operator with which a continuation line begins: `&\quad + …`. */
const indented =
  /^\s*(?:&\s*)?(?:\\(?:q?quad|enspace|[;,:!>])\s*|\\h(?:space|phantom)\*?\{[^{}]*\}\s*|~\s*|\{\}\s*)+(?=&?\s*(?:[+\-−=·⊙∘×]|\\(?:cdot|odot|circ|times)(?![A-Za-z])))/u;

/** What no statement can end with: the next line continues it. */
const unfinished = /(?:[=+*/@<>≤≥·×⊙∘−]|[^>]-|\\(?:cdot|times|odot|circ|otimes|le|leq|ge|geq|ne|neq|in|Rightarrow|implies|approx)|\.\*)\s*&?\s*$/u;
/** A relation at the beginning of a piece: punctuation before it belongs to the prose around. */
const beginsRelation = /^(?:&\s*)?(?:=|≤|≥|<|>|≈|\\(?:le|leq|ge|geq|approx)(?![A-Za-z]))/;

/** One formula as a line. */
export function lineOf(text: string, start: Start = { line: 1, column: 1 }): Line {
  return makeLine([{ text, ...start }], new Map());
}

/**
 * Splits a block's text into its statements.
 * @throws InputError `too-long` for blocks beyond a million characters or 5,000 statements, `macro-limit` for too many macros.
 */
export function splitLines(text: string, start: Start = { line: 1, column: 1 }, macros: ReadonlyMap<string, Macro> = new Map()): Line[] {
  if (text.length > longestBlock) {
    throw new InputError({
      ruleId: 'too-long',
      message: `This text has ${text.length} characters; at most ${longestBlock} are read.`,
      fix: 'Split it into several sheets.',
      region: { startLine: start.line, startColumn: start.column, endLine: start.line, endColumn: start.column + 1 },
    });
  }
  return new Splitter(start, macros).run(text);
}

/** `\label{eq:1}` alone on its line: nothing that is said. */
const onlyLabels = /^\s*(?:\\label\s*\{[^{}]*\}\s*)+$/;

/** Offset of the comment in a physical line, or its length. `#` begins one at the start or after a space; in a macro's definition it is a parameter. */
function commentStart(line: string): number {
  const isDefinition = /\\(?:(?:re)?newcommand|providecommand|def)\b/.test(line);
  for (let i = 0; i < line.length; i++) {
    const character = line.charAt(i);
    if (character === '\\') i++;
    else if (character === '%') return i;
    else if (character === '#' && !isDefinition && (i === 0 || /\s/.test(line.charAt(i - 1)))) return i;
  }
  return line.length;
}

class Splitter {
  readonly #lines: Line[] = [];
  #macros: ReadonlyMap<string, Macro>;
  #pieces: Piece[] = [];
  #depth = 0;
  #inSystem = false;

  constructor(
    private readonly start: Start,
    macros: ReadonlyMap<string, Macro>,
  ) {
    this.#macros = macros;
  }

  run(text: string): Line[] {
    text.split(/\r\n|\r|\n/).forEach((physical, i) => {
      const column = i === 0 ? this.start.column : 1;
      this.#physical({ text: physical.slice(0, commentStart(physical)), line: this.start.line + i, column });
    });
    this.#flush();
    return this.#lines;
  }

  #physical(piece: Piece): void {
    const isBlank = piece.text.trim() === '';
    const continues = this.#depth > 0 || continuation.test(piece.text) || this.#isUnfinished();
    if (isBlank) {
      if (this.#depth <= 0) this.#flush();
      return;
    }
    if (!continues) this.#flush();
    this.#scan(piece);
  }

  /** Cuts one physical line at `\\`, wrappers and definitions, and follows the brackets. */
  #scan(piece: Piece): void {
    let from = 0;
    let i = 0;
    const keep = (to: number, next: number): void => {
      this.#keep(piece, from, to);
      from = next;
      i = next;
    };
    while (i < piece.text.length) {
      const skip = this.#wrapperAt(piece.text, i);
      if (skip > 0) {
        keep(i, i + skip);
        continue;
      }
      if (piece.text.charAt(i) === '\\' && beginsDefinition(piece.text, i)) {
        const end = this.#definition(piece, i);
        keep(i, end);
        continue;
      }
      if (piece.text.startsWith('\\\\', i) && this.#depth <= 0) {
        const length = /^\\\\\*?(?:\[[^\]]{0,12}\])?/.exec(piece.text.slice(i, i + 20))?.[0].length ?? 2;
        keep(i, i + length);
        this.#breakAfter(piece.text.slice(i));
        continue;
      }
      i += this.#follow(piece.text, i);
    }
    keep(piece.text.length, piece.text.length);
  }

  /** After `\\` a new statement begins, unless what follows continues. */
  #breakAfter(rest: string): void {
    if (rest.trim() !== '' && !continuation.test(rest) && !this.#isUnfinished()) this.#flush();
  }

  #isUnfinished(): boolean {
    return unfinished.test((this.#pieces.at(-1)?.text ?? '').slice(-40));
  }

  /** Length of a wrapper (\[, $$, \begin{aligned}) at `i`, or 0. */
  #wrapperAt(text: string, i: number): number {
    const character = text.charAt(i);
    if (character === '$') return text.startsWith('$$', i) ? 2 : 1;
    if (character !== '\\') return 0;
    const next = text.charAt(i + 1);
    if (next === '[' || next === ']' || next === '(' || next === ')') return /[\\]$/.test(text.slice(0, i)) ? 0 : 2;
    const environment = /^\\(?:begin|end)\s*\{\s*([A-Za-z]+\*?)\s*\}(?:\s*\{\d+\})?/.exec(text.slice(i, i + 60));
    if (environment !== null && /^d?cases$/.test(environment[1] ?? '')) return this.#systemAt(text, i, environment[0]);
    return environment !== null && wrapper.test(environment[1] ?? '') ? environment[0].length : 0;
  }

  /** Cases with nothing before them are a system of equations: one a row. */
  #systemAt(text: string, i: number, command: string): number {
    const begins = command.startsWith('\\begin');
    if (begins ? this.#depth > 0 || this.#pieces.length > 0 || text.slice(0, i).trim() !== '' : !this.#inSystem || this.#depth > 0) return 0;
    this.#inSystem = begins;
    return command.length;
  }

  #definition(piece: Piece, i: number): number {
    const definition = readDefinition(piece.text, i);
    if (definition === undefined || this.#macros.size >= mostMacros) {
      const isFull = definition !== undefined;
      const region = new Source({ text: piece.text, pieces: [{ offset: 0, line: piece.line, column: piece.column }] }).region(i, piece.text.length);
      throw new InputError(
        isFull
          ? { ruleId: 'macro-limit', message: `More than ${mostMacros} macros are defined.`, fix: 'Leave out those that are not used.', region }
          : { ruleId: 'unreadable-macro', message: 'This macro definition cannot be read.', fix: 'Write it on one line: \\newcommand{\\name}[1]{…}.', region },
      );
    }
    this.#macros = new Map([...this.#macros, [definition.name, definition.macro]]);
    return definition.end;
  }

  /** Steps over one character (or escape) and counts brackets. */
  #follow(text: string, i: number): number {
    const character = text.charAt(i);
    if (character === '\\') {
      const environment = /^\\(begin|end)\s*\{\s*([A-Za-z]+\*?)\s*\}/.exec(text.slice(i, i + 60));
      if (environment !== null && grid.test(environment[2] ?? '')) {
        this.#depth += environment[1] === 'begin' ? 1 : -1;
        return environment[0].length;
      }
      if (text.charAt(i + 1) === '{') this.#depth++;
      if (text.charAt(i + 1) === '}') this.#depth--;
      return 2;
    }
    if ('([{'.includes(character)) this.#depth++;
    else if (')]}'.includes(character)) this.#depth--;
    return 1;
  }

  #keep(piece: Piece, from: number, to: number): void {
    const text = piece.text.slice(from, to).replace(indented, (space) => space.replace(/[^&]/g, ' '));
    if (text.trim() === '' || onlyLabels.test(text)) return;
    const lead = text.length - text.trimStart().length;
    this.#pieces.push({ text: text.trim(), line: piece.line, column: piece.column + [...piece.text.slice(0, from + lead)].length });
  }

  #flush(): void {
    const pieces = this.#pieces.filter((piece) => !/^[&\s]*$/.test(piece.text));
    this.#pieces = [];
    this.#depth = 0;
    if (pieces.length === 0) return;
    const line = makeLine(pieces, this.#macros);
    if (this.#lines.length >= mostLines)
      throw new InputError({
        ruleId: 'too-long',
        message: `More than ${mostLines} statements in one block.`,
        fix: 'Split it into several sheets.',
        region: line.region,
      });
    this.#lines.push(line);
  }
}

function makeLine(pieces: readonly Piece[], macros: ReadonlyMap<string, Macro>): Line {
  let text = '';
  const placed: { offset: number; line: number; column: number }[] = [];
  for (const [i, piece] of pieces.entries()) {
    if (text !== '') text += '\n';
    placed.push({ offset: text.length, line: piece.line, column: piece.column });
    text += beginsRelation.test(pieces[i + 1]?.text ?? '') ? piece.text.replace(/[.,;]\s*$/, '') : piece.text;
  }
  const region =
    text.length > longestBlock ? new Source({ text: '', pieces: placed }).region(0, 0) : new Source({ text, pieces: placed }).region(0, text.length);
  return { text, pieces: placed, region, macros };
}
