/**
 * Reads the LaTeX of a formula that is to be displayed into a small typesetting tree, allowing only what it knows.
 *
 * This is about the look of a formula, never its meaning. Everything that is set, measured, broken over lines or turned into plain text is
 * printed from this tree, so a command that is not in the tables reaches no output. Length and depth are bounded; each step eats a token.
 */

import { type MathsSymbol, mathsSymbol } from './maths-symbols.js';
import { type MathsToken, mathsTokens } from './maths-tokens.js';

export type MathsNode =
  | { readonly kind: 'symbol'; readonly symbol: MathsSymbol }
  | { readonly kind: 'group'; readonly body: readonly MathsNode[] }
  | {
      readonly kind: 'scripts';
      readonly base: MathsNode | undefined;
      readonly primes: number;
      readonly sub?: readonly MathsNode[];
      readonly sup?: readonly MathsNode[];
      readonly limits?: 'limits' | 'nolimits';
    }
  | { readonly kind: 'fraction'; readonly command: string; readonly above: readonly MathsNode[]; readonly below: readonly MathsNode[] }
  | { readonly kind: 'root'; readonly degree?: readonly MathsNode[]; readonly body: readonly MathsNode[] }
  /** An accent, a brace over or under, an alphabet: a command with one argument. */
  | { readonly kind: 'styled'; readonly command: string; readonly body: readonly MathsNode[] }
  /** \overset, \underset, \stackrel: the first argument small over or under the second. */
  | { readonly kind: 'stacked'; readonly command: string; readonly small: readonly MathsNode[]; readonly body: readonly MathsNode[] }
  | { readonly kind: 'words'; readonly command: string; readonly text: string }
  /** \displaystyle and the like: holds to the end of its group. */
  | { readonly kind: 'style'; readonly command: string }
  /** \bigl( and the like. */
  | { readonly kind: 'sized'; readonly command: string; readonly delimiter: string }
  | { readonly kind: 'fenced'; readonly left: string; readonly right: string; readonly body: readonly MathsNode[] }
  | { readonly kind: 'rows'; readonly environment: string; readonly columns?: string; readonly rows: readonly (readonly (readonly MathsNode[])[])[] };

const MAXIMAL_LENGTH = 20_000;
const MAXIMAL_DEPTH = 60;

const FRACTIONS = new Set(['\\frac', '\\dfrac', '\\tfrac', '\\binom']);
const STYLED = new Set(
  'hat tilde bar vec dot ddot check breve acute grave mathring widehat widetilde overline underline overrightarrow overleftarrow overbrace underbrace mathbb mathbf mathcal mathrm mathit mathsf mathtt mathfrak boldsymbol boxed operatorname operatorname* pmod'
    .split(' ')
    .map((name) => `\\${name}`),
);
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['\\bm', '\\boldsymbol'],
  ['\\pmb', '\\boldsymbol'],
  ['\\mathscr', '\\mathcal'],
  ['\\mbox', '\\text'],
  ['\\textnormal', '\\text'],
  ['\\cfrac', '\\dfrac'],
  ['\\bold', '\\mathbf'],
  ['\\dbinom', '\\binom'],
]);
const STACKED = new Set(['\\overset', '\\underset', '\\stackrel']);
const STYLES = new Set(['\\displaystyle', '\\textstyle', '\\scriptstyle', '\\scriptscriptstyle']);
const SIZED = /^\\(?:big|Big|bigg|Bigg)[lrm]?$/;
const DELIMITERS = new Set([
  '(',
  ')',
  '[',
  ']',
  '|',
  '/',
  '.',
  '<',
  '>',
  '\\{',
  '\\}',
  '\\|',
  '\\langle',
  '\\rangle',
  '\\lvert',
  '\\rvert',
  '\\lVert',
  '\\rVert',
  '\\vert',
  '\\Vert',
  '\\lfloor',
  '\\rfloor',
  '\\lceil',
  '\\rceil',
  '\\lbrace',
  '\\rbrace',
  '\\lbrack',
  '\\rbrack',
  '\\uparrow',
  '\\downarrow',
]);
const ENVIRONMENTS = new Set('matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix cases aligned gathered split array'.split(' '));

class Refused extends Error {}

class MathsReader {
  private at = 0;
  private depth = 0;
  constructor(private readonly tokens: readonly MathsToken[]) {}

  whole(): MathsNode[] {
    const body = this.list(() => false);
    if (this.at < this.tokens.length) throw new Refused('unbalanced');
    return body;
  }

  private peek(): MathsToken | undefined {
    return this.tokens[this.at];
  }

  private is(text: string): boolean {
    return this.peek()?.text === text;
  }

  private eat(text: string): boolean {
    if (!this.is(text)) return false;
    this.at += 1;
    return true;
  }

  private need(text: string): void {
    if (!this.eat(text)) throw new Refused(`needs ${text}`);
  }

  /** Nodes up to a closing brace, an alignment mark, the end of an environment or what `stop` says; each turn eats a token. */
  private list(stop: (token: MathsToken) => boolean): MathsNode[] {
    this.depth += 1;
    if (this.depth > MAXIMAL_DEPTH) throw new Refused('too deep');
    const nodes: MathsNode[] = [];
    for (let token = this.peek(); token !== undefined && !isEnd(token) && !stop(token); token = this.peek()) {
      if (token.kind === 'blank') this.at += 1;
      else nodes.push(this.scripted());
    }
    this.depth -= 1;
    return nodes;
  }

  private scripted(): MathsNode {
    const base = this.is('^') || this.is('_') || this.is("'") ? undefined : this.nucleus();
    const found: { sub?: MathsNode[]; sup?: MathsNode[]; limits?: 'limits' | 'nolimits' } = {};
    let primes = 0;
    if (base?.kind === 'symbol' && base.symbol.symbolClass === 'operator') {
      if (this.eat('\\limits')) found.limits = 'limits';
      else if (this.eat('\\nolimits')) found.limits = 'nolimits';
    }
    for (;;) {
      this.blanks();
      if (found.sup === undefined && (this.eat("'") || this.eat('′'))) primes += 1;
      else if (found.sub === undefined && this.eat('_')) found.sub = this.argument();
      else if (found.sup === undefined && this.eat('^')) found.sup = this.argument();
      else break;
    }
    if (primes === 0 && found.sub === undefined && found.sup === undefined && base !== undefined) return base;
    return { kind: 'scripts', base, primes, ...found };
  }

  private blanks(): void {
    while (this.peek()?.kind === 'blank') this.at += 1;
  }

  /** A braced list, or one token with what belongs to it. */
  private argument(): MathsNode[] {
    this.blanks();
    if (this.eat('{')) return this.braced();
    if (this.is('^') || this.is('_') || this.is("'")) throw new Refused('script without a base');
    this.depth += 1;
    if (this.depth > MAXIMAL_DEPTH) throw new Refused('too deep');
    const node = this.nucleus();
    this.depth -= 1;
    return [node];
  }

  private braced(): MathsNode[] {
    const body = this.list(() => false);
    this.need('}');
    return body;
  }

  private nucleus(): MathsNode {
    const token = this.peek();
    if (token === undefined || isEnd(token)) throw new Refused('ends early');
    this.at += 1;
    if (token.kind === 'words') return { kind: 'words', command: SYNONYMS.get(token.command) ?? token.command, text: token.text };
    const text = SYNONYMS.get(token.text) ?? token.text;
    if (text === '{') return { kind: 'group', body: this.braced() };
    return token.kind === 'command' ? this.command(text) : symbolNode(text);
  }

  private command(name: string): MathsNode {
    if (FRACTIONS.has(name)) return { kind: 'fraction', command: name, above: this.argument(), below: this.argument() };
    if (STYLED.has(name)) return { kind: 'styled', command: name, body: this.argument() };
    if (STACKED.has(name)) return { kind: 'stacked', command: name, small: this.argument(), body: this.argument() };
    if (STYLES.has(name)) return { kind: 'style', command: name };
    if (SIZED.test(name)) return { kind: 'sized', command: name, delimiter: this.delimiter() };
    if (name === '\\sqrt') return this.root();
    if (name === '\\left') return this.fenced();
    if (name === '\\middle') return { kind: 'sized', command: '\\big', delimiter: this.delimiter() };
    if (name === '\\begin') return this.environment();
    return symbolNode(name);
  }

  private root(): MathsNode {
    this.blanks();
    if (!this.eat('[')) return { kind: 'root', body: this.argument() };
    const degree = this.list((token) => token.text === ']');
    this.need(']');
    return { kind: 'root', degree, body: this.argument() };
  }

  private delimiter(): string {
    this.blanks();
    const text = this.peek()?.text ?? '';
    if (!DELIMITERS.has(text)) throw new Refused('not a delimiter');
    this.at += 1;
    return text;
  }

  private fenced(): MathsNode {
    const left = this.delimiter();
    const body = this.list((token) => token.text === '\\right');
    this.need('\\right');
    return { kind: 'fenced', left, right: this.delimiter(), body };
  }

  private environment(): MathsNode {
    const environment = this.name().replace(/\*$/, '');
    if (!ENVIRONMENTS.has(environment)) throw new Refused('not an environment of mathematics');
    const columns = environment === 'array' ? this.name() : undefined;
    if (columns !== undefined && !/^[lcr|]{1,40}$/.test(columns)) throw new Refused('columns of an array');
    const rows: MathsNode[][][] = [[]];
    do {
      rows.at(-1)?.push(this.list(() => false));
      if (this.eat('\\\\')) rows.push([]);
      else if (!this.eat('&')) break;
    } while (this.at < this.tokens.length);
    this.need('\\end');
    if (this.name().replace(/\*$/, '') !== environment) throw new Refused('environments do not match');
    if (rows.length > 1 && rows.at(-1)?.every((entry) => entry.length === 0) === true) rows.pop();
    return { kind: 'rows', environment, ...(columns === undefined ? {} : { columns }), rows };
  }

  /** {word}: the name of an environment, or the columns of an array. */
  private name(): string {
    this.blanks();
    this.need('{');
    let name = '';
    for (let token = this.peek(); token !== undefined && token.kind === 'character' && token.text !== '}'; token = this.peek()) {
      name += token.text;
      this.at += 1;
    }
    this.need('}');
    return name;
  }
}

function isEnd(token: MathsToken): boolean {
  return token.text === '}' || token.text === '&' || token.text === '\\\\' || token.text === '\\end' || token.text === '\\right';
}

function symbolNode(text: string): MathsNode {
  const symbol = mathsSymbol(text);
  if (symbol === undefined) throw new Refused(`${text} is not allowed`);
  return { kind: 'symbol', symbol };
}

/** The typesetting tree of a formula, or undefined when it is too long, too deep, unbalanced or uses anything but known mathematics. Never throws. */
export function readMaths(latex: string): readonly MathsNode[] | undefined {
  if (latex.length > MAXIMAL_LENGTH) return undefined;
  try {
    const tokens = mathsTokens(latex);
    return tokens === undefined ? undefined : new MathsReader(tokens).whole();
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}
