/** The part of the printers that decides brackets and signs: sums, products, quotients, powers, transposes, and the arguments of functions. */

import { isNegative, isOne, isWholeNumber, negateRational, type Rational } from '../network/rational.js';
import { type Whole, wholeValue } from '../network/whole.js';
import type { Formula, FormulaNode } from './formula.js';
import { NamePrinter } from './print-names.js';
import { isSumOfWholes, printWhole } from './print-whole.js';
import { LEVEL, type Level, type Piece, piece } from './typesetting.js';

type Of<K extends FormulaNode['kind']> = Extract<Formula, { kind: K }>;

export abstract class ProductPrinter extends NamePrinter {
  /** Any formula, printed, with what its surroundings must know of it. */
  protected abstract piece(formula: Formula): Piece;

  /** The formula as it stands on a line of its own. */
  print(formula: Formula): string {
    return this.piece(formula).printed;
  }

  // -------------------------------------------------------------- brackets

  protected bracketed(inner: Piece): Piece {
    return piece(this.set.bracket(inner.printed, inner.tall), LEVEL.atom, inner.tall);
  }

  /** In brackets unless it holds together at least so tightly. */
  protected atLeast(formula: Formula, level: Level): Piece {
    const inner = this.piece(formula);
    return inner.level >= level ? inner : this.bracketed(inner);
  }

  // -------------------------------------------------------------- sums and products

  protected number(value: Rational): Piece {
    const { set } = this;
    if (isNegative(value)) return piece(`${set.minus}${this.number(negateRational(value)).printed}`, LEVEL.sum, !isWholeNumber(value));
    if (isWholeNumber(value)) return piece(`${value.numerator}`, LEVEL.atom);
    return set.stackedFractions
      ? piece(set.fraction(`${value.numerator}`, `${value.denominator}`), LEVEL.prefix, true)
      : piece(`${value.numerator}/${value.denominator}`, LEVEL.written);
  }

  protected whole(value: Whole): Piece {
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

  protected sum({ terms }: Of<'sum'>): Piece {
    const { set } = this;
    if (terms.length === 0) return piece('0', LEVEL.atom);
    const pieces = terms.map(({ sign, formula }) => {
      const opposite = negated(formula);
      const inner = this.piece(opposite ?? formula);
      return { sign: opposite === undefined ? sign : -sign, inner: inner.level > LEVEL.sum ? inner : this.bracketed(inner) };
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

  protected hadamard(factors: readonly Formula[]): Piece {
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
  protected juxtaposition(factors: readonly Formula[], scalar: boolean): Piece {
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
  protected factor(factor: Formula, scalar: boolean, first: boolean, last: boolean): Piece {
    const inner = this.piece(factor);
    const chain = factor.kind === 'product' && factor.style === 'hadamard' && factor.shape.dims.length > 0;
    if (last && inner.level === LEVEL.written && (inner.open || (scalar && chain))) return inner;
    const regroups = (isDot(factor) && !last) || (!first && /^\d/.test(inner.printed)) || (inner.open && !last);
    const nested = inner.level === LEVEL.juxtaposed && (factor.kind === 'product' || factor.kind === 'whole' || factor.kind === 'rangeProduct');
    return !regroups && (nested || inner.level >= LEVEL.prefix) ? inner : this.bracketed(inner);
  }

  protected inner({ left, right }: Of<'inner'>): Piece {
    const [a, b] = [this.piece(left), this.piece(right)];
    return piece(this.set.angles(a.printed, b.printed, a.tall || b.tall), LEVEL.prefix, a.tall || b.tall);
  }

  protected quotient({ numerator, denominator }: Of<'quotient'>): Piece {
    const { set } = this;
    if (set.stackedFractions) return piece(set.fraction(this.print(numerator), this.print(denominator)), LEVEL.prefix, true);
    return piece(`${this.atLeast(numerator, LEVEL.slashed).printed}/${this.atLeast(denominator, LEVEL.prefix).printed}`, LEVEL.written);
  }

  // -------------------------------------------------------------- powers and transposes

  /** Something to put a superscript on. A prime counts as one in TeX, where braces are enough; in text it is part of the letter. */
  protected base(formula: Formula): Piece {
    const inner = this.piece(formula);
    if (inner.level >= LEVEL.atom) return inner;
    if (formula.kind === 'reduce' && formula.by === 'norm') return inner;
    const primed = formula.kind === 'name' && formula.quantity.kind === 'value' && this.reference(formula.quantity).primed;
    if (!primed) return this.bracketed(inner);
    return piece(this.set.medium === 'latex' ? `{${inner.printed}}` : inner.printed, LEVEL.atom);
  }

  protected power({ style, base, exponent }: Of<'power'>): Piece {
    const { set } = this;
    const raised = this.exponent(exponent);
    if (base.kind === 'apply' && base.operator.fences === undefined && isSmallWhole(exponent) && base.shape.dims.length < 2)
      return this.call(`${this.operator(base.operator)}${set.superscript(raised)}`, base.args);
    const inner = this.base(base);
    const printed =
      style === 'entrywise' && base.shape.dims.length === 2 ? set.entrywisePower(inner.printed, raised) : `${inner.printed}${set.superscript(raised)}`;
    return piece(printed, LEVEL.powered, inner.tall);
  }

  protected exponent(formula: Formula): string {
    if (formula.kind === 'number') return `${formula.value.numerator}${isWholeNumber(formula.value) ? '' : `/${formula.value.denominator}`}`;
    return this.print(formula);
  }

  /** f(a)ᵀ needs no bracket: read as f(aᵀ), it is the same for what works entry by entry and for the softmax of a vector. */
  protected transpose(of: Formula): Piece {
    const commutes =
      of.shape.dims.length === 1 && ((of.kind === 'apply' && of.args.length === 1) || of.kind === 'softmax' || (of.kind === 'unspecified' && of.entrywise));
    const inner = commutes ? this.piece(of) : this.base(of);
    return piece(`${inner.printed}${this.set.transposed}`, LEVEL.powered, inner.tall);
  }

  protected call(name: string, args: readonly Formula[], level: Level = LEVEL.prefix): Piece {
    const pieces = args.map((arg) => this.piece(arg));
    const tall = pieces.some((each) => each.tall);
    return piece(`${name}${this.set.bracket(pieces.map(({ printed }) => printed).join(', '), tall)}`, level, tall);
  }
}

const isSmallWhole = (formula: Formula): boolean => formula.kind === 'number' && isWholeNumber(formula.value) && formula.value.numerator > 1n;
/** A scalar written as a product of vectors: uᵀ v among other factors would regroup. */
const isDot = (formula: Formula): boolean => formula.kind === 'product' && formula.style === 'matrix' && formula.shape.dims.length === 0;

/** The formula without its minus sign; undefined when it has none in front. */
function negated(formula: Formula): Formula | undefined {
  if (formula.kind === 'number' && isNegative(formula.value)) return { ...formula, value: negateRational(formula.value) };
  const [head, ...others] = formula.kind === 'product' ? formula.factors : [];
  if (formula.kind !== 'product' || head?.kind !== 'number' || !isNegative(head.value)) return undefined;
  const size = negateRational(head.value);
  const [only] = others;
  if (isOne(size) && others.length === 1) return only;
  return { ...formula, factors: isOne(size) ? others : [{ ...head, value: size }, ...others] };
}
