/** Sheets solved for the tests of the question kinds: the document, its text, its totals. */

import { render } from '../../../src/render/render.js';
import type { SolutionDocument } from '../../../src/solution/document.js';
import { type SolveSettings, solveSheet } from '../../../src/solution/solve.js';

export interface SolvedSheet {
  readonly document: SolutionDocument;
  /** As a terminal shows it, with runs of blanks made one. */
  readonly text: string;
}

/** Solves blocks written as `kind words` and their lines. */
export async function solved(source: string, settings: Partial<SolveSettings> = {}): Promise<SolvedSheet> {
  const { document } = solveSheet(source, 'sheet.md', { seed: 0, ...settings });
  const text = String(await render(document, 'txt', { width: 200 }));
  return { document, text: text.replace(/[ \n│┃]+/g, ' ') };
}

export const block = (kind: string, ...lines: readonly string[]): string => `\`\`\`${kind}\n${lines.join('\n')}\n\`\`\`\n`;
