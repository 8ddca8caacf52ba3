/**
 * Formula → string: the one walk that both printers share. It decides order, signs and brackets; the typesetting knows the glyphs.
 *
 * Invariant: a bracket stands wherever reading the output with the contract's precedence (powers, application, juxtaposition, written signs,
 * + and −) would otherwise group it differently. The walk ends because every call goes to a smaller node.
 */

import { unreachable } from '../errors.js';
import { isNegative, isOne, isWholeNumber, negateRational, type Rational } from '../network/rational.js';
import { addWhole, lettersOf, shiftWhole, type Whole, wholeLetter, wholeValue } from '../network/whole.js';
import type { Condition, Formula, FormulaNode } from './formula.js';
import { limitsFall } from './letters.js';
import { NamePrinter } from './print-names.js';
import { isSumOfWholes, printWhole, spellingOfKey, spellName } from './spelling.js';
import { LEVEL, type Level, type Piece, piece } from './typesetting.js';
import { substituteFormula } from './walk.js';

type Of<K extends FormulaNode['kind']> = Extract<Formula, { kind: K }>;

/** Prints formulas in one medium; makes no choices that depend on earlier formulas. */
export class Printer extends NamePrinter {
  /** The formula as it stands on a line of its own. */
  print(formula: Formula): string {
    return this.piece(formula).printed;
  }

  private piece(formula: Formula): Piece {
    const { set } = this;
    switch (formula.kind) {
      case 'number':
        return this.number(formula.value);
      case 'constant':
        return piece(set.pi, LEVEL.atom);
      case 'whole':
        return this.whole(formula.value);
      case 'name':
        return this.quantity(formula.quantity);
      case 'sum':
        return this.sum(formula);
      case 'product':
        return formula.style === 'hadamard' ? this.hadamard(formula.factors) : this.juxtaposition(formula.factors, formula.style === 'scalar');
      case 'inner':
        return this.inner(formula);
      case 'quotient':
        return this.quotient(formula);
      case 'power':
        return this.power(formula);
      case 'squareRoot': {
        const of = this.piece(formula.of);
        return piece(set.squareRoot(of.printed, of.tall), LEVEL.prefix, of.tall);
      }
      case 'transpose':
        return this.transpose(formula.of);
      case 'diagonal':
        return this.call(set.word('diag'), [formula.of]);
      case 'apply':
        return this.call(this.operator(formula.operator), formula.args);
      case 'operatorDerivative':
        return this.call(this.operator(formula.operator) + "'".repeat(formula.order), [formula.of]);
      case 'unspecified':
        return this.unspecified(formula);
      case 'softmax':
        return this.softmax(formula);
      case 'reduce':
        return this.reduce(formula);
      case 'rangeSum':
        return this.rangeSum(formula);
      case 'axisSum':
        return this.axisSum(formula);
      case 'rangeProduct':
        return this.rangeProduct(formula);
      case 'ones':
        return this.constant(formula, true);
      case 'zeros':
        return piece('0', LEVEL.atom);
      case 'identity':
        return this.constant(formula, false);
      case 'blocks':
        return piece(
          set.blocks(formula.rows.map((row) => row.map((block) => this.block(block).printed))),
          LEVEL.atom,
          formula.rows.length > 1 || formula.rows.flat().some((block) => this.piece(block).tall),
        );
      case 'rangeBlocks':
        return this.rangeBlocks(formula);
      case 'blockOf':
        return this.blockOf(formula);
      case 'entry':
        return this.entry(formula);
      case 'kronecker':
        return this.atomWithSubscript(set.medium === 'latex' ? '\\delta' : 'δ', [formula.left, formula.right]);
      case 'cases':
        return this.cases(formula);
      case 'held':
        return this.call(set.word('stopgrad'), [formula.of]);
      case 'derivative':
        return this.derivative(formula);
      default:
        return unreachable(formula);
    }
  }

  // -------------------------------------------------------------- brackets

  private bracketed(inner: Piece): Piece {
    return piece(this.set.bracket(inner.printed, inner.tall), LEVEL.atom, inner.tall);
  }

  /** In brackets unless it holds together at least so tightly. */
  private atLeast(formula: Formula, level: Level): Piece {
    const inner = this.piece(formula);
    return inner.level >= level ? inner : this.bracketed(inner);
  }

  // -------------------------------------------------------------- sums and products

  private number(value: Rational): Piece {
    const { set } = this;
    if (isNegative(value)) return piece(`${set.minus}${this.number(negateRational(value)).printed}`, LEVEL.sum, !isWholeNumber(value));
    if (isWholeNumber(value)) return piece(`${value.numerator}`, LEVEL.atom);
    return set.stackedFractions
      ? piece(set.fraction(`${value.numerator}`, `${value.denominator}`), LEVEL.prefix, true)
      : piece(`${value.numerator}/${value.denominator}`, LEVEL.written);
  }

  private whole(value: Whole): Piece {
    const printed = printWhole(value, this.set.medium);
    return piece(
      printed,
      isSumOfWholes(value)
        ? LEVEL.sum
        : printed.length > 1 && wholeValue(value) === undefined && value.monomials.some(({ coefficient, letters }) => coefficient !== 1 || letters.length > 1)
          ? LEVEL.juxtaposed
          : LEVEL.atom,
    );
  }

  private sum({ terms }: Of<'sum'>): Piece {
    const { set } = this;
    if (terms.length === 0) return piece('0', LEVEL.atom);
    const pieces = terms.map(({ sign, formula }) => {
      const inner = this.piece(formula);
      const negated = formula.kind === 'number' && isNegative(formula.value);
      if (negated) return { sign: -sign, inner: this.number(negateRational(formula.value)) };
      return { sign, inner: inner.level > LEVEL.sum ? inner : this.bracketed(inner) };
    });
    const first = pieces.findIndex(({ sign }) => sign > 0);
    if (first > 0) pieces.unshift(...pieces.splice(first, 1));
    const printed = pieces
      .map(({ sign, inner }, i) => (i === 0 ? (sign < 0 ? `${set.minus}${inner.printed}` : inner.printed) : ` ${sign < 0 ? set.minus : '+'} ${inner.printed}`))
      .join('');
    const only = pieces[0];
    if (pieces.length === 1 && only !== undefined && only.sign > 0) return only.inner;
    return piece(
      printed,
      LEVEL.sum,
      pieces.some(({ inner }) => inner.tall),
    );
  }

  private hadamard(factors: readonly Formula[]): Piece {
    const pieces = factors.map((factor) => {
      const inner = this.piece(factor);
      return inner.level < LEVEL.slashed || inner.level === LEVEL.juxtaposed || inner.open ? this.bracketed(inner) : inner;
    });
    const only = pieces[0];
    if (pieces.length === 1 && only !== undefined) return only;
    return piece(
      pieces.map(({ printed }) => printed).join(` ${this.set.hadamard} `),
      LEVEL.written,
      pieces.some(({ tall }) => tall),
    );
  }

  /** Side by side. A scalar factor may stand before a whole Hadamard chain or a sum sign. */
  private juxtaposition(factors: readonly Formula[], scalar: boolean): Piece {
    const { set } = this;
    const [head, ...others] = factors;
    if (head === undefined) return piece('1', LEVEL.atom);
    if (others.length === 0) return this.piece(head);
    if (head.kind === 'number' && isNegative(head.value)) {
      const size = negateRational(head.value);
      const rest = isOne(size) ? this.juxtaposition(others, scalar) : this.juxtaposition([{ ...head, value: size }, ...others], scalar);
      const whole = rest.level > LEVEL.sum ? rest : this.bracketed(rest);
      return { ...whole, printed: `${set.minus}${whole.printed}`, level: LEVEL.sum };
    }
    const pieces = factors.map((factor, i) => this.factor(factor, scalar, i === 0, i === factors.length - 1));
    const level = pieces.at(-1)?.level === LEVEL.written ? LEVEL.written : LEVEL.juxtaposed;
    return piece(
      pieces.map(({ printed }) => printed).join(' '),
      level,
      pieces.some(({ tall }) => tall),
      pieces.at(-1)?.open ?? false,
    );
  }

  /** A factor of a juxtaposition. A dot product before others is bracketed since they would regroup it; so is a number that does not come first. */
  private factor(factor: Formula, scalar: boolean, first: boolean, last: boolean): Piece {
    const inner = this.piece(factor);
    const chain = factor.kind === 'product' && factor.style === 'hadamard' && factor.shape.dims.length > 0;
    if (last && inner.level === LEVEL.written && (inner.open || (scalar && chain))) return inner;
    const regroups = (isDot(factor) && !last) || (!first && /^\d/.test(inner.printed)) || (inner.open && !last);
    const nested = inner.level === LEVEL.juxtaposed && (factor.kind === 'product' || factor.kind === 'whole' || factor.kind === 'rangeProduct');
    return !regroups && (nested || inner.level >= LEVEL.prefix) ? inner : this.bracketed(inner);
  }

  private inner({ left, right }: Of<'inner'>): Piece {
    const [a, b] = [this.piece(left), this.piece(right)];
    return piece(this.set.angles(a.printed, b.printed, a.tall || b.tall), LEVEL.prefix, a.tall || b.tall);
  }

  private quotient({ numerator, denominator }: Of<'quotient'>): Piece {
    const { set } = this;
    if (set.stackedFractions) return piece(set.fraction(this.print(numerator), this.print(denominator)), LEVEL.prefix, true);
    return piece(`${this.atLeast(numerator, LEVEL.slashed).printed}/${this.atLeast(denominator, LEVEL.prefix).printed}`, LEVEL.written);
  }

  // -------------------------------------------------------------- powers and transposes

  /** Something to put a superscript on. A prime counts as one in TeX, where braces are enough; in text it is part of the letter. */
  private base(formula: Formula): Piece {
    const inner = this.piece(formula);
    if (inner.level >= LEVEL.atom) return inner;
    const primed = formula.kind === 'name' && formula.quantity.kind === 'value' && this.reference(formula.quantity).primed;
    if (!primed) return this.bracketed(inner);
    return piece(this.set.medium === 'latex' ? `{${inner.printed}}` : inner.printed, LEVEL.atom);
  }

  private power({ style, base, exponent }: Of<'power'>): Piece {
    const { set } = this;
    const raised = this.exponent(exponent);
    if (base.kind === 'apply' && isSmallWhole(exponent) && base.shape.dims.length < 2)
      return this.call(`${this.operator(base.operator)}${set.superscript(raised)}`, base.args);
    const inner = this.base(base);
    const printed =
      style === 'entrywise' && base.shape.dims.length === 2 ? set.entrywisePower(inner.printed, raised) : `${inner.printed}${set.superscript(raised)}`;
    return piece(printed, LEVEL.powered, inner.tall);
  }

  private exponent(formula: Formula): string {
    if (formula.kind === 'number') return `${formula.value.numerator}${isWholeNumber(formula.value) ? '' : `/${formula.value.denominator}`}`;
    return this.print(formula);
  }

  /** f(a)ᵀ needs no bracket: read as f(aᵀ), it is the same for what works entry by entry and for the softmax of a vector. */
  private transpose(of: Formula): Piece {
    const commutes =
      of.shape.dims.length === 1 && ((of.kind === 'apply' && of.args.length === 1) || of.kind === 'softmax' || (of.kind === 'unspecified' && of.entrywise));
    const inner = commutes ? this.piece(of) : this.base(of);
    return piece(`${inner.printed}${this.set.transposed}`, LEVEL.powered, inner.tall);
  }

  // -------------------------------------------------------------- functions

  private call(name: string, args: readonly Formula[], level: Level = LEVEL.prefix): Piece {
    const pieces = args.map((arg) => this.piece(arg));
    const tall = pieces.some((each) => each.tall);
    return piece(`${name}${this.set.bracket(pieces.map(({ printed }) => printed).join(', '), tall)}`, level, tall);
  }

  private softmax({ of, axis }: Of<'softmax'>): Piece {
    if (of.shape.dims.length < 2 || axis === of.shape.dims.length - 1) return this.call(this.set.word('softmax'), [of]);
    const inner = this.call(this.set.word('softmax'), [{ kind: 'transpose', of, shape: { dims: [...of.shape.dims].reverse() } }]);
    return piece(`${this.bracketed(inner).printed}${this.set.transposed}`, LEVEL.powered, inner.tall);
  }

  private reduce({ by, of }: Of<'reduce'>): Piece {
    const { set } = this;
    const inner = this.piece(of);
    const norm = (below: string, above: string): Piece =>
      piece(
        `${set.norm(inner.printed, inner.tall)}${below === '' ? '' : set.subscript(below)}${above === '' ? '' : set.superscript(above)}`,
        above === '' ? LEVEL.prefix : LEVEL.powered,
        inner.tall,
      );
    switch (by) {
      case 'norm':
      case 'spectral':
        return norm('', '');
      case 'normSquared':
        return norm('', '2');
      case 'frobenius':
        return norm('F', '');
      case 'frobeniusSquared':
        return norm('F', '2');
      default:
        return this.call(set.word(by), [of]);
    }
  }

  // -------------------------------------------------------------- ranges

  private big(sign: string, below: string, above: string | undefined, body: Piece): Piece {
    return piece(`${this.set.limits(sign, below, above)} ${body.printed}`, LEVEL.written, true, true);
  }

  private rangeSum({ letter, from, to, body, except }: Of<'rangeSum'>): Piece {
    const { set } = this;
    const inner = this.atLeast(body, LEVEL.written);
    const name = printWhole(wholeLetter(letter), set.medium);
    const lower = `${name}=${printWhole(from, set.medium)}${except === undefined ? '' : `, ${name} ${set.signs['≠']} ${printWhole(except, set.medium)}`}`;
    return this.big(set.sum, lower, printWhole(to, set.medium), inner);
  }

  /** Sums over several axes share one sign. */
  private axisSum({ letter, relation, body }: Of<'axisSum'>): Piece {
    const { set } = this;
    const letters = [letter];
    let inner = body;
    while (relation === undefined && inner.kind === 'axisSum' && inner.relation === undefined) {
      letters.push(inner.letter);
      inner = inner.body;
    }
    const below = relation === undefined ? letters.join(',') : `${letter} ${set.signs[relation.sign]} ${printWhole(relation.than, set.medium)}`;
    return this.big(set.sum, below, undefined, this.atLeast(inner, LEVEL.written));
  }

  /** Under a sign with its limits; as written-out ends where the order is fixed but the limits do not look as if they fell. */
  private rangeProduct({ letter, from, to, falling, body }: Of<'rangeProduct'>): Piece {
    const { set } = this;
    if (!falling || limitsFall(from, to)) {
      const inner = this.piece(body);
      const factor = inner.level >= LEVEL.juxtaposed && !inner.open ? inner : this.bracketed(inner);
      return this.big(set.product, `${printWhole(wholeLetter(letter), set.medium)}=${printWhole(from, set.medium)}`, printWhole(to, set.medium), factor);
    }
    const ends = [from, to].map((end) => this.atLeast(substituteFormula(body, new Map([[letter, end]])), LEVEL.prefix));
    return piece(
      ends.map(({ printed }) => printed).join(` ${set.dots} `),
      LEVEL.juxtaposed,
      ends.some(({ tall }) => tall),
    );
  }

  /** Inside a block matrix nothing but the sizes says how large zeros and identities are. */
  private block(formula: Formula): Piece {
    return formula.shape.dims.length > 0 && (formula.kind === 'zeros' || formula.kind === 'identity') ? this.constant(formula, true) : this.piece(formula);
  }

  private constant({ kind, shape }: Of<'ones' | 'zeros' | 'identity'>, sized: boolean): Piece {
    const known = shape.dims.every((dim) => [...lettersOf(dim)].every((letter) => /^\p{L}/u.test(letter)));
    const sizes = sized && known ? shape.dims.map((dim) => printWhole(dim, this.set.medium)) : [];
    const printed = this.set.constant(kind, kind === 'identity' ? sizes.slice(0, 1) : sizes);
    return piece(printed, printed.endsWith(')') ? LEVEL.prefix : LEVEL.atom);
  }

  private rangeBlocks({ letter, from, to, direction, body }: Of<'rangeBlocks'>): Piece {
    const { set } = this;
    const [first, last] = [from, to].map((end) => this.print(substituteFormula(body, new Map([[letter, end]]))));
    const dots = set.medium === 'latex' ? (direction === 'beside' ? '\\cdots' : '\\vdots') : '…';
    const cells = [first ?? '', dots, last ?? ''];
    return piece(set.blocks(direction === 'beside' ? [cells] : cells.map((cell) => [cell])), LEVEL.atom, direction === 'below');
  }

  // -------------------------------------------------------------- parts

  private positions(positions: readonly Whole[]): string {
    return positions.map((each) => printWhole(each, this.set.medium)).join(',');
  }

  private atomWithSubscript(base: string, positions: readonly Whole[]): Piece {
    return piece(`${base}${this.set.subscript(this.positions(positions))}`, LEVEL.atom);
  }

  private entry({ of, positions }: Of<'entry'>): Piece {
    const { set } = this;
    if (of.kind === 'name' && of.quantity.kind === 'value') {
      const { name, indices } = of.quantity;
      const spelling = this.names.spelling(name) ?? spellingOfKey(name);
      if (positions.length < of.shape.dims.length) {
        const row = spellName(spelling, indices, [], set.medium);
        return piece(`${row.printed}(${this.positions(positions)})`, LEVEL.powered);
      }
      const numeric = positions.some((each) => wholeValue(each) !== undefined);
      if (!numeric && spelling.subscript === undefined) return this.spelled(spellName(spelling, indices, positions, set.medium));
    }
    const inner = this.piece(of);
    return piece(`${set.squareBracket(inner.printed, inner.tall)}${set.subscript(this.positions(positions))}`, LEVEL.atom, inner.tall);
  }

  /** Positions of a block along an axis, counted from 1: W[:, n+1:2n]. */
  private blockOf({ of, axis, offset, size }: Of<'blockOf'>): Piece {
    const { set } = this;
    const first = printWhole(shiftWhole(offset, 1), set.medium);
    const last = printWhole(addWhole(offset, size), set.medium);
    const slices = of.shape.dims.map((_, i) => (i === axis ? `${first}:${last}` : ':'));
    const inner = this.base(of);
    return piece(`${inner.printed}[${slices.join(', ')}]`, LEVEL.powered, inner.tall);
  }

  private cases({ branches }: Of<'cases'>): Piece {
    const { set } = this;
    const [only, other] = branches;
    const isFlag =
      branches.length === 2 &&
      only?.condition !== undefined &&
      other?.condition === undefined &&
      isNumber(only.value, 1n) &&
      other !== undefined &&
      isNumber(other.value, 0n);
    if (isFlag && only.condition !== undefined) return piece(set.indicator(this.condition(only.condition)), LEVEL.prefix);
    return piece(
      set.cases(
        branches.map(({ value, condition }) => ({ value: this.print(value), condition: condition === undefined ? undefined : this.condition(condition) })),
      ),
      LEVEL.prefix,
      true,
    );
  }

  private condition({ relations }: Condition): string {
    const { set } = this;
    return relations
      .map(({ left, sign, right }, i) => {
        const chained = i > 0 && relations[i - 1]?.right.key === left.key;
        return `${chained ? '' : `${i > 0 ? ', ' : ''}${printWhole(left, set.medium)}`} ${set.signs[sign]} ${printWhole(right, set.medium)}`;
      })
      .join('')
      .trim();
  }

  // -------------------------------------------------------------- names and derivatives

  private derivative({ of, by, reach, spelling, holding }: Of<'derivative'>): Piece {
    const { set } = this;
    const denominators = by.map((each) => this.print(each));
    const inner = this.atLeast(of, LEVEL.prefix);
    const plain =
      spelling === 'nabla'
        ? this.nabla(denominators, inner.printed)
        : this.ratio(spelling === 'total' ? set.differential : this.mark(reach), inner.printed, denominators);
    if (holding === undefined || holding.length === 0) return plain;
    return piece(set.held(plain.printed, holding.map((each) => this.print(each)).join(',')), LEVEL.powered, true);
  }

  private unspecified(formula: Of<'unspecified'>): Piece {
    const { set } = this;
    const { name, indices, entrywise, args, wrt } = formula;
    const spelling = this.names.functionSpelling(name) ?? spellingOfKey(name);
    const spelled = spellName(spelling, indices, [], set.medium).printed;
    if (wrt.length === 0) return this.call(spelled, args);
    if (entrywise) return this.call(spelled + (set.medium === 'latex' ? "'" : '′').repeat(wrt.length), args);
    const by = wrt.map((k) => args[k]);
    if (by.every((arg) => arg?.kind === 'name' && arg.quantity.kind === 'value')) {
      const whole = args.length === 1 ? spelled : this.call(spelled, args).printed;
      return this.ratio(
        set.partial,
        whole,
        by.map((arg) => (arg === undefined ? '' : this.print(arg))),
      );
    }
    if (args.length === 1) return this.call(spelled + (set.medium === 'latex' ? "'" : '′').repeat(wrt.length), args);
    const called = this.call(
      `${set.nabla}${wrt.length > 1 ? set.superscript(`${wrt.length}`) : ''}${set.subscript(wrt.map((k) => `${k + 1}`).join(','))} ${spelled}`,
      args,
    );
    return called;
  }
}

const isNumber = (formula: Formula, value: bigint): boolean =>
  formula.kind === 'number' && formula.value.numerator === value && formula.value.denominator === 1n;
const isSmallWhole = (formula: Formula): boolean => formula.kind === 'number' && isWholeNumber(formula.value) && formula.value.numerator > 1n;
/** A scalar written as a product of vectors: uᵀ v among other factors would regroup. */
const isDot = (formula: Formula): boolean => formula.kind === 'product' && formula.style === 'matrix' && formula.shape.dims.length === 0;
