/** Names in claims: those of the model, with a model in front (`full.f_t`), and single letters that nothing declares, which stand for any number. */

import type { Region } from '../../errors.js';
import { elaborateName } from '../../model/elaborate-names.js';
import { asWhole, type Context, contextOfModel, type Declaration, type LetterUse, lexiconOfModel, type Model } from '../../model/index.js';
import { wholeName } from '../../network/index.js';
import type { Formula } from '../../notation/formula.js';
import type { Lexicon, NameSyntax } from '../../notation/syntax.js';
import { ownKey } from './merge.js';

type PlacedName = NameSyntax & { readonly region: Region };

/** What the names of a claim mean. */
export class ClaimNames {
  readonly lexicon: Lexicon;
  /** Single letters that the line uses and nothing declares: any numbers. */
  readonly scalars = new Map<string, Declaration>();
  readonly #extraLetters: readonly string[];

  constructor(
    readonly model: Model,
    /** The models behind a merged one. */
    readonly parties: readonly Model[],
    readonly base: Model,
    text = '',
  ) {
    const all = parties.length === 0 ? [model] : parties;
    this.#extraLetters = stepLetters(text, all);
    const lexicons = all.map((party) => lexiconOfModel(party, { models: parties.map(({ name }) => name).filter((name) => name !== '') }));
    const names = [...new Map(lexicons.flatMap((lexicon) => lexicon.names.map((name) => [name.key, name] as const))).values()];
    this.lexicon = {
      ...(lexicons[0] as Lexicon),
      names,
      letters: new Set([...lexicons.flatMap((lexicon) => [...lexicon.letters]), ...axisLetters(all), ...this.#extraLetters]),
      sizes: new Set(model.sizes),
    };
  }

  context(): Context {
    const letters = new Set([...this.model.letters.keys(), ...this.#extraLetters]);
    const scope = new Map<string, LetterUse>([...letters].map((letter) => [letter, {}]));
    const context = contextOfModel(this.model, { scope, extra: (name) => this.#extra(name, context) });
    return this.parties.length === 0 ? context : { ...context, keyOf: (name) => name.key };
  }

  /** Names with a model in front, computed names of the models compared, and free scalars. */
  #extra(name: NameSyntax, context: Context): Formula | undefined {
    const placed = name as PlacedName;
    if (this.parties.length > 0) {
      const resolved = this.#merged(placed);
      if (resolved !== undefined && resolved !== name.key)
        return elaborateName({ ...placed, key: resolved, raw: { ...name.raw } }, { ...contextWithout(context), keyOf: (inner) => inner.key });
    }
    const known = context.keyOf === undefined ? name.key : context.keyOf(name);
    const meaning = known === undefined ? undefined : context.names(known);
    const bare =
      name.indices.length === 0 && name.raw.scripts.length === 0 && name.raw.accents.length === 0 && name.raw.primes === 0 && name.raw.model === undefined;
    const taken = meaning !== undefined && meaning.indices.length === 0;
    const base = name.raw.base;
    if (
      !bare ||
      taken ||
      context.scope.has(base) ||
      context.sizes.has(base) ||
      !/^([a-z]|alpha|beta|theta|xi|eta|epsilon|varepsilon|lambda|mu|nu|rho|tau|phi|psi|omega|zeta|kappa)$/.test(base)
    )
      return undefined;
    return this.#scalar(base, placed.region);
  }

  /** `full.f` is f of the model full; without a model, a computed name is that of the base model where it takes part. */
  #merged(name: PlacedName): string | undefined {
    const { key } = name;
    if (key === undefined) return undefined;
    const said = name.raw.model;
    const owners = this.parties.filter((party) => (said === undefined || party.name === said) && party.equations.some((equation) => equation.name === key));
    const own = said === undefined ? (owners.find((party) => party === this.base) ?? owners[0]) : owners[0];
    if (own === undefined) return key;
    // What is written of another step is a shared value.
    const index = name.indices[0]?.value;
    const whole = index === undefined ? undefined : asWhole(index);
    const other = whole !== undefined && wholeName(whole) === undefined;
    return other ? key : ownKey(own, key);
  }

  #scalar(base: string, region: Region): Formula {
    const key = `free ${base}`;
    const greek = base.length > 1;
    if (!this.scalars.has(key)) {
      this.scalars.set(key, {
        name: key,
        spelling: { latex: greek ? `\\${base}` : base, text: base, indexPlace: 'subscript' },
        indices: [],
        dims: [],
        role: 'input',
        assumptions: {},
      });
    }
    return { kind: 'name', quantity: { kind: 'value', name: key, indices: [] }, shape: { dims: [] }, region };
  }
}

/** Letters of a second step, as in ∂h_t/∂x_s: read as such where no name is called or labelled so and the line has them below a name. */
function stepLetters(text: string, models: readonly Model[]): readonly string[] {
  const letters = [...'abcfghijklmnopqrsuvwxyz'].filter((letter) => new RegExp(`_\\s*(?:${letter}|\\{[^{}]*\\b${letter})(?![A-Za-z])`).test(text));
  return letters.filter((letter) => {
    const isLabel = (name: string): boolean => new RegExp(`[_^(].*${letter}`).test(name);
    return !models.some(
      (model) => model.declarations.has(letter) || model.sizes.includes(letter) || model.letters.has(letter) || [...model.declarations.keys()].some(isLabel),
    );
  });
}

/** Letters that may count along an axis without being bound: the usual ones that nothing else is called. */
function axisLetters(models: readonly Model[]): readonly string[] {
  return ['i', 'j', 'k', 'l'].filter((letter) => !models.some((model) => model.declarations.has(letter) || model.sizes.includes(letter)));
}

const contextWithout = ({ extra: _extra, ...rest }: Context): Context => rest;
