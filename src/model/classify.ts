/** What each statement of a model block is: a shape, a function, an equation (of one name or of a join), a definition, an assumption, a range. */

import { InputError, type Region } from '../errors.js';
import type { Whole } from '../network/whole.js';
import type { Statement, Syntax, Trailer } from '../notation/syntax.js';
import { type AssumptionText, assumedEquality, assumedInequality, isInequality, notAnAssumption } from './assumptions.js';
import { fail } from './context.js';
import type { Draft } from './draft.js';
import type { PlacedName } from './syntax-walk.js';
import { readWhole } from './wholes.js';

export interface ShapeText {
  readonly name: PlacedName;
  /** As written, `1` included. */
  readonly dims: readonly Whole[];
  readonly binary: boolean;
  readonly trailer: Trailer;
  readonly region: Region;
}

export interface EquationText {
  /** One name, or the parts of a join in their order. */
  readonly targets: readonly PlacedName[];
  /** How the parts of a join lie. */
  readonly direction: 'beside' | 'below';
  readonly right: Syntax;
  readonly trailer: Trailer;
  readonly region: Region;
}

export interface FunctionText {
  readonly key: string;
  readonly from: readonly (readonly Whole[])[];
  readonly to: readonly Whole[];
}

export interface ModelText {
  readonly shapes: readonly ShapeText[];
  readonly equations: readonly EquationText[];
  readonly functions: readonly FunctionText[];
  /** Bodies of entrywise definitions, by the key of the function. */
  readonly definitions: ReadonlyMap<string, { readonly parameter: string; readonly body: Syntax }>;
  readonly assumptions: readonly AssumptionText[];
  /** Lines that give a range and nothing else. */
  readonly ranges: readonly Trailer[];
}

const isName = (syntax: Syntax): syntax is PlacedName => syntax.kind === 'name';

function namesOf(syntaxes: readonly Syntax[]): readonly PlacedName[] {
  return syntaxes
    .flatMap((syntax) => (syntax.kind === 'tuple' ? syntax.items : [syntax]))
    .map((syntax) => {
      if (isName(syntax)) return syntax;
      return fail({ ruleId: 'syntax', message: 'A shape is said of names.', fix: 'Write `h_t, C_t \\in \\mathbb{R}^n`.', region: syntax.region });
    });
}

/** Names of a join on the left, or the one name. */
function targetsOf(left: Syntax): Pick<EquationText, 'targets' | 'direction'> | undefined {
  if (isName(left)) return { targets: [left], direction: 'beside' };
  if (left.kind !== 'blocks') return undefined;
  const parts = left.rows.flat();
  if (!parts.every(isName)) return undefined;
  return { targets: parts, direction: left.rows.length > 1 ? 'below' : 'beside' };
}

class Classifying {
  readonly shapes: ShapeText[] = [];
  readonly equations: EquationText[] = [];
  readonly functions: FunctionText[] = [];
  readonly definitions = new Map<string, { readonly parameter: string; readonly body: Syntax }>();
  readonly assumptions: AssumptionText[] = [];
  readonly ranges: Trailer[] = [];

  constructor(private readonly draft: Draft) {}

  read(statement: Statement): void {
    const { trailer, region } = statement;
    switch (statement.kind) {
      case 'shape': {
        const dims = statement.shape.dims.map(readWhole);
        for (const name of namesOf(statement.names))
          this.shapes.push({ name, dims, binary: statement.shape.set === 'binary', trailer, region: statement.shape.region });
        return;
      }
      case 'functionType': {
        for (const name of namesOf(statement.names)) {
          if (name.key !== undefined)
            this.functions.push({ key: name.key, from: statement.from.map(({ dims }) => dims.map(readWhole)), to: statement.to.dims.map(readWhole) });
        }
        return;
      }
      case 'relation':
        return this.relation(statement.chain, trailer, region);
      case 'expression': {
        if (trailer.ranges.length > 0) return void this.ranges.push(trailer);
        throw new InputError({
          ruleId: 'not-an-equation',
          message: 'This line of the model says nothing.',
          fix: 'A line gives a shape (`h_t \\in \\mathbb{R}^n`), an equation (`h_t = …`), an assumption or a range.',
          region,
        });
      }
      case 'distribution':
        throw new InputError({ ruleId: 'misplaced', message: 'Distributions belong in a `moments` block.', region });
      case 'implication':
        throw new InputError({ ruleId: 'misplaced', message: 'An implication belongs in a `claim` block.', region });
    }
  }

  private relation(chain: Extract<Statement, { readonly kind: 'relation' }>['chain'], trailer: Trailer, region: Region): void {
    if (isInequality(chain)) return void this.assumptions.push(...assumedInequality(chain));
    const assumed = assumedEquality(chain);
    if (assumed !== undefined) return void this.assumptions.push(...assumed);
    const [equals] = chain.rest;
    if (equals === undefined || chain.rest.length !== 1 || (equals.sign !== '=' && equals.sign !== ':=')) throw notAnAssumption(region);
    const { first } = chain;
    if (first.kind === 'call' && first.callee.key !== undefined && this.define(first.callee.key, first.args, equals.value)) return;
    const targets = targetsOf(first);
    if (targets === undefined) throw notAnAssumption(region);
    const right = equals.value;
    this.equations.push({ ...targets, right, trailer, region });
    // Λ = diag(λ) is an equation and says that Λ is diagonal.
    const [target] = targets.targets;
    if (right.kind === 'application' && right.word === 'diag' && target?.key !== undefined)
      this.assumptions.push({ name: target.key, says: { diagonal: true }, region });
  }

  private define(key: string, args: readonly Syntax[], body: Syntax): boolean {
    const parameter = this.draft.names.get(key)?.parameter;
    if (parameter === undefined || args.length !== 1) return false;
    this.definitions.set(key, { parameter, body });
    return true;
  }
}

/** Sorts the statements of a model block. Throws an InputError that lists every line that is none of these. */
export function classify(draft: Draft): ModelText {
  const classifying = new Classifying(draft);
  const problems: InputError[] = [];
  for (const statement of draft.statements) {
    try {
      classifying.read(statement);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      problems.push(error);
    }
  }
  if (problems.length > 0) throw new InputError(problems.flatMap((error) => error.problems));
  return classifying;
}
