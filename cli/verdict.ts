/**
 * A judged derivation on the terminal: one mark a line, what it was read as, and under a wrong line the place, the reason and the repair.
 */

import picocolors from 'picocolors';
import type { VerifyReport } from './library.js';
import { lineOf, printable, underline } from './report.js';

type Line = VerifyReport['lines'][number];
type Diagnostic = Line['diagnostics'][number];
type Paint = ReturnType<typeof picocolors.createColors>;

/** How much is told: 0 the verdict, 1 which lines, 2 what each mistake is called, 3 everything. */
export type Hint = 0 | 1 | 2 | 3;

const marks = { proved: '✓', agrees: '✓', carried: '↷', refuted: '✗', 'ill-shaped': '✗', unreadable: '?', undecided: '?' } as const;

const explanations: Readonly<Record<string, string>> = {
  identity: 'equal as written',
  names: 'by the equations of the model',
  'chain rule': 'by the chain rule',
  recursion: 'by the recursion',
  induction: 'by induction',
  definition: 'a definition',
};

/** The whole verdict as lines of text. `source` is what the regions count in. */
export function formatVerdict(report: VerifyReport, source: string, hint: Hint, colour: boolean): string {
  const paint = picocolors.createColors(colour);
  const lines = hint === 0 ? [] : report.lines.flatMap((line) => [...judged(line, source, hint, report, paint), '']);
  const notes =
    hint < 2 ? [] : report.diagnostics.filter(({ region }) => region === null || report.lines.length === 0).map(({ message }) => `  ${printable(message)}`);
  return [...lines, ...notes, ...ending(report, hint, paint)].join('\n').concat('\n');
}

function judged(line: Line, source: string, hint: Hint, report: VerifyReport, paint: Paint): string[] {
  const width = Math.max(...report.lines.map(({ source: at }) => String(at.startLine).length));
  const number = String(line.source.startLine).padStart(width);
  const indent = ' '.repeat(width + 3);
  const head = `${paint.dim(number)} ${painted(line, marks[line.verdict], paint)} ${printable(line.readAs?.plain ?? line.text)}${line.shape === null ? '' : paint.dim(`  [${line.shape}]`)}`;
  const said = `${indent}${painted(line, wordFor(line.verdict), paint)}${paint.dim(explanation(line))}`;
  const readings = Object.entries(line.readings).map(([written, taken]) => `${indent}${paint.dim(`${printable(written)} read as ${printable(taken)}`)}`);
  const own = hint < 2 ? [] : line.diagnostics.flatMap((diagnostic) => diagnosed(diagnostic, source, hint, indent, paint));
  return [head, said, ...readings, ...own];
}

function painted({ verdict }: Line, text: string, paint: Paint): string {
  switch (verdict) {
    case 'proved':
    case 'agrees':
      return paint.green(text);
    case 'refuted':
    case 'ill-shaped':
      return paint.red(text);
    case 'carried':
    case 'unreadable':
    case 'undecided':
      return paint.yellow(text);
  }
}

function wordFor(verdict: Line['verdict']): string {
  return verdict === 'carried' ? 'follows from a wrong line above' : verdict === 'refuted' ? 'wrong' : verdict === 'ill-shaped' ? 'does not conform' : verdict;
}

function explanation({ method, verdict }: Line): string {
  if (method === null) return '';
  if (method.kind === 'numeric') return verdict === 'agrees' ? `, by numbers only, at ${method.points ?? 0} points` : '';
  const assumes = method.assumes.length === 0 ? '' : `, provided ${method.assumes.join(', ')}`;
  return `, ${explanations[method.level ?? ''] ?? method.level ?? ''}${assumes}`;
}

function diagnosed(diagnostic: Diagnostic, source: string, hint: Hint, indent: string, paint: Paint): string[] {
  const { region, repair, counterexample, alternatives } = diagnostic;
  const shown: string[] = [];
  const text = region === null ? undefined : lineOf(source, region.startLine);
  if (region !== null && text !== undefined) {
    const { shown: line, carets } = underline(text, region.startColumn, region.endLine === region.startLine ? region.endColumn : Number.POSITIVE_INFINITY);
    shown.push(`${indent}${paint.dim('│')} ${line}`, `${indent}${paint.dim('│')} ${paint.red(carets)}`);
  }
  shown.push(`${indent}${paint.bold(printable(diagnostic.ruleId))} ${printable(diagnostic.message)}`);
  if (hint < 3) return shown;
  if (repair)
    shown.push(
      `${indent}${paint.green('repair:')} ${printable(repair.from)} ${paint.dim('→')} ${printable(repair.to)}${paint.dim(repair.proved ? '  (then the line is proved)' : '')}`,
    );
  if (counterexample) {
    const sizes = Object.entries(counterexample.sizes)
      .map(([name, value]) => `${name}=${value}`)
      .join(', ');
    shown.push(
      `${indent}${paint.cyan('numbers:')} at ${sizes}${counterexample.entry.length === 0 ? '' : `, entry ${counterexample.entry.join(',')}`}: yours ${short(counterexample.yours)}, right ${short(counterexample.correct)}`,
    );
  }
  for (const alternative of alternatives ?? []) shown.push(`${indent}${paint.cyan('convention:')} right if ${printable(alternative)}`);
  return shown;
}

const short = (value: number): string => String(Number(value.toPrecision(5)));

function ending(report: VerifyReport, hint: Hint, paint: Paint): string[] {
  const right = report.lines.filter(({ verdict }) => verdict === 'proved' || verdict === 'agrees').length;
  const word =
    report.verdict === 'correct'
      ? paint.green(paint.bold('correct'))
      : report.verdict === 'incorrect'
        ? paint.red(paint.bold('incorrect'))
        : paint.yellow(paint.bold(report.verdict));
  const targets =
    hint === 0
      ? []
      : report.targets.map(({ target, line }) =>
          line === null
            ? `${paint.yellow('not reached:')} ${printable(target)}`
            : `${paint.green('reached:')} ${printable(target)} ${paint.dim(`in line ${report.lines[line]?.source.startLine ?? ''}`)}`,
        );
  return [...targets, `${word}${hint === 0 ? '' : paint.dim(`: ${right} of ${report.lines.length} lines right`)}`];
}
