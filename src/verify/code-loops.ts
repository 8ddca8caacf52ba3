/**
 * Loops of code: which lines stand in one, what a loop carries from one round to the next, and what it builds up in several lines.
 *
 * A name that is read before the line that assigns it holds the value of the round before: of step t + 1 where the loop runs back. A name that is
 * assigned and then changed in place is the sum of its parts. Every pass goes once over the lines.
 */

import type { Region } from '../errors.js';
import type { Model } from '../model/model.js';
import { spanning } from '../notation/source.js';
import type { Line, NameSyntax, Syntax } from '../notation/syntax.js';
import type { Found } from './document.js';
import type { Item } from './items.js';

/** The loop that a physical line stands in. */
export interface Loop {
  readonly id: number;
  /** Its variable. */
  readonly letter: string;
  /** It runs from the last step to the first. */
  readonly falls: boolean;
}

/** Longer lines are not looked at: nobody writes them in a loop. */
const LONGEST = 1000;

const head = /^([ \t]*)for\s+([A-Za-z_]\w*)\s*(?:in\s+(.*)|=\s*(.*))$/;

/** The loop around each physical line of a text, by line number from 0. */
export function loopsOf(text: string): readonly (Loop | undefined)[] {
  let loop: (Loop & { readonly indent: number; readonly ends: boolean }) | undefined;
  let count = 0;
  return text.split('\n').map((line) => {
    const indent = /^[ \t]*/.exec(line)?.[0].length ?? 0;
    if (loop !== undefined && line.trim() !== '' && (loop.ends ? /^\s*end\b/.test(line) && indent <= loop.indent : indent <= loop.indent)) loop = undefined;
    const match = line.length > 400 ? null : head.exec(line);
    if (match === null || loop !== undefined) return loop;
    const over = match[3] ?? match[4] ?? '';
    const falls = /reversed\s*\(|,\s*-\s*1\s*\)|\[\s*::\s*-\s*1\s*\]|:\s*-\s*1\s*:/.test(over);
    loop = { id: count, letter: match[2] ?? 't', falls, indent, ends: match[4] !== undefined };
    count += 1;
    return undefined;
  });
}

const assigned = /^\s*([A-Za-z_]\w*)\s*=(?!=)/;

/** Names of code that their loop reads before it assigns them, loop by loop. */
export function carriedNames(found: readonly Found[]): ReadonlySet<string> {
  const read = new Map<number, Set<string>>();
  const assignedBefore = new Map<number, Set<string>>();
  const carried = new Set<string>();
  for (const { line, loop } of found) {
    if (loop === undefined) continue;
    const before = read.get(loop.id) ?? new Set<string>();
    read.set(loop.id, before);
    const done = assignedBefore.get(loop.id) ?? new Set<string>();
    assignedBefore.set(loop.id, done);
    const name = assigned.exec(line.text)?.[1];
    const right = name === undefined ? line.text : line.text.slice(line.text.indexOf('=') + 1);
    const words = new Set(right.match(/(?<![\w.])[A-Za-z_]\w*(?![\w(.[]|\s*=)|(?<![\w.])[A-Za-z_]\w*(?=\.(?:T|copy)\b)/g) ?? []);
    const adds = name !== undefined && new RegExp(`^\\s*${name}\\s*[+-]`).test(right);
    if (name !== undefined && (before.has(name) || (words.has(name) && !adds && !done.has(name)))) carried.add(name);
    for (const word of words) if (!done.has(word)) before.add(word);
    if (name !== undefined) {
      before.delete(name);
      done.add(name);
    }
  }
  return carried;
}

/** The word that a line of code assigns. */
export const assignedWord = (line: Line): string | undefined => assigned.exec(line.text)?.[1];

/** Items of loops with what they carry at its step, what they build up as one statement, and their variable as the model's letter. */
export function inLoops(items: readonly Item[], carried: ReadonlyMap<string, string>, model: Model): readonly Item[] {
  if (items.every(({ found }) => found.loop === undefined)) return items;
  const step = model.letters.has('t') ? 't' : ([...model.letters.keys()][0] ?? 't');
  const joined = built(items.map(accumulating), model, step);
  const lastAssigned = new Map<string, number>();
  joined.forEach(({ content, found }, at) => {
    if (content.kind === 'link' && content.left.kind === 'name' && content.left.key !== undefined && found.loop !== undefined)
      lastAssigned.set(`${found.loop.id} ${content.left.key}`, at);
  });
  return joined.map((item, at): Item => {
    const { content, found } = item;
    const { loop } = found;
    if (content.kind !== 'link' || loop === undefined) return item;
    const isOurs = loop.letter === step || model.letters.has(loop.letter) || model.declarations.has(loop.letter);
    const place = (name: NameSyntax & { readonly region: Region }, isRead: boolean): Syntax => {
      if (!isOurs && name.raw.base === loop.letter && name.raw.scripts.length === 0 && name.key === undefined)
        return { ...name, raw: { ...name.raw, base: step } };
      const isCarried = name.key !== undefined && carried.has(name.key) && name.indices.length === 0;
      if (!isRead || !isCarried || at > (lastAssigned.get(`${loop.id} ${name.key}`) ?? -1)) return name;
      return { ...name, indices: [{ place: 'bracket', value: shifted(step, loop.falls ? 1 : -1, name.region) }] };
    };
    return {
      ...item,
      content: {
        ...content,
        left: mapNames(content.left, (name) => place(name, false)),
        right: mapNames(content.right, (name) => place(name, true)),
        first: content.first === undefined ? undefined : mapNames(content.first, (name) => place(name, true)),
      },
    };
  });
}

/** dW = dW + e, in a loop: dW += e. */
function accumulating(item: Item): Item {
  const { content, text, found } = item;
  const word = /^\s*([A-Za-z_]\w*)\s*=\s*([A-Za-z_]\w*)\s*\+/.exec(text);
  if (found.loop === undefined || word === null || word[1] !== word[2] || content.kind !== 'link' || content.sign !== '=' || content.right.kind !== 'sum')
    return item;
  const [first, ...terms] = content.right.terms;
  if (first === undefined || terms.length === 0) return item;
  return { ...item, content: { ...content, sign: '+=', right: { ...content.right, terms } } };
}

/** `dc = dcnext`, `dc += …`: one statement; `dy[targets[t]] -= 1`: the one-hot target taken away. */
function built(items: readonly Item[], model: Model, step: string): readonly Item[] {
  const done: Item[] = [];
  const open = new Map<string, number>();
  for (const item of items) {
    const { content, found } = item;
    const text = item.text.length > LONGEST ? '' : item.text;
    const start = /^\s*([A-Za-z_]\w*)\s*(?:\[\s*\w+\s*\[\s*\w+\s*\]\s*\])?\s*(?:=(?!=)|\+=|-=)/.exec(text)?.[1];
    const key = found.loop === undefined || start === undefined ? undefined : `${found.loop.id} ${start}`;
    const at = key === undefined ? undefined : open.get(key);
    const before = at === undefined ? undefined : done[at];
    const part = partOf(item, model, step);
    if (before?.content.kind === 'link' && part !== undefined && at !== undefined && key !== undefined) {
      const region = spanning(before.region, item.region);
      const right: Syntax = {
        kind: 'sum',
        terms: [{ sign: 1, value: before.content.right }, part],
        region: spanning(before.content.right.region, part.value.region),
      };
      done.splice(at, 1);
      for (const [other, place] of open) if (place > at) open.set(other, place - 1);
      open.set(key, done.length);
      done.push({ ...item, text: `${before.text}\n${text}`, region, content: { ...before.content, right } });
      continue;
    }
    if (key !== undefined && content.kind === 'link' && content.sign === '=' && content.first === undefined) open.set(key, done.length);
    done.push(item);
  }
  return done;
}

/** What a line adds to a name in place. */
function partOf({ content, text, region }: Item, model: Model, step: string): { readonly sign: 1 | -1; readonly value: Syntax } | undefined {
  if (text.length > LONGEST) return undefined;
  if (/^\s*\w+\[\s*\w+\s*\[\s*\w+\s*\]\s*\]\s*-=\s*1(?:\.0*)?\s*$/.test(text)) {
    const hot = [...model.declarations.values()].filter(
      ({ role, assumptions, indices }) => role === 'input' && indices.length === 1 && (assumptions.sumsToOne === true || assumptions.oneHot === true),
    );
    const [target] = hot;
    return target === undefined || hot.length > 1 ? undefined : { sign: -1, value: nameOf(target.name, step, region) };
  }
  if (content.kind !== 'link' || (content.sign !== '+=' && content.sign !== '-=')) return undefined;
  return { sign: content.sign === '+=' ? 1 : -1, value: content.right };
}

const letter = (base: string, region: Region): Syntax => ({
  kind: 'name',
  raw: { base, accents: [], primes: 0, scripts: [] },
  labels: [],
  indices: [],
  region,
});

const nameOf = (key: string, step: string, region: Region): Syntax => ({
  kind: 'name',
  raw: { base: key, accents: [], primes: 0, scripts: [] },
  key,
  labels: [],
  indices: [{ place: 'bracket', value: letter(step, region) }],
  region,
});

const shifted = (step: string, by: 1 | -1, region: Region): Syntax => ({
  kind: 'sum',
  terms: [
    { sign: 1, value: letter(step, region) },
    { sign: by, value: { kind: 'number', text: '1', region } },
  ],
  region,
});

/** A text with every name in it, indices included, put anew. */
export function mapNames<X>(node: X, by: (name: NameSyntax & { readonly region: Region }) => Syntax): X {
  if (typeof node !== 'object' || node === null) return node;
  if (Array.isArray(node)) return node.map((each: unknown) => mapNames(each, by)) as X;
  const entries = Object.entries(node).map(([key, value]) => [key, key === 'region' || key === 'raw' ? value : mapNames(value, by)] as const);
  const mapped = Object.fromEntries(entries) as X;
  return (mapped as Partial<Syntax>).kind === 'name' ? (by(mapped as NameSyntax & { readonly region: Region }) as X) : mapped;
}
