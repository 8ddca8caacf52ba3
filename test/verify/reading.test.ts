/** What people really type is read as they mean it, or they are told where it is not. */

import { describe, expect, it } from 'vitest';
import { builtInModel, type Model } from '../../src/model/index.js';
import { verify } from '../../src/verify/index.js';
import { answers } from './readings.js';

/** One model for all answers about it: its numbers and proofs are remembered. */
const models = new Map<string, Model>();
function model(name: string): Model {
  const made = models.get(name) ?? (builtInModel(name) as Model);
  models.set(name, made);
  return made;
}

describe('answers as people type them', () => {
  for (const { title, about, text, targets, reached, verdicts, verdict } of answers) {
    it(`${about}: ${title}`, () => {
      const result = verify(model(about), text, { targets: targets ?? [] });
      expect(result.lines.map((line) => line.verdict)).toEqual(verdicts);
      expect(result.verdict).toBe(verdict);
      if (reached !== undefined) expect(result.targets.map(({ line }) => line !== null)).toEqual(reached);
      for (const line of result.lines) {
        if (line.verdict === 'unreadable' || line.verdict === 'refuted' || line.verdict === 'ill-shaped') expect(line.diagnostics.length).toBeGreaterThan(0);
        // Every message points into the line that it is about.
        for (const { region } of line.diagnostics) expect(region === null || region.startLine >= line.source.startLine - 1).toBe(true);
      }
    });
  }
});

const read = (about: string, text: string): string | undefined => verify(model(about), text).lines.at(-1)?.readAs?.plain.normalize('NFC');
const first = (about: string, text: string) => verify(model(about), text).lines[0];

describe('what is said about a reading', () => {
  it.each([
    ['rnn', String.raw`e^{<t>} := \hat{y}^{<t>} - y^{<t>}`, 'eₜ := ŷₜ − yₜ'],
    ['rnn', String.raw`\frac{\partial E^{(1)}}{\partial c} = \hat y_1 - y_1`, '∂ℒ₁/∂c = ŷ₁ − y₁'],
    ['rnn', 'dJ/dh_prev = 0', 'dJ/dhₜ₋₁ = 0'],
    ['rnn', 'dJ/dV = sum_t (y_hat_t - y_t) h_t^T', 'dJ/dV = Σ_{t=1}^{T} (ŷₜ − yₜ) hₜᵀ'],
    ['gru', 'z_t -> 0 => h_t -> h_{t-1}', 'zₜ → 0 ⇒ hₜ → hₜ₋₁'],
    ['rnn', String.raw`\sum_{k < j \le t} h_j = h_t`, 'Σ_{j=k+1}^{t} hⱼ = hₜ'],
  ])('%s: %s', (about, text, plain) => {
    expect(read(about, text)).toBe(plain.normalize('NFC'));
  });

  it('a name that a loop carries is that of the round before', () => {
    const text = 'for t in reversed(range(T)):\n    dh = V.T @ (yhat[t] - y[t]) + dhnext\n    dhnext = W.T @ ((1 - h[t]**2) * dh)\n';
    expect(verify(model('rnn'), text).lines.map(({ readAs }) => readAs?.plain.normalize('NFC'))).toEqual([
      '∇_{hₜ} J = Vᵀ (ŷₜ − yₜ) + dhnextₜ₊₁'.normalize('NFC'),
      'dhnextₜ := Wᵀ ((1 − hₜ²) ⊙ (∇_{hₜ} J))',
    ]);
  });

  it('a renaming by forward equations is printed, and only where it is the only one', () => {
    const renamed = verify(
      model('rnn'),
      String.raw`s_t = \tanh(A s_{t-1} + B x_t + b)` + '\n' + String.raw`\frac{\partial s_t}{\partial s_{t-1}} = \operatorname{diag}(1-s_t^2) A`,
    );
    expect(renamed.lines.map(({ verdict }) => verdict)).toEqual(['proved', 'proved']);
    expect(renamed.lines[1]?.readings).toMatchObject({ s: 'h', A: 'W' });
    const own = verify(model('rnn'), 'h_t = tanh(W h_{t-1} + U x_t + b)');
    expect(own.lines[0]?.readings).toEqual({});
  });

  it('a recursion of the answer is what obeys it, by induction', () => {
    const text = 'D_T := V^T (yhat_T - y_T)\nD_t := V^T (yhat_t - y_t) + W^T ((1 - h_{t+1}^2) .* D_{t+1})\ndJ/dh_t = D_t';
    expect(verify(model('rnn'), text).lines[2]).toMatchObject({ verdict: 'proved', method: { level: 'induction' } });
    const wrong = text.replace('W^T', 'W');
    expect(verify(model('rnn'), wrong).lines.map(({ verdict }) => verdict)).toEqual(['proved', 'proved', 'refuted']);
  });

  it.each([
    ['rnn', 'dJ/dW = Q_t', 'unknown-name', [1, 9, 12]],
    ['rnn', 'dJ/dh_t = p h_t', 'unknown-name', [1, 11, 12]],
    ['rnn', 'dJ/dh_t = h_t + k', 'unknown-name', [1, 17, 18]],
    ['rnn', 'dJ/dW = ((1 - h_t', 'unbalanced', [1, 10, 11]],
    ['rnn', 'P := Q + 1\nQ := P', 'unknown-name', [1, 6, 7]],
    ['rnn', 'x_t = 0 =>', 'unexpected-end', [1, 9, 11]],
  ])('%s: %s is unreadable at its place', (about, text, rule, [line, from, to]) => {
    const found = first(about, text);
    expect(found?.verdict).toBe('unreadable');
    expect(found?.diagnostics[0]).toMatchObject({ ruleId: rule, region: { startLine: line, startColumn: from, endColumn: to } });
  });

  it('sizes that are asked for add points; others are refused', () => {
    const plain = verify(model('rnn'), 'dJ/dc = sum_t (yhat_t - y_t)').lines[0]?.method?.points ?? 0;
    expect(verify(model('rnn'), 'dJ/dc = sum_t (yhat_t - y_t)', { sizes: new Map([['T', 7]]) }).lines[0]?.method?.points).toBeGreaterThan(plain);
    expect(() => verify(model('rnn'), 'dJ/dc = 0', { sizes: new Map([['q', 7]]) })).toThrow('no size q');
  });

  it('sizes at which a mistake hides do not hide it', () => {
    expect(verify(model('rnn'), 'dJ/dh_t = V^T (yhat_t - y_t)', { sizes: new Map([['T', 1]]) }).verdict).toBe('incorrect');
  });
});
