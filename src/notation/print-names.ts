/** The part of the printers that writes names, operators and derivatives: what depends on how the author spells things. */

import { unreachable } from '../errors.js';
import type { Quantity, Reach, ValueReference } from '../network/tensor.js';
import type { Operator } from '../operators/row.js';
import { type Names, type SpelledName, spellingOfKey, spellName } from './spelling.js';
import { LEVEL, type Piece, piece, type Typesetting } from './typesetting.js';

export interface PrintOptions {
  /** How ∂J/∂h_t is written. */
  readonly adjoint?: 'partial' | 'nabla';
  /** Mark what a partial follows: ∂⁺ for immediate, d for total (else all are ∂). */
  readonly markReach?: boolean;
}

export class NamePrinter {
  constructor(
    protected readonly set: Typesetting,
    protected readonly names: Names,
    protected readonly options: PrintOptions,
  ) {}

  /** The row's first spelling that no declared name has taken. */
  protected operator(operator: Operator): string {
    const spellings = this.set.medium === 'latex' ? operator.latex : operator.plain;
    const free = spellings.find((spelling) => !this.names.isTaken(spelling));
    if (free !== undefined) return free;
    return this.set.word(operator.name);
  }

  protected spelled(name: SpelledName): Piece {
    return piece(name.printed, name.superscripted || name.primed ? LEVEL.powered : LEVEL.atom);
  }

  protected reference({ name, indices }: ValueReference): SpelledName {
    return spellName(this.names.spelling(name) ?? spellingOfKey(name), indices, [], this.set.medium);
  }

  protected loss(): string {
    const { loss } = this.names;
    return loss === undefined ? 'J' : this.reference({ name: loss, indices: [] }).printed;
  }

  protected quantity(quantity: Quantity): Piece {
    switch (quantity.kind) {
      case 'value':
        return this.spelled(this.reference(quantity));
      case 'adjoint': {
        const target = quantity.target === undefined ? this.loss() : this.reference(quantity.target).printed;
        if (this.options.adjoint === 'nabla') return this.nabla([this.reference(quantity).printed], target);
        return this.ratio(this.set.partial, target, [this.reference(quantity).printed]);
      }
      case 'partial':
        return this.ratio(this.mark(quantity.reach), this.reference(quantity.numerator).printed, [this.reference(quantity.denominator).printed]);
      default:
        return unreachable(quantity);
    }
  }

  protected mark(reach: Reach | undefined): string {
    const { set } = this;
    if (this.options.markReach !== true) return set.partial;
    return reach === 'immediate' ? `${set.partial}${set.superscript('+')}` : reach === 'total' ? set.differential : set.partial;
  }

  protected nabla(by: readonly string[], of: string): Piece {
    const { set } = this;
    return piece(`${set.nabla}${by.length > 1 ? set.superscript(`${by.length}`) : ''}${set.subscript(by.join(','))} ${of}`, LEVEL.juxtaposed);
  }

  /** ∂²J/∂W∂V; equal denominators in a row are not drawn together. */
  protected ratio(mark: string, of: string, by: readonly string[]): Piece {
    const { set } = this;
    const gap = set.medium === 'latex' ? ' ' : '';
    const above = `${mark}${by.length > 1 ? set.superscript(`${by.length}`) : ''}${gap}${of}`;
    const below = by.map((each) => `${mark.replace(/(\^\+|⁺|\^\{\+\})$/u, '')}${gap}${each}`).join(' ');
    return set.stackedFractions ? piece(set.fraction(above, below), LEVEL.prefix, true) : piece(`${above}/${below}`, LEVEL.slashed);
  }
}
