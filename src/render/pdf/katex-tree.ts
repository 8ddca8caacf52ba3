/**
 * The door to KaTeX's parse tree: bounded input in, nodes out.
 *
 * The tree is not a public interface of KaTeX, so its version is pinned and a node is read field by field, each checked when read.
 */

import katex from 'katex';
import { Fault, InputError } from '../../errors.js';

/** A node whose fields are unknown until they are asked for. */
export interface TexNode {
  readonly type: string;
  readonly [field: string]: unknown;
}

const longest = 20_000;
const deepest = 120;

/** Parses LaTeX mathematics. Throws InputError for LaTeX that KaTeX does not read, or that is too long or too deep for it. */
export function parseTex(latex: string): readonly TexNode[] {
  if (latex.length > longest) throw unreadable(latex, `it has ${latex.length} characters, and ${longest} is the limit`, 'Split the formula into several.');
  if (nesting(latex) > deepest) throw unreadable(latex, `its brackets nest more than ${deepest} deep`, 'Name a part of the formula and use the name.');
  const parse = (katex as unknown as { readonly __parse: (latex: string, settings: object) => unknown }).__parse;
  try {
    return nodeList(parse(latex, { displayMode: true, strict: 'ignore', trust: false, maxExpand: 1000, maxSize: 20, macros: {} }));
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw unreadable(latex, error instanceof Error ? error.message : String(error), 'Correct the LaTeX of this formula.');
  }
}

function unreadable(latex: string, why: string, fix: string): InputError {
  return new InputError({ ruleId: 'unreadable-mathematics', message: `This formula cannot be typeset: ${excerpt(latex)}`, why, fix });
}

/** The start of a formula, for messages. */
export function excerpt(latex: string): string {
  return latex.length <= 80 ? latex : `${latex.slice(0, 80)}…`;
}

function nesting(latex: string): number {
  let depth = 0;
  let most = 0;
  for (const character of latex) {
    if ('{[('.includes(character)) depth += 1;
    else if ('}])'.includes(character) && depth > 0) depth -= 1;
    most = Math.max(most, depth);
  }
  return most;
}

/** The character of a symbol command or letter in mathematics, as KaTeX itself writes it in MathML; undefined for what is not one symbol. */
export function symbolCharacter(command: string): string | undefined {
  const mathml = katex.renderToString(command, { output: 'mathml', throwOnError: false, strict: 'ignore', macros: {} });
  const match = /<mrow><(mi|mo|mn|mtext)[^>]*>([^<]+)<\/\1><\/mrow>/.exec(mathml);
  return match?.[2]
    ?.replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#x27;/g, "'")
    .replace(/&amp;/g, '&');
}

// ── reading fields ───────────────────────────────────────────────────────────────────────────────────────────────────

export function isNode(value: unknown): value is TexNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** A field that must be a node. */
export function nodeOf(node: TexNode, field: string): TexNode {
  const value = node[field];
  if (!isNode(value)) throw new Fault(`KaTeX's ${node.type} has no node in ${field}`);
  return value;
}

/** A field that may be absent. */
export function optionalNode(node: TexNode, field: string): TexNode | undefined {
  return isNode(node[field]) ? nodeOf(node, field) : undefined;
}

export function nodeList(value: unknown): readonly TexNode[] {
  if (!Array.isArray(value) || !value.every(isNode)) throw new Fault('KaTeX gave something other than a list of nodes');
  return value;
}

/** The body of a node, whether KaTeX keeps it as one node or as a list. */
export function bodyOf(node: TexNode): readonly TexNode[] {
  return isNode(node.body) ? [node.body] : nodeList(node.body);
}

export function textOf(node: TexNode, field: string): string {
  const value = node[field];
  if (typeof value !== 'string') throw new Fault(`KaTeX's ${node.type} has no text in ${field}`);
  return value;
}
