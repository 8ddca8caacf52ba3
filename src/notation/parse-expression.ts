/** The precedence levels of a formula, one function each: relation chain, sum, written product signs, juxtaposition, factor. */
import { parseAtom, startsFactor } from './parse-atoms.js';
import { postfix } from './parse-postfix.js';
import type { Reader } from './reader.js';
import type { ProductSign, RelationChain, RelationSign, Syntax } from './syntax.js';

const relationSigns: ReadonlyMap<string, RelationSign> = new Map<string, RelationSign>([
  ['=', '='],
  [':=', ':='],
  ['≠', '≠'],
  ['<', '<'],
  ['≤', '≤'],
  ['>', '>'],
  ['≥', '≥'],
  ['∈', '∈'],
  ['→', '→'],
  ['~', '~'],
  ['≈', '≈'],
  ['∝', '∝'],
  ['+=', '+='],
  ['-=', '-='],
  ['≡', '≡'],
]);

const productSigns: ReadonlyMap<string, ProductSign> = new Map<string, ProductSign>([
  ['·', 'dot'],
  ['×', 'times'],
  ['*', 'star'],
  ['@', 'at'],
  ['⊙', 'hadamard'],
  ['⊗', 'outer'],
  ['/', 'divide'],
  ['./', 'divideEntrywise'],
]);

/** The relation sign at hand, if it is one. */
export function relationAt(r: Reader, offset = 0): RelationSign | undefined {
  const token = r.peek(offset);
  return token?.kind === 'sign' ? relationSigns.get(token.text) : undefined;
}

/** a = b ≤ c, as far as it goes; at least one relation. */
export function parseChain(r: Reader): RelationChain {
  const first = parseSum(r);
  const rest: { sign: RelationSign; signRegion: RelationChain['rest'][number]['signRegion']; value: Syntax }[] = [];
  for (let sign = relationAt(r); sign !== undefined; sign = relationAt(r)) {
    const signRegion = r.region(r.at, r.at + 1);
    r.at++;
    rest.push({ sign, signRegion, value: parseSum(r) });
  }
  if (rest.length === 0)
    throw r.done
      ? r.problem({ ruleId: 'unexpected-end', message: 'A relation such as = or ≤ is missing.', fix: 'Write what is equal to what.' })
      : r.unexpected();
  return { first, rest };
}

function signAt(r: Reader): 1 | -1 | undefined {
  return r.isSign('+') ? 1 : r.isSign('-') ? -1 : undefined;
}

/** Terms with + and − between them. */
export function parseSum(r: Reader): Syntax {
  return r.nested(() => {
    const start = r.at;
    const leading = signAt(r);
    if (leading !== undefined) r.at++;
    const terms: { sign: 1 | -1; value: Syntax }[] = [{ sign: leading ?? 1, value: parseProduct(r) }];
    for (let sign = signAt(r); sign !== undefined; sign = signAt(r)) {
      r.at++;
      terms.push({ sign, value: parseProduct(r) });
    }
    const [only] = terms;
    return terms.length === 1 && only !== undefined && leading === undefined ? only.value : r.node(start, { kind: 'sum', terms });
  });
}

/** The product sign at hand, with the sign that the front matter made elementwise. */
function productSignAt(r: Reader): ProductSign | undefined {
  const token = r.peek();
  if (token?.kind !== 'sign') return undefined;
  const sign = productSigns.get(token.text);
  if (sign === undefined || r.lexicon.elementwise === undefined || sign === 'divide') return sign;
  return elementwiseSign(r.lexicon.elementwise) === sign ? 'hadamard' : sign;
}

function elementwiseSign(spelling: string): ProductSign | undefined {
  const signs: Readonly<Record<string, ProductSign>> = {
    '\\cdot': 'dot',
    '·': 'dot',
    '⋅': 'dot',
    '\\times': 'times',
    '×': 'times',
    '*': 'star',
    '\\ast': 'star',
    '@': 'at',
    '\\otimes': 'outer',
    '⊗': 'outer',
  };
  return signs[spelling.trim()];
}

/** Written product signs and slashes, kept flat. */
export function parseProduct(r: Reader): Syntax {
  const start = r.at;
  const first = parseSigned(r);
  const rest: { sign: ProductSign; value: Syntax; signRegion: Syntax['region'] }[] = [];
  for (let sign = productSignAt(r); sign !== undefined; sign = productSignAt(r)) {
    const signRegion = r.region(r.at, r.at + 1);
    r.at++;
    rest.push({ sign, value: parseSigned(r), signRegion });
  }
  return rest.length === 0 ? first : r.node(start, { kind: 'product', first, rest });
}

/** a · −b: a sign directly after a product sign. */
function parseSigned(r: Reader): Syntax {
  const sign = signAt(r);
  if (sign === undefined) return parseJuxtaposition(r);
  const start = r.at++;
  const value = r.nested(() => parseSigned(r));
  return r.node(start, { kind: 'sum', terms: [{ sign, value }] });
}

/** Factors side by side. */
export function parseJuxtaposition(r: Reader): Syntax {
  const start = r.at;
  const factors: Syntax[] = [parseFactor(r)];
  while (startsFactor(r)) factors.push(parseFactor(r));
  const [only] = factors;
  return factors.length === 1 && only !== undefined ? only : r.node(start, { kind: 'juxtaposition', factors });
}

/** An atom with all that is written behind and above it. */
export function parseFactor(r: Reader): Syntax {
  return r.nested(() => {
    const start = r.at;
    return postfix(r, start, parseAtom(r));
  });
}
