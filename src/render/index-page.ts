/** The index of a collection as one HTML page: grouped by document, one line a solution, with the sum of all. */

import type { Totals } from '../solution/document.js';
import type { KatexAssets } from './assets.js';
import { type CollectionEntry, type Group, groupByDocument, totalsOfEntries } from './collection.js';
import { escapeHtml, visibleText } from './escape.js';
import { inlineHtml } from './html-inline.js';
import { htmlPage } from './html-page.js';
import { totalsSentence } from './wording.js';

export interface IndexPage {
  readonly title: string;
  readonly entries: readonly CollectionEntry[];
  /** All solutions in one file, where there is one. */
  readonly bound?: string;
  readonly provenance: string;
}

const STYLE = `
.index{width:100%;font-size:.95rem}
.index th,.index td{padding:.22rem .5rem}
.index th:first-child,.index td:first-child{padding-left:0}
.index th:last-child,.index td:last-child{padding-right:0}
.index .group{font-weight:700;font-style:normal;font-size:1.05rem;padding-top:1.6rem;border-bottom:.8px solid var(--faint)}
.index td:first-child{width:99%}
.index .place{color:var(--muted);font-size:.86rem;white-space:nowrap;max-width:16rem;overflow:hidden;text-overflow:ellipsis}
.index .files a{margin-left:.6em;font-size:.86rem}
.index .files{white-space:nowrap}
.index .none{color:var(--muted)}
.index .slips b{color:var(--bad)}
.index tfoot td,.index tfoot th{border-top:.8px solid var(--ink);font-weight:700;font-style:normal}
.bound{text-align:center}
@media (min-width:60rem){:root{--measure:66rem}main,footer{transform:none}}
@media (max-width:40rem){.index .place,.index .proved,.index .checked{display:none}.index .files a{display:block;margin:0}}
@media print{.table{break-inside:auto}.index tr{break-inside:avoid}.index .group{break-after:avoid}.index tfoot{display:table-row-group}}
`;

/** The whole page. Titles and sources may hold anything. */
export function renderIndexPage(index: IndexPage, assets: KatexAssets): string {
  return htmlPage(index.title, bodyOf(index), assets, STYLE);
}

function bodyOf({ title, entries, bound, provenance }: IndexPage): string {
  const totals = totalsOfEntries(entries);
  const solved = entries.filter((entry) => entry.document !== undefined).length;
  return `<main>
<header>
<h1>${escapeHtml(title)}</h1>
<p class="source">${solved} ${solved === 1 ? 'solution' : 'solutions'}${solved < entries.length ? ` of ${entries.length} sheets` : ''}</p>
<p class="totals">${escapeHtml(totalsSentence(totals))}</p>
</header>
${bound === undefined ? '' : `<p class="bound"><a href="${address(bound)}">All solutions in one PDF</a></p>\n`}<div class="table" tabindex="0" role="group" aria-label="All solutions"><table class="index">
<thead><tr><th scope="col" class="left">solution</th><th scope="col" class="left place">of</th>${headOfNumbers()}<th scope="col" class="right">files</th></tr></thead>
${groupByDocument(entries).map(groupRows).join('\n')}
<tfoot><tr><th scope="row" class="left">all ${solved}</th><td class="place"></td>${numbers(totals)}<td></td></tr></tfoot>
</table></div>
</main>
<footer><p>${escapeHtml(provenance)}</p></footer>`;
}

const columns = ['formulas', 'proved', 'checked', 'slips'] as const;

const headOfNumbers = (): string => columns.map((column) => `<th scope="col" class="right ${column}">${column}</th>`).join('');

function numbers(totals: Totals): string {
  return columns
    .map((column) => {
      const shown = totals[column] === 0 ? '<span class="none">–</span>' : String(totals[column]);
      return `<td class="right ${column}">${column === 'slips' && totals.slips > 0 ? `<b>${shown}</b>` : shown}</td>`;
    })
    .join('');
}

function groupRows({ title, members }: Group<CollectionEntry>): string {
  const rows = members.map(({ member, place }) => entryRow(member, place));
  return `<tbody>
<tr><th scope="rowgroup" colspan="7" class="left group">${escapeHtml(title)}</th></tr>
${rows.join('\n')}
</tbody>`;
}

function entryRow(entry: CollectionEntry, place: string): string {
  const [first, ...others] = entry.files;
  const title = inlineHtml(entry.title.filter((inline) => inline.type !== 'link'));
  const named = first === undefined ? title : `<a href="${address(first.address)}">${title}</a>`;
  const of = `<td class="left place" title="${escapeHtml(place)}">${escapeHtml(place)}</td>`;
  if (entry.document === undefined)
    return `<tr id="${address(entry.id)}"><td class="left">${named}</td>${of}<td class="left" colspan="5"><span class="bad">not solved: ${escapeHtml(entry.failure ?? '')}</span></td></tr>`;
  const files = (others.length === 0 ? entry.files : [first, ...others])
    .map((file) => (file === undefined ? '' : `<a href="${address(file.address)}">${escapeHtml(file.format.toUpperCase())}</a>`))
    .join('');
  return `<tr id="${address(entry.id)}"><td class="left">${named}</td>${of}${numbers(entry.document.totals)}<td class="right files">${files}</td></tr>`;
}

/** A path below the index as a relative address: no name can become a scheme, a query or a fragment. */
function address(path: string): string {
  return escapeHtml(visibleText(path).split('/').map(encodeURIComponent).join('/'));
}
