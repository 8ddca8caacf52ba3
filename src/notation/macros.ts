/**
 * The user's own commands: reading \newcommand, \def and \DeclareMathOperator, and expanding them in tokens.
 *
 * Terminates: every expansion counts against a fixed number, every token made against another; both end in an InputError.
 */
import { Lexer, type Token } from './lexer.js';
import { Source } from './source.js';
import type { Macro } from './syntax.js';

const mostExpansions = 2_000;
const mostTokens = 20_000;
/** More macros than this in one sheet are refused. */
export const mostMacros = 500;

/** The index after the group that opens at `open`, or −1. */
function afterGroup(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    const character = text.charAt(i);
    if (character === '\\') i++;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return i + 1;
  }
  return -1;
}

export interface MacroDefinition {
  readonly name: string;
  readonly macro: Macro;
  /** Offset after the definition. */
  readonly end: number;
}

/** Reads the definition that begins at `start` of `text`; undefined when there is none or it is incomplete. */
export function readDefinition(text: string, start: number): MacroDefinition | undefined {
  const head =
    /^\\(?:(?:re|provide)?newcommand|providecommand|DeclareMathOperator|def)\*?\s*(?:\{\s*\\([A-Za-z]+)\s*\}|\\([A-Za-z]+))\s*((?:\[\d\])?)\s*((?:#\d)*)\s*(?=\{)/.exec(
      text.slice(start, start + 300),
    );
  const name = head?.[1] ?? head?.[2];
  if (head === null || name === undefined) return undefined;
  const open = start + head[0].length;
  const end = afterGroup(text, open);
  if (end < 0) return undefined;
  const content = text.slice(open + 1, end - 1);
  const parameters = head[3] !== '' ? Number(head[3]?.charAt(1)) : (head[4]?.length ?? 0) / 2;
  const body = head[0].startsWith('\\DeclareMathOperator') ? `\\operatorname{${content}}` : content;
  return { name, macro: { parameters, body }, end };
}

/** True where a definition begins, complete or not. */
export const beginsDefinition = (text: string, start: number): boolean =>
  /^\\(?:(?:re)?newcommand|providecommand|DeclareMathOperator|def)\b/.test(text.slice(start, start + 24));

/** Replaces every user command by its body; tokens of a body stand where the command stood. */
export function expandMacros(tokens: readonly Token[], macros: ReadonlyMap<string, Macro>, source: Source): readonly Token[] {
  if (macros.size === 0 || !tokens.some((token) => token.kind === 'command' && macros.has(token.text))) return tokens;
  return new Expansion(macros, source).run(tokens);
}

class Expansion {
  readonly #bodies = new Map<string, readonly Token[]>();
  #expansions = 0;
  #made = 0;

  constructor(
    private readonly macros: ReadonlyMap<string, Macro>,
    private readonly source: Source,
  ) {}

  /** `pending` is the rest of the text, backwards. */
  run(tokens: readonly Token[]): readonly Token[] {
    const pending = [...tokens].reverse();
    const done: Token[] = [];
    for (let token = pending.pop(); token !== undefined; token = pending.pop()) {
      const macro = token.kind === 'command' ? this.macros.get(token.text) : undefined;
      if (macro === undefined) done.push(token);
      else this.#expand(token, macro, pending);
    }
    return done;
  }

  #expand(call: Token, macro: Macro, pending: Token[]): void {
    const args = Array.from({ length: macro.parameters }, () => this.#argument(call, pending));
    this.#expansions++;
    const body = this.#bodies.get(call.text) ?? new Lexer(new Source({ text: macro.body, pieces: [] }), this.macros).tokens();
    this.#bodies.set(call.text, body);
    const result: Token[] = [];
    for (const token of body) {
      if (token.kind === 'parameter') result.push(...(args[Number(token.text) - 1] ?? []));
      else result.push({ ...token, from: call.from, to: call.to, tight: token === body[0] ? call.tight : token.tight });
      if (this.#made + result.length > mostTokens) break;
    }
    this.#made += result.length;
    if (this.#expansions > mostExpansions || this.#made > mostTokens) {
      throw this.source.problem(call.from, call.to, {
        ruleId: 'macro-limit',
        message: `The macro \\${call.text} does not come to an end.`,
        why: 'Its expansion grows beyond all bounds.',
        fix: 'Define it without itself, or write the formula out.',
      });
    }
    for (let i = result.length - 1; i >= 0; i--) {
      const token = result[i];
      if (token !== undefined) pending.push(token);
    }
  }

  #argument(call: Token, pending: Token[]): readonly Token[] {
    const first = pending.pop();
    if (first === undefined)
      throw this.source.problem(call.from, call.to, { ruleId: 'unexpected-end', message: `\\${call.text} needs an argument.`, fix: 'Write it in braces.' });
    if (first.text !== '{' || first.kind !== 'sign') return [first];
    const tokens: Token[] = [];
    let depth = 1;
    for (let token = pending.pop(); token !== undefined; token = pending.pop()) {
      if (token.kind === 'sign' && token.text === '{') depth++;
      if (token.kind === 'sign' && token.text === '}' && --depth === 0) return tokens;
      tokens.push(token);
    }
    throw this.source.problem(first.from, first.to, { ruleId: 'unbalanced', message: 'This brace is never closed.', fix: 'Close it with }.' });
  }
}
