/** Tables from LaTeX to Typst mathematics: characters, classes, accents, alphabets, delimiters and lengths. */

/** What KaTeX writes for a command, where Latin Modern Math has a better character. */
export const preferredCharacters: Readonly<Record<string, string>> = {
  '∥': '‖',
  '\u2212': '−',
  '⋯': '⋯',
  '\u20d1': '⇀',
};

/** Typst's own class of these characters is the one LaTeX gives them; all others of a class are wrapped in it. */
export const agreeing: Readonly<Record<string, string>> = {
  rel: '=<>≤≥∈∉→←↦≈∼≡≠∝≪≫⊂⊆⊃⊇≜⟶⟵',
  bin: '+−×⋅∘⊙∗⊗⊕±∓',
  open: '([{⟨⌊⌈',
  close: ')]}⟩⌋⌉',
  punct: ',;',
  inner: '…⋯⋮⋱',
};

/** KaTeX's families and classes as Typst's. */
export const classes: Readonly<Record<string, string>> = {
  rel: 'relation',
  bin: 'binary',
  open: 'opening',
  close: 'closing',
  punct: 'punctuation',
  inner: 'normal',
  mord: 'normal',
  mrel: 'relation',
  mbin: 'binary',
  mopen: 'opening',
  mclose: 'closing',
  mpunct: 'punctuation',
  minner: 'normal',
  mop: 'large',
};

/** Accent commands as combining characters. */
export const accents: Readonly<Record<string, string>> = {
  '\\hat': '\u0302',
  '\\widehat': '\u0302',
  '\\check': '\u030c',
  '\\widecheck': '\u030c',
  '\\tilde': '\u0303',
  '\\widetilde': '\u0303',
  '\\bar': '\u0304',
  '\\dot': '\u0307',
  '\\ddot': '\u0308',
  '\\breve': '\u0306',
  '\\acute': '\u0301',
  '\\grave': '\u0300',
  '\\mathring': '\u030a',
  '\\vec': '\u20d7',
  '\\overrightarrow': '\u20d7',
  '\\overleftarrow': '\u20d6',
  '\\overleftrightarrow': '\u20e1',
};

/** Fonts as nested Typst functions, outermost first. */
export const alphabets: Readonly<Record<string, readonly string[]>> = {
  mathrm: ['upright'],
  mathit: ['italic'],
  mathnormal: [],
  mathbf: ['upright', 'bold'],
  boldsymbol: ['bold'],
  mathbb: ['bb'],
  mathcal: ['cal'],
  mathscr: ['cal'],
  mathfrak: ['frak'],
  mathsf: ['sans'],
  mathsfit: ['italic', 'sans'],
  mathtt: ['mono'],
};

/** Fonts of \text and its relatives. */
export const textFonts: Readonly<Record<string, readonly string[]>> = {
  '\\text': [],
  '\\textrm': [],
  '\\textnormal': [],
  '\\textup': [],
  '\\textmd': [],
  '\\textbf': ['bold'],
  '\\textit': ['italic'],
  '\\emph': ['italic'],
  '\\textsf': ['sans'],
  '\\texttt': ['mono'],
};

/** Symbols that take limits or scripts; those named in `\operatorname` fashion are spelt by their command. */
export const largeSymbols: Readonly<Record<string, string>> = {
  '\\sum': '∑',
  '\\prod': '∏',
  '\\coprod': '∐',
  '\\int': '∫',
  '\\iint': '∬',
  '\\iiint': '∭',
  '\\oint': '∮',
  '\\bigcup': '⋃',
  '\\bigcap': '⋂',
  '\\bigvee': '⋁',
  '\\bigwedge': '⋀',
  '\\bigoplus': '⨁',
  '\\bigotimes': '⨂',
  '\\bigodot': '⨀',
  '\\biguplus': '⨄',
  '\\bigsqcup': '⨆',
  '\\smallint': '∫',
};

export const operatorNames: Readonly<Record<string, string>> = { '\\limsup': 'lim sup', '\\liminf': 'lim inf', '\\injlim': 'inj lim', '\\projlim': 'proj lim' };

/** Delimiters after \left, \right, \middle and \big; null is an empty one. */
export const delimiters: Readonly<Record<string, string | null>> = {
  '.': null,
  '(': '(',
  ')': ')',
  '[': '[',
  ']': ']',
  '\\lbrack': '[',
  '\\rbrack': ']',
  '\\{': '{',
  '\\}': '}',
  '\\lbrace': '{',
  '\\rbrace': '}',
  '<': '⟨',
  '>': '⟩',
  '\\lt': '⟨',
  '\\gt': '⟩',
  '⟨': '⟨',
  '⟩': '⟩',
  '\\langle': '⟨',
  '\\rangle': '⟩',
  '|': '|',
  '\\vert': '|',
  '\\lvert': '|',
  '\\rvert': '|',
  '\\|': '‖',
  '\\Vert': '‖',
  '\\lVert': '‖',
  '\\rVert': '‖',
  '∥': '‖',
  '\\lfloor': '⌊',
  '\\rfloor': '⌋',
  '\\lceil': '⌈',
  '\\rceil': '⌉',
  '/': '/',
  '\\backslash': '\\',
  '\\uparrow': '↑',
  '\\downarrow': '↓',
};

export const arrows: Readonly<Record<string, string>> = {
  '\\xrightarrow': '→',
  '\\xleftarrow': '←',
  '\\xleftrightarrow': '↔',
  '\\xRightarrow': '⇒',
  '\\xLeftarrow': '⇐',
  '\\xmapsto': '↦',
};

/** Styles of KaTeX as functions of Typst. */
export const styles: Readonly<Record<string, string>> = { display: 'display', text: 'inline', script: 'script', scriptscript: 'sscript' };

/** em per unit of TeX, at the size of the formula (10 pt to the em). */
export const ems: Readonly<Record<string, number>> = {
  em: 1,
  mu: 1 / 18,
  ex: 0.431,
  pt: 0.1,
  bp: 0.10038,
  mm: 0.2845,
  cm: 2.845,
  in: 7.227,
  pc: 1.2,
  dd: 0.107,
  cc: 1.284,
  sp: 0.1 / 65536,
};

/** Multipliers of \tiny … \Huge, by KaTeX's number of the size. */
export const sizeFactors: readonly number[] = [0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.2, 1.44, 1.728, 2.074, 2.488];
