/** Laws of every laid-out graph, over the usual cells, models and random graphs: nothing overlaps, no wire runs through a node, all fits. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.js';
import type { Scene, SceneItem } from '../../../src/solution/document.js';
import type { GraphDescription } from '../../../src/solution/figures/description.js';
import { graphScene } from '../../../src/solution/figures/graph.js';
import { graphNodeKey, modelGraph } from '../../../src/solution/figures/model-graph.js';
import { all as cells, lstm } from './descriptions.js';
import { closing, context, all as models, twoSteps } from './models.js';

type Box = Extract<SceneItem, { type: 'rectangle' }>;
type Line = Extract<SceneItem, { type: 'line' }>;

const boxesOf = (scene: Scene): Box[] => scene.items.filter((item) => item.type === 'rectangle');
const linesOf = (scene: Scene): Line[] => scene.items.filter((item) => item.type === 'line');

/** Whether a straight piece has a point strictly inside a box. */
function enters([[x1, y1], [x2, y2]]: readonly [readonly [number, number], readonly [number, number]], box: Box): boolean {
  const slack = 0.3;
  return (
    Math.max(x1, x2) > box.x + slack &&
    Math.min(x1, x2) < box.x + box.width - slack &&
    Math.max(y1, y2) > box.y + slack &&
    Math.min(y1, y2) < box.y + box.height - slack
  );
}

function expectLegible(graph: GraphDescription): Scene {
  const scene = graphScene(graph);
  const boxes = boxesOf(scene);
  expect(scene.width).toBeLessThanOrEqual(430);
  expect(boxes).toHaveLength(graph.nodes.length);
  boxes.forEach((box, index) => {
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.y).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(scene.width + 0.01);
    expect(box.y + box.height).toBeLessThanOrEqual(scene.height + 0.01);
    for (const other of boxes.slice(index + 1)) {
      const apart = box.x + box.width < other.x || other.x + other.width < box.x || box.y + box.height < other.y || other.y + other.height < box.y;
      expect(apart, 'two nodes overlap').toBe(true);
    }
  });
  for (const line of linesOf(scene)) {
    line.points.slice(1).forEach((point, index) => {
      const piece = [line.points[index] as readonly [number, number], point] as const;
      expect(Math.abs(piece[0][0] - point[0]) < 0.01 || Math.abs(piece[0][1] - point[1]) < 0.01, 'a wire is slanted').toBe(true);
      for (const box of boxes) expect(enters(piece, box), `a wire runs through a node: ${JSON.stringify(line.points)}`).toBe(false);
    });
  }
  return scene;
}

describe('graphs are legible', () => {
  for (const [name, graph] of Object.entries(cells)) {
    it(`${name}, three steps`, () => {
      expectLegible(graph);
    });
  }

  for (const [name, model] of Object.entries(models)) {
    it(`the model ${name}, over three steps and one in detail`, () => {
      expectLegible(modelGraph(model()));
      expectLegible(modelGraph(model(), { steps: 1 }));
    });
  }

  it('scalars that read each other stand side by side, with straight arrows between them', () => {
    const graph = modelGraph(closing());
    const straight = linesOf(expectLegible(graph)).filter(({ points }) => points.length === 2 && points[0]?.[1] === points[1]?.[1]);
    const timeless = graph.edges.filter(({ from, to }) => !from.includes('@') && !to.includes('@'));
    expect(timeless).toHaveLength(3);
    expect(straight.length).toBeGreaterThanOrEqual(timeless.length);
  });

  it('what stands between two loops is below its readers', () => {
    const graph = modelGraph(context());
    const boxes = boxesOf(expectLegible(graph));
    const height = (key: string): number => boxes[graph.nodes.findIndex((node) => node.key === key)]?.y ?? Number.NaN;
    expect(height('c')).toBeGreaterThan(height(graphNodeKey('s', 0)));
    expect(height('c')).toBeLessThan(height(graphNodeKey('h', 0)));
  });

  it('two steps are two, and both are read', () => {
    const graph = modelGraph(twoSteps());
    expect(graph.continues).toBeUndefined();
    expect(graph.nodes.filter((node) => node.family === 'h').map((node) => [node.column, node.math.text])).toEqual([
      [0, 'h₁'],
      [1, 'h₂'],
    ]);
    expect(graph.edges.filter((edge) => edge.to === 'E')).toHaveLength(2);
  });

  it('random recurrent graphs', () => {
    const families = ['a', 'b', 'c', 'd', 'e'];
    const read = fc.record({ of: fc.nat({ max: 4 }), by: fc.nat({ max: 4 }), back: fc.integer({ min: -1, max: 1 }) });
    fc.assert(
      fc.property(fc.array(read, { minLength: 1, maxLength: 14 }), fc.boolean(), (reads, continues) => {
        const nodes = families.flatMap((family) =>
          [0, 1, 2].map((column) => ({ key: `${family}${column}`, family, column, kind: 'state' as const, math: { latex: family, text: family } })),
        );
        const edges = reads.flatMap(({ of, by, back }) =>
          [0, 1, 2]
            .filter((column) => column - back >= 0 && column - back < 3 && (of !== by || back !== 0))
            .map((column) => ({ from: `${families[of]}${column - back}`, to: `${families[by]}${column}` })),
        );
        expectLegible({ nodes, edges, ...(continues ? { continues: 'both' as const } : {}) });
      }),
    );
  });
});

describe('what a graph shows', () => {
  it('highlights a path over its nodes and edges, and nothing else', () => {
    const scene = graphScene(lstm, { highlight: [['C0', 'C1', 'C2', 'h2', 'J']] });
    expect(linesOf(scene).filter((line) => line.stroke === 'highlight')).toHaveLength(4);
    expect(boxesOf(scene).filter((box) => box.stroke === 'highlight')).toHaveLength(5);
  });

  it('puts inputs below states, states below the loss, and time left to right', () => {
    const scene = graphScene(lstm);
    const place = (latex: string): SceneItem =>
      scene.items.find((item) => item.type === 'label' && item.content.type === 'math' && item.content.math.latex === latex) as SceneItem;
    const y = (latex: string): number => (place(latex) as { y: number }).y;
    expect(y('x_{t}')).toBeGreaterThan(y('C_{t}'));
    expect(y('h_{t}')).toBeGreaterThan(y('J'));
    const x = (latex: string): number => (place(latex) as { x: number }).x;
    expect(x('C_{t-1}')).toBeLessThan(x('C_{t}'));
  });

  it('does not depend on the order in which edges are given', () => {
    const reversed = { ...lstm, edges: [...lstm.edges].reverse() };
    expect(boxesOf(graphScene(reversed)).map((box) => Math.round(box.y))).toEqual(boxesOf(graphScene(lstm)).map((box) => Math.round(box.y)));
  });

  it('refuses graphs that nobody could read', () => {
    const nodes = Array.from({ length: 401 }, (_, index) => ({
      key: `${index}`,
      family: `${index}`,
      kind: 'state' as const,
      column: 0,
      math: { latex: 'a', text: 'a' },
    }));
    expect(() => graphScene({ nodes, edges: [] })).toThrow(InputError);
    expect(() => graphScene({ nodes: [], edges: [{ from: 'a', to: 'b' }] })).toThrow(InputError);
  });
});

describe('the graph of a model', () => {
  const edgesOf = (graph: GraphDescription): string[] => graph.edges.map((edge) => `${edge.from}→${edge.to}`);

  it('reads what the equations read, step by step', () => {
    const edges = edgesOf(modelGraph(models.lstm?.() as never));
    expect(edges).toContain(`${graphNodeKey('h', -1)}→${graphNodeKey('f', 0)}`);
    expect(edges).toContain(`${graphNodeKey('C', 0)}→${graphNodeKey('C', 1)}`);
    expect(edges).toContain(`${graphNodeKey('h', 1)}→J`);
    expect(edges).toHaveLength(3 * (4 + 3 + 2 + 1) + 2 * (4 + 1));
  });

  it('lets the middle step of a decoder read every state of the encoder', () => {
    const edges = edgesOf(modelGraph(models.attention?.() as never));
    expect(edges.filter((edge) => edge.endsWith('→c@0')).sort()).toEqual(['alpha@0→c@0', 'h@-1→c@0', 'h@0→c@0', 'h@1→c@0']);
    expect(edges.filter((edge) => edge.endsWith('→c@1'))).toEqual(['alpha@1→c@1']);
  });

  it('shows two layers, and the end where only the last state is read', () => {
    expect(edgesOf(modelGraph(models.layered?.() as never))).toContain('h/below@0→h@0');
    const last = modelGraph(models.manyToOne?.() as never);
    expect(last.continues).toBe('before');
    expect(last.nodes.map((node) => node.math.latex)).toContain('h_{T-2}');
    expect(edgesOf(last).filter((edge) => edge.endsWith('→J'))).toEqual(['h@1→J']);
  });
});
