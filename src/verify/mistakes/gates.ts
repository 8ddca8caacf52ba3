/** Mistakes about gated cells: the cell's gradient, gates and their factors, peepholes, the reset. */

import type { Equation } from '../../model/model.js';
import { wholeLetter } from '../../network/index.js';
import { complementOf } from '../mutate/model-facts.js';
import { quantitiesOf, sitesOf } from '../mutate/sites.js';
import { adjointsIn, isFromAnotherStep, type Mistake, mentionsName, type Situation, valuesIn } from './mistake.js';

const isGated = ({ facts }: Situation): boolean => facts.gates.size > 0;

/** The equation of the state on the left, where that state mixes its own past additively: a cell. */
function cellOfLeft({ left, facts }: Situation): Equation | undefined {
  if (left?.kind !== 'adjoint') return undefined;
  const equation = facts.model.equations.find(({ name }) => name === left.name);
  if (equation?.source.kind !== 'sum') return undefined;
  return valuesIn(quantitiesOf(equation.source)).includes(left.name) ? equation : undefined;
}

const isParameter = ({ facts }: Situation, name: string): boolean => facts.model.declarations.get(name)?.role === 'parameter';

export const GATES: readonly Mistake[] = [
  {
    id: 'LSTM-C-ACC',
    title: 'the cell’s gradient is overwritten instead of accumulated',
    explanation:
      'The cell state has two readers: the output of its own step and the cell of the next. Its gradient adds what both send back; assigning one of them loses the other.',
    tell: 'In code: the update of the cell’s gradient is a +=.',
    rank: 50,
    realises: (alteration, situation) =>
      alteration.kind === 'missing term' &&
      cellOfLeft(situation) !== undefined &&
      isGated(situation) &&
      situation.facts.resets.size === 0 &&
      adjointsIn(situation.quantities(alteration.term)).some((adjoint) => isFromAnotherStep(adjoint, situation.left)),
    shownOn: { model: 'lstm', about: 'c' },
  },
  {
    id: 'LSTM-NEXT',
    title: 'the gradient is not carried to the step before',
    explanation:
      'Both the cell and the hidden state hand a gradient from step t + 1 to step t. If one of the two is not handed on, everything that happened later is lost on that way.',
    tell: 'Unroll two steps: the first must receive something from the second through the cell and through every gate.',
    rank: 44,
    realises: (alteration, situation) =>
      alteration.kind === 'missing term' &&
      isGated(situation) &&
      situation.quantities(alteration.term).some((quantity) => isFromAnotherStep(quantity, situation.left)),
    shownOn: { model: 'lstm', about: 'h' },
  },
  {
    id: 'LSTM-ONLY-F',
    title: 'only the forget gate is kept of the cell’s Jacobian',
    explanation:
      'With the hidden state held fixed the next cell depends on the last through f_t alone. In the total derivative the gates depend on h_{t−1}, which depends on c_{t−1}: those paths count too.',
    tell: 'Ask whether h_{t−1} was meant to stay fixed. If not, the gates’ derivatives must appear.',
    rank: 52,
    realises: (alteration, situation) => {
      const { left, facts, whole } = situation;
      if (left?.kind !== 'partial' || left.numerator.name !== left.denominator.name || facts.gates.size === 0) return false;
      if (alteration.kind === 'reach') return alteration.right === 'total';
      return alteration.kind === 'missing term' && !valuesIn(quantitiesOf(whole)).some((name) => isParameter(situation, name));
    },
    shownOn: { model: 'lstm', about: 'c/c' },
  },
  {
    id: 'LSTM-OUT-PATH',
    title: 'the path through the output is missing, or tanh(c) is forgotten',
    explanation:
      'h_t = o_t ⊙ tanh(c_t) sends the gradient two ways: to the output gate, with the factor tanh(c_t), and to the cell, with o_t and the derivative of tanh at c_t.',
    tell: 'Differentiate the product by both of its factors.',
    rank: 50,
    realises: (alteration, situation) => {
      const { left, facts } = situation;
      const inner = facts.activations.filter(({ name }) => name === undefined);
      if (inner.length === 0 || facts.gates.size === 0) return false;
      if (alteration.kind === 'missing term') {
        const cell =
          left?.kind === 'adjoint' &&
          facts.states.has(left.name) &&
          inner.some((activation) => mentionsName(activation.output(wholeLetter('t')), new Set([left.name])));
        return cell && adjointsIn(situation.quantities(alteration.term)).some((adjoint) => !isFromAnotherStep(adjoint, left));
      }
      return alteration.kind === 'missing factor' && alteration.activation === undefined && alteration.factor.kind === 'apply';
    },
    shownOn: { model: 'lstm', about: 'o' },
  },
  {
    id: 'GATE-SWAP',
    title: 'another gate’s factor is used',
    explanation:
      'Each gate multiplies one thing and is multiplied with another: the forget gate with the last cell, the input gate with the candidate. In its gradient stands its partner, and its own derivative.',
    tell: 'Differentiate the cell’s equation by this gate alone.',
    rank: 44,
    realises: (alteration, situation) => {
      if (alteration.kind === 'derivative form') return alteration.form === 'other name';
      if (alteration.kind !== 'name' || alteration.wrong.kind === 'partial' || alteration.right.kind === 'partial') return false;
      const { facts } = situation;
      const [wrong, right] = [alteration.wrong.name, alteration.right.name];
      if (isParameter(situation, right)) return facts.places.get(wrong) === facts.places.get(right) && facts.readers.get(wrong) !== facts.readers.get(right);
      const isInput = (name: string): boolean => facts.model.declarations.get(name)?.role === 'input';
      return isGated(situation) && !isInput(wrong) && !isInput(right);
    },
    shownOn: { model: 'lstm', about: 'i', suits: (alteration) => alteration.kind === 'name' && alteration.right.kind === 'value' },
  },
  {
    id: 'U-FOR-W',
    title: 'the input’s matrix stands where the recurrent one belongs',
    explanation:
      'Two matrices act in each step: one on the input, one on the last state. Backward in time only the recurrent one carries the gradient; the other leads to the input.',
    tell: 'Compare what each matrix multiplies in the forward equation.',
    rank: 50,
    realises: (alteration, situation) => {
      if (alteration.kind !== 'name' || alteration.wrong.kind === 'partial' || alteration.right.kind === 'partial') return false;
      const { places } = situation.facts;
      const [wrong, right] = [places.get(alteration.wrong.name), places.get(alteration.right.name)];
      return wrong !== undefined && right !== undefined && wrong !== right;
    },
    shownOn: { model: 'attention-scaled', about: 'c' },
  },
  {
    id: 'PEEP-BROADCAST',
    title: 'a diagonal peephole is treated as a matrix',
    explanation:
      'Diagonal peephole weights act entry by entry: p ⊙ c. Their gradient is a vector, and what passes through them is multiplied entry by entry, not by a matrix product.',
    tell: 'Write one entry: no sum over another index may appear.',
    rank: 52,
    realises: (alteration, { left, facts }) =>
      (alteration.kind === 'broadcast' && mentionsName(alteration.of, facts.peepholes)) ||
      (alteration.kind === 'product sign' &&
        (alteration.factors.some((factor) => mentionsName(factor, facts.peepholes)) || (left?.kind === 'adjoint' && facts.peepholes.has(left.name)))),
    shownOn: { model: 'lstm-peephole', about: 'c' },
  },
  {
    id: 'PEEP-TRUNC',
    title: 'the paths through the peepholes are left out',
    explanation:
      'With peepholes the gates read the cell, so the cell’s gradient gets a term from each gate that looks at it. Early papers cut these paths on purpose; the exact gradient has them.',
    tell: 'Count the readers of the cell in the forward equations.',
    rank: 54,
    realises: (alteration, situation) => {
      const { peepholes } = situation.facts;
      if (alteration.kind === 'missing term') return valuesIn(situation.quantities(alteration.term)).some((name) => peepholes.has(name));
      return alteration.kind === 'missing factor' && mentionsName(alteration.factor, peepholes);
    },
    shownOn: { model: 'lstm-peephole', about: 'c', suits: (alteration) => alteration.kind === 'missing term' && alteration.term.kind !== 'sum' },
  },
  {
    id: 'GRU-Z-SIGN',
    title: 'the sign of the update gate’s term is wrong',
    explanation: 'In h_t = (1 − z_t) ⊙ h_{t−1} + z_t ⊙ h̃_t the derivative by z_t is h̃_t − h_{t−1}: the minus comes from 1 − z.',
    tell: 'Raise z a little: the state moves towards the candidate.',
    rank: 46,
    realises: (alteration, { facts, left }) => {
      if (alteration.kind !== 'sign' || facts.mixing.size === 0) return false;
      const complemented = sitesOf(alteration.of).some(({ node }) => facts.mixing.has(complementOf(node) ?? ''));
      return complemented || (left?.kind === 'adjoint' && facts.mixing.has(left.name));
    },
    shownOn: { model: 'gru', about: 'z' },
  },
  {
    id: 'GRU-Z-CONV',
    title: 'the gate and its complement, z and 1 − z, are exchanged',
    explanation: 'Some texts let z keep the old state, others let it admit the new one. Both are in use; the equations of the sheet decide.',
    tell: 'Set z to 1 in the model’s own equation and see which of the two remains.',
    rank: 52,
    realises: (alteration, { facts }) => alteration.kind === 'complement' && facts.mixing.has(alteration.name),
    shownOn: { model: 'gru', about: 'tilde h' },
  },
  {
    id: 'GRU-RESET',
    title: 'the reset gate’s term is missing or at the wrong place',
    explanation:
      'The reset gate acts on the state before the matrix in one form of the unit and on the product after it in the other. Backward the factor stays where it was, and the gate gets a gradient of its own.',
    tell: 'Write the derivative of the candidate by the last state from its own equation: r stands on the same side of the matrix.',
    rank: 52,
    realises: (alteration, situation) => {
      const { resets } = situation.facts;
      switch (alteration.kind) {
        case 'missing term':
          return valuesIn(situation.quantities(alteration.term)).some((name) => resets.has(name));
        case 'missing factor':
        case 'misplaced factor':
        case 'extra factor':
          return mentionsName(alteration.factor, resets);
        case 'reset place':
          return true;
        default:
          return false;
      }
    },
    shownOn: { model: 'gru', about: 'U_h', suits: (alteration) => alteration.kind === 'missing factor' },
  },
  {
    id: 'GRU-PATHS',
    title: 'one of the paths into the last state is left out',
    explanation:
      'The last state reaches the next through four ways: the direct one weighted by 1 − z, the candidate, the update gate and the reset gate. Its gradient has a term for each.',
    tell: 'Underline every h_{t−1} in the forward equations and look for its term.',
    rank: 48,
    realises: (alteration, situation) =>
      alteration.kind === 'missing term' &&
      situation.facts.mixing.size > 0 &&
      situation.facts.resets.size > 0 &&
      situation.left !== undefined &&
      (situation.left.kind === 'partial' ||
        (situation.facts.states.has(situation.left.name) &&
          situation.quantities(alteration.term).some((quantity) => isFromAnotherStep(quantity, situation.left)))),
    shownOn: { model: 'gru', about: 'h', suits: (alteration) => alteration.kind === 'missing term' && alteration.term.kind !== 'sum' },
  },
];
