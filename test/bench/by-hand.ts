/** What a careful programmer writes without this project: an LSTM forward and backward in plain loops on Float64Array, gates side by side. */

export interface HandLstm {
  run(): void;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Row-major weights: W is 4n × d, U is 4n × n, gates in the order f, i, o, c. One sample. */
export function handLstm(n: number, d: number, T: number): HandLstm {
  const random = (length: number): Float64Array => Float64Array.from({ length }, (_, k) => Math.sin(7 * k + length) / 10);
  const [W, U, b] = [random(4 * n * d), random(4 * n * n), random(4 * n)];
  const [x, seed] = [random(T * d), random(T * n)];
  const [h, c] = [new Float64Array((T + 1) * n), new Float64Array((T + 1) * n)];
  const [gates, tanhs] = [new Float64Array(T * 4 * n), new Float64Array(T * n)];
  const [dW, dU, db] = [new Float64Array(W.length), new Float64Array(U.length), new Float64Array(4 * n)];
  const [dh, dc, delta] = [new Float64Array(n), new Float64Array(n), new Float64Array(4 * n)];
  const at = (array: Float64Array, k: number): number => array[k] as number;

  function forward(): void {
    for (let t = 0; t < T; t++) {
      for (let row = 0; row < 4 * n; row++) {
        let sum = at(b, row);
        for (let k = 0; k < d; k++) sum += at(W, row * d + k) * at(x, t * d + k);
        for (let k = 0; k < n; k++) sum += at(U, row * n + k) * at(h, t * n + k);
        gates[t * 4 * n + row] = row < 3 * n ? sigmoid(sum) : Math.tanh(sum);
      }
      for (let i = 0; i < n; i++) {
        const g = t * 4 * n + i;
        const cell = at(gates, g) * at(c, t * n + i) + at(gates, g + n) * at(gates, g + 3 * n);
        const squashed = Math.tanh(cell);
        c[(t + 1) * n + i] = cell;
        tanhs[t * n + i] = squashed;
        h[(t + 1) * n + i] = at(gates, g + 2 * n) * squashed;
      }
    }
  }

  function backward(): void {
    for (const array of [dW, dU, db, dh, dc]) array.fill(0);
    for (let t = T - 1; t >= 0; t--) {
      for (let i = 0; i < n; i++) {
        const g = t * 4 * n + i;
        const [f, input, o, candidate, squashed] = [at(gates, g), at(gates, g + n), at(gates, g + 2 * n), at(gates, g + 3 * n), at(tanhs, t * n + i)];
        const upper = at(dh, i) + at(seed, t * n + i);
        const cell = at(dc, i) + upper * o * (1 - squashed * squashed);
        delta[i] = cell * at(c, t * n + i) * f * (1 - f);
        delta[n + i] = cell * candidate * input * (1 - input);
        delta[2 * n + i] = upper * squashed * o * (1 - o);
        delta[3 * n + i] = cell * input * (1 - candidate * candidate);
        dc[i] = cell * f;
      }
      dh.fill(0);
      for (let row = 0; row < 4 * n; row++) {
        const slope = at(delta, row);
        db[row] = at(db, row) + slope;
        for (let k = 0; k < d; k++) dW[row * d + k] = at(dW, row * d + k) + slope * at(x, t * d + k);
        for (let k = 0; k < n; k++) {
          dU[row * n + k] = at(dU, row * n + k) + slope * at(h, t * n + k);
          dh[k] = at(dh, k) + slope * at(U, row * n + k);
        }
      }
    }
  }

  return {
    run() {
      forward();
      backward();
    },
  };
}
