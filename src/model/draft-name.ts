/** A name as the lines of a model mention it, before its shape is known. */

import type { Region } from '../errors.js';
import type { LexiconName, RawName } from '../notation/syntax.js';
import type { Spelling } from './model.js';
import type { Scripted } from './scripts.js';

export interface DraftName {
  readonly key: string;
  readonly raw: RawName;
  readonly scripted: Scripted;
  readonly spelling: Spelling;
  /** One letter an index: `t`, `k`. */
  readonly indexLetters: readonly string[];
  readonly isFunction: boolean;
  /** Parameter of an entrywise definition `g(x) = …`. */
  readonly parameter?: string;
  /** Number of arguments, where calls are all that is known of it. */
  readonly arity?: number;
  /** Positions along its axes that were written at it: at least so many axes. */
  readonly positions: number;
  /** It stands on a left side (a shape line or an equation). */
  readonly onLeft: boolean;
  readonly region: Region;
}

/** The name as the parser looks it up; `styled` where styling tells it from another. */
export function lexiconNameOf({ key, raw, scripted, indexLetters, isFunction }: DraftName, styled: boolean): LexiconName {
  return {
    key,
    base: raw.base,
    accents: raw.accents,
    ...(raw.alphabet === undefined ? {} : { alphabet: raw.alphabet }),
    ...(raw.styling !== undefined && styled ? { styling: raw.styling } : {}),
    primes: raw.primes,
    labels: scripted.labels,
    indexCount: indexLetters.length,
    indexPlaces: scripted.indices.map(({ place }) => place),
    ...(isFunction ? { isFunction: true } : {}),
  };
}
