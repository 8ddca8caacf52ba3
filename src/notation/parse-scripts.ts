/** Sub- and superscripts of a name as stretches of tokens, before it is known which of them are labels, indices or powers. */
import { withoutBraces } from './parse-index.js';
import type { Reader } from './reader.js';
import type { ScriptItem, ScriptPlace } from './syntax.js';

/** One comma-separated item: what is between token `from` and `to`. */
export interface ItemTokens {
  readonly place: ScriptPlace;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** One script of a name, or something above the line that is no part of it. */
export type Script =
  | { readonly kind: 'items'; readonly place: ScriptPlace; readonly items: readonly ItemTokens[]; readonly from: number; readonly to: number }
  | { readonly kind: 'transpose'; readonly spelling: 'T' | 'top'; readonly to: number }
  | { readonly kind: 'inverseTranspose'; readonly to: number }
  | { readonly kind: 'entrywise'; readonly from: number; readonly to: number }
  | { readonly kind: 'primes'; readonly count: number; readonly to: number };

export const scriptItem = (r: Reader, item: ItemTokens): ScriptItem => ({ place: item.place, text: item.text, region: r.region(item.from, item.to) });

/** The text of the tokens [from, to) as a label: without spaces and braces. */
export function labelText(r: Reader, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) {
    const token = r.tokens[i];
    if (token === undefined || (token.kind === 'sign' && (token.text === '{' || token.text === '}' || token.text === 'quad'))) continue;
    text += (token.accents ?? []).join('') + token.text.replace(/\s+/g, '');
  }
  return text;
}

/** The stretch that a `_` or `^` at the token before `r.at` takes; leaves `r.at` after it. Braces are left out of the stretch. */
function argument(r: Reader, below: boolean): { from: number; to: number } {
  const token = r.peek();
  if (token === undefined) throw r.unexpected();
  const from = r.at;
  const close = r.partner(from);
  if (token.text === '{' && token.kind === 'sign') {
    r.at = close + 1;
    return { from: from + 1, to: close };
  }
  if (token.kind === 'sign' && (token.text === '(' || token.text === '[' || token.text === '⟨')) r.at = close + 1;
  else if (token.kind === 'sign' && token.text === '<') r.at = afterAngle(r);
  else if (token.kind === 'sign' && token.text === '-' && r.peek(1) !== undefined) r.at += 2;
  else if (token.kind === 'letter') r.at += below ? wordLength(r) : 1;
  else r.at = afterCommand(r);
  return { from, to: r.at };
}

/** After the `>` that closes a `<`. */
function afterAngle(r: Reader): number {
  const close = r.find(r.at + 1, r.limit, (token) => token.text === '>');
  if (close < 0) throw r.problem({ ruleId: 'unbalanced', message: '“<” is never closed.', fix: 'Write h^{<t>}.' });
  return close + 1;
}

/** A command takes the groups after it: `^\frac{1}{2}`, `_\mathcal{X}`. */
function afterCommand(r: Reader): number {
  const token = r.peek();
  let next = r.after(r.at);
  if (token === undefined || !['command', 'accent', 'alphabet', 'styling'].includes(token.kind)) return next;
  const first = next;
  while (next < r.limit && r.tokens[next]?.text === '{') next = r.after(next);
  return next === first && next < r.limit ? r.after(next) : next;
}

/** Accents written out behind a letter: y_hat. */
export const accentWords: ReadonlySet<string> = new Set(['hat', 'tilde', 'bar']);

/** In code `W_hh` has the label hh; in LaTeX only a known label is longer than one letter. */
function wordLength(r: Reader): number {
  let length = 1;
  for (
    let next = r.peek(length);
    r.peek()?.plain === true && next !== undefined && next.tight && (next.plain === true || (!r.isLatex && next.kind === 'number' && /^\d+$/.test(next.text)));
    next = r.peek(length)
  )
    length++;
  if (length === 1) return 1;
  const word = labelText(r, r.at, r.at + length);
  const known = (text: string): boolean => r.tables.labels.has(text) || text === 'prev' || text === 'next' || text === 'raw' || accentWords.has(text);
  for (let i = length; i > 1; i--) if (known(word.slice(0, i))) return i;
  if (r.isLatex) return 1;
  if (r.tables.labels.has(word.charAt(0)) && r.tables.isDeclaredBase(word.slice(1))) return 1;
  return length;
}

/** Splits [from, to) at commas (and semicolons) outside brackets. */
export function splitItems(r: Reader, place: ScriptPlace, from: number, to: number): ItemTokens[] {
  const items: ItemTokens[] = [];
  let start = from;
  while (start <= to) {
    const comma = r.find(start, to, (token) => token.kind === 'sign' && (token.text === ',' || token.text === ';'));
    const end = comma < 0 ? to : comma;
    if (end > start) items.push({ place, text: labelText(r, start, end), from: start, to: end });
    if (comma < 0) break;
    start = comma + 1;
  }
  return items;
}

/** True when [from, to) is one bracketed group. */
const isGroup = (r: Reader, from: number, to: number, open: string): boolean => r.tokens[from]?.text === open && r.partner(from) === to - 1;

function isTop(r: Reader, i: number): boolean {
  const token = r.tokens[i];
  return token !== undefined && token.kind === 'sign' && token.text === '⊤';
}

/** T, \mathrm{T}, \mathsf T, ⊤ alone. */
function transposeSpelling(r: Reader, from: number, to: number): 'T' | 'top' | undefined {
  const last = r.tokens[to - 1];
  if (last === undefined || to <= from) return undefined;
  if (to - from === 1 && isTop(r, from)) return 'top';
  if (to - from === 1 && last.text === 'T' && (last.kind === 'letter' || last.kind === 'text')) return last.kind === 'text' ? 'top' : 'T';
  const isStyled = r.tokens[from]?.kind === 'styling' && labelText(r, from + 1, to) === 'T';
  return isStyled ? 'top' : undefined;
}

/** Reads one superscript after its `^`. */
function superscript(r: Reader, scripts: Script[]): void {
  let { from, to } = argument(r, false);
  const end = r.at;
  const first = r.tokens[from];
  if (first === undefined || to <= from)
    throw r.problem({ ruleId: 'unexpected-end', message: 'The superscript is empty.', fix: 'Write what belongs there.' }, from - 1);
  if (r.tokens.slice(from, to).every((token) => token.kind === 'sign' && token.text === "'"))
    return void scripts.push({ kind: 'primes', count: to - from, to: end });
  const spelling = transposeSpelling(r, from, to);
  if (spelling !== undefined && !(spelling === 'T' && r.tables.labels.has('T'))) return void scripts.push({ kind: 'transpose', spelling, to: end });
  if (first.kind === 'sign' && first.text === '⊙') return void scripts.push({ kind: 'entrywise', from: from + 1, to });
  if (first.text === '-' && to - from === 2 && transposeSpelling(r, from + 1, to) !== undefined)
    return void scripts.push({ kind: 'inverseTranspose', to: end });
  const alsoTransposed = to - from > 1 && isTop(r, to - 1);
  if (alsoTransposed) to--;
  scripts.push(superscriptItems(r, from, to, end));
  if (alsoTransposed) scripts.push({ kind: 'transpose', spelling: 'top', to: end });
}

function superscriptItems(r: Reader, from: number, to: number, end: number): Script {
  const within = (place: ScriptPlace): Script => ({ kind: 'items', place, items: splitItems(r, place, from + 1, to - 1), from, to: end });
  if (isGroup(r, from, to, '(')) return within('parenthesised');
  if (isGroup(r, from, to, '[')) return within('bracket');
  if (isGroup(r, from, to, '⟨') || (r.tokens[from]?.text === '<' && r.tokens[to - 1]?.text === '>')) return within('angle');
  return { kind: 'items', place: 'superscript', items: splitItems(r, 'superscript', from, to), from, to: end };
}

/** Reads all `_`, `^` and primes at hand. */
export function readScripts(r: Reader, scripts: Script[]): void {
  for (;;) {
    const token = r.peek();
    if (token === undefined || token.kind !== 'sign') return;
    if (token.text === '_') subscript(r, scripts);
    else if (token.text === '^') {
      r.at++;
      superscript(r, scripts);
    } else if (token.text === "'" && r.lexicon.dialect !== 'matlab') {
      r.at++;
      scripts.push({ kind: 'primes', count: 1, to: r.at });
    } else if (token.text === '{' && r.isSign('}', 1)) r.at += 2;
    else return;
  }
}

function subscript(r: Reader, scripts: Script[]): void {
  const start = r.at++;
  const { from, to } = argument(r, true);
  if (to <= from) return;
  const inner = isGroup(r, from, to, '(') ? { from: from + 1, to: to - 1 } : { from, to };
  const angle = r.tokens[from]?.text === '<' && r.tokens[to - 1]?.text === '>';
  const items = angle ? splitItems(r, 'angle', from + 1, to - 1) : splitItems(r, 'subscript', inner.from, inner.to);
  const earlier = scripts.find((script) => script.kind === 'items' && script.place === 'subscript');
  if (earlier?.kind === 'items' && r.isLatex && !earlier.items.every((item) => accentWords.has(item.text)))
    throw r.problem(
      { ruleId: 'double-script', message: 'This has two subscripts.', fix: 'Put them into one, separated by a comma, or use braces around the first.' },
      start,
    );
  scripts.push({ kind: 'items', place: angle ? 'angle' : 'subscript', items: items.map((item) => withoutBraces(r, item)), from, to: r.at });
}
