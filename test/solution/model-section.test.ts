/** A model that only declares has a notation and no equations: every format shows it. */

import { describe, expect, it } from 'vitest';
import { render } from '../../src/render/render.js';
import { solveSheet } from '../../src/solution/solve.js';

const SHEET = '```model\nW \\in \\mathbb{R}^{2 \\times 2}\n```\n\n```spectrum\neigenvalues W where W = [[0,1],[1,1]]\n```\n';

describe('a model without equations', () => {
  it.each(['txt', 'md', 'tex', 'html', 'pdf'] as const)('%s', async (format) => {
    const { document } = solveSheet(SHEET, 'sheet.md', { seed: 0 });
    expect(document.sections.some(({ blocks }) => blocks.some((block) => block.type === 'equations' && block.lines.length === 0))).toBe(false);
    expect((await render(document, format)).length).toBeGreaterThan(100);
  });
});
