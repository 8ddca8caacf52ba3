/** The built-in models: each is read, its equations have the shapes of their names, and its loss and boundary values are found. */

import { describe, expect, it } from 'vitest';
import { builtInModel, CELLS } from '../../src/model/index.js';

describe.each(CELLS.map(({ name }) => name))('%s', (name) => {
  const model = builtInModel(name);
  it('is read', () => {
    expect(model).toBeDefined();
    for (const equation of model?.equations ?? []) {
      expect(
        equation.value.dims.map(({ key }) => key),
        equation.name,
      ).toEqual(model?.declarations.get(equation.name)?.dims.map(({ key }) => key));
    }
  });
  it('has the loss J and no initial state that is zero without a word', () => {
    expect(model?.loss).toBe('J');
    expect((model?.boundaries ?? []).filter(({ kind }) => kind === 'zero')).toEqual([]);
  });
});
