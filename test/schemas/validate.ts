/**
 * Holds an output against the JSON Schema shipped for it. Shipped schemas leave room for members to come; here a member that no schema names is an error.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const folder = new URL('../../src/schemas/', import.meta.url);

export const schemaNames = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length));

export function readSchema(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
}

const compiled = new Map<string, ValidateFunction>();

/** What is wrong with an output, in words; none means that it is as its own `schema` member promises. */
export function complaints(output: unknown): string[] {
  const named = typeof output === 'object' && output !== null && 'schema' in output ? String(output.schema) : '';
  const name = /^chainrule\/([a-z]+)\/1$/.exec(named)?.[1];
  if (!name || !schemaNames.includes(name)) return [`unknown schema ${JSON.stringify(named)}`];
  const validate = compiled.get(name) ?? new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(closed(readSchema(name)));
  compiled.set(name, validate);
  validate(output);
  return (validate.errors ?? []).map((error) => `${error.instancePath || '/'} ${error.message} ${JSON.stringify(error.params)}`);
}

/** The schema with every object that lists its members closed to others. */
function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closed) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return { ...inner, ...('properties' in inner && !('additionalProperties' in inner) ? { additionalProperties: false } : {}) } as T;
}
