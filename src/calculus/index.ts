/** What the rest of the project sees of the calculus. */
export * from './adjoints.js';
export * from './backward.js';
export * from './counting.js';
export * from './coverage.js';
export * from './dependence.js';
export * from './eliminate.js';
export * from './facts.js';
export * from './gradients.js';
export * from './isolate.js';
export * from './jacobians.js';
export * from './local.js';
export * from './moments.js';
export * from './paths.js';
export {
  addPolynomials,
  lettersIn as polynomialLetters,
  multiplyPolynomials,
  type Polynomial,
  polynomialAt,
  polynomialRatio,
  polynomialValue,
  type SizeTerm,
} from './polynomial.js';
export * from './powers.js';
export * from './recurrences.js';
export * from './similarity.js';
export * from './tangents.js';
