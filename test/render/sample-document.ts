/**
 * A sample document that uses every kind of block, inline, mark and scene item: the LSTM of a lab sheet in the row convention,
 * written by hand so that the renderers can be tried and looked at without the engine.
 */

import type { Block, EquationLine, Inline, Mathematics, Scene, SceneItem, SolutionDocument, TableCell } from '../../src/solution/document.js';

const math = (latex: string, text: string): Mathematics => ({ latex, text });
const words = (text: string): Inline => ({ type: 'text', text });
const formula = (latex: string, text: string): Inline => ({ type: 'math', math: math(latex, text) });
const paragraph = (...content: Inline[]): Block => ({ type: 'paragraph', content });
const cell = (...content: Inline[]): TableCell => ({ content });
const row = (...cells: (Inline | string)[]): TableCell[] => cells.map((content) => cell(typeof content === 'string' ? words(content) : content));

const dJdC = math('\\frac{\\partial J}{\\partial C_t}', '∂J/∂C_t');
const dJdh = math('\\frac{\\partial J}{\\partial h_t}', '∂J/∂h_t');
const dJdWg = math('\\frac{\\partial J}{\\partial W_g}', '∂J/∂W_g');
const rowShape = math('1 \\times n', '1 × n');
const matrixShape = math('d \\times n', 'd × n');
const inputSize = 4;

const forward: EquationLine[] = [
  { left: math('f_t', 'f_t'), relation: '=', right: math("\\sigma(x_t W_f + h_{t-1} W'_f)", 'σ(x_t W_f + h_{t−1} W′_f)'), shape: rowShape, number: 1 },
  { left: math('i_t', 'i_t'), relation: '=', right: math("\\sigma(x_t W_i + h_{t-1} W'_i)", 'σ(x_t W_i + h_{t−1} W′_i)'), shape: rowShape, number: 2 },
  { left: math('o_t', 'o_t'), relation: '=', right: math("\\sigma(x_t W_o + h_{t-1} W'_o)", 'σ(x_t W_o + h_{t−1} W′_o)'), shape: rowShape, number: 3 },
  {
    left: math('\\tilde{C}_t', 'C̃_t'),
    relation: '=',
    right: math("\\tanh(x_t W_g + h_{t-1} W'_g)", 'tanh(x_t W_g + h_{t−1} W′_g)'),
    shape: rowShape,
    number: 4,
  },
  {
    left: math('C_t', 'C_t'),
    relation: '=',
    right: math('f_t \\circ C_{t-1} + i_t \\circ \\tilde{C}_t', 'f_t ∘ C_{t−1} + i_t ∘ C̃_t'),
    shape: rowShape,
    number: 5,
  },
  { left: math('h_t', 'h_t'), relation: '=', right: math('\\tanh(C_t) \\circ o_t', 'tanh(C_t) ∘ o_t'), shape: rowShape, number: 6 },
  { left: math('J', 'J'), relation: '=', right: math('\\sum_{t=1}^{T} \\ell_t(h_t)', 'Σ_{t=1}^{T} ℓ_t(h_t)'), number: 7 },
];

const adjointOfState: EquationLine = {
  left: dJdh,
  relation: '=',
  right: math(
    "\\nabla \\ell_t(h_t) + \\left(\\frac{\\partial J}{\\partial C_{t+1}} \\circ C_t \\circ f_{t+1} \\circ (1 - f_{t+1})\\right) {W'_f}^{\\top} + \\left(\\frac{\\partial J}{\\partial C_{t+1}} \\circ \\tilde{C}_{t+1} \\circ i_{t+1} \\circ (1 - i_{t+1})\\right) {W'_i}^{\\top} + \\left(\\frac{\\partial J}{\\partial h_{t+1}} \\circ \\tanh(C_{t+1}) \\circ o_{t+1} \\circ (1 - o_{t+1})\\right) {W'_o}^{\\top} + \\left(\\frac{\\partial J}{\\partial C_{t+1}} \\circ i_{t+1} \\circ (1 - \\tilde{C}_{t+1}^2)\\right) {W'_g}^{\\top}",
    '∇ℓ_t(h_t) + (∂J/∂C_{t+1} ∘ C_t ∘ f_{t+1} ∘ (1 − f_{t+1})) W′_fᵀ + (∂J/∂C_{t+1} ∘ C̃_{t+1} ∘ i_{t+1} ∘ (1 − i_{t+1})) W′_iᵀ + (∂J/∂h_{t+1} ∘ tanh(C_{t+1}) ∘ o_{t+1} ∘ (1 − o_{t+1})) W′_oᵀ + (∂J/∂C_{t+1} ∘ i_{t+1} ∘ (1 − C̃_{t+1}²)) W′_gᵀ',
  ),
  reason: [words('every reader of '), formula('h_t', 'h_t'), words(' at step '), formula('t+1', 't+1'), words(', by equations (1)–(4)')],
  shape: rowShape,
  number: 8,
  mark: 'proved',
};

const derivation: EquationLine[] = [
  {
    left: dJdC,
    relation: '=',
    right: math(
      '\\frac{\\partial J}{\\partial h_t} \\circ o_t \\circ (1 - \\tanh^2(C_t)) + \\frac{\\partial J}{\\partial C_{t+1}} \\circ f_{t+1}',
      '∂J/∂h_t ∘ o_t ∘ (1 − tanh²(C_t)) + ∂J/∂C_{t+1} ∘ f_{t+1}',
    ),
    reason: [words('the two readers of '), formula('C_t', 'C_t'), words(': (6) at '), formula('t', 't'), words(' and (5) at '), formula('t+1', 't+1')],
    shape: rowShape,
    number: 9,
    mark: 'proved',
  },
  {
    left: math('\\frac{\\partial J}{\\partial \\tilde{C}_t}', '∂J/∂C̃_t'),
    relation: '=',
    right: math('\\frac{\\partial J}{\\partial C_t} \\circ i_t', '∂J/∂C_t ∘ i_t'),
    reason: [words('product rule, equation (5)')],
    shape: rowShape,
    mark: 'proved',
  },
  {
    left: dJdWg,
    relation: '=',
    right: math(
      '\\sum_{t=1}^{T} x_t^\\top \\left(\\frac{\\partial J}{\\partial \\tilde{C}_t} \\circ (1 - \\tilde{C}_t^2)\\right)',
      'Σ_{t=1}^{T} x_tᵀ (∂J/∂C̃_t ∘ (1 − C̃_t²))',
    ),
    reason: [formula("\\tanh'(a) = 1 - \\tanh^2(a)", 'tanh′(a) = 1 − tanh²(a)'), words(', equation (4)')],
    shape: matrixShape,
    mark: 'checked',
  },
  {
    relation: '=',
    right: math(
      '\\sum_{t=1}^{T} x_t^\\top \\left(\\frac{\\partial J}{\\partial C_t} \\circ i_t \\circ (1 - \\tilde{C}_t^2)\\right)',
      'Σ_{t=1}^{T} x_tᵀ (∂J/∂C_t ∘ i_t ∘ (1 − C̃_t²))',
    ),
    reason: [words('the adjoint of '), formula('\\tilde{C}_t', 'C̃_t'), words(' put in')],
    shape: matrixShape,
    mark: 'checked',
  },
];

const answer: EquationLine[] = [
  {
    left: math('\\frac{\\partial C_t}{\\partial C_{t-1}}', '∂C_t/∂C_{t−1}'),
    relation: '=',
    right: math('\\operatorname{diag}(f_t)', 'diag(f_t)'),
    mark: 'agrees',
    reason: [words('read as the immediate derivative')],
  },
  {
    left: dJdWg,
    relation: '=',
    right: math(
      '\\sum_{t=1}^{T} x_t^\\top \\left(\\frac{\\partial J}{\\partial C_t} \\circ i_t \\circ (1 - \\tilde{C}_t)\\right)',
      'Σ_{t=1}^{T} x_tᵀ (∂J/∂C_t ∘ i_t ∘ (1 − C̃_t))',
    ),
    mark: 'refuted',
    reason: [words('the square of '), formula('\\tilde{C}_t', 'C̃_t'), words(' is missing')],
  },
  {
    left: dJdWg,
    relation: '=',
    right: math('\\sum_{t=1}^{T} \\left(\\frac{\\partial J}{\\partial C_t} \\circ i_t\\right) x_t', 'Σ_{t=1}^{T} (∂J/∂C_t ∘ i_t) x_t'),
    mark: 'ill-shaped',
  },
  {
    left: math('\\frac{\\partial J}{\\partial W_o}', '∂J/∂W_o'),
    relation: '=',
    right: math('\\sum_{t=1}^{T} x_t^\\top \\frac{\\partial J}{\\partial o_t}', 'Σ_{t=1}^{T} x_tᵀ ∂J/∂o_t'),
    mark: 'undecided',
  },
  { left: math('q', 'q'), relation: '\\approx', right: math('0.5', '0.5'), mark: 'unreadable' },
  {
    left: math('\\frac{\\partial J}{\\partial W_i}', '∂J/∂W_i'),
    relation: '≤',
    right: math('2 \\frac{\\partial J}{\\partial W_i}', '2 ∂J/∂W_i'),
    mark: 'carried',
  },
];

const box = (x: number, label: Inline, y: number, ink: 'state' | 'gate' | 'operation' | 'input' | 'loss'): SceneItem[] => [
  { type: 'rectangle', x: x - 24, y: y - 13, width: 48, height: 26, radius: 5, stroke: ink, fill: ink },
  { type: 'label', x, y, anchor: 'middle', content: label, size: 10, ink: 'ink' },
];
const arrow = (points: [number, number][], more: { dash?: boolean; curved?: boolean; highlight?: boolean } = {}): SceneItem => ({
  type: 'line',
  points,
  stroke: more.highlight === true ? 'highlight' : 'ink',
  width: more.highlight === true ? 1.6 : 0.8,
  arrow: true,
  ...(more.dash === undefined ? {} : { dash: more.dash }),
  ...(more.curved === undefined ? {} : { curved: more.curved }),
});

const STEPS = ['t-1', 't', 't+1'] as const;

/** Three steps of the unrolled LSTM with the path that the cell state takes. */
export const sampleScene: Scene = {
  width: 400,
  height: 210,
  items: [
    {
      type: 'line',
      points: [
        [10, 196],
        [390, 196],
      ],
      stroke: 'grid',
      width: 0.5,
    },
    ...STEPS.flatMap((step, index): SceneItem[] => {
      const x = 80 + 120 * index;
      const text = step.replace('-', '−');
      const sub = (letter: string): Inline => formula(`${letter}_{${step}}`, `${letter}_{${text}}`);
      return [
        ...box(x, sub('C'), 80, 'state'),
        ...box(x + 20, sub('h'), 130, 'gate'),
        ...box(x - 20, sub('x'), 176, 'input'),
        ...box(x + 20, formula(`\\ell_{${step}}`, `ℓ_{${text}}`), 30, 'loss'),
        arrow(
          [
            [x - 20, 163],
            [x - 20, 120],
            [x - 10, 93],
          ],
          { curved: true },
        ),
        arrow([
          [x + 4, 93],
          [x + 14, 117],
        ]),
        arrow(
          [
            [x + 44, 130],
            [x + 56, 80],
            [x + 34, 43],
          ],
          { curved: true },
        ),
        arrow(
          [
            [x + 24, 80],
            [x + 96, 80],
          ],
          { highlight: true },
        ),
        arrow(
          [
            [x + 44, 130],
            [x + 80, 110],
            [x + 98, 88],
          ],
          { curved: true, dash: true },
        ),
      ];
    }),
    { type: 'circle', x: 20, y: 80, radius: 4, stroke: 'operation', fill: 'highlight' },
    { type: 'label', x: 12, y: 203, anchor: 'start', content: words('one step of the loop'), size: 7, ink: 'muted' },
    { type: 'label', x: 388, y: 203, anchor: 'end', content: formula('t = 1, \\dots, T', 't = 1, …, T'), size: 7, ink: 'muted' },
  ],
};

/** A plot: axes, a grid and three curves. */
export const samplePlot: Scene = {
  width: 360,
  height: 200,
  items: [
    ...[0, 1, 2, 3, 4].flatMap((tick): SceneItem[] => [
      {
        type: 'line',
        points: [
          [40, 160 - 30 * tick],
          [340, 160 - 30 * tick],
        ],
        stroke: 'grid',
        width: 0.4,
      },
      { type: 'label', x: 34, y: 160 - 30 * tick, anchor: 'end', content: formula(`10^{${tick - 4}}`, `10^${tick - 4}`), size: 8, ink: 'muted' },
    ]),
    {
      type: 'line',
      points: [
        [40, 30],
        [40, 160],
        [340, 160],
      ],
      stroke: 'ink',
      width: 0.7,
    },
    {
      type: 'line',
      points: [
        [40, 40],
        [140, 46],
        [240, 53],
        [340, 60],
      ],
      stroke: 'series1',
      width: 1.4,
      curved: true,
    },
    {
      type: 'line',
      points: [
        [40, 40],
        [140, 80],
        [240, 120],
        [340, 158],
      ],
      stroke: 'series2',
      width: 1.4,
      dash: true,
    },
    {
      type: 'line',
      points: [
        [40, 40],
        [90, 90],
        [180, 130],
        [340, 150],
      ],
      stroke: 'series3',
      width: 1.2,
      curved: true,
    },
    { type: 'label', x: 330, y: 48, anchor: 'end', content: words('LSTM'), size: 8, ink: 'series1' },
    { type: 'label', x: 200, y: 96, anchor: 'start', content: words('RNN'), size: 8, ink: 'series2' },
    { type: 'label', x: 190, y: 182, anchor: 'middle', content: formula('T - t', 'T − t'), size: 9, ink: 'ink' },
  ],
};

/** Uses every block, inline and mark; {@link sampleDocument} is what the tests of all formats render. */
export const sampleDocument: SolutionDocument = {
  schema: 'chainrule/solve/1',
  title: [words('Where the LSTM keeps its gradient')],
  source: 'NLP 242, Lab 11, Problem 4',
  language: 'en',
  sections: [
    {
      kind: 'statement',
      title: [words('The problem')],
      blocks: [
        paragraph(
          words('A long short-term memory reads '),
          formula('x_1, \\dots, x_T', 'x_1, …, x_T'),
          words(' and carries two states from step to step, the cell '),
          formula('C_t', 'C_t'),
          words(' and the output '),
          formula('h_t', 'h_t'),
          words('. Vectors are '),
          { type: 'strong', children: [words('rows')] },
          words(': '),
          formula('x_t W_f', 'x_t W_f'),
          words(' is a product of a '),
          formula('1 \\times d', '1 × d'),
          words(' by a '),
          formula('d \\times n', 'd × n'),
          words('. Derive the gradient of the loss with respect to '),
          formula('W_g', 'W_g'),
          words(' and say '),
          { type: 'emphasis', children: [words('why it survives many steps'), words('.')] },
        ),
        {
          type: 'list',
          ordered: true,
          items: [
            [
              paragraph(
                words('Find '),
                { type: 'math', math: dJdWg },
                words(' with the adjoints of '),
                formula('h_t', 'h_t'),
                words(' and '),
                formula('C_t', 'C_t'),
                words(' kept.'),
              ),
            ],
            [
              paragraph(
                words('Which factor carries '),
                { type: 'math', math: math('\\frac{\\partial J}{\\partial C_{t+1}}', '∂J/∂C_{t+1}') },
                words(' back to '),
                formula('C_t', 'C_t'),
                words('?'),
              ),
              {
                type: 'list',
                ordered: false,
                items: [[paragraph(words('over one step,'))], [paragraph(words('over '), formula('T - t', 'T − t'), words(' steps.'))]],
              },
            ],
          ],
        },
        {
          type: 'quote',
          blocks: [
            paragraph(
              words('The gates are units too, and gradients flow through them. See '),
              { type: 'link', href: 'https://example.org/lab?sheet=11&part=4', children: [words('the lab sheet')] },
              words(', first line'),
              { type: 'lineBreak' },
              words('and second line.'),
            ),
          ],
        },
      ],
    },
    {
      kind: 'conventions',
      title: [words('Conventions')],
      blocks: [
        paragraph(
          words('Gradients have the shape of their variable. '),
          formula('\\circ', '∘'),
          words(' multiplies entry by entry, '),
          formula('\\sigma(a) = 1/(1 + e^{-a})', 'σ(a) = 1/(1 + e^{−a})'),
          words('; code names are set like '),
          { type: 'code', text: "W'_g" },
          words('. Adjoints at '),
          formula('T+1', 'T+1'),
          words(' are zero.'),
        ),
        {
          type: 'callout',
          kind: 'assumption',
          title: [words('Assumed')],
          blocks: [paragraph(words('Each '), formula('\\ell_t', 'ℓ_t'), words(' is smooth and reads '), formula('h_t', 'h_t'), words(' only.'))],
        },
      ],
    },
    {
      kind: 'notation',
      title: [words('Notation')],
      blocks: [
        {
          type: 'table',
          caption: [words('Names, shapes and roles')],
          align: ['left', 'left', 'left', 'left'],
          header: row('name', 'shape', 'role', 'read by'),
          rows: [
            row(formula('x_t', 'x_t'), formula('1 \\times d', '1 × d'), 'input', formula('f_t, i_t, o_t, \\tilde{C}_t', 'f_t, i_t, o_t, C̃_t')),
            row(formula('C_t', 'C_t'), formula('1 \\times n', '1 × n'), 'computed', formula('C_{t+1}, h_t', 'C_{t+1}, h_t')),
            row(
              formula('h_t', 'h_t'),
              formula('1 \\times n', '1 × n'),
              'computed',
              formula('f_{t+1}, i_{t+1}, o_{t+1}, \\tilde{C}_{t+1}, J', 'f_{t+1}, i_{t+1}, o_{t+1}, C̃_{t+1}, J'),
            ),
            row(formula('W_f, W_i, W_o, W_g', 'W_f, W_i, W_o, W_g'), formula('d \\times n', 'd × n'), 'parameter', 'the gates | and the candidate'),
            row(formula("W'_f, W'_i, W'_o, W'_g", 'W′_f, W′_i, W′_o, W′_g'), formula('n \\times n', 'n × n'), 'parameter', 'the same, from the state before'),
          ],
        },
      ],
    },
    {
      kind: 'model',
      title: [words('The model')],
      blocks: [
        paragraph(
          words('For '),
          formula('t = 1, \\dots, T', 't = 1, …, T'),
          words(', with '),
          formula('h_0', 'h_0'),
          words(' and '),
          formula('C_0', 'C_0'),
          words(' given:'),
        ),
        { type: 'equations', lines: forward },
        {
          type: 'figure',
          scene: sampleScene,
          caption: [
            words('Three steps, unrolled. The thick path '),
            formula('C_{t-1} \\to C_t \\to C_{t+1}', 'C_{t−1} → C_t → C_{t+1}'),
            words(' meets no weight matrix.'),
          ],
          alternative:
            'Boxes for x, C, h and the loss at steps t−1, t and t+1; a thick arrow joins the cell states, dashed arrows lead from each h to the next cell state.',
        },
      ],
    },
    {
      kind: 'derive',
      title: [words('The gradient with respect to '), formula('W_g', 'W_g')],
      blocks: [
        { type: 'heading', level: 2, content: [words('Adjoints')] },
        paragraph(words('Each adjoint sums over the readers of its name, '), formula('t = T, \\dots, 1', 't = T, …, 1'), words('.')),
        { type: 'equations', lines: [adjointOfState] },
        { type: 'heading', level: 3, content: [words('The cell state and '), formula('W_g', 'W_g')] },
        { type: 'equations', lines: derivation },
        {
          type: 'result',
          lines: [
            {
              left: dJdWg,
              relation: '=',
              right: math(
                '\\sum_{t=1}^{T} x_t^\\top \\left(\\frac{\\partial J}{\\partial C_t} \\circ i_t \\circ (1 - \\tilde{C}_t^2)\\right)',
                'Σ_{t=1}^{T} x_tᵀ (∂J/∂C_t ∘ i_t ∘ (1 − C̃_t²))',
              ),
              shape: matrixShape,
              mark: 'checked',
            },
          ],
        },
        {
          type: 'callout',
          kind: 'remark',
          title: [words('Why it survives')],
          blocks: [
            paragraph(words('Along the cell alone the gradient is multiplied by '), formula('f_{t+1}', 'f_{t+1}'), words(' at each step, entry by entry:')),
            {
              type: 'equations',
              lines: [
                {
                  left: math('\\frac{\\partial C_T}{\\partial C_t}\\bigg|_{h}', '∂C_T/∂C_t|_h'),
                  relation: '=',
                  right: math('\\operatorname{diag}(f_{t+1} \\circ \\cdots \\circ f_T)', 'diag(f_{t+1} ∘ ⋯ ∘ f_T)'),
                },
              ],
            },
          ],
        },
        {
          type: 'figure',
          scene: samplePlot,
          caption: [words('Norm of the Jacobian against the distance.')],
          alternative: 'Three falling curves on a logarithmic scale; the one of the LSTM falls slowest.',
        },
      ],
    },
    {
      kind: 'answer',
      title: [words('An answer, line by line')],
      blocks: [
        { type: 'equations', lines: answer },
        {
          type: 'callout',
          kind: 'slip',
          title: [words('SQUARE_LOST in line 2')],
          blocks: [
            paragraph(
              words('The derivative of '),
              formula('\\tanh', 'tanh'),
              words(' is '),
              formula('1 - \\tanh^2', '1 − tanh²'),
              words('; the line has '),
              formula('1 - \\tilde{C}_t', '1 − C̃_t'),
              words('.'),
            ),
          ],
        },
      ],
    },
    {
      kind: 'check',
      title: [words('Numeric check')],
      blocks: [
        {
          type: 'table',
          caption: [
            words('Formulas against central differences, '),
            formula(`n = 5, d = ${inputSize}, T = 3`, `n = 5, d = ${inputSize}, T = 3`),
            words(', seed 0'),
          ],
          align: ['left', 'center', 'right', 'right'],
          header: row('gradient', 'shape', 'entries', 'largest relative error'),
          rows: [
            row({ type: 'math', math: dJdWg }, formula('4 \\times 5', '4 × 5'), '20', formula('3.1 \\cdot 10^{-12}', '3.1·10⁻¹²')),
            row(formula('\\frac{\\partial J}{\\partial h_0}', '∂J/∂h_0'), formula('1 \\times 5', '1 × 5'), '5', formula('8.4 \\cdot 10^{-13}', '8.4·10⁻¹³')),
          ],
        },
      ],
    },
    {
      kind: 'code',
      title: [words('As code')],
      blocks: [
        {
          type: 'codeBlock',
          language: 'python',
          text: 'dW_g = sum(x[t].T @ (dC[t] * i[t] * (1 - C_tilde[t]**2))\n           for t in range(1, T + 1))  # 4 x 5',
        },
      ],
    },
    { kind: 'provenance', title: [words('How this was made')], blocks: [paragraph(words('Every formula above was derived and then checked.'))] },
  ],
  totals: { formulas: 12, proved: 3, checked: 3, slips: 1 },
  provenance: 'chainrule 0.1.0, seed 0, n = 5, d = 4, T = 3',
};
