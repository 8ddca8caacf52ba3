/** What dresses mathematics: classes, styles, sizes, braces, arrows, boxes, strokes, colours and spaces. */

import { bodyOf, nodeList, nodeOf, optionalNode, type TexNode, textOf } from './katex-tree.js';
import { call, lengthInEms, type Setting } from './setting.js';
import { arrows, classes, sizeFactors, styles } from './symbols.js';

/** Sets the nodes that dress other nodes; refuses the rest by name. */
export function setDecoration(here: Setting, node: TexNode): string {
  switch (node.type) {
    case 'htmlmathml':
      return here.list(nodeList(node.mathml));
    case 'mclass':
      return setClass(here, node);
    case 'styling':
      return call(styleOf(here, textOf(node, 'style')), here.list(bodyOf(node)));
    case 'mathchoice':
      return here.list(nodeList(node.text));
    case 'sizing':
      return `text(size: #${sizeFactors[Number(node.size) - 1] ?? 1}em,${here.list(bodyOf(node))})`;
    case 'overline':
    case 'underline':
      return call(node.type, here.list(bodyOf(node)));
    case 'horizBrace':
      return setBrace(here, node, undefined);
    case 'xArrow':
      return setArrow(here, node);
    case 'pmb':
      return call('bold', here.list(bodyOf(node)));
    case 'phantom':
      return call('hide', here.list(bodyOf(node)));
    case 'enclose':
      return setEnclosure(here, node);
    case 'color':
      return setColour(here, node);
    case 'kern':
    case 'spacing':
      return setSpace(here, node);
    case 'rule':
      if (lengthInEms(here, node.width) !== 0) throw here.unknown('\\rule');
      return '';
    case 'internal':
      return '';
    default:
      throw here.unknown(typeof node.label === 'string' ? node.label : `“${node.type}”`);
  }
}

function setClass(here: Setting, node: TexNode): string {
  const body = here.list(bodyOf(node));
  const name = classes[textOf(node, 'mclass')];
  if (name === undefined) throw here.unknown(textOf(node, 'mclass'));
  return name === 'normal' && bodyOf(node)[0]?.type === 'font' ? body : `class("${name}",${body})`;
}

/** A brace over or under, with its label. */
export function setBrace(here: Setting, node: TexNode, label: TexNode | undefined): string {
  const name = textOf(node, 'label').slice(1);
  if (!['underbrace', 'overbrace', 'underbracket', 'overbracket'].includes(name)) throw here.unknown(`\\${name}`);
  const base = here.node(nodeOf(node, 'base'));
  return label === undefined ? call(name, base) : call(name, base, here.node(label));
}

function setArrow(here: Setting, node: TexNode): string {
  const arrow = arrows[textOf(node, 'label')];
  if (arrow === undefined) throw here.unknown(textOf(node, 'label'));
  const below = optionalNode(node, 'below');
  const scripts = [`t:${here.list(bodyOf(node))}`, ...(below === undefined ? [] : [`b:${here.node(below) || '""'}`])];
  return `class("relation",${call('attach', `limits(stretch(${arrow},size:#(100%+1em)))`, ...scripts)})`;
}

function setEnclosure(here: Setting, node: TexNode): string {
  const label = textOf(node, 'label');
  const body = here.list(bodyOf(node));
  if (label === '\\cancel') return call('cancel', body);
  if (label === '\\bcancel') return `cancel(${body},inverted:#true)`;
  if (label === '\\xcancel') return `cancel(${body},cross:#true)`;
  if (label === '\\fbox' || label === '\\boxed') return `#box(stroke:0.5pt,inset:3pt,baseline:3pt)[$${body}$]`;
  throw here.unknown(label);
}

const namedColours: Readonly<Record<string, string>> = {
  black: '000000',
  white: 'ffffff',
  red: 'ff0000',
  green: '008000',
  lime: '00ff00',
  blue: '0000ff',
  cyan: '00ffff',
  magenta: 'ff00ff',
  yellow: 'ffff00',
  gray: '808080',
  grey: '808080',
  orange: 'ffa500',
  purple: '800080',
  brown: 'a52a2a',
  teal: '008080',
  navy: '000080',
  olive: '808000',
  maroon: '800000',
  pink: 'ffc0cb',
};

function setColour(here: Setting, node: TexNode): string {
  const name = textOf(node, 'color');
  const hex = namedColours[name.toLowerCase()] ?? /^#([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(name)?.[1];
  if (hex === undefined) throw here.unknown(`the colour ${name}`);
  return `text(fill:#rgb("${hex}"),${here.list(bodyOf(node))})`;
}

function setSpace(here: Setting, node: TexNode): string {
  if (node.type === 'spacing') return textOf(node, 'text') === '\\nobreak' || textOf(node, 'text') === '\\allowbreak' ? '' : '#h(0.333em)';
  return `#h(${lengthInEms(here, node.dimension)}em)`;
}

/** Typst's function for a style of TeX. */
function styleOf(here: Setting, name: string): string {
  const style = styles[name];
  if (style === undefined) throw here.unknown(`the style ${name}`);
  return style;
}
