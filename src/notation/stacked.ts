/** Signs with something over or under them (`\overset{def}{=}`), arrows over letters, and braces around a single sign: rewritten in tokens. */
import type { Token } from './lexer.js';

const stackers = new Set(['overset', 'underset', 'stackrel']);
const isSign = (token: Token | undefined, text: string): boolean => token?.kind === 'sign' && token.text === text;

/** Signs that mean something in braces of their own, after `^` say. */
const operators = new Set(['+', '-', '·', '×', '*', '⊙', '⊗', '@', '=', ':=', '≤', '≥', '<', '>', '≠', '≈', '∈', '→', '⇒', '~', '≡']);

/** The index after the group that opens at `i`, or −1. */
function afterGroup(tokens: readonly Token[], i: number): number {
  if (!isSign(tokens[i], '{')) return -1;
  let depth = 0;
  for (let k = i; k < tokens.length; k++) {
    if (isSign(tokens[k], '{')) depth++;
    else if (isSign(tokens[k], '}') && --depth === 0) return k + 1;
  }
  return -1;
}

/** The single sign in the group that opens at `i`. */
function loneSign(tokens: readonly Token[], i: number): Token | undefined {
  const inner = tokens[i + 1];
  return isSign(tokens[i], '{') && isSign(tokens[i + 2], '}') && inner?.kind === 'sign' && operators.has(inner.text) ? inner : undefined;
}

/** Leaves everything else as it is. Terminates: every step goes forward. */
export function unstack(tokens: readonly Token[]): readonly Token[] {
  if (!tokens.some((token, i) => (token.kind === 'command' && stackers.has(token.text)) || loneSign(tokens, i) !== undefined)) return tokens;
  const done: Token[] = [];
  for (let i = 0; i < tokens.length; ) {
    const token = tokens[i];
    if (token === undefined) break;
    const step = stackAt(tokens, i) ?? braceAt(tokens, i, done.at(-1)) ?? { made: token, next: i + 1 };
    done.push(step.made);
    i = step.next;
  }
  return done;
}

interface Step {
  readonly made: Token;
  readonly next: number;
}

function stackAt(tokens: readonly Token[], i: number): Step | undefined {
  const token = tokens[i];
  if (token?.kind !== 'command' || !stackers.has(token.text)) return undefined;
  const second = afterGroup(tokens, i + 1);
  const sign = second < 0 ? undefined : loneSign(tokens, second);
  if (sign !== undefined) return { made: { ...sign, from: token.from }, next: second + 3 };
  const arrow = loneSign(tokens, i + 1);
  const isArrow = arrow !== undefined && second > 0 && (arrow.text === '→' || arrow.text === ':=');
  return isArrow ? { made: { ...token, kind: 'accent', text: arrow.text === '→' ? 'overrightarrow' : 'overleftarrow' }, next: second } : undefined;
}

function braceAt(tokens: readonly Token[], i: number, before: Token | undefined): Step | undefined {
  const sign = loneSign(tokens, i);
  const isScript = isSign(before, '^') || isSign(before, '_');
  return sign === undefined || isScript ? undefined : { made: sign, next: i + 3 };
}
