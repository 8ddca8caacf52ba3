/** What single characters and LaTeX symbol commands stand for: letters by name, signs by one spelling, small letters raised or lowered. */

/** A letter of a name, with what its character already says about it. */
export interface LetterMeaning {
  readonly name: string;
  readonly alphabet?: string;
  readonly styling?: string;
}

const greekNames = [
  'alpha',
  'beta',
  'gamma',
  'delta',
  'epsilon',
  'zeta',
  'eta',
  'theta',
  'iota',
  'kappa',
  'lambda',
  'mu',
  'nu',
  'xi',
  'omicron',
  'pi',
  'rho',
  'varsigma',
  'sigma',
  'tau',
  'upsilon',
  'varphi',
  'chi',
  'psi',
  'omega',
] as const;

const capitalise = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** Unicode Greek in order from α (U+03B1) and Α (U+0391). */
const greekLetters: ReadonlyMap<string, string> = new Map([
  ...greekNames.map((name, i): [string, string] => [String.fromCodePoint(0x3b1 + i), name]),
  ...greekNames.map((name, i): [string, string] => [String.fromCodePoint(0x391 + i), capitalise(name)]),
  ['ϵ', 'epsilon'],
  ['ϕ', 'phi'],
  ['φ', 'phi'],
  ['ϑ', 'theta'],
  ['ϱ', 'rho'],
  ['µ', 'mu'],
  ['Φ', 'Phi'],
  ['ε', 'epsilon'],
]);

/** Commands that are one letter; variants of one letter have one name. */
const letterCommands: ReadonlyMap<string, string> = new Map([
  ...greekNames.flatMap((name): [string, string][] => [
    [name, name],
    [capitalise(name), capitalise(name)],
  ]),
  ['phi', 'phi'],
  ['Phi', 'Phi'],
  ['varphi', 'phi'],
  ['varepsilon', 'epsilon'],
  ['vartheta', 'theta'],
  ['varrho', 'rho'],
  ['varkappa', 'kappa'],
  ['ell', 'ell'],
  ['imath', 'i'],
  ['jmath', 'j'],
]);

/** Letters of Unicode's letterlike block; the regular mathematical alphabets are computed. */
const letterlike: ReadonlyMap<string, LetterMeaning> = new Map([
  ['ℓ', { name: 'ell' }],
  ['ı', { name: 'i' }],
  ['ȷ', { name: 'j' }],
  ...[...'ℂ:C ℍ:H ℕ:N ℙ:P ℚ:Q ℝ:R ℤ:Z'.split(' ')].map((pair): [string, LetterMeaning] => [pair.charAt(0), { name: pair.charAt(2), alphabet: 'mathbb' }]),
  ...[...'ℬ:B ℰ:E ℱ:F ℋ:H ℐ:I ℒ:L ℳ:M ℛ:R ℯ:e ℊ:g ℴ:o'.split(' ')].map((pair): [string, LetterMeaning] => [
    pair.charAt(0),
    { name: pair.charAt(2), alphabet: 'mathcal' },
  ]),
  ...[...'ℭ:C ℌ:H ℑ:I ℜ:R ℨ:Z'.split(' ')].map((pair): [string, LetterMeaning] => [pair.charAt(0), { name: pair.charAt(2), alphabet: 'mathfrak' }]),
]);

type AlphabetKind = Pick<LetterMeaning, 'alphabet' | 'styling'>;

/** The blocks of 52 Latin letters from U+1D400 on, in their order. */
const latinBlocks: readonly AlphabetKind[] = [
  { styling: 'mathbf' },
  { styling: 'mathit' },
  { styling: 'boldsymbol' },
  { alphabet: 'mathcal' },
  { alphabet: 'mathcal' },
  { alphabet: 'mathfrak' },
  { alphabet: 'mathbb' },
  { alphabet: 'mathfrak' },
  { styling: 'mathsf' },
  { styling: 'mathsf' },
  { styling: 'mathsf' },
  { styling: 'mathsf' },
  { styling: 'mathtt' },
];

function mathematicalLatin(code: number): LetterMeaning | undefined {
  const offset = code - 0x1d400;
  const kind = offset >= 0 ? latinBlocks[Math.floor(offset / 52)] : undefined;
  if (kind === undefined) return undefined;
  const within = offset % 52;
  return { name: String.fromCodePoint(within < 26 ? 0x41 + within : 0x61 + within - 26), ...kind };
}

/** Bold Greek from U+1D6A8: five blocks of 58; capitals, ∇, small letters, then variants. */
function mathematicalGreek(code: number): LetterMeaning | undefined {
  const within = (code - 0x1d6a8) % 58;
  if (code < 0x1d6a8 || code > 0x1d7cb) return undefined;
  const base = within < 25 ? String.fromCodePoint(0x391 + within) : String.fromCodePoint(0x3b1 + within - 26);
  const name = greekLetters.get(base);
  return name === undefined ? undefined : { name, styling: 'boldsymbol' };
}

/** What a single character means as a letter; undefined for anything else. */
export function letterOfCharacter(character: string): LetterMeaning | undefined {
  const code = character.codePointAt(0) ?? 0;
  if ((code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)) return { name: character };
  if (code < 0x80) return undefined;
  const greek = greekLetters.get(character);
  if (greek !== undefined) return { name: greek };
  return letterlike.get(character) ?? mathematicalLatin(code) ?? mathematicalGreek(code);
}

export const letterOfCommand = (command: string): string | undefined => letterCommands.get(command);

/** Combining marks after a letter, by the accent's name. */
export const combiningAccents: ReadonlyMap<string, string> = new Map([
  ['\u0302', 'hat'],
  ['\u0303', 'tilde'],
  ['\u0304', 'bar'],
  ['\u0305', 'bar'],
  ['\u0307', 'dot'],
  ['\u0308', 'ddot'],
  ['\u030c', 'check'],
  ['\u0306', 'breve'],
  ['\u0301', 'acute'],
  ['\u0300', 'grave'],
  ['\u20d7', 'overrightarrow'],
  ['\u20d6', 'overleftarrow'],
  ['\u20d1', 'overrightarrow'],
  ['\u20d0', 'overleftarrow'],
]);

/** Accent commands, by the accent's name. */
export const accentCommands: ReadonlyMap<string, string> = new Map([
  ['hat', 'hat'],
  ['widehat', 'hat'],
  ['tilde', 'tilde'],
  ['widetilde', 'tilde'],
  ['bar', 'bar'],
  ['overline', 'bar'],
  ['dot', 'dot'],
  ['ddot', 'ddot'],
  ['check', 'check'],
  ['breve', 'breve'],
  ['acute', 'acute'],
  ['grave', 'grave'],
  ['vec', 'vec'],
  ['mathring', 'mathring'],
  ['underline', 'underline'],
  ['overrightarrow', 'overrightarrow'],
  ['overleftarrow', 'overleftarrow'],
]);

/** Accents as words of plain text: `tilde C`, `htilde`. */
export const accentWords: ReadonlySet<string> = new Set(['hat', 'tilde', 'bar', 'dot', 'overrightarrow', 'overleftarrow']);

export const alphabetCommands: ReadonlyMap<string, string> = new Map([
  ['mathcal', 'mathcal'],
  ['mathscr', 'mathcal'],
  ['cal', 'mathcal'],
  ['mathbb', 'mathbb'],
  ['mathds', 'mathbb'],
  ['mathbbm', 'mathbb'],
  ['mathfrak', 'mathfrak'],
]);

export const stylingCommands: ReadonlyMap<string, string> = new Map([
  ['mathbf', 'mathbf'],
  ['boldsymbol', 'boldsymbol'],
  ['bm', 'boldsymbol'],
  ['pmb', 'boldsymbol'],
  ['mathrm', 'mathrm'],
  ['mathit', 'mathit'],
  ['mathsf', 'mathsf'],
  ['mathtt', 'mathtt'],
  ['mathnormal', 'mathnormal'],
  ['text', 'text'],
  ['textbf', 'mathbf'],
  ['textit', 'mathit'],
  ['textrm', 'text'],
  ['texttt', 'mathtt'],
  ['textsf', 'mathsf'],
  ['mbox', 'text'],
  ['operatorname', 'operatorname'],
  ['rm', 'mathrm'],
  ['bf', 'mathbf'],
  ['mathop', 'mathrm'],
]);

const raised = new Map(
  [
    ...'⁰0¹1²2³3⁴4⁵5⁶6⁷7⁸8⁹9⁺+⁻-⁼=⁽(⁾)ᵃaᵇbᶜcᵈdᵉeᶠfᵍgʰhⁱiʲjᵏkˡlᵐmⁿnᵒoᵖpʳrˢsᵗtᵘuᵛvʷwˣxʸyᶻzᵀTᴬAᴮBᴰDᴱEᴳGᴴHᴵIᴶJᴷKᴸLᴹMᴺNᴼOᴾPᴿRᵁUⱽVᵂWᵝβᵞγᵟδᶿθᶥιᵠφᵡχ∗*'.matchAll(
      /(.)(.)/gu,
    ),
  ].map((pair): [string, string] => [pair[1] ?? '', pair[2] ?? '']),
);
raised.delete('∗');
const lowered = new Map(
  [...'₀0₁1₂2₃3₄4₅5₆6₇7₈8₉9₊+₋-₌=₍(₎)ₐaₑeₕhᵢiⱼjₖkₗlₘmₙnₒoₚpᵣrₛsₜtᵤuᵥvₓxᵦβᵧγᵨρᵩφᵪχ'.matchAll(/(.)(.)/gu)].map((pair): [string, string] => [
    pair[1] ?? '',
    pair[2] ?? '',
  ]),
);

/** ² → 2, ᵀ → T: the plain character of a raised one. */
export const raisedCharacters: ReadonlyMap<string, string> = raised;
/** ₜ → t: the plain character of a lowered one. */
export const loweredCharacters: ReadonlyMap<string, string> = lowered;

/** Signs as the parser knows them, from LaTeX commands. */
export const signCommands: ReadonlyMap<string, string> = new Map([
  ['cdot', '·'],
  ['bullet', '·'],
  ['times', '×'],
  ['ast', '*'],
  ['star', '*'],
  ['odot', '⊙'],
  ['circ', '⊙'],
  ['otimes', '⊗'],
  ['div', '/'],
  ['oslash', './'],
  ['le', '≤'],
  ['leq', '≤'],
  ['leqslant', '≤'],
  ['ge', '≥'],
  ['geq', '≥'],
  ['geqslant', '≥'],
  ['lt', '<'],
  ['gt', '>'],
  ['ne', '≠'],
  ['neq', '≠'],
  ['in', '∈'],
  ['to', '→'],
  ['rightarrow', '→'],
  ['longrightarrow', '→'],
  ['mapsto', '→'],
  ['gets', ':='],
  ['leftarrow', ':='],
  ['Rightarrow', '⇒'],
  ['Longrightarrow', '⇒'],
  ['implies', '⇒'],
  ['sim', '~'],
  ['approx', '≈'],
  ['propto', '∝'],
  ['equiv', '≡'],
  ['triangleq', ':='],
  ['coloneqq', ':='],
  ['colon', ':'],
  ['sum', '∑'],
  ['prod', '∏'],
  ['partial', '∂'],
  ['nabla', '∇'],
  ['infty', '∞'],
  ['dots', '…'],
  ['ldots', '…'],
  ['cdots', '…'],
  ['dotsc', '…'],
  ['dotsb', '…'],
  ['dotsm', '…'],
  ['vdots', '…'],
  ['ddots', '…'],
  ['langle', '⟨'],
  ['rangle', '⟩'],
  ['vert', '|'],
  ['mid', '|'],
  ['Vert', '‖'],
  ['prime', "'"],
  ['top', '⊤'],
  ['intercal', '⊤'],
  ['lbrace', '\\{'],
  ['rbrace', '\\}'],
  ['lbrack', '['],
  ['rbrack', ']'],
  ['land', '∧'],
  ['wedge', '∧'],
  ['forall', '∀'],
  ['lparen', '('],
  ['rparen', ')'],
  ['setminus', '∖'],
  ['pm', '±'],
]);

/** The same from Unicode characters. */
export const signCharacters: ReadonlyMap<string, string> = new Map([
  ['·', '·'],
  ['•', '·'],
  ['⋅', '·'],
  ['∙', '·'],
  ['×', '×'],
  ['∗', '*'],
  ['⋆', '*'],
  ['⊙', '⊙'],
  ['∘', '⊙'],
  ['○', '⊙'],
  ['⊗', '⊗'],
  ['÷', '/'],
  ['⊘', './'],
  ['∕', '/'],
  ['⁄', '/'],
  ['−', '-'],
  ['–', '-'],
  ['≤', '≤'],
  ['⩽', '≤'],
  ['≥', '≥'],
  ['⩾', '≥'],
  ['≠', '≠'],
  ['∈', '∈'],
  ['→', '→'],
  ['⟶', '→'],
  ['↦', '→'],
  ['←', ':='],
  ['⇒', '⇒'],
  ['⟹', '⇒'],
  ['∼', '~'],
  ['≈', '≈'],
  ['∝', '∝'],
  ['≡', '≡'],
  ['≔', ':='],
  ['≜', ':='],
  ['∑', '∑'],
  ['∏', '∏'],
  ['∂', '∂'],
  ['∇', '∇'],
  ['∞', '∞'],
  ['…', '…'],
  ['⋯', '…'],
  ['⋮', '…'],
  ['⋱', '…'],
  ['⟨', '⟨'],
  ['⟩', '⟩'],
  ['∣', '|'],
  ['‖', '‖'],
  ['∥', '‖'],
  ['′', "'"],
  ['’', "'"],
  ['ʹ', "'"],
  ['⊤', '⊤'],
  ['√', '√'],
  ['∧', '∧'],
  ['∀', '∀'],
  ['±', '±'],
  ['∖', '∖'],
]);
