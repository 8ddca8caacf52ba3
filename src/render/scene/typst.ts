/** A scene as Typst code for the PDF; labels are set by the caller's own Typst markup for inline content. */

import { unreachable } from '../../errors.js';
import type { Ink, Inline, Scene, SceneItem } from '../../solution/document.js';
import { palette } from './palette.js';
import { coordinate, drawLine, type PathCommand, type Point } from './paths.js';

/** Typst definitions that `sceneToTypst` relies on: a label placed by its own measured size. */
export const typstScenePrelude = `#let scene-label(x, y, shift, size, ink, body) = context {
  let set-body = text(size: size, fill: ink, body)
  let room = measure(set-body)
  place(top + left, dx: x - room.width * shift, dy: y - room.height / 2, set-body)
}
`;

/** A Typst expression in code mode (no leading #). `label` gives Typst markup of a label's content (already escaped). */
export function sceneToTypst(scene: Scene, label: (content: Inline) => string): string {
  const items = scene.items.flatMap((item) => typstItem(item, label));
  return `box(width: ${points(scene.width)}, height: ${points(scene.height)}, {\n${items.map((item) => `  ${item}\n`).join('')}})`;
}

function typstItem(item: SceneItem, label: (content: Inline) => string): readonly string[] {
  switch (item.type) {
    case 'line':
      return typstLine(item);
    case 'rectangle':
      return [
        placed(
          item.x,
          item.y,
          `rect(width: ${points(item.width)}, height: ${points(item.height)}, radius: ${points(item.radius)}, ${paint(item.stroke, item.fill)})`,
        ),
      ];
    case 'circle':
      return [placed(item.x - item.radius, item.y - item.radius, `circle(radius: ${points(item.radius)}, ${paint(item.stroke, item.fill)})`)];
    case 'label': {
      const shift = { start: '0', middle: '0.5', end: '1' }[item.anchor];
      return [
        `scene-label(${points(item.x)}, ${points(item.y)}, ${shift}, ${points(item.size)}, ${colour(palette.light[item.ink].line)}, [${label(item.content)}])`,
      ];
    }
    default:
      return unreachable(item);
  }
}

function typstLine(item: Extract<SceneItem, { type: 'line' }>): readonly string[] {
  const { commands, head } = drawLine(item);
  if (commands.length === 0) return [];
  const ink = colour(palette.light[item.stroke].line);
  const dash = item.dash === true ? ', dash: (3pt, 2.4pt)' : '';
  const shaft = placed(0, 0, `curve(stroke: (paint: ${ink}, thickness: ${points(item.width)}, join: "round"${dash}), ${commands.map(pathPiece).join(', ')})`);
  return head === undefined ? [shaft] : [shaft, placed(0, 0, `polygon(fill: ${ink}, ${head.map(pair).join(', ')})`)];
}

function pathPiece(command: PathCommand): string {
  switch (command.type) {
    case 'move':
      return `curve.move(${pair(command.to)})`;
    case 'line':
      return `curve.line(${pair(command.to)})`;
    case 'curve':
      return `curve.cubic(${pair(command.first)}, ${pair(command.second)}, ${pair(command.to)})`;
    default:
      return unreachable(command);
  }
}

function placed(x: number, y: number, shape: string): string {
  return `place(top + left, dx: ${points(x)}, dy: ${points(y)}, ${shape})`;
}

function paint(stroke: Ink, fill: Ink | undefined): string {
  const inside = fill === undefined ? 'none' : colour(palette.light[fill].fill);
  return `stroke: 0.8pt + ${colour(palette.light[stroke].line)}, fill: ${inside}`;
}

function colour(hex: string): string {
  return `rgb("#${hex}")`;
}

function points(value: number): string {
  return `${coordinate(value)}pt`;
}

function pair([x, y]: Point): string {
  return `(${points(x)}, ${points(y)})`;
}
