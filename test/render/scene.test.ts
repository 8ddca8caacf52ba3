/** Scenes in three formats: the same shapes in each, labels by the caller's own means, nothing of a text read as markup. */

import { describe, expect, it } from 'vitest';
import { inks, palette, sceneCss } from '../../src/render/scene/palette.js';
import { coordinate, drawLine } from '../../src/render/scene/paths.js';
import { sceneToHtml, sceneToSvg } from '../../src/render/scene/svg.js';
import { sceneToTikz, tikzPreamble } from '../../src/render/scene/tikz.js';
import { sceneToTypst } from '../../src/render/scene/typst.js';
import type { Scene, SceneItem } from '../../src/solution/document.js';
import { samplePlot, sampleScene } from './sample-document.js';

const count = (text: string, part: RegExp): number => text.match(part)?.length ?? 0;
const shapes = (scene: Scene, type: SceneItem['type']): number => scene.items.filter((item) => item.type === type).length;
const arrows = (scene: Scene): number => scene.items.filter((item) => item.type === 'line' && item.arrow === true).length;
const hostile: Scene = {
  width: 100,
  height: 50,
  items: [{ type: 'label', x: 1, y: 2, anchor: 'start', content: { type: 'text', text: '</text><script>alert("1")</script>&' }, size: 8, ink: 'ink' }],
};

for (const [name, scene] of Object.entries({ graph: sampleScene, plot: samplePlot })) {
  describe(`the ${name} of the sample`, () => {
    it('has every shape in SVG, with all labels as text', () => {
      const svg = sceneToSvg(scene, { title: 'A "title"' });
      expect(count(svg, /<rect /g)).toBe(shapes(scene, 'rectangle'));
      expect(count(svg, /<circle /g)).toBe(shapes(scene, 'circle'));
      expect(count(svg, /<path /g)).toBe(shapes(scene, 'line') + arrows(scene));
      expect(count(svg, /<text /g)).toBe(shapes(scene, 'label'));
      expect(svg).toContain('aria-label="A &quot;title&quot;"');
    });

    it('asks for each label once, whatever the format', () => {
      const asked: string[] = [];
      const label = (format: string): string => {
        asked.push(format);
        return 'x';
      };
      sceneToSvg(scene, { label: () => ({ html: label('svg'), width: 10, height: 5 }) });
      sceneToHtml(scene, () => label('html'));
      sceneToTikz(scene, () => label('tikz'));
      sceneToTypst(scene, () => label('typst'));
      const labels = shapes(scene, 'label');
      for (const format of ['svg', 'html', 'tikz', 'typst']) expect(asked.filter((name) => name === format)).toHaveLength(labels);
    });

    it('has every shape in TikZ and in Typst', () => {
      const tikz = sceneToTikz(scene, () => 'x');
      expect(count(tikz, /\\node/g)).toBe(shapes(scene, 'label'));
      expect(count(tikz, /\\draw/g)).toBe(shapes(scene, 'line'));
      expect(count(tikz, /\\fill/g)).toBe(arrows(scene));
      const typst = sceneToTypst(scene, () => 'x');
      expect(count(typst, /curve\(/g)).toBe(shapes(scene, 'line'));
      expect(count(typst, /polygon\(/g)).toBe(arrows(scene));
      expect(count(typst, /scene-label\(/g)).toBe(shapes(scene, 'label'));
    });
  });
}

describe('lines', () => {
  it('end in a head whose tip is the last point, the shaft ending inside it', () => {
    const { commands, head } = drawLine({
      type: 'line',
      points: [
        [0, 0],
        [10, 0],
        [10, 20],
      ],
      stroke: 'ink',
      width: 1,
      arrow: true,
    });
    expect(head?.[0]).toEqual([10, 20]);
    const last = commands.at(-1)?.to as readonly [number, number];
    expect(last[1]).toBeLessThan(20);
    expect(last[1]).toBeGreaterThan(Math.min(head?.[1]?.[1] ?? 0, head?.[2]?.[1] ?? 0));
  });

  it('pass smoothly through all their points', () => {
    const { commands } = drawLine({
      type: 'line',
      points: [
        [0, 0],
        [10, 5],
        [20, 0],
      ],
      stroke: 'ink',
      width: 1,
      curved: true,
    });
    expect(commands.map((command) => command.type)).toEqual(['move', 'curve', 'curve']);
    expect(commands.map((command) => command.to)).toEqual([
      [0, 0],
      [10, 5],
      [20, 0],
    ]);
  });

  it('draw nothing from one point or from equal points', () => {
    expect(drawLine({ type: 'line', points: [[1, 1]], stroke: 'ink', width: 1 }).commands).toEqual([]);
    expect(
      drawLine({
        type: 'line',
        points: [
          [1, 1],
          [1, 1],
        ],
        stroke: 'ink',
        width: 1,
        arrow: true,
      }).commands,
    ).toEqual([]);
  });

  it('have short coordinates', () => {
    expect([1 / 3, -0.001, 12, 1e-9].map(coordinate)).toEqual(['0.33', '0', '12', '0']);
  });
});

describe('colours', () => {
  it('come from one table, in every format', () => {
    for (const ink of inks) {
      expect(sceneCss()).toContain(`--scene-${ink}:#${palette.dark[ink].line}`);
      expect(tikzPreamble()).toContain(`{scene-${ink}-fill}{HTML}{${palette.light[ink].fill}}`);
    }
  });

  const luminance = (hex: string): number => {
    const [red = 0, green = 0, blue = 0] = [0, 2, 4]
      .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (a: string, b: string): number => (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05);

  it('let labels be read on every fill, and lines be seen on the page, in light and dark', () => {
    for (const [ground, page] of [
      ['light', 'FFFFFF'],
      ['dark', '121212'],
    ] as const) {
      for (const ink of ['state', 'gate', 'operation', 'input', 'loss', 'highlight'] as const)
        expect(contrast(palette[ground].ink.line, palette[ground][ink].fill), `${ink} ${ground}`).toBeGreaterThan(4.5);
      for (const ink of inks.filter((name) => name !== 'grid')) expect(contrast(palette[ground][ink].line, page), `${ink} ${ground}`).toBeGreaterThan(3);
    }
  });
});

describe('hostile labels', () => {
  it('are text in SVG', () => {
    expect(sceneToSvg(hostile)).not.toMatch(/<script|alert\("1/);
  });
});
