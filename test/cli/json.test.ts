/**
 * JSON in and out: what is written reads back the same, and an error in what is read points at its place.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson, toJson, toJsonLine } from '../../cli/json.js';
import { InputError } from '../../cli/library.js';

describe('writing', () => {
  it('reads back the same, indented and on one line', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(toJson(value))).toEqual(value);
        expect(JSON.parse(toJsonLine(value))).toEqual(value);
        expect(toJsonLine(value).trimEnd()).not.toContain('\n');
      }),
    );
  });

  it('keeps every double, the negative zero too', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => Object.is(JSON.parse(toJson(value)), value)));
  });

  it('writes non-finite numbers as words', () => {
    expect(toJson([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])).toBe('["NaN", "Infinity", "-Infinity"]\n');
  });

  it('writes typed arrays as lists and maps as objects, and leaves out what is undefined', () => {
    expect(JSON.parse(toJson({ a: new Float64Array([1, 0.5]), b: new Map([['x', 1]]), c: undefined }))).toEqual({ a: [1, 0.5], b: { x: 1 } });
  });
});

describe('reading', () => {
  it.each([
    ['{"a": 1,\n  oops}', 2, 3],
    ['', 1, 1],
    ['[1, 2', 1, 6],
  ])('points into %j', (text, startLine, startColumn) => {
    const thrown = (): unknown => parseJson(text, 'values.json');
    expect(thrown).toThrow(InputError);
    try {
      thrown();
    } catch (error) {
      expect((error as InputError).problems[0]).toMatchObject({ file: 'values.json', region: { startLine, startColumn } });
    }
  });
});
