/** A computation graph as plain data: what is drawn, without where. It knows nothing of models; see model-graph.ts for the way from one. */

import type { Mathematics } from '../document.js';

export type GraphNodeKind = 'input' | 'state' | 'gate' | 'operation' | 'output' | 'loss';

export interface GraphNode {
  /** Unique in the graph. */
  readonly key: string;
  /** What the node has in common with its copies at other steps: they share a row and a place within the step. */
  readonly family: string;
  readonly math: Mathematics;
  readonly kind: GraphNodeKind;
  /** Number of its step, from 0, left to right; undefined for what belongs to no step (a loss over all of them). */
  readonly column?: number;
}

export interface GraphEdge {
  /** Key of the node that is read. */
  readonly from: string;
  /** Key of the node that reads it. */
  readonly to: string;
  /** Goes from step to step and does not order the rows. Left out: whether its nodes belong to different steps. */
  readonly recurrent?: boolean;
}

export function isRecurrent(edge: GraphEdge, from: GraphNode, to: GraphNode): boolean {
  return edge.recurrent ?? (from.column !== undefined && to.column !== undefined && from.column !== to.column);
}

export interface GraphDescription {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Dots where a recurrence comes from and goes to: outside the first and the last step, or only outside the first. */
  readonly continues?: 'both' | 'before' | 'after';
}

export interface GraphOptions {
  /** Keys of nodes, in the order of a path: its edges and nodes stand out. Several paths may be given. */
  readonly highlight?: readonly (readonly string[])[];
  /** Greatest width in points; 430 unless said otherwise. */
  readonly width?: number;
}
