/**
 * The tree that the parser makes of a line of text: what was written, before shapes are known.
 *
 * The parser settles what depends on names alone (which letters belong to a name, what is a power, an index or a label) from a `Lexicon`;
 * whatever depends on shapes (`^T` on a scalar, what `*` means, `δ_ij`) is left to the elaboration. Grouping by the author is kept as a flag.
 */
import type { Region } from '../errors.js';

export type { Region };

// ---------------------------------------------------------------- names

/** How an index or label was written: h_t, h^t, h^{(t)}, h^{<t>}, h[t] (also h^{[t]}), h(t). */
export type ScriptPlace = 'subscript' | 'superscript' | 'parenthesised' | 'angle' | 'bracket' | 'argument';

/** One comma-separated item of a script as text, without spaces and braces: `t-1`, `hh`, `ij`, `raw`, `alpha`. */
export interface ScriptItem {
  readonly place: ScriptPlace;
  readonly text: string;
  readonly region: Region;
}

/** A name as written, normalised over LaTeX, Unicode and plain text, before anyone knows what belongs to it. */
export interface RawName {
  /** `h`, `alpha`, `Whh`, `ell`: Greek letters by their English name. */
  readonly base: string;
  /** Outermost first: `tilde`, `hat`, `bar`, `overrightarrow`, `overleftarrow`, `dot`, … */
  readonly accents: readonly string[];
  /** Belongs to the name: `mathcal`, `mathbb`, `mathfrak`, `mathscr`. */
  readonly alphabet?: string;
  /** Does not belong to the name unless two declared names differ by it: `mathbf`, `boldsymbol`, `mathrm`, `text`, … */
  readonly styling?: string;
  readonly primes: number;
  /** Items of sub- and superscripts in written order (superscripts that are certainly powers or transposes are not here). */
  readonly scripts: readonly ScriptItem[];
  /** `full` in `full.f_t`, when the lexicon knows a model of that name. */
  readonly model?: string;
}

/** A declared name: the stem and the labels that belong to it. `lexiconName` (lexicon.ts) makes one of a RawName. */
export interface LexiconName {
  /** The declaration's key, plain spelling without indices: `W_f'`, `tilde C`, `W^(hh)`. */
  readonly key: string;
  readonly base: string;
  readonly accents: readonly string[];
  readonly alphabet?: string;
  /** Only set where two declared names differ by it. */
  readonly styling?: string;
  readonly primes: number;
  /** Texts of script items that belong to the name, in order; superscripts as `hh`, with their place apart. */
  readonly labels: readonly { readonly place: ScriptPlace; readonly text: string }[];
  /** How many indices (t, layer, …) it is declared with. */
  readonly indexCount: number;
  /** How its indices are written; a plain superscript letter is an index only where this says so or the letter is an index letter. */
  readonly indexPlaces?: readonly ScriptPlace[];
  /** Declared with a function type, by `g(x) = …`, or used as an unspecified loss: `name(…)` is then application. */
  readonly isFunction?: boolean;
  /** Has axes of its own (a vector or matrix), or undefined when unknown yet: `w(i)` is then an entry. */
  readonly hasAxes?: boolean;
}

/** All that the meaning of a text depends on besides the text. */
export interface Lexicon {
  /** Every declared name, any order. */
  readonly names: readonly LexiconName[];
  /** Index letters: t, i, k, … (letters bound by a sum are added inside its body). */
  readonly letters: ReadonlySet<string>;
  /** Sizes and lengths: n, d, T, M. */
  readonly sizes: ReadonlySet<string>;
  /** Names of other models, for `full.f_t`. */
  readonly models?: ReadonlySet<string>;
  readonly dialect: 'default' | 'numpy' | 'matlab';
  /** A product sign made elementwise by the front matter, as written there: `\cdot`, `*`. */
  readonly elementwise?: string;
}

// ---------------------------------------------------------------- expressions

/**
 * Product signs, normalised: `dot` is `\cdot` · •, `times` is `\times` ×, `star` is `*`, `at` is `@`, `hadamard` is `\odot` `\circ` `.*` ∘ ⊙
 * (and whatever the front matter made elementwise), `outer` is `\otimes` ⊗, `divide` is `/` ÷ and `divideEntrywise` is `./` `\oslash`.
 */
export type ProductSign = 'dot' | 'times' | 'star' | 'at' | 'hadamard' | 'outer' | 'divide' | 'divideEntrywise';

/** An index or entry position: `t-1` as an expression with the place it was written in. */
export interface IndexSyntax {
  readonly place: ScriptPlace;
  readonly value: Syntax;
}

/** What a sum or product sign runs over. */
export type Binding =
  /** `\sum_{t=1}^{T}`, `sum(t=1..T, …)`; for products the limits may fall. */
  | { readonly kind: 'range'; readonly letter: string; readonly from: Syntax; readonly to: Syntax }
  /** `\sum_k`, `\sum_{ij}`, `\sum_{i,j}`, `\sum_{k \ne i}`, `\sum_{j \le i}`, `\sum_{1 \le k < t}`; `relation` is a chain about the letter. */
  | { readonly kind: 'letters'; readonly letters: readonly string[]; readonly relation?: RelationChain }
  /** A bare `\sum`. */
  | { readonly kind: 'none' };

export type RelationSign = '=' | ':=' | '≠' | '<' | '≤' | '>' | '≥' | '∈' | '→' | '~' | '≈' | '∝' | '+=' | '-=' | '≡';

/** a = b ≤ c: one left side and every relation that follows. */
export interface RelationChain {
  readonly first: Syntax;
  readonly rest: readonly { readonly sign: RelationSign; readonly signRegion: Region; readonly value: Syntax }[];
}

/** A name where a value is meant. */
export interface NameSyntax {
  readonly kind: 'name';
  readonly raw: RawName;
  /** Key of the declared name it is; absent for an undeclared one. */
  readonly key?: string;
  /** Scripts that are labels of an undeclared name (for a declared one they are in the key). */
  readonly labels: readonly ScriptItem[];
  /**
   * Everything else in its scripts and brackets, in written order: its own indices first come from here, then entries.
   * `h_prev` and `h_next` have a bare name `prev` or `next` here.
   */
  readonly indices: readonly IndexSyntax[];
}

export type SyntaxNode =
  /** Decimal digits as written: `2`, `0.5`, `1e-3`. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'constant'; readonly name: 'pi' | 'e' | 'infinity' }
  | NameSyntax
  /** `dW`, `dh_t` in code: the adjoint of a declared name (when `dW` itself is not declared). `delta` is `\delta W_f` of a declared name. */
  | { readonly kind: 'differential'; readonly spelling: 'd' | 'delta'; readonly of: Syntax }
  | { readonly kind: 'sum'; readonly terms: readonly { readonly sign: 1 | -1; readonly value: Syntax }[] }
  /** Factors written side by side, at least two. */
  | { readonly kind: 'juxtaposition'; readonly factors: readonly Syntax[] }
  /** Written product signs and slashes of one level, to be grouped from the left (or as shapes demand). */
  | {
      readonly kind: 'product';
      readonly first: Syntax;
      readonly rest: readonly { readonly sign: ProductSign; readonly value: Syntax; readonly signRegion: Region }[];
    }
  | { readonly kind: 'fraction'; readonly numerator: Syntax; readonly denominator: Syntax }
  /** `entrywise` for `.^` and `^{\circ k}`. */
  | { readonly kind: 'power'; readonly base: Syntax; readonly exponent: Syntax; readonly entrywise: boolean }
  /** `T` (`^T`, on scalars a power with the length T), `top` (`^\top`, ᵀ, `^\intercal`), `method` (`.T`, `transpose`), `prime` (dialect matlab). */
  | { readonly kind: 'transpose'; readonly of: Syntax; readonly spelling: 'T' | 'top' | 'method' | 'prime' }
  /** `A^{-\top}`, `A^{-T}`. */
  | { readonly kind: 'inverseTranspose'; readonly of: Syntax }
  | { readonly kind: 'root'; readonly of: Syntax; readonly degree?: Syntax }
  | { readonly kind: 'absolute'; readonly of: Syntax }
  /** `‖v‖` with its subscript as text: `2`, `F`, `1`, `infinity`; a power of it is a `power` node around it. */
  | { readonly kind: 'norm'; readonly of: Syntax; readonly subscript?: string }
  | { readonly kind: 'inner'; readonly left: Syntax; readonly right: Syntax }
  | { readonly kind: 'bigOperator'; readonly operator: 'sum' | 'product'; readonly binding: Binding; readonly body: Syntax }
  /**
   * A known function by its standard name (words.ts: `tanh`, `sigmoid`, `softmax`, `diag`, `sum`, `expectation`, `variance`, `stopgrad`, …).
   * `primes` counts derivatives (σ′, σ″); `exponent` is the 2 of `\tanh^2(a)`: the power of the value; `options` are `axis=0`, `keepdims=True`.
   */
  | {
      readonly kind: 'application';
      readonly word: string;
      readonly args: readonly Syntax[];
      readonly primes: number;
      readonly exponent?: Syntax;
      readonly subscript?: Syntax;
      readonly options: readonly { readonly name: string; readonly value: string }[];
      readonly bracketed: boolean;
    }
  /** A declared or unspecified function: f(a), ℓ_t(h_t), φ(x, h), f′(a). */
  | {
      readonly kind: 'call';
      readonly callee: NameSyntax & { readonly region: Region };
      readonly args: readonly Syntax[];
      readonly primes: number;
      readonly exponent?: Syntax;
    }
  /**
   * ∂J/∂W, \frac{d^2 J}{dW dV}, ∇_W J, ∂_w h, ∂^+h/∂W. `of` is absent for a bare `\nabla_W` or the operator ∂/∂W; `by` lists one entry an order.
   * `holding` is what `\left.…\right|_{…}` names.
   */
  | {
      readonly kind: 'derivative';
      readonly of: Syntax | undefined;
      readonly by: readonly Syntax[];
      readonly spelling: 'partial' | 'total' | 'nabla' | 'immediate' | 'differential';
      readonly holding?: readonly Syntax[];
      readonly style: 'fraction' | 'slash' | 'subscript';
    }
  /** `\left. e \right|_{…}` of anything but a derivative. */
  | { readonly kind: 'at'; readonly of: Syntax; readonly conditions: readonly Syntax[] }
  /** [a, b; c, d], [[1,2],[3,4]], \begin{bmatrix}: rows of blocks. `nested` for lists of lists; a `dots` node may be among them. */
  | { readonly kind: 'blocks'; readonly rows: readonly (readonly Syntax[])[]; readonly style: 'list' | 'nested' | 'semicolon' | 'environment' }
  /** … ⋯ ⋮: in blocks, and as a factor of A_T ⋯ A_{t+1}. */
  | { readonly kind: 'dots' }
  /** (a, b): the arguments of a distribution, a pair. */
  | { readonly kind: 'tuple'; readonly items: readonly Syntax[] }
  /** \{0, 1\}. */
  | { readonly kind: 'set'; readonly items: readonly Syntax[] }
  | { readonly kind: 'cases'; readonly branches: readonly { readonly value: Syntax; readonly condition?: RelationChain; readonly otherwise: boolean }[] }
  /** \mathbf{1}, \mathbb{1}, ones(n); a subscript that is a size. */
  | { readonly kind: 'ones' | 'zeros' | 'identity'; readonly sizes: readonly Syntax[] }
  /** \mathbb{1}[i = j], \mathbf{1}_{i = j}. */
  | { readonly kind: 'indicator'; readonly condition: RelationChain }
  /** W[:, 1:n]: a block, from the first place to the last along each axis; an axis that stays whole has none. */
  | { readonly kind: 'slice'; readonly of: Syntax; readonly ranges: readonly { readonly from?: Syntax; readonly to?: Syntax }[] }
  /** [Wh]_i, (A B)_{i,j}, (AB)[i, j]: entries of something that is not a name. */
  | { readonly kind: 'entry'; readonly of: Syntax; readonly positions: readonly IndexSyntax[] };

export type Syntax = SyntaxNode & {
  /** Covers the author's own parentheses too. */
  readonly region: Region;
  /** The author grouped it with these brackets. */
  readonly group?: '(' | '[' | '{';
};

// ---------------------------------------------------------------- statements

/** What follows a shape or an equation after commas: `t = 1, \dots, M`, `input`, `for t < T`, `\tag{3}`. */
export interface Trailer {
  /** `t = 1, …, M`, `i = 1..N`, `t = T, …, 1` (from and to as written). */
  readonly ranges: readonly { readonly letter: string; readonly from: Syntax; readonly to: Syntax; readonly region: Region }[];
  readonly roles: readonly ('input' | 'parameter' | 'constant' | 'computed')[];
  /** `for t < T`, `j \le i`, `1 \le t \le T`. */
  readonly conditions: readonly RelationChain[];
}

/** ℝ^{n × d}, `n x d`, `n`, {0,1}^m: the dimensions one by one as written, `1` included. */
export interface ShapeSyntax {
  readonly set: 'real' | 'binary' | 'natural';
  readonly dims: readonly Syntax[];
  /** ℝ⁺, \mathbb{R}_{>0}: all entries above zero. */
  readonly positive?: boolean;
  readonly region: Region;
}

export type StatementNode =
  /** `x_t, h_t \in \mathbb{R}^n`, `W_f : d x n`. Names carry everything that was written; ranges and roles are in the trailer. */
  | { readonly kind: 'shape'; readonly names: readonly Syntax[]; readonly shape: ShapeSyntax }
  /** `f : \mathbb{R} \to \mathbb{R}`. */
  | { readonly kind: 'functionType'; readonly names: readonly Syntax[]; readonly from: readonly ShapeSyntax[]; readonly to: ShapeSyntax }
  /** `q, k \sim \mathcal{N}(\mu, \sigma^2 I)`; `q ~ (0, 1)` has family `moments`. */
  | { readonly kind: 'distribution'; readonly names: readonly Syntax[]; readonly family: string; readonly args: readonly Syntax[] }
  /** Equations, definitions, inequalities, chains. */
  | { readonly kind: 'relation'; readonly chain: RelationChain }
  /** `A => B`: every premise and the conclusion. */
  | { readonly kind: 'implication'; readonly premises: readonly RelationChain[]; readonly conclusion: readonly RelationChain[] }
  /** A formula alone: a target. */
  | { readonly kind: 'expression'; readonly value: Syntax };

export type Statement = StatementNode & { readonly region: Region; readonly trailer: Trailer };

/** One logical line of a block: its text (physical lines joined by newlines, comments removed) and where its pieces stand in the file. */
export interface Line {
  readonly text: string;
  /** Piece number i starts at UTF-16 offset `offset` of `text` and at this line and column of the file. */
  readonly pieces: readonly { readonly offset: number; readonly line: number; readonly column: number }[];
  readonly region: Region;
  /** Macros that earlier lines of the block (or the sheet) defined. */
  readonly macros: ReadonlyMap<string, Macro>;
}

export interface Macro {
  readonly parameters: number;
  readonly body: string;
}

/** The left side of a line before any name is known: what the model reader collects declared names from. */
export interface LeftSide {
  /** `definition` is `:=`; `other` is a line that has no plain name on its left (an assumption, a question). */
  readonly kind: 'shape' | 'functionType' | 'distribution' | 'equation' | 'definition' | 'other';
  /** The names on the left (several before ∈ or in `[a; b] = …`, whose `isJoin` is set), with all scripts and bracketed arguments as script items. */
  readonly names: readonly { readonly raw: RawName; readonly region: Region }[];
  readonly isJoin: boolean;
  /** Letters the trailer gives a range, e.g. `t` in `, t = 1, …, M`. */
  readonly rangeLetters: readonly string[];
}

// ---------------------------------------------------------------- questions

export type QuestionOption =
  | { readonly kind: 'keep'; readonly names: readonly Syntax[] | 'all' }
  | { readonly kind: 'reach'; readonly reach: 'total' | 'step' | 'immediate' }
  /** `truncated after k`. */
  | { readonly kind: 'truncated'; readonly after: Syntax }
  | { readonly kind: 'hold'; readonly names: readonly Syntax[] }
  | { readonly kind: 'using'; readonly partials: readonly Syntax[] }
  /** `where μ = 0, σ = 1`. */
  | { readonly kind: 'where'; readonly conditions: readonly RelationChain[] }
  /** `, T = 3`, `n = 128`. */
  | { readonly kind: 'value'; readonly name: Syntax; readonly value: Syntax }
  | { readonly kind: 'digits'; readonly digits: number }
  /** `for s` of `solve … for s`. */
  | { readonly kind: 'for'; readonly names: readonly Syntax[] }
  /** `only s_i, c_i`. */
  | { readonly kind: 'only'; readonly names: readonly Syntax[] };

/** A line that asks. `verb` is the leading word (`solve`, `closed`, `bound`, `eigenvalues`, `only`, …) if there is one. */
export interface Question {
  readonly verb?: string;
  /** Absent where the line is options alone (`n = 128, d = 20`). */
  readonly statement?: Statement;
  readonly options: readonly (QuestionOption & { readonly region: Region })[];
  readonly region: Region;
}

/** `plot EXPR against NAME = a..b [for MODEL, …] [where …]`. */
export interface Plot {
  readonly of: Syntax;
  /** `T - t` or a name. */
  readonly against: Syntax;
  readonly from: Syntax;
  readonly to: Syntax;
  readonly models: readonly string[];
  readonly options: readonly (QuestionOption & { readonly region: Region })[];
  readonly region: Region;
}

// ---------------------------------------------------------------- what the parser offers (all throw InputError and nothing else on bad text)
//
//   statements.ts   splitLines(text, start?: {line, column}, macros?): Line[]          a block's text → logical lines
//                   lineOf(text, start?): Line                                         one formula as a line (for -e, tests)
//   parse.ts        readLeftSide(line): LeftSide                                       first pass, needs no lexicon
//                   parseStatement(line, lexicon): Statement                           model, claim, moments, answer lines
//                   parseExpression(line | string, lexicon): Syntax                    one formula
//                   parseRelation(line | string, lexicon): RelationChain               one chain of relations
//   questions.ts    isPlot(line), parsePlot(line, lexicon), parseQuestion(line, lexicon, verbs?)
//   lexicon.ts      emptyLexicon(), lexiconName(raw, isIndex, facts?), plainKey(stem, labels)
