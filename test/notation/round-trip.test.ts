/** What is printed reads back as the same tensor, from LaTeX and from text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Context, NameMeaning } from '../../src/model/context.js';
import { elaborate, settled } from '../../src/model/elaborate.js';
import { unifyShapes } from '../../src/model/shapes.js';
import { SizeSolver } from '../../src/model/sizes.js';
import { createWorkspace, type Whole, wholeNumber } from '../../src/network/index.js';
import type { Formula, Orientation, Shape } from '../../src/notation/formula.js';
import { lower } from '../../src/notation/lower.js';
import { parseExpression } from '../../src/notation/parse.js';
import { printLatex } from '../../src/notation/print-latex.js';
import { printText } from '../../src/notation/print-text.js';
import { raise } from '../../src/notation/raise.js';
import { PLAIN_NAMES } from '../../src/notation/spelling.js';
import type { Lexicon, LexiconName } from '../../src/notation/syntax.js';
import { build, nameOf, planOf, SIZE_OF, T } from './random-networks.js';

const LETTERS = ['A', 'B', 'C', 'H', 'S', 'p', 'q', 'u'];
const SHAPES: readonly (readonly string[])[] = [[], ...['n', 'd', 's'].map((a) => [a]), ...['n', 'd', 's'].flatMap((a) => ['n', 'd', 's'].map((b) => [a, b]))];
const OVER_TIME = { letter: 't', from: wholeNumber(1), to: T };

interface Declared {
  readonly meaning: NameMeaning;
  readonly lexicon: LexiconName;
}

function declare(orientation: Orientation): readonly Declared[] {
  return SHAPES.flatMap((sizes) =>
    [...new Set(LETTERS.map((letter) => nameOf(letter, sizes)))].map((key): Declared => {
      const [base = key, label] = key.split('_');
      const indices = base === 'H' || base === 'r' ? [OVER_TIME] : [];
      const dims = sizes.map((size) => SIZE_OF[size] as Whole);
      return {
        meaning: { key, text: key, indices, shape: dims.length === 1 ? { dims, orientation } : { dims } },
        lexicon: {
          key,
          base,
          accents: [],
          primes: 0,
          labels: label === undefined ? [] : [{ place: 'subscript', text: label }],
          indexCount: indices.length,
          indexPlaces: indices.map(() => 'subscript'),
          hasAxes: dims.length > 0,
        },
      };
    }),
  );
}

function readerFor(convention: Orientation): (text: string, shape: Shape) => Formula {
  const declared = declare(convention);
  const names = new Map(declared.map(({ meaning }) => [meaning.key, meaning]));
  names.set('J', { key: 'J', text: 'J', indices: [], shape: { dims: [] } });
  const plain = (base: string, isFunction: boolean): LexiconName => ({
    key: base,
    base,
    accents: [],
    primes: 0,
    labels: [],
    indexCount: 0,
    isFunction,
    hasAxes: false,
  });
  const lexicon: Lexicon = {
    names: [...declared.map(({ lexicon: name }) => name), plain('J', false), plain('g', true)],
    letters: new Set(['t']),
    sizes: new Set(['n', 'd', 'T']),
    dialect: 'default',
  };
  return (text, shape) => {
    const context: Context = {
      settings: { convention, dialect: 'default' },
      solver: new SizeSolver(),
      names: (key) => names.get(key),
      functions: (key) => (key === 'g' ? { key, entrywise: true, indices: [], shape: { dims: [] } } : undefined),
      letters: new Map([['t', OVER_TIME]]),
      sizes: new Set(['n', 'd', 'T']),
      scope: new Map([['t', {}]]),
      loss: 'J',
      known: [...names.keys()],
    };
    const read = elaborate(parseExpression(text, lexicon), context);
    if (read.shape.dims.length > 0 && !unifyShapes(read.shape, shape, context.solver)) throw new Error(`the shape is ${JSON.stringify(read.shape)}`);
    return settled(read, context);
  };
}

describe('what is printed', () => {
  for (const [medium, print] of [
    ['LaTeX', printLatex],
    ['text', printText],
  ] as const) {
    it(`can be read again with the same meaning, as ${medium}`, () => {
      fc.assert(
        fc.property(
          planOf(2),
          fc.constantFrom<readonly string[]>([], ['n'], ['d'], ['s'], ['n', 'd'], ['d', 'n']),
          fc.constantFrom<Orientation>('row', 'column'),
          (plan, shape, convention) => {
            const ws = createWorkspace();
            const tensor = build(ws, plan, shape);
            const { formula, why } = raise(tensor, {
              workspace: ws,
              convention,
              orientationOf: () => undefined,
              declared: [],
              letters: [OVER_TIME],
              inUse: ['a', 'b', 'c', 'r', 'g', 'p', 'q', 'u'],
            });
            const text = print(formula, PLAIN_NAMES);
            fc.pre(why === undefined && !text.includes(':') && !/T\+/.test(text));
            let read: Formula;
            try {
              read = readerFor(convention)(text, formula.shape);
            } catch (error) {
              throw new Error(`${text}\n${String(error)}`);
            }
            const lowered = lower(read, ws, { loss: 'J' });
            const again =
              lowered.dims.length === 0
                ? ws.contract(
                    tensor.dims.map((_, k) => `${k}`),
                    [{ tensor: lowered, labels: [] }],
                    new Map(tensor.dims.map((dim, k) => [`${k}`, dim])),
                  )
                : lowered;
            const difference = again.dims.length === tensor.dims.length ? ws.expand(ws.add(again, ws.scale(tensor, -1))).terms.length : -1;
            expect(difference, text).toBe(0);
          },
        ),
        { numRuns: 80 },
      );
    });
  }
});
