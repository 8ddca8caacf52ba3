/** Lays text out in a terminal: widths as a terminal counts them, filling of lines, boxes. */

/** How words are dressed; the plain styler leaves them as they are. Styled text counts as wide as what it shows. */
export interface Styler {
  strong(text: string): string;
  emphasis(text: string): string;
  muted(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  open(text: string): string;
}

const same = (text: string): string => text;
export const PLAIN_STYLER: Styler = { strong: same, emphasis: same, muted: same, good: same, bad: same, open: same };

/** A word with its clothes; a word never contains a line end. */
export interface Word {
  readonly text: string;
  readonly style: (text: string) => string;
  /** Stands right behind the word before, without a blank. */
  readonly glued: boolean;
}

const ZERO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Columns that a text takes: combining marks none, wide characters two. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += ZERO_WIDTH.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return columns;
}

export function padTo(shown: string, columns: number, width: number, align: 'left' | 'right' | 'center' = 'left'): string {
  const room = Math.max(0, width - columns);
  const before = align === 'right' ? room : align === 'center' ? Math.floor(room / 2) : 0;
  return ' '.repeat(before) + shown + ' '.repeat(room - before);
}

/** A filled line as shown, with the columns it takes. */
export interface TextLine {
  readonly shown: string;
  readonly columns: number;
}

/** Fills lines of at most `width` columns; a single word that is wider is cut. */
export function fillWords(words: readonly Word[], width: number): TextLine[] {
  const lines: TextLine[] = [];
  let current: TextLine = { shown: '', columns: 0 };
  const finish = (): void => {
    lines.push(current);
    current = { shown: '', columns: 0 };
  };
  for (const group of glue(words)) {
    const columns = group.reduce((sum, word) => sum + columnsOf(word.text), 0);
    if (group[0]?.text === '\n') {
      finish();
      continue;
    }
    if (current.columns > 0 && current.columns + 1 + columns > width) finish();
    for (const [index, piece] of cut(group, width).entries()) {
      if (index > 0 && piece.fresh) finish();
      const blank = index === 0 && current.columns > 0 ? ' ' : '';
      current = { shown: current.shown + blank + piece.word.style(piece.word.text), columns: current.columns + blank.length + columnsOf(piece.word.text) };
    }
  }
  if (current.columns > 0 || lines.length === 0) finish();
  return lines;
}

function glue(words: readonly Word[]): Word[][] {
  const groups: Word[][] = [];
  for (const word of words) {
    if (word.glued && groups.length > 0 && groups.at(-1)?.[0]?.text !== '\n') groups.at(-1)?.push(word);
    else groups.push([word]);
  }
  return groups;
}

/** Pieces of a group that is too wide for a line; `fresh` ones begin a line. */
function cut(group: readonly Word[], width: number): { word: Word; fresh: boolean }[] {
  const pieces: { word: Word; fresh: boolean }[] = [];
  let used = 0;
  for (const word of group) {
    let text = '';
    for (const character of word.text) {
      const columns = columnsOf(character);
      if (used + columns > width) {
        if (text !== '') pieces.push({ word: { ...word, text }, fresh: pieces.length > 0 && used === columnsOf(text) });
        text = '';
        used = 0;
        pieces.push({ word: { ...word, text: '' }, fresh: true });
      }
      text += character;
      used += columns;
    }
    pieces.push({ word: { ...word, text }, fresh: false });
  }
  return pieces;
}
