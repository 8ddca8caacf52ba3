/** What a change is called that is no mistake with a name of its own. */

import { quantitiesOf } from '../mutate/sites.js';
import type { Mistake } from './mistake.js';

export const GENERAL: readonly Mistake[] = [
  {
    id: 'SIGN',
    title: 'a sign is wrong',
    explanation: 'A term is added that must be subtracted, or the other way round.',
    tell: 'Try one number: raise a value a little and see which way the result moves.',
    rank: 10,
    realises: (alteration) => alteration.kind === 'sign',
    shownOn: { model: 'gru', about: 'r' },
  },
  {
    id: 'TERM-MISSING',
    title: 'a term is missing',
    explanation: 'A sum lacks one of its terms: some path from the value to the loss is not counted.',
    tell: 'List the readers of the value; each gives a term.',
    rank: 8,
    realises: (alteration) => alteration.kind === 'missing term',
    shownOn: { model: 'rnn', about: 'h' },
  },
  {
    id: 'TERM-EXTRA',
    title: 'there is a term too many',
    explanation: 'A sum has a term that no path accounts for, or one that is counted already.',
    tell: 'List the readers of the value; each gives one term and no more.',
    rank: 10,
    realises: (alteration) => alteration.kind === 'extra term',
    shownOn: {
      model: 'rnn',
      about: 'h',
      suits: (alteration) => alteration.kind === 'extra term' && quantitiesOf(alteration.term).every(({ kind }) => kind === 'value'),
    },
  },
  {
    id: 'FACTOR-MISSING',
    title: 'a factor is missing',
    explanation: 'A product lacks one link of the chain.',
    tell: 'Follow the path forward and write a factor for each equation on it.',
    rank: 8,
    realises: (alteration) => alteration.kind === 'missing factor',
  },
  {
    id: 'FACTOR-EXTRA',
    title: 'there is a factor too many',
    explanation: 'A product has a factor that belongs to no equation on the path, or one that is there twice.',
    tell: 'Follow the path forward and write a factor for each equation on it.',
    rank: 8,
    realises: (alteration) => alteration.kind === 'extra factor',
    shownOn: { model: 'lstm', about: 'c', suits: (alteration) => alteration.kind === 'extra factor' },
  },
  {
    id: 'FACTOR-PLACE',
    title: 'factors are in the wrong order',
    explanation: 'Matrix products do not commute: a factor stands on the wrong side of another.',
    tell: 'Read the shapes, or with square matrices the indices, along the product.',
    rank: 9,
    realises: (alteration) => alteration.kind === 'misplaced factor' || alteration.kind === 'order',
  },
  {
    id: 'NAME',
    title: 'a name stands where another belongs',
    explanation: 'A value of the right shape, but not the one that the equations say.',
    tell: 'Compare name by name with the forward equation that is being differentiated.',
    rank: 9,
    realises: (alteration) => alteration.kind === 'name',
    shownOn: { model: 'rnn', about: 'o' },
  },
  {
    id: 'PRODUCT',
    title: 'a matrix product stands where entries are multiplied one by one, or the other way round',
    explanation:
      'Where the forward equation multiplies entry by entry, so does its derivative: a Hadamard product, or a product with a diagonal matrix. A matrix product sums over entries instead, and an outer product makes a matrix.',
    tell: 'Compare the shape of the product with the shape of what it is the gradient of; write out one entry.',
    rank: 11,
    realises: (alteration) => alteration.kind === 'product sign' || alteration.kind === 'broadcast',
    shownOn: { model: 'lstm-peephole', about: 'c' },
  },
  {
    id: 'DIAGONAL',
    title: 'a vector stands where its diagonal matrix belongs',
    explanation:
      'The Jacobian of a function that acts entry by entry is a diagonal matrix. Its diagonal alone is a vector: it says the same, but it is no Jacobian, and products with it mean something else.',
    tell: 'A derivative of n numbers with respect to n numbers has n × n entries.',
    rank: 11,
    realises: (alteration) => alteration.kind === 'diagonal',
    shownOn: { model: 'lstm', about: 'c/c' },
  },
  {
    id: 'COMPLEMENT',
    title: 'a gate and its complement are exchanged',
    explanation: 'z stands where 1 − z belongs, or the other way round.',
    tell: 'Set the gate to 1 in the forward equation and see what remains.',
    rank: 9,
    realises: (alteration) => alteration.kind === 'complement',
  },
];
