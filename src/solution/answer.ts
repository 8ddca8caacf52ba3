/** Somebody's derivation as it is handed back: every line with its verdict, and under it what is wrong and the smallest repair. */

import type { Shown } from '../verify/index.js';
import type { Diagnostic, LineResult, VerifyResult } from '../verify/types.js';
import type { Block, EquationLine, Inline } from './document.js';
import { text } from './presenter.js';

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
      close();
      blocks.push({ type: 'codeBlock', language: 'tex', text: line.text });
    } else
      run.push({
        left: sides.left,
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
    blocks.push({ type: 'callout', kind: 'slip', title: [text(diagnostic.ruleId)], blocks: [paragraph(text(diagnostic.message))] });
  blocks.push(summary(result));
  return blocks;
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
  const blocks: Block[] = [paragraph(text(diagnostic.message))];
  if (repair !== null && repair !== undefined)
    blocks.push(
      paragraph(
        text('Instead of '),
        code(repair.from),
        text(' write '),
        code(repair.to),
        text(repair.proved ? ': then the line is proved.' : ': then the line agrees with the numbers.'),
      ),
    );
  if (counterexample !== null && counterexample !== undefined) {
    const sizes = Object.entries(counterexample.sizes)
      .map(([name, value]) => `${name} = ${value}`)
      .join(', ');
    const entry = counterexample.entry.length === 0 ? '' : ` in entry ${counterexample.entry.join(', ')}`;
    blocks.push(
      paragraph(
        text(
          `At ${sizes} (seed ${counterexample.seed}) this line gives ${rounded(counterexample.yours)}${entry}; right is ${rounded(counterexample.correct)}.`,
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

const rounded = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(5))) : String(value));

function readingsBlock(result: VerifyResult): Block | undefined {
  const readings = new Map(result.lines.flatMap(({ readings: own }) => Object.entries(own)));
  if (readings.size === 0) return undefined;
  const content = [...readings].map(([written, taken]) => `${written}: ${taken}`).join('; ');
  return { type: 'callout', kind: 'remark', title: [text('How it was read')], blocks: [paragraph(text(`${content}.`))] };
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
