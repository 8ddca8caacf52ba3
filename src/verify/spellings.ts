/** How the names of an answer are printed: the model's as its sheet spells them, the answer's own as their keys read. */

import type { Spelling } from '../model/model.js';
import type { Formula } from '../notation/formula.js';
import { type Names, namesOf, spellingOfKey } from '../notation/spelling.js';
import { mapChildren } from '../notation/walk.js';
import type { Graph } from './graph.js';
import type { Reading } from './reading.js';

export function namesOfAnswer(graph: Graph, reading: Pick<Reading, 'names'>): Names {
  const plain = namesOf(graph.model);
  const own = new Map<string, Spelling>(
    reading.names.map((name) => {
      const stem = spellingOfKey([...name.accents, ...(name.alphabet === undefined ? [] : [name.alphabet]), name.base].join(' '));
      const primes = "'".repeat(name.primes);
      const below = name.labels.filter(({ place }) => place === 'subscript' || place === 'bracket' || place === 'argument').map(({ text }) => text);
      const above = name.labels
        .filter(({ place }) => place !== 'subscript' && place !== 'bracket' && place !== 'argument')
        .map(({ text, place }) => (place === 'parenthesised' ? `(${text})` : text));
      const label = (texts: readonly string[]): { latex: string; text: string } => ({
        latex: texts.map((text) => (/^[A-Za-z]{2,}$/.test(text) ? `\\mathrm{${text}}` : text)).join(','),
        text: texts.join(','),
      });
      const word = stem.latex.length > 1 && /^[A-Za-z]+$/.test(stem.latex) ? `\\mathrm{${stem.latex}}` : stem.latex;
      return [
        `§${name.key}`,
        {
          latex: word + primes,
          text: stem.text + primes.replaceAll("'", '′'),
          indexPlace: 'subscript',
          ...(below.length === 0 ? {} : { subscript: label(below) }),
          ...(above.length === 0 ? {} : { superscript: label(above) }),
        },
      ];
    }),
  );
  return { ...plain, spelling: (name) => plain.spelling(name) ?? own.get(name), isTaken: (spelled) => plain.isTaken(spelled) };
}

/** The formula with composed partials written out again. */
export function displayed(formula: Formula, reading: Pick<Reading, 'composed'>): Formula {
  if (formula.kind === 'name' && formula.quantity.kind === 'value') return reading.composed.get(formula.quantity.name)?.display ?? formula;
  return mapChildren(formula, (child) => displayed(child, reading));
}
