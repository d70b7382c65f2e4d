import { readFileSync } from 'node:fs';
import { validateOptsAgainstSchema } from 'nx/src/utils/params.js';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { optionExamples } from '../../src/options/examples.js';
import { executorOptions } from '../../src/options/schema.js';

interface Json {
  [key: string]: unknown;
  properties?: Record<string, Json>;
  items?: unknown;
  anyOf?: Json[];
  then?: Json;
  else?: Json;
}

function schemaOf(executor: string): Json {
  return JSON.parse(
    readFileSync(new URL(`../../src/executors/${executor}/schema.json`, import.meta.url), 'utf8'),
  );
}

/** All schemas in a schema, with their paths. */
function walk(json: Json, path = ''): [string, Json][] {
  const items = Array.isArray(json.items) ? json.items : json.items ? [json.items] : [];
  return [
    [path, json],
    ...Object.entries(json.properties ?? {}).flatMap(([name, child]) => walk(child, `${path}.${name}`)),
    ...[...items, ...(json.anyOf ?? []), json.then ?? [], json.else ?? []]
      .flat()
      .flatMap((child: Json, index) => walk(child, `${path}[${index}]`)),
  ];
}

describe.each(Object.keys(executorOptions))('schema.json of %s', (executor) => {
  const schema = schemaOf(executor);
  const all = walk(schema);

  test('refuses what it does not name, at every level', () => {
    const objects = all.filter(([, json]) => json.properties);
    expect(objects.length).toBeGreaterThan(0);
    expect(objects.filter(([, json]) => json.additionalProperties !== false)).toEqual([]);
  });

  test('is in snake_case and says what each option means', () => {
    for (const [path, json] of all) {
      for (const [name, option] of Object.entries(json.properties ?? {})) {
        expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
        if (!/commands|\[/.test(path)) expect(option.description, `${path}.${name}`).toBeTruthy();
      }
    }
  });

  test('has an example of each option that is not a boolean or an enum', () => {
    for (const [path, json] of all) {
      for (const [name, option] of Object.entries(json.properties ?? {})) {
        const isEvident = option.type === 'boolean' || option.enum || name === 'made_with';
        if (!isEvident) expect(option.examples, `${path}.${name}`).toBeTruthy();
      }
    }
  });

  test('has what Nx reads: draft-07, an object, output kept on our own streams', () => {
    expect(schema).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      outputCapture: 'direct-nodejs',
    });
    expect(JSON.stringify(schema)).not.toMatch(/"(\$ref|definitions|\$defs|allOf|patternProperties)"/);
  });

  test('requires nothing at the top, as every target works with its defaults', () => {
    expect(schema.required).toBeUndefined();
  });
});

/** `{ a: { b: value } }` for "a.b"; "[]" makes a list of what is below it, whose elements need a target. */
function nested(path: string, value: unknown): object {
  const [, name = '', list, rest] = /^([^.[]+)(\[\])?(?:\.(.+))?$/.exec(path) ?? [];
  const inner = rest === undefined ? value : nested(rest, value);
  const needed =
    name === 'docker' && rest && rest !== 'tag'
      ? { tag: 'x' }
      : list && name === 'files'
        ? { from: 'x', to: 'x' }
        : list && rest !== 'target'
          ? { target: '/x' }
          : {};
  const filled = rest === undefined ? inner : { ...needed, ...(inner as object) };
  return { [name]: list ? [filled] : filled };
}

test.each(
  Object.entries(optionExamples).flatMap(([path, examples]) =>
    examples.map((example) => [path, example] as const),
  ),
)('the example of %s is one: %j', (path, example) => {
  const schemas = Object.values(executorOptions).map(({ schema }) => schema as z.ZodType);
  const results = schemas.map((schema) => schema.safeParse(nested(path, example)));
  expect(
    results.some(({ success }) => success),
    JSON.stringify(results[0]?.error),
  ).toBe(true);
});

test.each(
  Object.entries(optionExamples).flatMap(([path, examples]) =>
    examples.map((example) => [path, example] as const),
  ),
)('Nx itself takes the example of %s: %j', (path, example) => {
  const options = nested(path, example);
  const [top = ''] = Object.keys(options);
  const executor = Object.keys(executorOptions).find((name) => schemaOf(name).properties?.[top]);
  validateOptsAgainstSchema(options, schemaOf(executor ?? '') as never);
});

test('schema.json: executors.json and the schemas name the same executors', () => {
  const { executors } = JSON.parse(readFileSync(new URL('../../executors.json', import.meta.url), 'utf8'));
  expect(Object.keys(executors).sort()).toEqual(Object.keys(executorOptions).sort());
  for (const [name, { implementation, schema }] of Object.entries<Record<string, string>>(executors)) {
    expect(implementation).toBe(`./dist/executors/${name}/executor.js`);
    expect(schema).toBe(`./dist/executors/${name}/schema.json`);
  }
});

test('schema.json accepts the same memory sizes as buildOptions, in either case', () => {
  const memory = walk(schemaOf('build')).find(([path]) => path === '.build_runner_config.memory')?.[1];
  const pattern = new RegExp(String(memory?.pattern));
  expect(memory?.type).toEqual(['integer', 'string']);
  expect(['4g', '4G', '512M', '1.5k'].filter((text) => !pattern.test(text))).toEqual([]);
});
