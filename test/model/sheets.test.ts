/** The sheets written by hand for the format: each is read, in LaTeX and as plain text, into the same model. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Model, modelsOfSheet, readSheet } from '../../src/model/index.js';

const fixtures = new URL('./fixtures/', import.meta.url);
const files = readdirSync(new URL('latex/', fixtures));

function modelsIn(folder: string, file: string): ReadonlyMap<string, Model> {
  return modelsOfSheet(readSheet(readFileSync(new URL(`${folder}/${file}`, fixtures), 'utf8'), { file }));
}

/** What must not depend on how the sheet is typed. */
function summary(model: Model): object {
  return {
    loss: model.loss,
    declarations: [...model.declarations.values()]
      .map(({ name, role, dims, orientation, indices, assumptions }) => ({
        name,
        role,
        orientation,
        assumptions,
        dims: dims.map(({ key }) => key),
        indices: indices.map(({ letter, from, to }) => `${letter}=${from.key}..${to.key}`),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    equations: model.equations.map(({ name, indices, value }) => ({ name, indices: indices.map(({ key }) => key), value: value.digest })),
    boundaries: model.boundaries.map(({ name, indices, kind }) => `${name}[${indices.map(({ key }) => key).join()}] ${kind}`).sort(),
  };
}

describe.each(files)('%s', (file) => {
  it('is read in LaTeX', () => {
    for (const model of modelsIn('latex', file).values()) {
      expect(model.equations.length).toBeGreaterThan(0);
      for (const { name, value } of model.equations) {
        expect(
          value.dims.map(({ key }) => key),
          name,
        ).toEqual(model.declarations.get(name)?.dims.map(({ key }) => key));
      }
    }
  });
  it('is the same as plain text', () => {
    const [latex, plain] = [modelsIn('latex', file), modelsIn('plain', file)];
    expect([...plain.keys()]).toEqual([...latex.keys()]);
    for (const [name, model] of latex) {
      const other = plain.get(name);
      expect(other === undefined ? undefined : summary(other)).toEqual(summary(model));
    }
  });
});
