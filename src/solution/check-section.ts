/** The table of the numeric check: every derived formula against forward tangents of the model, at sizes that hide nothing. */

import { type CheckResult, checkTargets, type TargetResult } from '../check/index.js';
import type { Model } from '../model/model.js';
import { type ValueReference, wholeName, wholeValue } from '../network/index.js';
import { derivativeResolver, type Run, randomPoint, type Scope } from '../numeric/index.js';
import type { Derived } from './derive.js';
import type { Block, Inline } from './document.js';
import { math, text } from './presenter.js';

export interface CheckSettings {
  readonly seed: number;
  readonly sizes?: ReadonlyMap<string, number>;
  readonly budget?: number;
  /** Told before each formula and at the end how many are done, of how many, and which comes next. */
  readonly progress?: (done: number, total: number, next: string) => void;
  /** Entries of each formula compared one by one; the checker's choice unless given. */
  readonly entries?: number | 'all';
}

export interface Checked {
  readonly derived: Derived;
  readonly result: TargetResult;
}

/** Checks derived targets of one model, each at one random point. */
export function checkDerived(derived: readonly Derived[], settings: CheckSettings): { readonly result: CheckResult; readonly checked: readonly Checked[] } {
  const runs = new Map<Model, { run: Run; sizes: Scope }>();
  const results = derived.map((one, index): { derived: Derived; outcome: CheckResult } => {
    settings.progress?.(index, derived.length, one.target.text);
    if (one.compare !== undefined) return { derived: one, outcome: one.compare(settings) };
    if (one.value !== undefined) return { derived: one, outcome: compareValue(one, one.value, settings) };
    const point = runs.get(one.model) ?? pointOf(one, settings);
    runs.set(one.model, point);
    return {
      derived: one,
      outcome: checkTargets(one.elimination === undefined ? point.run : pointOf(one, settings).run, [one.check, ...(one.also ?? [])], {
        seed: settings.seed,
        ...(settings.budget === undefined ? {} : { budget: settings.budget }),
        ...(settings.entries === undefined ? {} : { entries: settings.entries }),
      }),
    };
  });
  settings.progress?.(derived.length, derived.length, '');
  const checked = results.flatMap(({ derived: one, outcome }) => outcome.targets.map((result) => ({ derived: one, result })));
  const firstBad = results.find(({ outcome }) => outcome.firstNonFinite !== undefined)?.outcome.firstNonFinite;
  return {
    result: {
      ok: results.every(({ outcome }) => outcome.ok),
      targets: checked.map(({ result }) => result),
      seed: settings.seed,
      sizes: results[0]?.outcome.sizes ?? {},
      ...(firstBad === undefined ? {} : { firstNonFinite: firstBad }),
    },
    checked,
  };
}

/** A value written out against the value that the run computes. */
function compareValue(one: Derived, value: ValueReference, settings: CheckSettings): CheckResult {
  const lengths = new Map<string, number>();
  (one.model.declarations.get(value.name)?.indices ?? []).forEach((range, at) => {
    const [length, index] = [wholeName(range.to), wholeValue(value.indices[at] ?? range.to)];
    if (length !== undefined && index !== undefined) lengths.set(length, Math.max(3, index));
  });
  const point = randomPoint(one.model, settings.seed, { sizes: new Map([...(settings.sizes ?? []), ...lengths]) });
  const formula = point.run.evaluate(one.result);
  const computed = point.run.evaluate(one.model.workspace.value(value.name, value.indices, one.result.dims));
  const largest = Math.max(...Array.from(computed.data, Math.abs), Number.MIN_VALUE);
  const errors = Array.from(formula.data, (entry, at) => Math.abs(entry - (computed.data[at] ?? Number.NaN)) / largest);
  const agree = errors.filter((error) => error <= 1e-12).length;
  const target: TargetResult = {
    target: one.check.target,
    shape: one.result.dims.length === 0 ? '1' : formula.dims.join(' × '),
    entries: errors.length,
    maxRelError: Math.max(...errors),
    maxErrorBar: 0,
    method: 'evaluation',
    evaluations: 1,
    worst: null,
    verdicts: { ...(agree === 0 ? {} : { agree }), ...(agree === errors.length ? {} : { wrong: errors.length - agree }) },
  };
  return { ok: agree === errors.length, targets: [target], seed: settings.seed, sizes: Object.fromEntries(point.sizes) };
}

/** A random point at which a derived formula can be evaluated. */
export function pointOf(one: Derived, settings: CheckSettings): { run: Run; sizes: Scope } {
  const sizes = settings.sizes ?? new Map<string, number>();
  const found = randomPoint(one.model, settings.seed, { sizes });
  const derivatives = derivativeResolver(one.model, found.sizes, one.elimination);
  const point = randomPoint(one.model, settings.seed, { sizes: found.sizes, derivatives });
  return { run: point.run, sizes: point.sizes };
}

/** Two significant digits and a power of ten. */
export function scientific(value: number): Inline {
  if (!Number.isFinite(value)) return text(String(value));
  if (value === 0) return math({ latex: '0', text: '0' });
  const [digits = '0', exponent = '0'] = value.toExponential(1).split('e');
  return math({ latex: `${digits} \\times 10^{${Number(exponent)}}`, text: `${digits}e${Number(exponent)}` });
}

/** What was done, in words: how it was compared, and what came on top. */
function account(checked: readonly Checked[]): { readonly how: string; readonly besides: string } {
  const results = checked.map(({ result }) => result);
  const sum = (of: (result: TargetResult) => number | undefined): number => results.reduce((total, result) => total + (of(result) ?? 0), 0);
  const projected = sum(({ coverage }) => coverage?.projected);
  const [again, confirmed] = [sum(({ second }) => second?.entries), sum(({ second }) => second?.agree)];
  const miss = results.find(({ coverage }) => coverage?.missProbability !== undefined)?.coverage?.missProbability ?? 0;
  return {
    how: 'Each formula above is evaluated by running its recursion, and compared entry by entry with forward tangents of the model, which use its equations and the definitions of its functions but no derived formula',
    besides: [
      projected === 0
        ? ''
        : `${sum(({ coverage, entries }) => coverage?.oneByOne ?? entries)} entries were taken one by one, the other ${projected} in signed random sums, where a wrong entry goes unnoticed with a probability of at most ${scientificText(miss)}. `,
      again === 0
        ? ''
        : `${confirmed === again ? again : `${confirmed} of ${again}`} ${again === 1 ? 'entry was' : 'entries were'} confirmed once more by differences, extrapolated to step size zero. `,
    ].join(''),
  };
}

const scientificText = (value: number): string => value.toExponential(0);

/** Where the numbers stop being numbers, and entries that could not be judged: one sentence each. */
function remarks(checked: readonly Checked[], result: CheckResult): string[] {
  const count = (verdict: keyof TargetResult['verdicts']): number => checked.reduce((sum, { result: one }) => sum + (one.verdicts[verdict] ?? 0), 0);
  const said = (number: number, what: string): string[] => (number === 0 ? [] : [`${number} ${number === 1 ? 'entry' : 'entries'} ${what}`]);
  const bad = result.firstNonFinite ?? checked.find(({ result: one }) => one.firstNonFinite !== undefined)?.result.firstNonFinite;
  return [
    ...(bad === undefined ? [] : [`The first value that is not a finite number is ${bad}; everything that depends on it is lost.`]),
    ...said(count('kink'), 'lie on a kink (of relu, max, abs or the like), where the derivative jumps and no formula is right or wrong.'),
    ...said(count('ill-conditioned'), 'are ill-conditioned: their terms cancel so far that rounding is all that is left.'),
    ...said(count('low-precision'), 'have too few digits to be judged.'),
    ...said(count('not checked'), 'were not checked: the work was bounded by --entries or --budget.'),
  ];
}

/** The table, and a line with sizes and seed. */
export function checkBlocks(checked: readonly Checked[], result: CheckResult): readonly Block[] {
  if (checked.length === 0) return [];
  const sizes = Object.entries(result.sizes).flatMap(([name, value], at): Inline[] => [
    ...(at === 0 ? [] : [text(', ')]),
    math({ latex: `${name} = ${value}`, text: `${name} = ${value}` }),
  ]);
  const said = account(checked);
  const agree = checked.every(({ result: one }) => (one.verdicts.agree ?? 0) === one.entries);
  return [
    {
      type: 'paragraph',
      content: [
        text(said.how),
        ...(sizes.length === 0 ? [text('. ')] : [text(', at '), ...sizes, text('. ')]),
        text(`${said.besides}The numbers are drawn with seed ${result.seed}; freed initial states are not zero.`),
      ],
    },
    {
      type: 'table',
      caption: [text(agree ? 'Every entry agrees.' : 'Not every entry agrees.')],
      align: ['left', 'left', 'right', 'right', 'right', 'left'],
      header: ['formula', 'shape', 'entries', 'largest error', 'allowed', 'verdict'].map((word) => ({ content: [text(word)] })),
      rows: checked.map(({ derived, result: one }) => [
        { content: [math(derived.target)] },
        { content: [math({ latex: one.shape.replaceAll('×', '\\times'), text: one.shape })] },
        { content: [text(String(one.entries))] },
        { content: [scientific(one.maxRelError)] },
        { content: [scientific(one.maxErrorBar)] },
        {
          content: [
            text(
              Object.entries(one.verdicts)
                .map(([verdict, count]) => (count === one.entries ? (verdict === 'agree' ? 'agrees' : verdict) : `${count} ${verdict}`))
                .join(', '),
            ),
          ],
        },
      ]),
    },
    ...remarks(checked, result).map((sentence): Block => ({ type: 'paragraph', content: [text(sentence)] })),
    ...wrongEntries(checked),
  ];
}

/** For each formula that is wrong somewhere, its worst entry. */
function wrongEntries(checked: readonly Checked[]): Block[] {
  return checked.flatMap(({ derived, result: { verdicts, worst } }): Block[] => {
    if ((verdicts.wrong ?? 0) === 0 || worst === null) return [];
    const at = Object.entries(worst.at ?? {}).map(([letter, value]) => `${letter} = ${value}`);
    const place = [...(worst.entry.length === 0 ? [] : [`entry ${worst.entry.join(', ')}`]), ...at].join(' at ');
    return [
      {
        type: 'paragraph',
        content: [math(derived.target), text(`${place === '' ? '' : ` (${place})`}: the formula gives ${worst.formula}, the model ${worst.numeric}.`)],
      },
    ];
  });
}
