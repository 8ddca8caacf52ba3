/**
 * A line of a `claim` block as a claim: `A => B`, a relation, a chain; names of other models, free scalars, limits and `where`.
 */

import { InputError, type Region } from '../../errors.js';
import { asWhole, type Model } from '../../model/index.js';
import { wholeName, wholeValue } from '../../network/index.js';
import { parseQuestion } from '../../notation/questions.js';
import type { Line, RelationChain } from '../../notation/syntax.js';
import type { Claim } from '../../proof/index.js';
import { mergeModels } from './merge.js';
import { mentions, needsBase } from './parties.js';
import { ClaimReader } from './reader.js';

export interface ClaimOptions {
  /** Other models by name, for `full.f_t`. */
  readonly others?: ReadonlyMap<string, Model>;
  /** Givens of earlier lines about the same models that this one may use. */
  readonly carried?: readonly RelationChain[];
  /** Names of merged models that earlier lines proved equal. */
  readonly known?: Claim['known'];
}

export interface ReadClaim {
  readonly claim: Claim;
  readonly text: string;
  readonly region: Region;
  /** Other models that the line names. */
  readonly models: readonly string[];
  /** `where W_f = [U_f, V_f]`, as written: later lines of a comparison build on it. */
  readonly conditions: readonly RelationChain[];
  /** How many of the claim's givens the line itself states; the rest are carried. */
  readonly own: number;
  /** Sizes that the line fixes: `, n = 2`. */
  readonly sizes: ReadonlyMap<string, number>;
}

/** Throws an InputError that points at what cannot be read. */
export function readClaim(model: Model, line: Line, options: ClaimOptions = {}): ReadClaim {
  const others = [...(options.others ?? [])].filter(([name]) => name !== '' && mentions(line.text, name));
  const parties =
    others.length === 0
      ? [model]
      : [
          ...new Map([
            ...(needsBase(
              line.text,
              others.map(([name]) => name),
              model,
            )
              ? [[model.name, model] as const]
              : []),
            ...others,
          ]).values(),
        ];
  const reader = new ClaimReader(
    parties.length === 1 && others.length === 0 ? model : mergeModels(parties),
    parties.length > 1 || others.length > 0 ? parties : [],
    model,
    line.text,
  );
  const question = parseQuestion(line, reader.lexicon);
  const { statement } = question;
  if (statement === undefined || (statement.kind !== 'relation' && statement.kind !== 'implication')) throw notAClaim(question.region);
  const where = question.options.flatMap((option) => (option.kind === 'where' ? option.conditions : []));
  const sizes = new Map<string, number>();
  const values: RelationChain[] = [];
  for (const option of question.options) {
    if (option.kind === 'where') continue;
    if (option.kind !== 'value')
      throw new InputError({ ruleId: 'unsupported-option', message: `The option \`${option.kind}\` does not go with a claim.`, region: option.region });
    const [name, value] = [asWhole(option.name), asWhole(option.value)];
    const size = name === undefined ? undefined : wholeName(name);
    const count = value === undefined ? undefined : wholeValue(value);
    if (size !== undefined && count !== undefined && model.sizes.includes(size)) sizes.set(size, count);
    else values.push({ first: option.name, rest: [{ sign: '=', signRegion: option.region, value: option.value }] });
  }
  const claim = reader.claim(statement, where, options.carried ?? [], options.known ?? [], values);
  return {
    claim,
    text: line.text.trim(),
    region: question.region,
    models: others.map(([name]) => name),
    conditions: where,
    own: claim.givens.length - reader.carriedGivens,
    sizes,
  };
}

function notAClaim(region: Region): InputError {
  return new InputError({
    ruleId: 'not-a-claim',
    message: 'This says nothing that could be true or false.',
    fix: 'Write a relation, f_t >= 0, or an implication, x_t = 0 => h_t = h_{t-1}.',
    region,
  });
}
