/** Words that are functions, by every spelling, and the few other words that mean something by themselves. */

/** Every spelling with the standard name of its function; an undeclared word of this table is that function. */
const spellings: readonly (readonly [standard: string, ...others: string[]])[] = [
  ['tanh'], ['sigmoid', 'logistic', 'sigm', 'expit'], ['softmax', 'Softmax', 'SoftMax', 'smax'], ['exp'], ['log', 'ln', 'Log'], ['relu', 'ReLU', 'Relu', 'RELU'], ['softplus', 'Softplus'],
  ['sin'], ['cos'], ['tan'], ['sinh'], ['cosh'], ['sech'], ['sqrt'], ['abs'], ['sign', 'sgn'], ['max', 'maximum'], ['min', 'minimum'],
  ['sum'], ['prod'], ['rowsum'], ['colsum'], ['mean', 'avg'], ['var'], ['trace', 'tr', 'Tr'], ['diag', 'Diag', 'diagonal'], ['transpose'], ['outer'], ['dot', 'matmul', 'mm'], ['inner', 'vdot'],
  ['multiply', 'hadamard'], ['add'], ['subtract'], ['divide'], ['power', 'pow'], ['square'], ['negative'], ['norm'], ['concat', 'concatenate', 'hstack', 'cat'], ['vstack', 'stack'],
  ['ones', 'ones_like'], ['zeros', 'zeros_like'], ['eye', 'identity'], ['stopgrad', 'stop_gradient', 'detach', 'sg', 'StopGrad'],
  ['expectation', 'Expectation'], ['variance', 'Var', 'Variance'], ['covariance', 'Cov', 'cov'], ['std', 'Std'], ['det'], ['rank'], ['argmax'], ['kron'], ['logsumexp', 'lse'], ['logsoftmax', 'log_softmax', 'LogSoftmax'],
  ['Jacobian', 'jacobian'], ['grad'],
];

const standardNames: ReadonlyMap<string, string> = new Map(spellings.flatMap((all): [string, string][] => all.map((spelling) => [spelling, all[0]])));

/** The function's standard name for one of its spellings. */
export const functionWord = (word: string): string | undefined => standardNames.get(word);

/** Namespaces of code that mean nothing themselves: np.tanh. */
export const namespaces: ReadonlySet<string> = new Set(['np', 'numpy', 'jnp', 'torch', 'math', 'F', 'nn', 'tf', 'scipy']);

/** Words that may precede a condition or an explanation after a formula. */
export const conditionWords: ReadonlySet<string> = new Set(['for', 'if', 'when', 'where', 'with', 'and', 'all', 'every', 'for all', 'for every', 'for each', 'otherwise', 'else', 'forall', 'so that', 'such that', 'as']);
