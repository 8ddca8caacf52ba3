/**
 * Formulas made safe for every format: read against the whitelist, printed anew, and accepted by KaTeX. What fails is shown as code, never thrown.
 */

import katex from 'katex';
import type { Mathematics } from '../solution/document.js';
import { printMathsLatex } from '../solution/maths-print.js';
import { type MathsNode, readMaths } from '../solution/maths-tree.js';

/** A formula that may be set, as tree and as canonical LaTeX. */
export interface SetMaths {
  readonly tree: readonly MathsNode[];
  readonly latex: string;
}

const KATEX_OPTIONS = { strict: 'ignore', trust: false, throwOnError: true, maxSize: 20, maxExpand: 1000 } as const;

/** HTML (hidden from screen readers), MathML (for them), or both, of LaTeX that was printed from a tree; undefined when KaTeX refuses it. */
export function katexMarkup(latex: string, output: 'html' | 'mathml' | 'htmlAndMathml'): string | undefined {
  try {
    return katex.renderToString(latex, { ...KATEX_OPTIONS, output, macros: {} });
  } catch {
    return undefined;
  }
}

/** The formula if it consists of known mathematics; KaTeX may still refuse it. */
export function readable(math: Mathematics): SetMaths | undefined {
  const tree = readMaths(math.latex);
  return tree === undefined || tree.length === 0 ? undefined : { tree, latex: printMathsLatex(tree) };
}

/** The formula if it is known mathematics through and through, else undefined. */
export function settable(math: Mathematics): SetMaths | undefined {
  const set = readable(math);
  return set === undefined || katexMarkup(set.latex, 'mathml') === undefined ? undefined : set;
}

/** A relation sign, in LaTeX or Unicode, as a tree (empty for a line without one); undefined when it is not one. */
export function relationTree(relation: string): readonly MathsNode[] | undefined {
  if (relation === '') return [];
  const tree = readMaths(relation);
  return tree !== undefined && tree.length > 0 && tree.length <= 4 ? tree : undefined;
}
