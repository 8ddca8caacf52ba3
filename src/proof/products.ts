/**
 * Ordered products in one form: falling, with a normal body. A rising product is the transpose of the falling one of transposed factors.
 */

import type { Model } from '../model/model.js';
import type { Head, Tensor } from '../network/index.js';

export class Products {
  constructor(readonly model: Model) {}

  /** The tensor with every ordered product in normal form; `body` normalises a factor. */
  normal(tensor: Tensor, body: (factor: Tensor) => Tensor): Tensor {
    const { workspace } = this.model;
    return workspace.rebuild(tensor, { head: (head) => this.#normalHead(head, body) });
  }

  #normalHead(head: Head, body: (factor: Tensor) => Tensor): Tensor | undefined {
    if (head.kind !== 'product') return undefined;
    const { workspace } = this.model;
    const opened = workspace.open(head);
    const factor = this.normal(body(opened.body), body);
    if (head.step === -1) {
      const made = workspace.product(opened.letter, head.from, head.to, -1, factor);
      return made.terms[0]?.net.leaves[0]?.head.head === head ? undefined : made;
    }
    const turned = workspace.product(opened.letter, head.to, head.from, -1, workspace.permute(factor, [1, 0]));
    return workspace.permute(turned, [1, 0]);
  }
}
