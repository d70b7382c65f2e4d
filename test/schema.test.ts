import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { executorOptions } from '../src/options.js';

type Json = { [key: string]: unknown; properties?: Record<string, Json>; items?: unknown; anyOf?: Json[] };

function schemaOf(executor: string): Json {
  return JSON.parse(
    readFileSync(new URL(`../src/executors/${executor}/schema.json`, import.meta.url), 'utf8'),
  );
}

/** All schemas in a schema, with their paths. */
function walk(json: Json, path = ''): [string, Json][] {
  const items = Array.isArray(json.items) ? json.items : json.items ? [json.items] : [];
  return [
    [path, json],
    ...Object.entries(json.properties ?? {}).flatMap(([name, child]) => walk(child, `${path}.${name}`)),
    ...[...items, ...(json.anyOf ?? [])].flatMap((child: Json, index) => walk(child, `${path}[${index}]`)),
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

test('executors.json and the schemas name the same executors', () => {
  const { executors } = JSON.parse(readFileSync(new URL('../executors.json', import.meta.url), 'utf8'));
  expect(Object.keys(executors).sort()).toEqual(Object.keys(executorOptions).sort());
  for (const [name, { implementation, schema }] of Object.entries<Record<string, string>>(executors)) {
    expect(implementation).toBe(`./dist/executors/${name}/executor.js`);
    expect(schema).toBe(`./dist/executors/${name}/schema.json`);
  }
});

test('memory means the same to Nx and to zod, in either case', () => {
  const memory = walk(schemaOf('build')).find(([path]) => path === '.build_runner_config.memory')?.[1];
  const pattern = new RegExp(String(memory?.anyOf?.find((one) => one.pattern)?.pattern));
  expect(['4g', '4G', '512M', '1.5k'].filter((text) => !pattern.test(text))).toEqual([]);
});
