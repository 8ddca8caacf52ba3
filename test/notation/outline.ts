/** Syntax as one line of text, so that a test shows at a glance how something was read: `?x` is undeclared, `<a b>` a product, `(` a group. */
import { emptyLexicon, lexiconName } from '../../src/notation/lexicon.js';
import { readLeftSide } from '../../src/notation/parse.js';
import { lineOf } from '../../src/notation/statements.js';
import type { Binding, Lexicon, LexiconName, NameSyntax, Question, RelationChain, Statement, Syntax, Trailer } from '../../src/notation/syntax.js';

/** A lexicon of names written as on a left side; t (and whatever `letters` adds) makes an index. */
export function lexiconOf(names: string, options: Partial<Lexicon> & { functions?: string } = {}): Lexicon {
  const letters = options.letters ?? new Set(['t', 'k', 'j']);
  const read = (spelling: string, isFunction: boolean): LexiconName[] =>
    readLeftSide(lineOf(`${spelling} : n`)).names.map(({ raw }) => lexiconName(raw, (item) => letters.has(item.text), isFunction ? { isFunction } : {}));
  const all = names
    .split(/\s+/)
    .filter(Boolean)
    .flatMap((spelling) => read(spelling, false));
  const functions = (options.functions ?? '')
    .split(/\s+/)
    .filter(Boolean)
    .flatMap((spelling) => read(spelling, true));
  return { ...emptyLexicon(), sizes: new Set(['T', 'n', 'd', 'm']), ...options, letters, names: [...all, ...functions] };
}

const list = (items: readonly Syntax[]): string => items.map(outline).join(', ');

function nameOutline(name: NameSyntax): string {
  const labels = name.labels.length > 0 ? `_${name.labels.map((label) => label.text).join(',')}` : '';
  const stem =
    name.key ??
    `?${[...name.raw.accents, ...(name.raw.alphabet === undefined ? [] : [name.raw.alphabet]), name.raw.base].join(' ')}${labels}${"'".repeat(name.raw.primes)}`;
  const indices = name.indices.length > 0 ? `[${name.indices.map((index) => outline(index.value).replace(/\?/g, '')).join(',')}]` : '';
  return `${name.raw.model === undefined ? '' : `${name.raw.model}.`}${stem}${indices}`;
}

function bindingOutline(binding: Binding): string {
  switch (binding.kind) {
    case 'range':
      return `${binding.letter}=${outline(binding.from)}..${outline(binding.to)}`;
    case 'letters':
      return binding.letters.join(',') + (binding.relation === undefined ? '' : ` | ${chainOutline(binding.relation)}`);
    case 'none':
      return '';
  }
}

export const chainOutline = (chain: RelationChain): string => outline(chain.first) + chain.rest.map((part) => ` ${part.sign} ${outline(part.value)}`).join('');

export function outline(syntax: Syntax): string {
  const text = bare(syntax);
  return syntax.group === undefined ? text : `${syntax.group}${text}${{ '(': ')', '[': ']', '{': '}' }[syntax.group]}`;
}

function bare(s: Syntax): string {
  switch (s.kind) {
    case 'number':
      return s.text;
    case 'constant':
      return `#${s.name}`;
    case 'name':
      return nameOutline(s);
    case 'differential':
      return `${s.spelling}:${outline(s.of)}`;
    case 'sum':
      return s.terms.map(({ sign, value }, i) => (sign < 0 ? '- ' : i > 0 ? '+ ' : '') + outline(value)).join(' ');
    case 'juxtaposition':
      return `<${s.factors.map(outline).join(' ')}>`;
    case 'product':
      return `<${outline(s.first)}${s.rest.map((part) => ` ${part.sign} ${outline(part.value)}`).join('')}>`;
    case 'fraction':
      return `frac{${outline(s.numerator)} over ${outline(s.denominator)}}`;
    case 'power':
      return `${outline(s.base)}${s.entrywise ? '.' : ''}^{${outline(s.exponent)}}`;
    case 'transpose':
      return `${outline(s.of)}^${s.spelling}`;
    case 'inverseTranspose':
      return `${outline(s.of)}^-T`;
    case 'root':
      return `root${s.degree === undefined ? '' : `[${outline(s.degree)}]`}{${outline(s.of)}}`;
    case 'absolute':
      return `|${outline(s.of)}|`;
    case 'norm':
      return `‖${outline(s.of)}‖${s.subscript ?? ''}`;
    case 'inner':
      return `⟨${outline(s.left)}, ${outline(s.right)}⟩`;
    case 'bigOperator':
      return `${s.operator}{${bindingOutline(s.binding)}}{${outline(s.body)}}`;
    case 'application':
      return `${s.word}${"'".repeat(s.primes)}${s.exponent === undefined ? '' : `^${outline(s.exponent)}`}${s.bracketed ? '' : '~'}(${list(s.args)}${s.options.map((option) => `; ${option.name}=${option.value}`).join('')})`;
    case 'call':
      return `call ${outline(s.callee)}${"'".repeat(s.primes)}(${list(s.args)})`;
    case 'derivative':
      return `${s.spelling}{${s.of === undefined ? '' : outline(s.of)} / ${list(s.by)}${s.holding === undefined ? '' : ` | ${list(s.holding)}`}}`;
    case 'at':
      return `at{${outline(s.of)} | ${list(s.conditions)}}`;
    case 'blocks':
      return `${s.style}[${s.rows.map(list).join('; ')}]`;
    case 'dots':
      return '…';
    case 'tuple':
      return `tuple(${list(s.items)})`;
    case 'set':
      return `set(${list(s.items)})`;
    case 'cases':
      return `cases{${s.branches.map((branch) => outline(branch.value) + (branch.condition === undefined ? ' otherwise' : ` if ${chainOutline(branch.condition)}`)).join('; ')}}`;
    case 'ones':
    case 'zeros':
    case 'identity':
      return `${s.kind}(${list(s.sizes)})`;
    case 'indicator':
      return `indicator(${chainOutline(s.condition)})`;
    case 'entry':
      return `entry{${outline(s.of)} at ${s.positions.map((position) => outline(position.value)).join(',')}}`;
    case 'slice':
      return `slice{${outline(s.of)} at ${s.ranges.map(({ from, to }) => `${from === undefined ? '' : outline(from)}:${to === undefined ? '' : outline(to)}`).join(',')}}`;
  }
}

export function trailerOutline(trailer: Trailer): string {
  const parts = [
    ...trailer.ranges.map((range) => `${range.letter}=${outline(range.from)}..${outline(range.to)}`),
    ...trailer.roles,
    ...trailer.conditions.map(chainOutline),
  ];
  return parts.length === 0 ? '' : ` {${parts.join('; ')}}`;
}

export function statementOutline(statement: Statement): string {
  return statementText(statement) + trailerOutline(statement.trailer);
}

function statementText(s: Statement): string {
  switch (s.kind) {
    case 'shape':
      return `${list(s.names)} : ${s.shape.set}(${list(s.shape.dims)})`;
    case 'functionType':
      return `${list(s.names)} : ${s.from.map((shape) => `${shape.set}(${list(shape.dims)})`).join(' × ')} → ${s.to.set}(${list(s.to.dims)})`;
    case 'distribution':
      return `${list(s.names)} ~ ${s.family}(${list(s.args)})`;
    case 'relation':
      return chainOutline(s.chain);
    case 'implication':
      return `${s.premises.map(chainOutline).join(', ')} ⇒ ${s.conclusion.map(chainOutline).join(', ')}`;
    case 'expression':
      return outline(s.value);
  }
}

export function questionOutline(question: Question): string {
  const options = question.options.map((option) => {
    switch (option.kind) {
      case 'keep':
        return `keep ${option.names === 'all' ? 'all' : list(option.names)}`;
      case 'hold':
      case 'for':
      case 'only':
        return `${option.kind} ${list(option.names)}`;
      case 'reach':
        return option.reach;
      case 'truncated':
        return `truncated after ${outline(option.after)}`;
      case 'using':
        return `using ${list(option.partials)}`;
      case 'where':
        return `where ${option.conditions.map(chainOutline).join(', ')}`;
      case 'value':
        return `${outline(option.name)} := ${outline(option.value)}`;
      case 'digits':
        return `digits ${option.digits}`;
    }
  });
  return [question.verb ?? '', question.statement === undefined ? '' : statementOutline(question.statement), ...options]
    .filter((part) => part !== '')
    .join(' ; ');
}
