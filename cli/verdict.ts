/**
 * A judged derivation on the terminal: one mark a line, what it was read as, how it is known; and under a wrong line the place, the reason and the
 * repair. Verdicts stand in one column as far as the formulas leave room, and nothing is wider than the terminal.
 */

import picocolors from 'picocolors';
import type { VerifyReport } from './library.js';
import { columnsOf, lineOf, printable, underline } from './report.js';

type Line = VerifyReport['lines'][number];
type Diagnostic = Line['diagnostics'][number];
type Paint = ReturnType<typeof picocolors.createColors>;

/** How much is told: 0 the verdict, 1 which lines, 2 what each mistake is called, 3 everything. */
export type Hint = 0 | 1 | 2 | 3;

export interface VerdictOptions {
  readonly hint: Hint;
  readonly colour: boolean;
  /** Columns of the terminal. */
  readonly width?: number;
}

/** What a mistake is called, without what would be right: of a message the first clause. */
const withoutRepair = (message: string): string => {
  const [named = message] = message.split(/: `|[.] Right is /, 1);
  return named === message || named.endsWith('.') ? named : `${named}.`;
};

const NARROWEST = 40;
const USUAL_WIDTH = 100;
/** Room that a verdict and its method want to the right of the formulas. */
const VERDICT_WIDTH = 34;

const marks = { proved: '✓', agrees: '✓', carried: '↷', refuted: '✗', 'ill-shaped': '✗', unreadable: '?', undecided: '?' } as const;
const words: { readonly [V in Line['verdict']]: string } = {
  proved: 'proved',
  agrees: 'agrees',
  carried: 'follows from a wrong line',
  refuted: 'wrong',
  'ill-shaped': 'does not conform',
  unreadable: 'not read',
  undecided: 'undecided',
};
const methods: Readonly<Record<string, string>> = {
  identity: 'as written',
  names: 'by the equations',
  'chain rule': 'by the chain rule',
  recursion: 'by the recursion',
  induction: 'by induction',
  continuity: 'by continuity',
  ranges: 'by ranges',
};

/** The whole verdict as lines of text. `source` is what the regions count in. */
export function formatVerdict(report: VerifyReport, source: string, options: VerdictOptions): string {
  return new Page(report, source, options).text();
}

class Page {
  readonly #paint: Paint;
  readonly #width: number;
  readonly #number: number;
  readonly #column: number;
  /** Readings that were told already: one choice holds for the whole answer. */
  readonly #told = new Set<string>();

  constructor(
    readonly report: VerifyReport,
    readonly source: string,
    readonly options: VerdictOptions,
  ) {
    this.#paint = picocolors.createColors(options.colour);
    this.#width = Math.max(NARROWEST, options.width ?? USUAL_WIDTH);
    this.#number = Math.max(2, ...report.lines.map(({ source: at }) => String(at.startLine).length));
    const most = this.#width - this.#indent.length - VERDICT_WIDTH;
    this.#column = Math.max(0, ...report.lines.map((line) => columnsOf(formulaOf(line))).filter((columns) => columns <= most));
  }

  get #indent(): string {
    return ' '.repeat(this.#number + 3);
  }

  text(): string {
    const { hint } = this.options;
    const lines = hint === 0 ? [] : this.report.lines.flatMap((line) => this.#judged(line));
    return [...lines, ...(lines.length > 0 ? [''] : []), ...this.#ending()].join('\n').concat('\n');
  }

  #judged(line: Line): readonly string[] {
    const number = this.#paint.dim(String(line.source.startLine).padStart(this.#number));
    const formula = formulaOf(line);
    const said = `${this.#painted(line, words[line.verdict])}${this.#paint.dim(methodOf(line))}`;
    const room = this.#width - this.#indent.length;
    const [first = '', ...rest] = wrapped(formula, room);
    const beside = rest.length === 0 && columnsOf(first) <= this.#column;
    const head = `${number} ${this.#painted(line, marks[line.verdict])} ${first}${beside ? `${' '.repeat(this.#column - columnsOf(first))}  ${said}` : ''}`;
    const own = [...rest.map((part) => this.#indent + part), ...(beside ? [] : [this.#indent + said]), ...this.#readings(line)];
    const diagnostics = this.options.hint < 2 ? [] : line.diagnostics.filter(({ ruleId }) => ruleId !== 'INCOMPLETE').flatMap((each) => this.#diagnosed(each));
    return [head, ...own, ...diagnostics, ...(diagnostics.length > 0 ? [''] : [])];
  }

  #readings({ readings }: Line): readonly string[] {
    const fresh = Object.entries(readings).filter(([written, taken]) => !this.#told.has(`${written} ${taken}`));
    for (const [written, taken] of fresh) this.#told.add(`${written} ${taken}`);
    if (fresh.length === 0) return [];
    const said = fresh.map(([written, taken]) => (written === 'vectors' || written === 'layout' ? taken : `${written} read as ${taken}`)).join('; ');
    return this.#paragraph(said, (text) => this.#paint.dim(text));
  }

  #painted({ verdict }: Line, text: string): string {
    switch (verdict) {
      case 'proved':
      case 'agrees':
        return this.#paint.green(text);
      case 'refuted':
      case 'ill-shaped':
        return this.#paint.red(text);
      case 'carried':
      case 'unreadable':
      case 'undecided':
        return this.#paint.yellow(text);
    }
  }

  #diagnosed(diagnostic: Diagnostic): readonly string[] {
    const { ruleId, message, repair } = diagnostic;
    const shown = [
      ...this.#excerpt(diagnostic),
      ...this.#paragraph(`${ruleId}  ${this.options.hint < 3 ? withoutRepair(message) : message}`, (text, at) =>
        at === 0 ? text.replace(printable(ruleId), (id) => this.#paint.bold(id)) : text,
      ),
    ];
    if (this.options.hint < 3) return shown;
    if (repair) {
      const after = repair.proved ? '  (then the line is proved)' : '';
      shown.push(...this.#labelled('repair', `${repair.from} → ${repair.to}${after}`, (text) => this.#paint.green(text)));
    }
    return [
      ...shown,
      ...this.#numbers(diagnostic),
      ...(diagnostic.alternatives ?? []).flatMap((one) => this.#labelled('convention', `right if ${one}`, (text) => this.#paint.cyan(text))),
    ];
  }

  /** The line of the source with a caret under the culprit. */
  #excerpt({ region }: Diagnostic): readonly string[] {
    const text = region === null ? undefined : lineOf(this.source, region.startLine);
    if (region === null || text === undefined) return [];
    const end = region.endLine === region.startLine ? region.endColumn : Number.POSITIVE_INFINITY;
    const lead = /^[ \t]*/.exec(text)?.[0].length ?? 0;
    const cut = Math.min(lead, region.startColumn - 1);
    const { shown, carets } = underline(text.slice(cut), region.startColumn - cut, end - cut, this.#width - this.#indent.length - 4);
    const bar = this.#paint.dim('│');
    return [`${this.#indent}${bar} ${shown.trimEnd()}`, `${this.#indent}${bar} ${this.#paint.red(carets.trimEnd())}`];
  }

  #numbers({ counterexample, ruleId }: Diagnostic): readonly string[] {
    if (!counterexample) return [];
    const { sizes, entry, yours, correct } = counterexample;
    const at = Object.entries(sizes)
      .map(([name, value]) => `${name} = ${value}`)
      .join(', ');
    const place = entry.length === 0 ? '' : `, entry ${entry.join(',')}`;
    const said = ruleId === 'COUNTEREXAMPLE' ? `left ${short(yours)}, right ${short(correct)}` : `yours ${short(yours)}, right ${short(correct)}`;
    return this.#labelled('numbers', `at ${at}${place}: ${said}`, (text) => this.#paint.cyan(text));
  }

  #labelled(label: string, text: string, paint: (text: string) => string): readonly string[] {
    return this.#paragraph(`${label}: ${text}`, (part, at) => (at === 0 ? part.replace(`${label}:`, paint(`${label}:`)) : part));
  }

  #paragraph(text: string, paint: (text: string, at: number) => string): readonly string[] {
    return wrapped(printable(text), this.#width - this.#indent.length - 2).map((part, at) => `${this.#indent}${at === 0 ? '' : '  '}${paint(part, at)}`);
  }

  #ending(): readonly string[] {
    const { report, options } = this;
    const paint = this.#paint;
    const right = report.lines.filter(({ verdict }) => verdict === 'proved' || verdict === 'agrees').length;
    const colour = report.verdict === 'correct' ? paint.green : report.verdict === 'incorrect' ? paint.red : paint.yellow;
    const word = colour(paint.bold(report.verdict));
    if (options.hint === 0) return [word];
    const targets = report.targets.map(({ target, line }) =>
      line === null
        ? `${paint.yellow('not reached:')} ${printable(target)}`
        : `${paint.green('reached:')} ${printable(target)} ${paint.dim(`in line ${report.lines[line]?.source.startLine ?? ''}`)}`,
    );
    const remarks = options.hint < 2 ? [] : report.diagnostics.flatMap(({ message }) => wrapped(printable(message), this.#width));
    const { length } = report.lines;
    const count = length === 0 ? '' : paint.dim(`: ${right} of ${length} ${length === 1 ? 'line' : 'lines'} right`);
    return [...targets, ...remarks, `${word}${count}`];
  }
}

/** What a line was read as, with its shape; the text itself where it was not read. */
function formulaOf(line: Line): string {
  const { readAs, shape, text } = line;
  return printable(readAs === null ? text : `${readAs.plain}${shape === null || shape === '1' ? '' : `   [${shape}]`}`).trim();
}

function methodOf({ method, verdict }: Line): string {
  if (method === null || verdict === 'refuted' || verdict === 'carried') return '';
  if (method.kind === 'numeric') return verdict === 'agrees' ? ` at ${method.points ?? 0} points` : '';
  if (method.level === 'definition') return ', a definition';
  const assumes = method.assumes.length === 0 ? '' : `, where ${printable(method.assumes.map((each) => each.replace(': ', ' ')).join(', '))}`;
  return ` ${methods[method.level ?? ''] ?? printable(method.level ?? '')}${assumes}`;
}

const short = (value: number): string => String(Number(value.toPrecision(5)));

/** Lines of at most `width` columns, broken at spaces where there are any. */
function wrapped(text: string, width: number): readonly string[] {
  if (columnsOf(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (const word of text.slice(0, 4000).split(/(?<=\s)/)) {
    if (line !== '' && columnsOf(line) + columnsOf(word.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += line === '' && lines.length > 0 ? word.trimStart() : word;
    while (columnsOf(line) > width && [...line].length > width) {
      lines.push([...line].slice(0, width).join(''));
      line = [...line].slice(width).join('');
    }
  }
  if (line.trim() !== '') lines.push(line.trimEnd());
  return lines;
}
