/** Graphs of the usual cells over three steps, for the tests of their layout. */

import type { GraphDescription, GraphEdge, GraphNode, GraphNodeKind } from '../../../src/solution/figures/description.js';

const names = ['t-1', 't', 't+1'];

interface Reading {
  readonly of: string;
  /** Steps back (1), forwards (−1) or none. */
  readonly back?: number;
}

interface Cell {
  readonly [family: string]: { readonly latex?: string; readonly kind: GraphNodeKind; readonly reads?: readonly Reading[] };
}

/** Unrolls a cell over three steps, with a loss over all of them when a family is called J. */
export function unroll(cell: Cell): GraphDescription {
  const nodes: GraphNode[] = [];
  const edges: GraphEdge[] = [];
  for (const [family, { latex = family, kind, reads = [] }] of Object.entries(cell)) {
    if (family === 'J') nodes.push({ key: 'J', family, kind, math: { latex: 'J', text: 'J' } });
    names.forEach((step, column) => {
      if (family !== 'J') nodes.push({ key: `${family}${column}`, family, kind, column, math: { latex: `${latex}_{${step}}`, text: `${family}_{${step}}` } });
      for (const { of, back = 0 } of reads) {
        const source = column - back;
        if (source >= 0 && source < 3) edges.push({ from: `${of}${source}`, to: family === 'J' ? 'J' : `${family}${column}` });
      }
    });
  }
  return { nodes, edges, continues: 'both' };
}

const gate = (...others: Reading[]): Cell[string] => ({ kind: 'gate', reads: [{ of: 'x' }, { of: 'h', back: 1 }, ...others] });

export const rnn = unroll({
  x: { kind: 'input' },
  h: { kind: 'state', reads: [{ of: 'x' }, { of: 'h', back: 1 }] },
  y: { latex: '\\hat{y}', kind: 'output', reads: [{ of: 'h' }] },
  L: { kind: 'loss', reads: [{ of: 'y' }] },
  J: { kind: 'loss', reads: [{ of: 'L' }] },
});

export const lstm = unroll({
  x: { kind: 'input' },
  f: gate(),
  i: gate(),
  c: { ...gate(), latex: '\\tilde{C}' } as Cell[string],
  o: gate(),
  C: { kind: 'state', reads: [{ of: 'f' }, { of: 'C', back: 1 }, { of: 'i' }, { of: 'c' }] },
  h: { kind: 'state', reads: [{ of: 'C' }, { of: 'o' }] },
  J: { kind: 'loss', reads: [{ of: 'h' }] },
});

export const peephole = unroll({
  x: { kind: 'input' },
  f: gate({ of: 'C', back: 1 }),
  i: gate({ of: 'C', back: 1 }),
  c: { ...gate(), latex: '\\tilde{C}' } as Cell[string],
  C: { kind: 'state', reads: [{ of: 'f' }, { of: 'C', back: 1 }, { of: 'i' }, { of: 'c' }] },
  o: gate({ of: 'C' }),
  h: { kind: 'state', reads: [{ of: 'C' }, { of: 'o' }] },
  J: { kind: 'loss', reads: [{ of: 'h' }] },
});

export const gru = unroll({
  x: { kind: 'input' },
  z: gate(),
  r: gate(),
  n: { ...gate({ of: 'r' }), latex: '\\tilde{h}' } as Cell[string],
  h: { kind: 'state', reads: [{ of: 'z' }, { of: 'n' }, { of: 'h', back: 1 }] },
  J: { kind: 'loss', reads: [{ of: 'h' }] },
});

export const bidirectional = unroll({
  x: { kind: 'input' },
  a: { latex: '\\overrightarrow{h}', kind: 'state', reads: [{ of: 'x' }, { of: 'a', back: 1 }] },
  b: { latex: '\\overleftarrow{h}', kind: 'state', reads: [{ of: 'x' }, { of: 'b', back: -1 }] },
  y: { kind: 'output', reads: [{ of: 'a' }, { of: 'b' }] },
  J: { kind: 'loss', reads: [{ of: 'y' }] },
});

const attentionBase = unroll({
  x: { kind: 'input' },
  h: { kind: 'state', reads: [{ of: 'x' }, { of: 'h', back: 1 }] },
  e: { kind: 'gate', reads: [{ of: 's', back: 1 }] },
  w: { latex: '\\alpha', kind: 'gate', reads: [{ of: 'e' }] },
  c: { kind: 'operation', reads: [{ of: 'w' }] },
  s: { kind: 'state', reads: [{ of: 'c' }, { of: 's', back: 1 }] },
  y: { latex: '\\hat{y}', kind: 'output', reads: [{ of: 's' }] },
  J: { kind: 'loss', reads: [{ of: 'y' }] },
});

/** A decoder over an encoder: the scores and the context of the middle step read every state of the encoder. */
export const attention: GraphDescription = {
  ...attentionBase,
  edges: [
    ...attentionBase.edges,
    ...[0, 1, 2].flatMap((column): GraphEdge[] => [
      { from: `h${column}`, to: 'e1', recurrent: false },
      { from: `h${column}`, to: 'c1', recurrent: false },
    ]),
  ],
};

export const all: Readonly<Record<string, GraphDescription>> = { rnn, lstm, peephole, gru, bidirectional, attention };
