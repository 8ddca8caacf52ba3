/** Derivatives written inside a formula: what they are of, by what, how far they reach, and the shape they have. */

import type { Region } from '../errors.js';
import type { Reach } from '../network/tensor.js';
import type { Formula, Shape } from '../notation/formula.js';
import type { Syntax } from '../notation/syntax.js';
import { type Context, fail } from './context.js';
import { elaborate } from './elaborate.js';
import { transposed } from './elaborate-products.js';
import { formula } from './formulas.js';
import { isScalar, rankOf, SCALAR } from './shapes.js';

type Derivative = Extract<Syntax, { readonly kind: 'derivative' }>;

const REACHES: { readonly [S in Derivative['spelling']]: Reach | undefined } = {
  partial: undefined,
  total: 'total',
  nabla: 'total',
  immediate: 'immediate',
  differential: 'total',
};

/** The loss as a formula, for ∇_W and dW that do not name it. */
function lossFormula(context: Context, region: Region): Formula {
  if (context.loss === undefined) {
    return fail({
      ruleId: 'no-loss',
      message: 'A derivative is written without what it is of, and the model has no loss.',
      fix: 'Name it: ∂J/∂W, or `loss: J` in the front matter.',
      region,
    });
  }
  return formula({ kind: 'name', quantity: { kind: 'value', name: context.loss, indices: [] } }, SCALAR, region);
}

function differentiable(by: Formula, region: Region): Formula {
  if (by.kind === 'name' && by.quantity.kind === 'value') return by;
  if (by.kind === 'entry' && by.of.kind === 'name') return by;
  if (by.kind === 'transpose') return differentiable(by.of, region);
  return fail({ ruleId: 'bad-derivative', message: 'A derivative is taken with respect to a declared name.', region: by.region ?? region });
}

/** Gradient layout for scalars (the shape of the variable), the Jacobian for vectors; further orders append their axes. */
export function derivativeShape(of: Formula, by: readonly Formula[]): Shape {
  const [first] = by;
  if (isScalar(of) && by.length === 1 && first !== undefined) return first.shape;
  return { dims: [...of.shape.dims, ...by.flatMap(({ shape }) => shape.dims)] };
}

/** A derivative turned as the layout of the settings wants it. */
export function inLayout(derivative: Formula, of: Formula, by: readonly Formula[], spelling: Derivative['spelling'], context: Context): Formula {
  const { layout } = context.settings;
  const [only] = by;
  if (by.length !== 1 || only === undefined || spelling === 'differential' || isScalar(derivative)) return derivative;
  if (isScalar(of)) {
    if (rankOf(only.shape) === 1) {
      const wanted = layout === 'numerator' || layout === 'mixed' ? 'row' : only.shape.orientation;
      return wanted === only.shape.orientation || only.shape.orientation === undefined ? derivative : transposed(derivative);
    }
    return layout === 'numerator' && spelling !== 'nabla' ? transposed(derivative) : derivative;
  }
  return layout === 'gradient' && rankOf(derivative.shape) === 2 ? transposed(derivative) : derivative;
}

/** ∂J/∂W, ∇_W J, ∂h_t/∂h_{t−1}, with the layout of the settings. */
export function elaborateDerivative(syntax: Derivative, context: Context): Formula {
  const { region } = syntax;
  const of = syntax.of === undefined ? lossFormula(context, region) : elaborate(syntax.of, context);
  const by = syntax.by.map((each) => differentiable(elaborate(each, context), region));
  const spelling = syntax.spelling === 'nabla' || syntax.spelling === 'differential' ? 'nabla' : syntax.spelling === 'total' ? 'total' : 'partial';
  const holding = syntax.holding?.map((each) => elaborate(each, context));
  const node = { kind: 'derivative', of, by, reach: REACHES[syntax.spelling], spelling, ...(holding === undefined ? {} : { holding }) } as const;
  return inLayout(formula(node, derivativeShape(of, by), region), of, by, syntax.spelling, context);
}

/** dW, dh_t, δW in code and notes: the adjoint of a declared name. */
export function elaborateDifferential(of: Syntax, context: Context, region: Region): Formula {
  return elaborateDerivative({ kind: 'derivative', of: undefined, by: [of], spelling: 'differential', style: 'subscript', region }, context);
}
