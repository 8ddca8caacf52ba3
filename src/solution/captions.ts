/** The captions of derivation steps: stable ids, text in one table. A step without a caption does not compile. */

export type StepId =
  | 'uses'
  | 'adjoint'
  | 'substitute'
  | 'recursion'
  | 'boundary'
  | 'conditions'
  | 'jacobian'
  | 'product'
  | 'unroll'
  | 'paths'
  | 'factor'
  | 'second';

export const CAPTIONS: { readonly [id in StepId]: string } = {
  uses: 'sum over the uses',
  adjoint: 'chain rule through its readers',
  substitute: 'adjoints of the names in between put in',
  recursion: 'backpropagation through time',
  boundary: 'nothing is read beyond the last step',
  conditions: 'holds where the condition does',
  jacobian: 'chain rule within the step',
  product: 'chain rule over the steps',
  unroll: 'equations put in, step by step',
  paths: 'one product for each path',
  factor: 'common prefixes factored',
  second: 'the gradient differentiated once more',
};
