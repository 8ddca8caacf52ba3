/** The index page: one line a solution, grouped, with the sums; nothing in a title, a source or a name acts as HTML. */

import { describe, expect, test } from 'vitest';
import type { CollectionEntry } from '../../src/render/collection.js';
import { katexAssets } from '../../src/render/index.js';
import { renderIndexPage } from '../../src/render/index-page.js';
import { sampleDocument } from './sample-document.js';

const hostile = '"><script>alert(1)</script><a href="javascript:alert(1)" onclick=\'x\'>';

const solved = (id: string, title: string, slips: number): CollectionEntry => ({
  id,
  title: [{ type: 'text', text: title }],
  source: `A course, Lab 11, ${title}`,
  document: { ...sampleDocument, totals: { formulas: 10, proved: 4, checked: 3, slips } },
  files: [
    { format: 'html', address: `${id}.html` },
    { format: 'pdf', address: `${id}.pdf` },
  ],
});

const entries: readonly CollectionEntry[] = [
  solved('lab/1', 'One', 0),
  solved('lab/2', 'Two', 2),
  { id: 'lab/3', title: [{ type: 'text', text: 'Three' }], failure: 'line 3: <b>bad</b>', files: [] },
  solved(`odd/${hostile}:x?y#z`, hostile, 1),
];

const page = renderIndexPage({ title: 'Worked solutions', entries, bound: 'solutions.pdf', provenance: 'seed 0' }, katexAssets());
const body = page.slice(page.indexOf('<body>'));

describe('the index', () => {
  test('has one line for each sheet, by document, with its numbers and files', () => {
    expect([...body.matchAll(/<tr id=/g)]).toHaveLength(entries.length);
    expect([...body.matchAll(/scope="rowgroup"[^>]*>([^<]*)/g)].map((match) => match[1])).toEqual(['lab', expect.stringContaining('A course, Lab 11')]);
    expect(body).toMatch(/<tr id="lab\/1"><td class="left"><a href="lab\/1\.html">One<\/a>.*<td class="right formulas">10<\/td>/);
    expect(body).toContain('<a href="lab/1.pdf">PDF</a>');
    expect(body).toContain('<a href="solutions.pdf">');
    expect(body).toContain('not solved: line 3: &lt;b&gt;bad&lt;/b&gt;');
  });

  test('has the sum over all solutions', () => {
    expect(body).toContain('3 solutions of 4 sheets');
    expect(body).toContain('30 formulas: 12 proved, 9 checked by numbers; 3 slips found');
    expect(body).toMatch(/<tfoot>.*<td class="right formulas">30<\/td><td class="right proved">12<\/td><td class="right checked">9<\/td>.*<b>3<\/b>/);
  });

  test('lets nothing act as HTML, and leads nowhere but below itself', () => {
    expect(page).not.toMatch(/<script|onclick='|<img|<iframe/);
    expect(page).toContain("default-src 'none'");
    for (const [, address = ''] of body.matchAll(/href="([^"]*)"/g)) expect(address).toMatch(/^[A-Za-z0-9%._~!'()*-]+(\/[A-Za-z0-9%._~!'()*;&#-]+)*$/);
    expect(body).toContain('%3Ax%3Fy%23z.html');
  });
});
