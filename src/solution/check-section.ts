/** The table of the numeric check: every derived formula against extrapolated differences of the forward model, at sizes that hide nothing. */

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

function pointOf(one: Derived, settings: CheckSettings): { run: Run; sizes: Scope } {
  const sizes = settings.sizes ?? new Map<string, number>();
  const found = randomPoint(one.model, settings.seed, { sizes });
  const derivatives = derivativeResolver(one.model, found.sizes, one.elimination);
  const point = randomPoint(one.model, settings.seed, { sizes: found.sizes, derivatives });
  return { run: point.run, sizes: point.sizes };
}

/** Two significant digits and a power of ten. */
function scientific(value: number): Inline {
  if (!Number.isFinite(value)) return text(String(value));
  if (value === 0) return math({ latex: '0', text: '0' });
  const [digits = '0', exponent = '0'] = value.toExponential(1).split('e');
  return math({ latex: `${digits} \\times 10^{${Number(exponent)}}`, text: `${digits}e${Number(exponent)}` });
}

/** The table, and a line with sizes and seed. */
export function checkBlocks(checked: readonly Checked[], result: CheckResult): readonly Block[] {
  if (checked.length === 0) return [];
  const sizes = Object.entries(result.sizes).flatMap(([name, value], at): Inline[] => [
    ...(at === 0 ? [] : [text(', ')]),
    math({ latex: `${name} = ${value}`, text: `${name} = ${value}` }),
  ]);
  const agree = checked.every(({ result: one }) => (one.verdicts.agree ?? 0) === one.entries);
  return [
    {
      type: 'paragraph',
      content: [
        text(
          'Each formula above is evaluated by running its recursion, and compared entry by entry with central differences of the forward model, extrapolated to step size zero',
        ),
        ...(sizes.length === 0 ? [text('. ')] : [text(', at '), ...sizes, text('. ')]),
        text(`The numbers are drawn with seed ${result.seed}; freed initial states are not zero.`),
      ],
    },
    {
      type: 'table',
      caption: [text(agree ? 'Every entry agrees.' : 'Not every entry agrees.')],
      align: ['left', 'left', 'right', 'right', 'right', 'left'],
      header: ['formula', 'shape', 'entries', 'largest error', 'error bar', 'verdict'].map((word) => ({ content: [text(word)] })),
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
  ];
}
