/**
 * A scene as SVG: shapes in CSS variables of the palette, labels either as text, as embedded HTML, or laid over the drawing by the page.
 */

import { unreachable } from '../../errors.js';
import type { Ink, Inline, Scene, SceneItem } from '../../solution/document.js';
import { escapeHtml } from '../escape.js';
import { palette } from './palette.js';
import { coordinate, drawLine, type PathCommand, type Point } from './paths.js';
import { plainText } from './plain.js';

type LabelItem = Extract<SceneItem, { type: 'label' }>;

/** A label set by somebody else: HTML and the room it takes, in points at the label's own size. */
export interface RenderedLabel {
  readonly html: string;
  readonly width: number;
  readonly height: number;
}

/**
 * A self-contained `<svg>` element. With `label`, labels are embedded HTML (KaTeX, say); without, they are Unicode text.
 * `title` becomes the accessible name.
 */
export function sceneToSvg(scene: Scene, options: { readonly label?: (content: Inline, size: number) => RenderedLabel; readonly title?: string } = {}): string {
  const { label } = options;
  return svgElement(scene, options.title, (item) => (label === undefined ? textLabel(item) : embeddedLabel(item, label(item.content, item.size))));
}

/**
 * A block of HTML: the drawing as SVG and the labels as elements over it, placed in percentages and sized with the drawing, so that
 * the figure shrinks with a narrow page. Needs the styles of `sceneCss`. `label` gives the HTML of a label's content.
 */
export function sceneToHtml(scene: Scene, label: (content: Inline) => string, title?: string): string {
  const labels = scene.items.flatMap((item) => (item.type === 'label' ? [overlaidLabel(scene, item, label(item.content))] : []));
  const style = `--natural:${coordinate(scene.width)}pt;width:100%;max-width:${coordinate(scene.width)}pt;aspect-ratio:${coordinate(scene.width)}/${coordinate(scene.height)}`;
  return `<div class="scene" style="${style}">${svgElement(scene, title, () => '')}${labels.join('')}</div>`;
}

function svgElement(scene: Scene, title: string | undefined, label: (item: LabelItem) => string): string {
  const size = `viewBox="0 0 ${coordinate(scene.width)} ${coordinate(scene.height)}" width="${coordinate(scene.width)}pt" height="${coordinate(scene.height)}pt"`;
  const name = title === undefined ? 'role="img"' : `role="img" aria-label="${escapeHtml(title)}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${name}>${scene.items.map((item) => svgItem(item, label)).join('')}</svg>`;
}

function svgItem(item: SceneItem, label: (item: LabelItem) => string): string {
  switch (item.type) {
    case 'line':
      return svgLine(item);
    case 'rectangle':
      return `<rect ${attributes({ x: item.x, y: item.y, width: item.width, height: item.height, rx: item.radius })} ${paint(item.stroke, item.fill)}/>`;
    case 'circle':
      return `<circle ${attributes({ cx: item.x, cy: item.y, r: item.radius })} ${paint(item.stroke, item.fill)}/>`;
    case 'label':
      return label(item);
    default:
      return unreachable(item);
  }
}

function svgLine(item: Extract<SceneItem, { type: 'line' }>): string {
  const { commands, head } = drawLine(item);
  if (commands.length === 0) return '';
  const dash = item.dash === true ? ' stroke-dasharray="3 2.4"' : '';
  const path = `<path d="${commands.map(pathData).join('')}" fill="none" stroke="${lineColour(item.stroke)}" stroke-width="${coordinate(item.width)}" stroke-linejoin="round"${dash}/>`;
  return head === undefined ? path : `${path}<path d="M${head.map(pair).join('L')}Z" fill="${lineColour(item.stroke)}"/>`;
}

function pathData(command: PathCommand): string {
  switch (command.type) {
    case 'move':
      return `M${pair(command.to)}`;
    case 'line':
      return `L${pair(command.to)}`;
    case 'curve':
      return `C${pair(command.first)} ${pair(command.second)} ${pair(command.to)}`;
    default:
      return unreachable(command);
  }
}

const anchorShift = { start: 0, middle: 0.5, end: 1 } as const;

function textLabel(item: LabelItem): string {
  const place = `x="${coordinate(item.x)}" y="${coordinate(item.y)}" text-anchor="${item.anchor}" dominant-baseline="central"`;
  return `<text ${place} font-size="${coordinate(item.size)}" font-family="'Latin Modern Roman','CMU Serif',serif" fill="${lineColour(item.ink)}">${escapeHtml(plainText(item.content))}</text>`;
}

function embeddedLabel(item: LabelItem, rendered: RenderedLabel): string {
  const box = attributes({
    x: item.x - rendered.width * anchorShift[item.anchor],
    y: item.y - rendered.height / 2,
    width: rendered.width,
    height: rendered.height,
  });
  return `<foreignObject ${box} overflow="visible"><div xmlns="http://www.w3.org/1999/xhtml" style="font-size:${coordinate(item.size)}px;line-height:1;white-space:nowrap;color:${lineColour(item.ink)}">${rendered.html}</div></foreignObject>`;
}

function overlaidLabel(scene: Scene, item: LabelItem, html: string): string {
  const percent = (part: number, whole: number): string => `${coordinate((100 * part) / whole)}%`;
  const place = `left:${percent(item.x, scene.width)};top:${percent(item.y, scene.height)};transform:translate(-${100 * anchorShift[item.anchor]}%,-50%)`;
  return `<span class="scene-label" style="${place};font-size:${coordinate((100 * item.size) / scene.width)}cqw;color:${lineColour(item.ink)}">${html}</span>`;
}

function lineColour(ink: Ink): string {
  return `var(--scene-${ink},#${palette.light[ink].line})`;
}

function paint(stroke: Ink, fill: Ink | undefined): string {
  const inside = fill === undefined ? 'none' : `var(--scene-${fill}-fill,#${palette.light[fill].fill})`;
  return `fill="${inside}" stroke="${lineColour(stroke)}" stroke-width="0.8"`;
}

function attributes(values: Readonly<Record<string, number>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}="${coordinate(value)}"`)
    .join(' ');
}

function pair([x, y]: Point): string {
  return `${coordinate(x)} ${coordinate(y)}`;
}
