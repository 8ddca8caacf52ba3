/** The look of the page: one measure, one serif, reasons in the margin where there is one; light, dark and print; only the fonts that are used. */

import type { KatexAssets } from './assets.js';
import { sceneCss } from './scene/palette.js';

const PAGE = `
:root{color-scheme:light dark;--ground:#fdfcf9;--ink:#1b1b1b;--muted:#66625c;--faint:#d9d4ca;--tint:#f4f1e9;--good:#2c6e49;--bad:#a8321f;--open:#85600a;--link:#1f4e79;--measure:42rem;--margin:0rem}
@media (prefers-color-scheme:dark){:root{--ground:#16171a;--ink:#e6e3dc;--muted:#a19c92;--faint:#3a3b40;--tint:#1f2125;--good:#7ccb9a;--bad:#f0917d;--open:#e3bd63;--link:#9cc4ec}}
*{box-sizing:border-box}
html{font-size:112.5%;-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--ink);font-family:KaTeX_Main,"Latin Modern Roman","CMU Serif",Georgia,serif;line-height:1.55;overflow-wrap:break-word;font-variant-ligatures:common-ligatures}
main,footer{max-width:calc(var(--measure) + 2.4rem);margin:0 auto;padding:0 1.2rem}
header{text-align:center;padding:3.2rem 0 1.6rem}
h1{font-weight:400;font-size:1.85rem;line-height:1.25;margin:0 0 .7rem;text-wrap:balance}
.source{margin:0;font-size:1rem}
.totals{margin:.25rem 0 0;font-size:.86rem;color:var(--muted)}
section{margin:2.4rem 0 0}
h2{font-size:1.3rem;font-weight:700;line-height:1.3;margin:0 0 .7rem}
.section-number{margin-right:.6em}
h3{font-size:1.08rem;font-weight:700;margin:1.6rem 0 .5rem}
h4,h5,h6{font-size:1rem;font-weight:400;font-style:italic;margin:1.3rem 0 .4rem}
p{margin:.6rem 0}
ul,ol{margin:.6rem 0;padding-left:1.7rem}
li>p{margin:.2rem 0}
a{color:var(--link);text-decoration-thickness:.06em;text-underline-offset:.16em}
blockquote{margin:1rem 0;padding:0 0 0 1.2rem;border-left:2px solid var(--faint);font-style:italic}
code{font-family:KaTeX_Typewriter,"Latin Modern Mono",Menlo,Consolas,monospace;font-size:.94em}
pre{margin:1rem 0;padding:.7rem .9rem;background:var(--tint);overflow-x:auto;line-height:1.4;font-size:.9rem}
.unset{color:var(--muted);overflow-wrap:anywhere}
.katex{font-size:1em;line-height:1.2}
.katex .base{margin-top:1px;margin-bottom:1px}
.equations{display:grid;grid-template-columns:auto minmax(0,1fr) auto;column-gap:.28em;row-gap:.05rem;margin:1rem 0;align-items:baseline}
.reasoned,.judged{row-gap:.35rem}
.line{display:contents}
.left{grid-column:1;text-align:right;white-space:nowrap}
.right{grid-column:2;overflow-x:auto;overflow-y:hidden;padding:.22em .1em .22em 1.9em;text-indent:-1.9em;scrollbar-width:thin}
.right .piece,.right .katex{text-indent:0}
.piece{display:inline-flex;flex-wrap:wrap;align-items:baseline;max-width:100%;text-indent:0;padding:.12em 0}
.bit{display:inline-block;padding:.06em 0}
.left.alone{grid-column:1/-1;text-align:left;white-space:normal;overflow-x:auto}
.wide{display:inline-block;max-width:100%;overflow-x:auto;overflow-y:hidden;vertical-align:middle;padding:.15em 0}
.facts{grid-column:3;display:flex;gap:.9em;align-items:baseline;justify-content:flex-end;padding-left:1em;white-space:nowrap;font-size:.8rem}
.shape{color:var(--muted);font-size:.92em}
.mark{font-size:.92em;letter-spacing:.01em}
.good{color:var(--good)}.bad{color:var(--bad)}.open{color:var(--open)}
.equation-number{min-width:1.9em;text-align:right;font-size:1.2em}
.reason{grid-column:2/-1;font-size:.86rem;line-height:1.4;color:var(--muted);margin:-.35rem 0 .35rem 1.9em}
.result{border:1px solid var(--ink);padding:.65rem 1rem;background:var(--tint)}
.table{overflow-x:auto;margin:1.4rem 0}
table{border-collapse:collapse;margin:0 auto;font-size:.95rem;border-top:1.5px solid var(--ink);border-bottom:1.5px solid var(--ink)}
caption,figcaption{font-size:.88rem;line-height:1.45;color:var(--ink);margin:0 auto .5rem;max-width:34rem;text-wrap:balance}
caption{caption-side:top;padding-bottom:.5rem;margin:0}
th{font-weight:400;font-style:italic;border-bottom:.8px solid var(--ink);vertical-align:bottom}
th,td{padding:.3rem .75rem}
td{vertical-align:baseline}
td .katex{white-space:nowrap}
.left{text-align:right}
th.left,td.left{text-align:left;white-space:normal}th.right,td.right{text-align:right;padding:.3rem .75rem;text-indent:0;overflow:visible}.center{text-align:center}
figure{margin:1.6rem 0;text-align:center}
figcaption{margin:.7rem auto 0}
.callout{margin:1.2rem 0;padding:.1rem 0 .1rem 1.1rem;border-left:2.5px solid var(--muted)}
.callout-title{font-weight:700;margin:.2rem 0}
.callout-kind{font-weight:700}
.callout.slip{border-color:var(--bad)}.callout.slip .callout-kind{color:var(--bad)}
.callout.assumption{border-color:var(--open)}.callout.assumption .callout-kind{color:var(--open)}
.provenance{font-size:.9rem;color:var(--muted)}
footer{margin-top:3rem;padding-bottom:2.5rem;font-size:.8rem;color:var(--muted);text-align:center}
footer p{border-top:.8px solid var(--faint);padding-top:.8rem}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
@media (min-width:78rem){
main>section>.reasoned:not(.result){width:calc(100% + 15rem);grid-template-columns:auto minmax(0,1fr) auto 13.6rem;margin-right:-15rem}
main>section>.reasoned:not(.result) .reason{grid-column:4;margin:0;padding-left:1.4rem}
main,footer{transform:translateX(-5rem)}
}
@media (max-width:40rem){
html{font-size:106.25%}
main,footer{padding:0 1rem}
header{padding:2rem 0 .8rem}
h1{font-size:1.55rem}
figure{margin-left:-1rem;margin-right:-1rem;overflow-x:auto}
.scene{min-width:calc(.74*var(--natural))}
figcaption{padding:0 1rem;position:sticky;left:0}
.equations{column-gap:.2em}
.right{padding-left:1.1em;text-indent:-1.1em}
.reason{margin-left:1.1em}
.reasoned,.judged{grid-template-columns:auto minmax(0,1fr)}
:is(.reasoned,.judged) .facts{grid-column:2;justify-content:flex-start;padding-left:1.4em;margin-top:-.3rem}
:is(.reasoned,.judged) .line+.line .left{padding-top:.5rem}
.equation-number{margin-left:auto}
.result{padding:.5rem .6rem}
th,td{padding:.28rem .5rem}
table{font-size:.9rem}
}
@page{margin:22mm 20mm}
@media print{
:root{color-scheme:light;--ground:#fff;--ink:#000;--muted:#555;--faint:#ccc;--tint:#f6f6f6;--good:#2c6e49;--bad:#a8321f;--open:#85600a;--link:#1f4e79}
html{font-size:10.5pt}
main,footer{max-width:none;padding:0;transform:none}
header{padding-top:0}
.line,figure,.result,table,.callout{break-inside:avoid}
h2,h3,h4,p:has(+.equations){break-after:avoid}
.right,.table,pre{overflow:visible}
a{color:inherit}
}
`;

/** All styles of a page: KaTeX's own without its fonts, the fonts that the body uses as data, the figures' and the page's. */
export function pageStyle(body: string, assets: KatexAssets): string {
  const faces = [...assets.css.matchAll(/@font-face\{[^}]*\}/g)].map((match) => match[0]);
  const rules = assets.css.replace(/@font-face\{[^}]*\}/g, '');
  const wanted = usedFonts(body);
  const inlined = faces.flatMap((face) => inlineFace(face, wanted, assets));
  return [...inlined, rules, sceneCss(), PAGE.trim()].join('\n').replace(/<\//g, '<\\/');
}

function inlineFace(face: string, wanted: ReadonlySet<string>, assets: KatexAssets): string[] {
  const name = /url\(fonts\/(KaTeX_[A-Za-z0-9]+-[A-Za-z]+)\.woff2\)/.exec(face)?.[1];
  if (name === undefined || !wanted.has(name)) return [];
  return [
    face.replace(/src:[^;}]*/, `src:url(data:font/woff2;base64,${assets.font(name)}) format("woff2")`).replace('font-display:block', 'font-display:swap'),
  ];
}

/** Which class in KaTeX's markup needs which font. */
const FONT_USES: readonly (readonly [RegExp, string])[] = [
  [/<(?:em|blockquote|th|h[456])[ >]|\b(?:mathit|textit)\b/, 'KaTeX_Main-Italic'],
  [/<(?:h[23]|b|strong)[ >]|\b(?:mathbf|textbf)\b/, 'KaTeX_Main-Bold'],
  [/\bmathnormal\b/, 'KaTeX_Math-Italic'],
  [/\bboldsymbol\b/, 'KaTeX_Math-BoldItalic'],
  [/\b(?:amsrm|mathbb|textbb)\b/, 'KaTeX_AMS-Regular'],
  [/\bmathcal\b/, 'KaTeX_Caligraphic-Regular'],
  [/\b(?:mathfrak|textfrak)\b/, 'KaTeX_Fraktur-Regular'],
  [/<code|\b(?:mathtt|texttt)\b/, 'KaTeX_Typewriter-Regular'],
  [/\b(?:mathsf|textsf)\b/, 'KaTeX_SansSerif-Regular'],
  [/\b(?:size1|delim-size1|small-op)\b/, 'KaTeX_Size1-Regular'],
  [/\b(?:size2|large-op)\b/, 'KaTeX_Size2-Regular'],
  [/\bsize3\b/, 'KaTeX_Size3-Regular'],
  [/\b(?:size4|delim-size4)\b/, 'KaTeX_Size4-Regular'],
];

function usedFonts(body: string): ReadonlySet<string> {
  return new Set(['KaTeX_Main-Regular', ...FONT_USES.filter(([use]) => use.test(body)).map(([, font]) => font)]);
}
