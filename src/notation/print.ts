/**
 * Formula → string: the one walk that both printers share. It decides order, signs and brackets; the typesetting knows the glyphs.
 *
 * Invariant: a bracket stands wherever reading the output with the contract's precedence (powers, application, juxtaposition, written signs,
 * + and −) would otherwise group it differently. The walk ends because every call goes to a smaller node.
 */

import { unreachable } from '../errors.js';
import { addWhole, lettersOf, shiftWhole, type Whole, wholeLetter, wholeValue } from '../network/whole.js';
import type { Condition, Formula, FormulaNode } from './formula.js';
import { limitsFall } from './letters.js';
import { ProductPrinter } from './print-products.js';
import { printWhole } from './print-whole.js';
import { spellingOfKey, spellName } from './spelling.js';
import { LEVEL, type Piece, piece } from './typesetting.js';
import { substituteFormula } from './walk.js';

type Of<K extends FormulaNode['kind']> = Extract<Formula, { kind: K }>;

/** Prints formulas in one medium; makes no choices that depend on earlier formulas. */
export class Printer extends ProductPrinter {
  protected override piece(formula: Formula): Piece {
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
        return this.fenced(formula) ?? this.call(this.operator(formula.operator), formula.args);
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

  // -------------------------------------------------------------- functions

  /** |a|: signs around the argument instead of a name in front of it. */
  private fenced({ operator, args }: Of<'apply'>): Piece | undefined {
    const [only] = args;
    if (operator.fences === undefined || only === undefined) return undefined;
    const [open, close] = this.set.medium === 'latex' ? operator.fences.latex : operator.fences.plain;
    const inner = this.piece(only);
    const space = this.set.medium === 'latex' ? ' ' : '';
    return piece(`${open}${space}${inner.printed}${space}${close}`, LEVEL.prefix, inner.tall);
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
