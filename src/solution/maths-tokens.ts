/** Cuts LaTeX mathematics into tokens: commands, characters, blanks, and \text{…} whole. Each step moves forward, so it ends. */

export type MathsToken =
  | { readonly kind: 'command' | 'character' | 'blank'; readonly text: string }
  | { readonly kind: 'words'; readonly command: string; readonly text: string };

const WORDS = /^\\(?:text|textbf|textit|textrm|texttt|textsf|textnormal|mbox)\s*\{([^{}$\\]*)\}/;
const COMMAND = /^\\(?:operatorname\*|[A-Za-z]+|[^A-Za-z])/u;

/** The tokens, or undefined where a comment, a dollar or a lone backslash stands. Words in \text{…} hold no commands. */
export function mathsTokens(latex: string): readonly MathsToken[] | undefined {
  const tokens: MathsToken[] = [];
  let rest = latex;
  while (rest !== '') {
    const token = nextToken(rest);
    if (token === undefined) return undefined;
    tokens.push(token[0]);
    rest = rest.slice(token[1]);
  }
  return tokens;
}

function nextToken(rest: string): readonly [MathsToken, number] | undefined {
  const first = String.fromCodePoint(rest.codePointAt(0) ?? 0);
  if (/^\s$/u.test(first)) return [{ kind: 'blank', text: ' ' }, first.length];
  if (rest.startsWith(':=')) return [{ kind: 'command', text: '\\coloneqq' }, 2];
  if (first === '%' || first === '$' || first === '#') return undefined;
  if (first !== '\\') return [{ kind: 'character', text: first }, first.length];
  const words = WORDS.exec(rest);
  if (words !== null) return [{ kind: 'words', command: /^\\[a-z]+/.exec(rest)?.[0] ?? '', text: words[1] ?? '' }, words[0].length];
  const command = COMMAND.exec(rest)?.[0];
  if (command === undefined) return undefined;
  return [{ kind: 'command', text: /^\\\s$/u.test(command) ? '\\ ' : command }, command.length];
}
