/** The built-in models: one line each. Adding one is a file of equations and a line here. */

import { buildModel } from '../build.js';
import type { Model } from '../model.js';
import { adaptiveTime } from './adaptive-time.js';
import { attentionAdditive } from './attention-additive.js';
import { attentionDot } from './attention-dot.js';
import { attentionScaled } from './attention-scaled.js';
import type { Cell } from './cell.js';
import { echoState } from './echo-state.js';
import { encoderDecoder } from './encoder-decoder.js';
import { encoderDecoderContext } from './encoder-decoder-context.js';
import { encoderDecoderShared } from './encoder-decoder-shared.js';
import { gru } from './gru.js';
import { gruConcatenated } from './gru-concatenated.js';
import { gruResetAfter } from './gru-reset-after.js';
import { hopfield } from './hopfield.js';
import { leaky } from './leaky.js';
import { lstm } from './lstm.js';
import { lstmBidirectional } from './lstm-bidirectional.js';
import { lstmConcatenated } from './lstm-concatenated.js';
import { lstmCoupled } from './lstm-coupled.js';
import { lstmPeephole } from './lstm-peephole.js';
import { lstmPeepholeFull } from './lstm-peephole-full.js';
import { lstmRow } from './lstm-row.js';
import { memory } from './memory.js';
import { memoryHeads } from './memory-heads.js';
import { multiHead } from './multi-head.js';
import { normRatio } from './norm-ratio.js';
import { rnn } from './rnn.js';
import { rnnBidirectional } from './rnn-bidirectional.js';
import { rnnDeep } from './rnn-deep.js';
import { rnnEntries } from './rnn-entries.js';
import { rnnLast } from './rnn-last.js';
import { rnnOneToMany } from './rnn-one-to-many.js';
import { rnnRow } from './rnn-row.js';
import { rnnTransposed } from './rnn-transposed.js';
import { selfAttention } from './self-attention.js';

export type { Cell } from './cell.js';

export const CELLS: readonly Cell[] = [
  rnn,
  rnnTransposed,
  rnnRow,
  rnnEntries,
  rnnLast,
  rnnOneToMany,
  rnnDeep,
  rnnBidirectional,
  leaky,
  echoState,
  hopfield,
  lstm,
  lstmConcatenated,
  lstmRow,
  lstmPeephole,
  lstmPeepholeFull,
  lstmCoupled,
  lstmBidirectional,
  gru,
  gruResetAfter,
  gruConcatenated,
  encoderDecoder,
  encoderDecoderShared,
  encoderDecoderContext,
  attentionDot,
  attentionScaled,
  attentionAdditive,
  selfAttention,
  multiHead,
  memory,
  memoryHeads,
  adaptiveTime,
  normRatio,
];

/** The built-in model of a name, or undefined. Every call builds it anew, with a workspace of its own. */
export function builtInModel(name: string): Model | undefined {
  const cell = CELLS.find((each) => each.name === name);
  if (cell === undefined) return undefined;
  return buildModel(cell.text, { name: cell.name, settings: { title: cell.title, ...(cell.convention === undefined ? {} : { convention: cell.convention }) } });
}
