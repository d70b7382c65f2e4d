import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generatorOptions } from '../../src/generators/options.js';

const read = (path: string) => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
const names = Object.keys(generatorOptions);

test('generators.json names the generators, and where they are compiled to', () => {
  const { generators } = read('generators.json');
  expect(Object.keys(generators)).toEqual(names);
  for (const [name, { factory, schema, description }] of Object.entries<Record<string, string>>(generators)) {
    expect(factory).toBe(`./dist/generators/${name}/generator.js`);
    expect(schema).toBe(`./dist/generators/${name}/schema.json`);
    expect(description).toBeTruthy();
  }
  expect(read('package.json').generators).toBe('./generators.json');
});

test.each(names)('generators.json: schema.json of %s has what Nx and editors read', (name) => {
  const schema = read(`src/generators/${name}/schema.json`);
  expect(schema).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: `nx-docker-artifact-generator-${name}`,
    cli: 'nx',
    type: 'object',
    additionalProperties: false,
  });
  expect(schema.description.length).toBeGreaterThan(20);
  expect(schema.examples[0].command).toContain(`nx-docker-artifact:${name}`);
  for (const [option, { description, type }] of Object.entries<Record<string, string>>(schema.properties)) {
    expect(option).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect([option, Boolean(description), Boolean(type)]).toEqual([option, true, true]);
  }
});

test('generators.json: schema.json prompts for what is required, and takes the first as the argument', () => {
  const asked = names.flatMap((name) => {
    const { properties, required = [] } = read(`src/generators/${name}/schema.json`);
    return required.map((option: string) => [
      `${name} ${option}`,
      typeof properties[option]['x-prompt'],
      properties[option].$default?.index,
    ]);
  });
  expect(asked).toEqual([
    ['package name', 'string', 0],
    ['system name', 'string', 0],
    ['system platform', 'string', undefined],
    ['toolchain name', 'string', 0],
    ['import mixfile', 'string', 0],
    ['pin project', 'string', 0],
    ['consumer project', 'string', 0],
    ['consumer system', 'string', undefined],
  ]);
});
