/**
 * Text → tokens. LaTeX, Unicode and ASCII spellings of one thing become one token, so the parser does not know them apart.
 *
 * Letters come one by one with a flag `tight` (no space before), since only the parser knows which of them make a name.
 * Terminates: every step of the loop consumes at least one character.
 */
import {
  accentCommands,
  alphabetCommands,
  combiningAccents,
  letterOfCharacter,
  letterOfCommand,
  loweredCharacters,
  raisedCharacters,
  signCharacters,
  signCommands,
  stylingCommands,
} from './characters.js';
import type { Source } from './source.js';
import { functionWord } from './words.js';

export interface Token {
  /** `text` is an upright word (\text, \mathrm, \operatorname); `break` is `\\`; `parameter` is #1 in a macro's body. */
  readonly kind: 'letter' | 'number' | 'sign' | 'text' | 'command' | 'accent' | 'alphabet' | 'styling' | 'begin' | 'end' | 'break' | 'ampersand' | 'parameter';
  /** Letters by name, signs by their one spelling, commands without the backslash. */
  readonly text: string;
  /** No white space before it. */
  readonly tight: boolean;
  readonly from: number;
  readonly to: number;
  /** An ASCII letter: several of them may be one word. */
  readonly plain?: boolean;
  readonly alphabet?: string;
  readonly styling?: string;
  readonly accents?: readonly string[];
  /** Set by \left, \bigl, \lVert and the like. */
  readonly side?: 'open' | 'close';
}

const spacing = new Set([',', ';', ':', '!', ' ', '>', '/', '-', 'thinspace', 'enspace', 'medspace', 'negthinspace']);
const dropped = new Set([
  'displaystyle',
  'textstyle',
  'scriptstyle',
  'scriptscriptstyle',
  'limits',
  'nolimits',
  'nonumber',
  'notag',
  'hfill',
  'mathstrut',
  'strut',
  'allowbreak',
  'noindent',
  'newline',
  'relax',
  'normalsize',
  'small',
  'large',
  'Large',
  'hline',
  'smash',
  'boxed',
  'ensuremath',
  'mathord',
  'mathrel',
  'mathbin',
  'mathopen',
  'mathclose',
  'null',
  'middle',
  'cancel',
]);
const droppedWithGroup = new Set([
  'label',
  'tag',
  'color',
  'textcolor',
  'hspace',
  'vspace',
  'phantom',
  'hphantom',
  'vphantom',
  'intertext',
  'shortintertext',
  'cite',
  'colorbox',
  'footnote',
]);
const sizeCommands = new Set([
  'left',
  'bigl',
  'Bigl',
  'biggl',
  'Biggl',
  'right',
  'bigr',
  'Bigr',
  'biggr',
  'Biggr',
  'big',
  'Big',
  'bigg',
  'Bigg',
  'bigm',
  'Bigm',
  'biggm',
  'Biggm',
]);
const sidedFences: ReadonlyMap<string, readonly [string, 'open' | 'close']> = new Map([
  ['lvert', ['|', 'open']],
  ['rvert', ['|', 'close']],
  ['lVert', ['‖', 'open']],
  ['rVert', ['‖', 'close']],
]);
const asciiSigns = [':=', '==>', '=>', '<=', '>=', '!=', '->', '<-', '==', '.*', './', '.^', '...', '..', '+=', '-=', '||', '**', '&&'];
const asciiMeaning: ReadonlyMap<string, string> = new Map([
  ['==>', '⇒'],
  ['=>', '⇒'],
  ['<=', '≤'],
  ['>=', '≥'],
  ['!=', '≠'],
  ['->', '→'],
  ['<-', ':='],
  ['==', '='],
  ['.*', '⊙'],
  ['...', '…'],
  ['||', '‖'],
  ['**', '^'],
  ['&&', '∧'],
]);
const singleSigns = new Set([..."+-*/^_()[]{},;:=<>|@~.'"]);
const whitespace = /\s/u;
const isLetterOrDigit = /[\p{L}\p{N}]/u;

/** Turns the text of one line (or one macro's body) into tokens; `macros` are names that are left as commands whatever they mean otherwise. */
export class Lexer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  #at = 0;
  #tight = false;
  #side: 'open' | 'close' | undefined;

  constructor(
    private readonly source: Source,
    private readonly macros: { has(name: string): boolean },
  ) {
    this.#text = source.text;
  }

  /** @throws InputError for characters that mean nothing. */
  tokens(): Token[] {
    while (this.#at < this.#text.length) {
      const before = this.#at;
      this.#step();
      if (this.#at <= before) this.#at = before + 1;
    }
    return this.#tokens;
  }

  #push(kind: Token['kind'], text: string, from: number, extra: Partial<Token> = {}): void {
    const side = this.#side === undefined || kind !== 'sign' ? {} : { side: this.#side };
    this.#tokens.push({ kind, text, tight: this.#tight && this.#tokens.length > 0, from, to: this.#at, ...side, ...extra });
    this.#tight = true;
    this.#side = undefined;
  }

  #step(): void {
    const from = this.#at;
    const character = String.fromCodePoint(this.#text.codePointAt(from) ?? 0);
    if (character === '\\') return this.#command();
    if (whitespace.test(character)) {
      this.#at += character.length;
      this.#tight = false;
      return;
    }
    if (character >= '0' && character <= '9') return this.#number();
    const letter = letterOfCharacter(character);
    if (letter !== undefined) return this.#letter(character, letter.name, letter);
    if (raisedCharacters.has(character) || loweredCharacters.has(character))
      return this.#scriptRun(raisedCharacters.has(character) ? raisedCharacters : loweredCharacters);
    this.#sign(character);
  }

  #letter(character: string, name: string, meaning: Partial<Token>): void {
    const from = this.#at;
    this.#at += character.length;
    const accents: string[] = [];
    for (let mark = combiningAccents.get(this.#text.charAt(this.#at)); mark !== undefined; mark = combiningAccents.get(this.#text.charAt(this.#at))) {
      accents.unshift(mark);
      this.#at++;
    }
    const plain = character.length === 1 && character < '\x80' && accents.length === 0;
    this.#push('letter', name, from, {
      plain,
      ...(accents.length > 0 ? { accents } : {}),
      ...(meaning.alphabet === undefined ? {} : { alphabet: meaning.alphabet }),
      ...(meaning.styling === undefined ? {} : { styling: meaning.styling }),
    });
  }

  #number(): void {
    const from = this.#at;
    const match = /^\d+(?:\.\d+)?(?:[eE][-+]?\d+(?![\p{L}{_^]))?/u.exec(this.#text.slice(from, from + 400));
    this.#at += match?.[0].length ?? 1;
    this.#push('number', this.#text.slice(from, this.#at), from);
  }

  /** ₜ₋₁ as `_{t-1}`, ² as `^{2}`: signs that are not in the text stand at its place. */
  #scriptRun(table: ReadonlyMap<string, string>): void {
    const from = this.#at;
    this.#push('sign', table === raisedCharacters ? '^' : '_', from, { to: from });
    this.#push('sign', '{', from, { to: from });
    for (;;) {
      const character = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
      const plain = table.get(character);
      if (plain === undefined) break;
      const start = this.#at;
      this.#at += character.length;
      const kind = /[0-9]/.test(plain) ? 'number' : letterOfCharacter(plain) !== undefined ? 'letter' : 'sign';
      const previous = this.#tokens.at(-1);
      if (kind === 'number' && previous?.kind === 'number') {
        this.#tokens.pop();
        this.#push('number', previous.text + plain, previous.from);
      } else this.#push(kind, kind === 'letter' ? (letterOfCharacter(plain)?.name ?? plain) : plain, start, kind === 'letter' ? { plain: plain < '\x80' } : {});
    }
    this.#push('sign', '}', this.#at);
  }

  #sign(character: string): void {
    const from = this.#at;
    const next = this.#text.charAt(from + 1);
    if (character === '.' && next >= '0' && next <= '9' && !(this.#text.charAt(from - 1) === '.')) return this.#fractionNumber();
    for (const sign of asciiSigns) {
      if (!this.#text.startsWith(sign, from)) continue;
      this.#at += sign.length;
      return this.#push('sign', asciiMeaning.get(sign) ?? sign, from);
    }
    this.#at += character.length;
    if (singleSigns.has(character)) return this.#push('sign', character, from);
    if (character === '&') return this.#push('ampersand', '&', from);
    if (character === '#' && next >= '1' && next <= '9') {
      this.#at++;
      return this.#push('parameter', next, from);
    }
    this.#unicodeSign(character, from);
  }

  #fractionNumber(): void {
    const from = this.#at;
    this.#at += /^\.\d+/.exec(this.#text.slice(from, from + 400))?.[0].length ?? 1;
    this.#push('number', `0${this.#text.slice(from, this.#at)}`, from);
  }

  #unicodeSign(character: string, from: number): void {
    if (character === '𝟙') {
      this.#push('alphabet', 'mathbb', from, { to: from });
      return this.#push('number', '1', from);
    }
    const sign = signCharacters.get(character);
    if (sign === undefined) return this.#decomposed(character, from);
    if (sign === '√') return this.#push('command', 'sqrt', from);
    if ((character === '→' || character === '←') && this.#isArrowAccent(from, character.length))
      return this.#push('accent', character === '→' ? 'overrightarrow' : 'overleftarrow', from);
    if (character === '″') return this.#push('sign', "'", from);
    this.#push('sign', sign, from);
  }

  /** `→h`: an arrow glued to the letter after it and to nothing before it. */
  #isArrowAccent(from: number, length: number): boolean {
    const after = this.#text.charAt(from + length);
    const before = this.#text.charAt(from - 1);
    return isLetterOrDigit.test(after) && !/[0-9]/.test(after) && (before === '' || /[\s([{,;+\-*/=&]/.test(before));
  }

  /** ŷ is y with a hat; anything else that is left means nothing. */
  #decomposed(character: string, from: number): void {
    const parts = [...character.normalize('NFD')];
    const letter = letterOfCharacter(parts[0] ?? '');
    const accents = parts.slice(1).map((mark) => combiningAccents.get(mark));
    if (letter === undefined || accents.length === 0 || accents.includes(undefined)) {
      const shown =
        character >= ' ' ? `“${character}”` : `the control character U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
      throw this.source.problem(from, this.#at, {
        ruleId: 'unknown-character',
        message: `${shown} has no meaning in a formula.`,
        fix: 'Write it in LaTeX, Unicode mathematics or plain text, or put explanations after a %.',
      });
    }
    const marks = accents.filter((accent) => accent !== undefined);
    this.#push('letter', letter.name, from, { accents: marks.reverse() });
  }

  #command(): void {
    const from = this.#at;
    const name = /^\\(?:[A-Za-z]+\*?|[^])/u.exec(this.#text.slice(from, from + 200))?.[0].slice(1) ?? '';
    const command = name.length > 1 && name.endsWith('*') && !/^(?:operatorname|tag|hspace|vspace)\*$/.test(name) ? name.slice(0, -1) : name;
    this.#at += 1 + command.length;
    const bare = command.replace(/\*$/, '');
    if (this.macros.has(bare)) return this.#push('command', bare, from);
    if (bare === '\\') return this.#rowBreak(from);
    if (spacing.has(bare)) {
      this.#tight = false;
      return;
    }
    if (bare === 'quad' || bare === 'qquad') return this.#push('sign', 'quad', from);
    if (dropped.has(bare)) return;
    if (droppedWithGroup.has(bare)) return void this.#rawGroup(from);
    if (sizeCommands.has(bare)) return this.#sized(bare, from);
    this.#meaningfulCommand(bare, from);
  }

  #meaningfulCommand(name: string, from: number): void {
    const sign = signCommands.get(name);
    const letter = letterOfCommand(name);
    const fence = sidedFences.get(name);
    if (sign !== undefined) return this.#push('sign', sign, from);
    if (letter !== undefined) return this.#push('letter', letter, from);
    if (fence !== undefined) return this.#push('sign', fence[0], from, { side: fence[1] });
    if (name === '|') return this.#push('sign', '‖', from);
    if (name === '{' || name === '}') return this.#push('sign', `\\${name}`, from);
    if (name === 'begin' || name === 'end') return this.#environment(name, from);
    if (name === 'not') return this.#negated(from);
    const accent = accentCommands.get(name);
    if (accent !== undefined) return this.#push('accent', accent, from);
    const alphabet = alphabetCommands.get(name);
    if (alphabet !== undefined) return this.#push('alphabet', alphabet, from);
    const styling = stylingCommands.get(name);
    if (styling !== undefined) return this.#styled(name, styling, from);
    if (functionWord(name) !== undefined && name !== 'sqrt' && name !== 'frac') return this.#push('text', name, from, { styling: 'operatorname' });
    this.#push('command', name, from);
  }

  /** `\text{…}` is always a word; `\mathrm{…}` and the like only when letters alone are in it. */
  #styled(name: string, styling: string, from: number): void {
    const start = this.#at;
    const always = styling === 'text';
    const content = this.#rawGroup(from, true);
    const isWord =
      content !== undefined &&
      (always ||
        (/^\s*[A-Za-z][A-Za-z \-~_]*$/.test(content) && (content.trim().length > 1 || name !== 'mathbf') && styling !== 'mathbf' && styling !== 'boldsymbol'));
    if (isWord) {
      if (content.trim() !== '')
        this.#push(
          'text',
          content
            .replaceAll('~', ' ')
            .replace(/\\[,;:! ]/g, ' ')
            .trim(),
          from,
          { styling },
        );
      return;
    }
    this.#at = start;
    this.#push('styling', styling, from);
  }

  /** Reads `{…}` as raw text and steps over it; `optional` leaves things alone where there is none. */
  #rawGroup(from: number, optional = false): string | undefined {
    let at = this.#at;
    while (whitespace.test(this.#text.charAt(at))) at++;
    if (this.#text.charAt(at) !== '{') return undefined;
    let depth = 0;
    for (let i = at; i < this.#text.length; i++) {
      const character = this.#text.charAt(i);
      if (character === '\\') i++;
      else if (character === '{') depth++;
      else if (character === '}' && --depth === 0) {
        this.#at = i + 1;
        return this.#text.slice(at + 1, i);
      }
    }
    if (optional) return undefined;
    throw this.source.problem(from, this.#at, { ruleId: 'unbalanced', message: 'The brace after this command is never closed.', fix: 'Close it with }.' });
  }

  #rowBreak(from: number): void {
    const spacingAfter = /^\*?(?:\s*\[-?[\d.]+\s*(?:pt|em|ex|mm|cm|in|mu|\\[a-z]+)\])?/.exec(this.#text.slice(this.#at, this.#at + 40))?.[0] ?? '';
    this.#at += spacingAfter.length;
    this.#push('break', '\\\\', from);
  }

  #environment(kind: 'begin' | 'end', from: number): void {
    const name = this.#rawGroup(from)?.trim().replace(/\*$/, '') ?? '';
    if (kind === 'begin' && name === 'array') this.#rawGroup(from, true);
    this.#push(kind, name, from);
  }

  /** `\not=`, `\not\in`. */
  #negated(from: number): void {
    const match = /^\s*(?:=|\\in\b|\\equiv\b)/.exec(this.#text.slice(this.#at, this.#at + 10));
    if (match === null || !match[0].includes('='))
      throw this.source.problem(from, this.#at, { ruleId: 'unknown-command', message: '\\not is understood before = only.', fix: 'Write \\ne.' });
    this.#at += match[0].length;
    this.#push('sign', '≠', from);
  }

  /** \left and the like: the fence that follows knows its side; `\left.` and `\right.` are fences that are not drawn. */
  #sized(name: string, from: number): void {
    this.#side = name === 'left' || name.endsWith('l') ? 'open' : name === 'right' || name.endsWith('r') ? 'close' : undefined;
    while (whitespace.test(this.#text.charAt(this.#at))) this.#at++;
    const next = this.#text.charAt(this.#at);
    if (next === '.' && this.#side !== undefined) {
      this.#at++;
      return this.#push('sign', this.#side === 'open' ? 'left.' : 'right.', from);
    }
    if (next === '<' || next === '>') {
      this.#at++;
      this.#push('sign', next === '<' ? '⟨' : '⟩', from);
    }
  }
}
