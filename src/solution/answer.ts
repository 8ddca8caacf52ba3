/** Somebody's derivation as it is handed back: every line with its verdict, and under it what is wrong and the smallest repair. */

import type { Shown } from '../verify/index.js';
import type { Diagnostic, LineResult, VerifyResult } from '../verify/types.js';
import type { Block, EquationLine, Inline } from './document.js';
import { math, text } from './presenter.js';
import { accentsSpelt, diagnosisWords, formulaInline } from './printed-mathematics.js';
import { proseMathematics, writtenEquation } from './prose.js';

const code = (value: string): Inline => ({ type: 'code', text: value });
const paragraph = (...content: readonly Inline[]): Block => ({ type: 'paragraph', content });

/** The blocks of a marked-up answer. */
export function answerBlocks(result: VerifyResult, shown: readonly (Shown | undefined)[]): readonly Block[] {
  const blocks: Block[] = [];
  let run: EquationLine[] = [];
  const close = (): void => {
    if (run.length > 0) blocks.push({ type: 'equations', lines: run });
    run = [];
  };
  for (const line of result.lines) {
    const sides = shown[line.index];
    if (sides === undefined) {
      const written = asWritten(line);
      if (written !== undefined) run.push(written);
      else {
        close();
        blocks.push({ type: 'codeBlock', language: 'tex', text: line.text });
      }
    } else
      run.push({
        ...(continues(line, sides, run.at(-1)) ? {} : { left: sides.left }),
        relation: sides.sign,
        right: sides.right,
        mark: line.verdict,
        ...(reasonOf(line).length === 0 ? {} : { reason: reasonOf(line) }),
      });
    const notes = line.diagnostics.filter(({ ruleId }) => ruleId !== 'INCOMPLETE');
    if (notes.length === 0) continue;
    close();
    for (const diagnostic of notes) blocks.push(slip(line, diagnostic));
  }
  close();
  const readings = readingsBlock(result);
  if (readings !== undefined) blocks.push(readings);
  for (const diagnostic of result.diagnostics)
    if (diagnostic.ruleId !== 'INCOMPLETE')
      blocks.push({ type: 'callout', kind: 'slip', title: [text(diagnostic.ruleId)], blocks: [paragraph(...diagnosisWords(diagnostic.message))] });
  const missing = missingBlock(result);
  if (missing !== undefined) blocks.push(missing);
  blocks.push(summary(result));
  return blocks;
}

/** Whether a line goes on from the right side of the one above, so that its left side stands there already. */
const continues = (line: LineResult, sides: Shown, above: EquationLine | undefined): boolean =>
  /^\s*&?\s*(?:=|\\|[<>≤≥])/.test(line.text) && above !== undefined && above.right.text === sides.left.text;

/** A line in LaTeX that has no meaning in the model, typeset as it was written. */
function asWritten(line: LineResult): EquationLine | undefined {
  const written = line.text.includes('\\') ? writtenEquation(line.text) : undefined;
  return written === undefined ? undefined : { ...written, mark: line.verdict };
}

/** The targets that no line gives, in one remark. */
function missingBlock(result: VerifyResult): Block | undefined {
  const missing = result.targets.filter(({ line }) => line === null);
  if (missing.length === 0 || !result.diagnostics.some(({ ruleId }) => ruleId === 'INCOMPLETE')) return undefined;
  const names = missing.flatMap(({ target }, at): Inline[] => {
    const written = proseMathematics(target);
    return [...(at === 0 ? [] : [text(', ')]), written === undefined ? code(target) : math(written)];
  });
  const rest = ': a right line must have it on one side and, on the other, names of the model, adjoints and partials of single equations.';
  return { type: 'callout', kind: 'slip', title: [text('INCOMPLETE')], blocks: [paragraph(text('No line gives '), ...names, text(rest))] };
}

/** How a right line is known to be right. */
function reasonOf({ method, verdict }: LineResult): readonly Inline[] {
  if (verdict === 'carried') return [text('follows from a wrong line above')];
  if (method === null || verdict === 'refuted') return [];
  const assumes = method.assumes.length === 0 ? '' : `, with ${method.assumes.join(', ')}`;
  if (method.kind === 'numeric') return [text(`agrees at ${method.points ?? 0} points, not proved`)];
  return method.level === undefined ? [] : [text(`${LEVELS[method.level] ?? method.level}${assumes}`)];
}

const LEVELS: Readonly<Record<string, string>> = {
  identity: 'equal as written',
  names: 'by the equations of the model',
  'chain rule': 'by the chain rule',
  recursion: 'by the recursion of the adjoints',
  induction: 'by induction over the steps',
  definition: 'a definition',
};

function slip(line: LineResult, diagnostic: Diagnostic): Block {
  const { repair, counterexample, alternatives, also } = diagnostic;
  const blocks: Block[] = [paragraph(...diagnosisWords(diagnostic.message))];
  if (repair !== null && repair !== undefined) blocks.push(repairOf(repair, diagnostic.message));
  if (counterexample !== null && counterexample !== undefined) {
    const sizes = Object.entries(counterexample.sizes)
      .map(([name, value]) => `${name} = ${value}`)
      .join(', ');
    const entry = counterexample.entry.length === 0 ? '' : ` in entry ${counterexample.entry.join(', ')}`;
    blocks.push(
      paragraph(
        text(
          `At ${sizes === '' ? 'random numbers' : sizes} (seed ${counterexample.seed}) this line gives ${rounded(counterexample.yours)}${entry}; right is ${rounded(counterexample.correct)}.`,
        ),
      ),
    );
  }
  if (alternatives !== undefined && alternatives.length > 0)
    blocks.push(paragraph(text(`It would be right under another convention: ${alternatives.join('; ')}.`)));
  if (also !== undefined && also.length > 0) blocks.push(paragraph(text(`The same change is also called ${also.join(', ')}.`)));
  const isSlip = line.verdict === 'refuted' || line.verdict === 'ill-shaped';
  return { type: 'callout', kind: isSlip ? 'slip' : 'remark', title: [text(`Line ${line.source.startLine}: ${diagnostic.ruleId}`)], blocks };
}

/** The repair and how far it is proved; not said again where the message has it. */
function repairOf({ from, to, proved }: NonNullable<Diagnostic['repair']>, message: string): Block {
  const known = proved ? 'proved' : 'found to agree with the numbers, not proved';
  if (message.includes(`\`${from}\``) && message.includes(`\`${to}\``)) return paragraph(text(`The repaired line is ${known}.`));
  return paragraph(text('Instead of '), formulaInline(from), text(' write '), formulaInline(to), text(`: then the line is ${known}.`));
}

const rounded = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(5))) : String(value));

function readingsBlock(result: VerifyResult): Block | undefined {
  const readings = new Map(result.lines.flatMap(({ readings: own }) => Object.entries(own)));
  if (readings.size === 0) return undefined;
  const taken = [...new Set(readings.values())];
  const content = taken.flatMap((reading, at): Inline[] => {
    const names = [...readings].filter(([, own]) => own === reading).map(([written]) => nameOf(written));
    return [...(at === 0 ? [] : [text('; ')]), ...names.flatMap((name, index): Inline[] => (index === 0 ? [name] : [text(', '), name])), text(`: ${reading}`)];
  });
  return { type: 'callout', kind: 'remark', title: [text('How it was read')], blocks: [paragraph(...content, text('.'))] };
}

/** A written partial or δ as mathematics; words stay words. */
function nameOf(written: string): Inline {
  const read = /[∂δ∇_^{}]/.test(written) ? proseMathematics(accentsSpelt(written)) : undefined;
  return read === undefined ? text(written) : math(read);
}

function summary(result: VerifyResult): Block {
  const count = (...verdicts: readonly LineResult['verdict'][]): number => result.lines.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const parts = (
    [
      ['proved', count('proved')],
      ['agree with the numbers', count('agrees')],
      ['follow from an earlier mistake', count('carried')],
      ['wrong', count('refuted', 'ill-shaped')],
      ['could not be read', count('unreadable')],
      ['undecided', count('undecided')],
    ] as const
  ).filter(([, number]) => number > 0);
  const said = parts.map(([what, number]) => `${number} ${what}`).join(', ');
  return paragraph({ type: 'strong', children: [text(`Verdict: ${result.verdict}.`)] }, text(said === '' ? ' Nothing was stated.' : ` Lines: ${said}.`));
}
