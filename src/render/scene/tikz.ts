/** A scene as a TikZ picture for LaTeX; labels are set by the caller's own LaTeX for inline content. */

import { unreachable } from '../../errors.js';
import type { Ink, Inline, Scene, SceneItem } from '../../solution/document.js';
import { inks, palette } from './palette.js';
import { coordinate, drawLine, type PathCommand, type Point } from './paths.js';

/** Lines for the preamble of a document that holds scenes: the package and the palette's colours. */
export function tikzPreamble(): string {
  const colours = inks.flatMap((ink) => [
    `\\definecolor{scene-${ink}}{HTML}{${palette.light[ink].line}}`,
    `\\definecolor{scene-${ink}-fill}{HTML}{${palette.light[ink].fill}}`,
  ]);
  return ['\\usepackage{tikz}', ...colours].join('\n');
}

/** A `tikzpicture` in big points with y downwards. `label` gives the LaTeX of a label's content (already escaped). */
export function sceneToTikz(scene: Scene, label: (content: Inline) => string): string {
  const bounds = `\\path[use as bounding box] (0,0) rectangle (${coordinate(scene.width)},${coordinate(scene.height)});`;
  const items = scene.items.flatMap((item) => tikzItem(item, label));
  return ['\\begin{tikzpicture}[x=1bp,y=-1bp,line join=round]', bounds, ...items, '\\end{tikzpicture}'].join('\n');
}

function tikzItem(item: SceneItem, label: (content: Inline) => string): readonly string[] {
  switch (item.type) {
    case 'line':
      return tikzLine(item);
    case 'rectangle': {
      const corner: Point = [item.x + item.width, item.y + item.height];
      return [`\\path[${paint(item.stroke, item.fill)},rounded corners=${coordinate(item.radius)}bp] ${pair([item.x, item.y])} rectangle ${pair(corner)};`];
    }
    case 'circle':
      return [`\\path[${paint(item.stroke, item.fill)}] ${pair([item.x, item.y])} circle[radius=${coordinate(item.radius)}bp];`];
    case 'label':
      return [tikzLabel(item, label(item.content))];
    default:
      return unreachable(item);
  }
}

function tikzLine(item: Extract<SceneItem, { type: 'line' }>): readonly string[] {
  const { commands, head } = drawLine(item);
  if (commands.length === 0) return [];
  const dash = item.dash === true ? ',dash pattern=on 3bp off 2.4bp' : '';
  const shaft = `\\draw[${colour(item.stroke)},line width=${coordinate(item.width)}bp${dash}] ${commands.map(pathPiece).join('')};`;
  return head === undefined ? [shaft] : [shaft, `\\fill[${colour(item.stroke)}] ${head.map(pair).join(' -- ')} -- cycle;`];
}

function pathPiece(command: PathCommand): string {
  switch (command.type) {
    case 'move':
      return pair(command.to);
    case 'line':
      return ` -- ${pair(command.to)}`;
    case 'curve':
      return ` .. controls ${pair(command.first)} and ${pair(command.second)} .. ${pair(command.to)}`;
    default:
      return unreachable(command);
  }
}

function tikzLabel(item: Extract<SceneItem, { type: 'label' }>, latex: string): string {
  const anchor = { start: 'west', middle: 'center', end: 'east' }[item.anchor];
  const font = `font=\\fontsize{${coordinate(item.size)}bp}{${coordinate(item.size * 1.2)}bp}\\selectfont`;
  return `\\node[anchor=${anchor},inner sep=0pt,text=scene-${item.ink},${font}] at ${pair([item.x, item.y])} {${latex}};`;
}

function paint(stroke: Ink, fill: Ink | undefined): string {
  const outline = `${colour(stroke, 'draw')},line width=0.8bp`;
  return fill === undefined ? outline : `${outline},fill=scene-${fill}-fill`;
}

function colour(ink: Ink, key: 'color' | 'draw' = 'color'): string {
  return `${key}=scene-${ink}`;
}

function pair([x, y]: Point): string {
  return `(${coordinate(x)},${coordinate(y)})`;
}
