/**
 * The one table of figure colours: a line and a fill for every ink, on light and on dark ground.
 *
 * Inks of graph nodes fill with a tint and are outlined in `ink`; the others fill with their own line colour.
 */

import type { Ink } from '../../solution/document.js';

/** Colours as six-digit hexadecimal without `#`. */
export interface InkColours {
  readonly line: string;
  readonly fill: string;
}

export const palette: { readonly [ground in 'light' | 'dark']: { readonly [ink in Ink]: InkColours } } = {
  light: {
    ink: { line: '1A1A1A', fill: '1A1A1A' },
    muted: { line: '6B6B6B', fill: '6B6B6B' },
    grid: { line: 'DDDDDD', fill: 'DDDDDD' },
    state: { line: '1F4E79', fill: 'DCE9F5' },
    gate: { line: '8A5A00', fill: 'FDF0CF' },
    operation: { line: '5B3A86', fill: 'EBE3F5' },
    input: { line: '4A4A4A', fill: 'EFEFEF' },
    loss: { line: '8C2A1C', fill: 'F9DFDA' },
    series1: { line: '1F5AA6', fill: '1F5AA6' },
    series2: { line: 'A93F2B', fill: 'A93F2B' },
    series3: { line: '2E7D4F', fill: '2E7D4F' },
    series4: { line: '7B4FA3', fill: '7B4FA3' },
    highlight: { line: 'C2410C', fill: 'FFE3CF' },
  },
  dark: {
    ink: { line: 'E8E8E8', fill: 'E8E8E8' },
    muted: { line: 'A0A0A0', fill: 'A0A0A0' },
    grid: { line: '3D3D3D', fill: '3D3D3D' },
    state: { line: '9CC4EC', fill: '1E3A56' },
    gate: { line: 'F0CB77', fill: '4A3A12' },
    operation: { line: 'C9B2E8', fill: '3B2C55' },
    input: { line: 'BDBDBD', fill: '333333' },
    loss: { line: 'F2A394', fill: '54241C' },
    series1: { line: '7FB2F0', fill: '7FB2F0' },
    series2: { line: 'F0917D', fill: 'F0917D' },
    series3: { line: '7CCB9A', fill: '7CCB9A' },
    series4: { line: 'C6A2EB', fill: 'C6A2EB' },
    highlight: { line: 'FF9B5E', fill: '5A3016' },
  },
};

export const inks = Object.keys(palette.light) as readonly Ink[];

/** Styles for a page that holds scenes: one CSS custom property per ink and use, dark ones where the reader asks for them. */
export function sceneCss(): string {
  const variables = (ground: 'light' | 'dark'): string =>
    inks.map((ink) => `--scene-${ink}:#${palette[ground][ink].line};--scene-${ink}-fill:#${palette[ground][ink].fill};`).join('');
  return [
    `:root{${variables('light')}}`,
    `@media (prefers-color-scheme:dark){:root{${variables('dark')}}}`,
    `@media print{:root{${variables('light')}}}`,
    '.scene{position:relative;container-type:inline-size;margin:0 auto}',
    '.scene>svg{display:block;width:100%;height:100%}',
    '.scene-label{position:absolute;line-height:1;white-space:nowrap}',
  ].join('\n');
}
