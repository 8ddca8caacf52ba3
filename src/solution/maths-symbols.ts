/**
 * The symbols that mathematics in a document may consist of: LaTeX command, Unicode text and spacing class of each.
 *
 * It is the whitelist too. What is not in this table or in the grammar of `maths-tree.ts` reaches no output as TeX.
 */

export type SymbolClass = 'ordinary' | 'operator' | 'function' | 'binary' | 'relation' | 'open' | 'close' | 'punctuation' | 'space';

export interface MathsSymbol {
  /** As printed in LaTeX: a command of amsmath, amssymb and KaTeX alike, or one character. */
  readonly latex: string;
  readonly text: string;
  readonly symbolClass: SymbolClass;
}

const ORDINARY =
  'alpha α,beta β,gamma γ,delta δ,epsilon ϵ,varepsilon ε,zeta ζ,eta η,theta θ,vartheta ϑ,iota ι,kappa κ,lambda λ,mu μ,nu ν,xi ξ,pi π,varpi ϖ,rho ρ,varrho ϱ,sigma σ,varsigma ς,tau τ,upsilon υ,phi ϕ,varphi φ,chi χ,psi ψ,omega ω,' +
  'Gamma Γ,Delta Δ,Theta Θ,Lambda Λ,Xi Ξ,Pi Π,Sigma Σ,Upsilon Υ,Phi Φ,Psi Ψ,Omega Ω,ell ℓ,partial ∂,nabla ∇,infty ∞,hbar ℏ,imath ı,jmath ȷ,emptyset ∅,varnothing ∅,forall ∀,exists ∃,neg ¬,lnot ¬,top ⊤,bot ⊥,Re ℜ,Im ℑ,aleph ℵ,' +
  'ldots …,dots …,dotsc …,dotsb ⋯,cdots ⋯,vdots ⋮,ddots ⋱,checkmark ✓,square □,blacksquare ■,angle ∠,triangle △,prime ′,degree °';
const OPERATORS = 'sum Σ,prod ∏,coprod ∐,int ∫,iint ∬,oint ∮,bigoplus ⨁,bigotimes ⨂,bigodot ⨀,bigcup ⋃,bigcap ⋂,bigvee ⋁,bigwedge ⋀';
const BINARY =
  'circ ∘,odot ⊙,otimes ⊗,oplus ⊕,ominus ⊖,oslash ⊘,times ×,cdot ·,div ÷,pm ±,mp ∓,ast ∗,star ⋆,wedge ∧,land ∧,vee ∨,lor ∨,cap ∩,cup ∪,setminus ∖,bullet •,dagger †';
const RELATIONS =
  'le ≤,leq ≤,ge ≥,geq ≥,lt <,gt >,ne ≠,neq ≠,approx ≈,equiv ≡,sim ∼,simeq ≃,cong ≅,propto ∝,to →,rightarrow →,leftarrow ←,gets ←,leftrightarrow ↔,Rightarrow ⇒,Leftarrow ⇐,Leftrightarrow ⇔,iff ⇔,implies ⇒,mapsto ↦,longrightarrow ⟶,longleftarrow ⟵,Longrightarrow ⟹,' +
  'uparrow ↑,downarrow ↓,in ∈,notin ∉,ni ∋,subset ⊂,subseteq ⊆,supset ⊃,supseteq ⊇,ll ≪,gg ≫,mid ∣,parallel ∥,perp ⊥,prec ≺,succ ≻,triangleq ≜,doteq ≐,vdash ⊢,models ⊨,lesssim ≲,gtrsim ≳,colon :';
const OPEN = 'langle ⟨,lvert |,lVert ‖,lfloor ⌊,lceil ⌈,lbrace {,lbrack [';
const CLOSE = 'rangle ⟩,rvert |,rVert ‖,rfloor ⌋,rceil ⌉,rbrace },rbrack ]';
const FUNCTIONS =
  'arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup ln log max min Pr sec sin sinh sup tan tanh';
/** Functions and operators whose limits stand below in display style. */
export const FUNCTIONS_WITH_LIMITS: ReadonlySet<string> = new Set(
  ['det', 'gcd', 'inf', 'lim', 'liminf', 'limsup', 'max', 'min', 'Pr', 'sup'].map((name) => `\\${name}`),
);

type Entry = readonly [string, MathsSymbol];

const listed = (list: string, symbolClass: SymbolClass): Entry[] =>
  list.split(',').map((entry) => {
    const [name = '', text = ''] = entry.split(' ');
    return [`\\${name}`, { latex: `\\${name}`, text, symbolClass }];
  });

const spelled = (spelling: string, latex: string, text: string, symbolClass: SymbolClass): Entry => [spelling, { latex, text, symbolClass }];

const OTHERS: readonly Entry[] = [
  spelled('\\|', '\\Vert', '‖', 'ordinary'),
  spelled('\\Vert', '\\Vert', '‖', 'ordinary'),
  spelled('\\vert', '\\vert', '|', 'ordinary'),
  spelled('|', '|', '|', 'ordinary'),
  spelled('\\{', '\\{', '{', 'open'),
  spelled('\\}', '\\}', '}', 'close'),
  spelled('(', '(', '(', 'open'),
  spelled(')', ')', ')', 'close'),
  spelled('[', '[', '[', 'open'),
  spelled(']', ']', ']', 'close'),
  spelled('+', '+', '+', 'binary'),
  spelled('-', '-', '−', 'binary'),
  spelled('−', '-', '−', 'binary'),
  spelled('*', '*', '∗', 'binary'),
  spelled('/', '/', '/', 'ordinary'),
  spelled('=', '=', '=', 'relation'),
  spelled('<', '<', '<', 'relation'),
  spelled('>', '>', '>', 'relation'),
  spelled(':', ':', ':', 'relation'),
  spelled('\\coloneqq', ':=', ':=', 'relation'),
  spelled('\\leadsto', '\\leadsto', '⇝', 'relation'),
  spelled(',', ',', ',', 'punctuation'),
  spelled(';', ';', ';', 'punctuation'),
  spelled('.', '.', '.', 'ordinary'),
  spelled('!', '!', '!', 'ordinary'),
  spelled('?', '?', '?', 'ordinary'),
  spelled('"', "''", '″', 'ordinary'),
  spelled('\\%', '\\%', '%', 'ordinary'),
  spelled('\\&', '\\&', '&', 'ordinary'),
  spelled('\\#', '\\#', '#', 'ordinary'),
  spelled('\\$', '\\$', '$', 'ordinary'),
  spelled('\\_', '\\_', '_', 'ordinary'),
  spelled('@', '@', '@', 'ordinary'),
  spelled('\\,', '\\,', ' ', 'space'),
  spelled('\\:', '\\:', ' ', 'space'),
  spelled('\\;', '\\;', ' ', 'space'),
  spelled('\\!', '\\!', '', 'space'),
  spelled('\\ ', '\\ ', ' ', 'space'),
  spelled('~', '~', ' ', 'space'),
  spelled('\\quad', '\\quad', '   ', 'space'),
  spelled('\\qquad', '\\qquad', '      ', 'space'),
  spelled('\\thinspace', '\\,', ' ', 'space'),
  spelled('\\bmod', '\\bmod', 'mod', 'binary'),
  spelled('\\lVert', '\\lVert', '‖', 'open'),
  spelled('\\rVert', '\\rVert', '‖', 'close'),
];

const BY_SPELLING: ReadonlyMap<string, MathsSymbol> = new Map<string, MathsSymbol>([
  ...listed(ORDINARY, 'ordinary').filter(([name]) => name !== '\\degree'),
  ...listed(OPERATORS, 'operator'),
  ...listed(BINARY, 'binary'),
  ...listed(RELATIONS, 'relation'),
  ...listed(OPEN, 'open'),
  ...listed(CLOSE, 'close'),
  ...FUNCTIONS.split(' ').map((name): Entry => [`\\${name}`, { latex: `\\${name}`, text: name, symbolClass: 'function' }]),
  ...OTHERS,
]);

/** Unicode characters people type, as the symbols they mean. The first command with a text wins. */
const BY_CHARACTER: ReadonlyMap<string, MathsSymbol> = new Map<string, MathsSymbol>([
  ...[...BY_SPELLING.values()]
    .filter((symbol) => /^[^\x00-\x7f]$/u.test(symbol.text))
    .reverse()
    .map((symbol): Entry => [symbol.text, symbol]),
  spelled('∑', '\\sum', 'Σ', 'operator'),
  spelled('Σ', '\\Sigma', 'Σ', 'ordinary'),
  spelled('⋅', '\\cdot', '·', 'binary'),
  spelled('·', '\\cdot', '·', 'binary'),
  spelled('ℝ', '\\mathbb{R}', 'ℝ', 'ordinary'),
  spelled('𝔼', '\\mathbb{E}', '𝔼', 'ordinary'),
  spelled('ᵀ', '{}^{\\top}', 'ᵀ', 'ordinary'),
  spelled('²', '{}^{2}', '²', 'ordinary'),
  spelled('ε', '\\varepsilon', 'ε', 'ordinary'),
  spelled('⊥', '\\perp', '⊥', 'relation'),
  spelled('∅', '\\emptyset', '∅', 'ordinary'),
]);

/** The symbol of a command with its backslash, or of a character; undefined when it is not allowed. */
export function mathsSymbol(spelling: string): MathsSymbol | undefined {
  const known = BY_SPELLING.get(spelling) ?? BY_CHARACTER.get(spelling);
  if (known !== undefined) return known;
  return /^[A-Za-z0-9]$/.test(spelling) ? { latex: spelling, text: spelling, symbolClass: 'ordinary' } : undefined;
}

/** The symbol a Unicode character stands for, for text that is set in LaTeX: `∂` as \partial. */
export function symbolOfCharacter(character: string): MathsSymbol | undefined {
  return BY_CHARACTER.get(character);
}
