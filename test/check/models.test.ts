/** Every built-in model and every model of the example sheets that has a loss: all gradients against differences, in both styles. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CheckResult, checkGradients, type GradientStyle } from '../../src/check/index.js';
import { builtInModel, CELLS, type Model, modelsOfSheet, readSheet } from '../../src/model/index.js';

const STYLES: readonly GradientStyle[] = ['every name', 'eliminated'];
const folder = new URL('../model/fixtures/latex/', import.meta.url);

function expectAgreement({ targets, ok, firstNonFinite }: CheckResult): void {
  expect(firstNonFinite).toBeUndefined();
  for (const { target, verdicts, entries, maxRelError, worst } of targets) {
    expect(verdicts, `${target} ${JSON.stringify(worst)}`).toEqual({ agree: entries });
    expect(maxRelError, target).toBeLessThan(1e-8);
  }
  expect(ok).toBe(true);
}

function expectAllGradients(model: Model): void {
  for (const style of STYLES) for (const seed of [0, 1]) expectAgreement(checkGradients(model, { style, seed }));
}

describe('built-in models', () => {
  it.each(CELLS.map(({ name }) => name))('%s', (name) => expectAllGradients(builtInModel(name) as Model));
});

describe('example sheets', () => {
  for (const file of readdirSync(folder).sort()) {
    const sheet = readSheet(readFileSync(new URL(file, folder), 'utf8'), { file });
    it(file, () => {
      const models = [...modelsOfSheet(sheet).values()].filter(({ loss }) => loss !== undefined);
      for (const model of models) expectAllGradients(model);
    });
  }
});
