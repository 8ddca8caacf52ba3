/**
 * The lines of a `claim` block. A line that begins with an operator continues the one before, save one that begins with a sign and is a statement of
 * its own after a complete one: `-1 \le h_{t-1} \le 1 => …`.
 */

import { type Start, splitLines } from '../../notation/statements.js';
import type { Line } from '../../notation/syntax.js';

const RELATION = /=|<|>|≤|≥|≠|→|⇒|\\(?:le|leq|ge|geq|ne|neq|to|lt|gt|Rightarrow|implies)(?![A-Za-z])/;
const UNFINISHED = /(?:[=+*/@<>≤≥·⊙∘−-]|\\(?:cdot|times|odot|circ|le|leq|ge|geq|ne|neq|to|in|Rightarrow|implies))\s*&?\s*$/;

/** Throws an InputError for blocks that are too long. */
export function claimLines(text: string, start: Start): readonly Line[] {
  const chunks: { text: string; line: number }[] = [];
  text.split(/\r\n|\r|\n/).forEach((physical, at) => {
    const current = chunks.at(-1);
    if (current === undefined || beginsStatement(physical, current.text)) chunks.push({ text: physical, line: start.line + at });
    else current.text += `\n${physical}`;
  });
  return chunks.flatMap((chunk, at) => splitLines(chunk.text, { line: chunk.line, column: at === 0 ? start.column : 1 }));
}

function beginsStatement(physical: string, before: string): boolean {
  if (!/^\s*[-−+]\s*(?!>)/.test(physical) || !RELATION.test(physical)) return false;
  const last = before.slice(before.lastIndexOf('\n') + 1).replace(/[%#].*$/, '');
  return RELATION.test(before) && !UNFINISHED.test(last) && isClosed(before);
}

/** All brackets and environments that were opened are closed, wrappers like `aligned` aside. */
function isClosed(text: string): boolean {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  return count(/[([{]/g) <= count(/[)\]}]/g) && count(/\\begin\{\w*(?:matrix|cases|array)\}/g) <= count(/\\end\{\w*(?:matrix|cases|array)\}/g);
}
