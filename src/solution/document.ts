/**
 * The worked solution as data: typed blocks from which LaTeX, HTML, PDF, Markdown, text and JSON are all rendered.
 *
 * Nothing here knows a format. Every formula carries its LaTeX (for LaTeX, HTML and PDF) and its Unicode text (for terminals, Markdown fallbacks and alt texts).
 */

export interface Mathematics {
  readonly latex: string;
  readonly text: string;
}

export type Inline =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'math'; readonly math: Mathematics }
  | { readonly type: 'strong' | 'emphasis'; readonly children: readonly Inline[] }
  | { readonly type: 'code'; readonly text: string }
  | { readonly type: 'link'; readonly href: string; readonly children: readonly Inline[] }
  | { readonly type: 'lineBreak' };

/** One line of a displayed derivation: `left relation right`, aligned at the relation; a continuation line leaves `left` out. */
export interface EquationLine {
  readonly left?: Mathematics;
  readonly relation: string;
  readonly right: Mathematics;
  /** Why this line follows from the one before: the rule the engine applied. */
  readonly reason?: readonly Inline[];
  /** Shape of the value: n × d. */
  readonly shape?: Mathematics;
  /** Equation number, when other lines refer to it. */
  readonly number?: number;
  readonly mark?: 'proved' | 'checked' | 'agrees' | 'refuted' | 'ill-shaped' | 'unreadable' | 'undecided' | 'carried';
}

export interface TableCell {
  readonly content: readonly Inline[];
}

export type Block =
  | { readonly type: 'heading'; readonly level: 1 | 2 | 3; readonly content: readonly Inline[] }
  | { readonly type: 'paragraph'; readonly content: readonly Inline[] }
  | { readonly type: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Block[])[] }
  | { readonly type: 'quote'; readonly blocks: readonly Block[] }
  | { readonly type: 'codeBlock'; readonly language: string; readonly text: string }
  | { readonly type: 'equations'; readonly lines: readonly EquationLine[] }
  /** A boxed result. */
  | { readonly type: 'result'; readonly lines: readonly EquationLine[] }
  | {
      readonly type: 'table';
      readonly caption?: readonly Inline[];
      readonly align: readonly ('left' | 'right' | 'center')[];
      readonly header: readonly TableCell[];
      readonly rows: readonly (readonly TableCell[])[];
    }
  | {
      readonly type: 'figure';
      readonly scene: Scene;
      readonly caption: readonly Inline[] /** What the figure shows, in words, for those who cannot see it. */;
      readonly alternative: string;
    }
  /** `slip`: something wrong in a source document or an answer; `assumption`: what the result rests on; `remark`: the rest. */
  | { readonly type: 'callout'; readonly kind: 'assumption' | 'remark' | 'slip'; readonly title: readonly Inline[]; readonly blocks: readonly Block[] };

/** A part of the solution that answers one block of the sheet, or one of the fixed parts (statement, notation, check). */
export interface Section {
  readonly kind:
    | 'statement'
    | 'conventions'
    | 'notation'
    | 'model'
    | 'derive'
    | 'paths'
    | 'evaluate'
    | 'check'
    | 'claim'
    | 'moments'
    | 'spectrum'
    | 'count'
    | 'answer'
    | 'prose'
    | 'provenance'
    | 'code';
  readonly title: readonly Inline[];
  readonly blocks: readonly Block[];
}

export interface Totals {
  readonly formulas: number;
  readonly proved: number;
  readonly checked: number;
  readonly slips: number;
}

export interface SolutionDocument {
  readonly schema: 'chainrule/solve/1';
  readonly title: readonly Inline[];
  readonly source?: string;
  readonly language: 'en';
  readonly sections: readonly Section[];
  readonly totals: Totals;
  /** Version, seed and sizes: what is needed to make the same document again. No dates, so that equal input gives equal bytes. */
  readonly provenance: string;
}

// ── figures ──────────────────────────────────────────────────────────────────────────────────────────────────────────
// One scene is drawn to SVG (HTML), TikZ (LaTeX) and Typst (PDF); labels are real mathematics in each.
// Units are points (1/72 inch), x to the right, y downwards, origin at the top left. A scene is at most 430 pt wide.

export type Ink = 'ink' | 'muted' | 'grid' | 'state' | 'gate' | 'operation' | 'input' | 'loss' | 'series1' | 'series2' | 'series3' | 'series4' | 'highlight';

export type SceneItem =
  | {
      readonly type: 'line';
      readonly points: readonly (readonly [number, number])[];
      readonly stroke: Ink;
      readonly width: number;
      readonly dash?: boolean;
      readonly arrow?: boolean /** Smooth curve through the points. */;
      readonly curved?: boolean;
    }
  | {
      readonly type: 'rectangle';
      readonly x: number;
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly radius: number;
      readonly stroke: Ink;
      readonly fill?: Ink;
    }
  | { readonly type: 'circle'; readonly x: number; readonly y: number; readonly radius: number; readonly stroke: Ink; readonly fill?: Ink }
  | {
      readonly type: 'label';
      readonly x: number;
      readonly y: number;
      readonly anchor: 'start' | 'middle' | 'end';
      readonly content: Inline;
      readonly size: number;
      readonly ink: Ink;
    };

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly items: readonly SceneItem[];
}
