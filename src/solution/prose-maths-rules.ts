/** Teaches the Markdown reader that $…$ and $$…$$ hold mathematics, which no rule of Markdown touches. */

import type { MarkdownIt } from 'markdown-it';

const LONGEST = 4000;
const DOLLAR = 36;

type InlineRule = Parameters<MarkdownIt['inline']['ruler']['after']>[2];
type BlockRule = Parameters<MarkdownIt['block']['ruler']['before']>[2];

/** Adds the two rules to one reader. */
export function addMathsRules(reader: MarkdownIt): void {
  reader.inline.ruler.after('escape', 'maths_inline', inlineRule);
  reader.block.ruler.before('fence', 'maths_block', blockRule, { alt: ['paragraph', 'reference', 'blockquote', 'list'] });
}

/** `$x$` or `$$x$$` inside a line: no blank inside the dollars at either end, no digit behind the last, as in prices. */
const inlineRule: InlineRule = (state, silent) => {
  if (state.src.charCodeAt(state.pos) !== DOLLAR) return false;
  const marks = state.src.charCodeAt(state.pos + 1) === DOLLAR ? '$$' : '$';
  const start = state.pos + marks.length;
  const end = closing(state.src.slice(start, Math.min(start + LONGEST, state.posMax)), marks);
  if (end === undefined) return false;
  if (!silent) state.push('maths_inline', 'math', 0).content = state.src.slice(start, start + end).trim();
  state.pos = start + end + marks.length;
  return true;
};

function closing(text: string, marks: string): number | undefined {
  if (marks === '$' && /^\s/.test(text)) return undefined;
  for (let at = text.indexOf(marks); at !== -1; at = text.indexOf(marks, at + 1)) {
    if (at > 0 && text[at - 1] === '\\') continue;
    const closes = marks === '$$' || (!/\s/.test(text[at - 1] ?? ' ') && !/\d/.test(text[at + 1] ?? ''));
    return at > 0 && closes ? at : undefined;
  }
  return undefined;
}

/** A line that begins with `$$`, up to the line that ends with it. */
const blockRule: BlockRule = (state, startLine, endLine, silent) => {
  const line = (number: number): string => state.src.slice((state.bMarks[number] ?? 0) + (state.tShift[number] ?? 0), state.eMarks[number]);
  const first = line(startLine);
  if ((state.sCount[startLine] ?? 0) - state.blkIndent >= 4 || !first.startsWith('$$')) return false;
  const inner: string[] = [];
  let length = 0;
  for (let number = startLine; number < endLine && length <= LONGEST; number += 1) {
    if (number > startLine && (state.sCount[number] ?? 0) < state.blkIndent) return false;
    const text = (number === startLine ? first.slice(2) : line(number)).trimEnd();
    length += text.length + 1;
    const end = text.indexOf('$$');
    if (end === -1) {
      inner.push(text);
      continue;
    }
    const content = [...inner, text.slice(0, end)].join('\n').trim();
    if (end !== text.length - 2 || content === '') return false;
    if (silent) return true;
    const token = state.push('maths_block', 'math', 0);
    token.block = true;
    token.content = content;
    token.map = [startLine, number + 1];
    state.line = number + 1;
    return true;
  }
  return false;
};
