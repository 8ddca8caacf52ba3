/** What the solution sees of its figures. */
export type { GraphDescription, GraphEdge, GraphNode, GraphOptions } from './description.js';
export { graphScene } from './graph.js';
export { graphNodeKey, modelGraph } from './model-graph.js';
