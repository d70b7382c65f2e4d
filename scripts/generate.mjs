// Writes what is generated from src/options/schema.ts and src/generators/options.ts: schema.json of each executor and each
// generator, and the tables of docs/options.md.
// With --check it writes nothing and fails when something would change.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { build, buildInternal } from './build.mjs';
import { optionTable } from './option-table.mjs';
import { forEditors } from './schema-for-editors.mjs';

const root = join(import.meta.dirname, '..');
await buildInternal();
const { executorOptions } = await import(pathToFileURL(join(root, 'build/options/schema.js')).href);
const { optionExamples } = await import(pathToFileURL(join(root, 'build/options/examples.js')).href);
const { generatorOptions } = await import(pathToFileURL(join(root, 'build/generators/options.js')).href);
const check = process.argv.includes('--check');
const PAGE = 'docs/options.md';
/** @type {string[]} */
const stale = [];

for (const [name, { schema, title }] of Object.entries(executorOptions)) {
  const head = {
    $id: `nx-docker-artifact-${name}`,
    title,
    description: title,
    outputCapture: 'direct-nodejs',
  };
  const json = emitSchema(`src/executors/${name}/schema.json`, schema, head, forEditors(optionExamples));
  emit(PAGE, intoPage(name, optionTable(json)));
}
for (const [name, { schema, ...texts }] of Object.entries(generatorOptions)) {
  const head = { $id: `nx-docker-artifact-generator-${name}`, ...texts, cli: 'nx' };
  const json = emitSchema(`src/generators/${name}/schema.json`, schema, head);
  if (Object.keys(json.properties ?? {}).length > 0) emit(PAGE, intoPage(name, optionTable(json)));
}

if (stale.length > 0) {
  console.error(`Not up to date: ${[...new Set(stale)].join(', ')}. Run: npm run generate`);
  process.exit(1);
}
if (!check) await build(); // with the new schema.json

function emitSchema(file, schema, head, change = (json) => json) {
  const json = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  const { $schema, ...rest } = change(json);
  emit(file, `${JSON.stringify({ $schema, ...head, ...rest }, null, 2)}\n`);
  return json;
}

function emit(file, text) {
  const path = join(root, file);
  let before = '';
  try {
    before = readFileSync(path, 'utf8');
  } catch {}
  if (before === text) return;
  if (check) stale.push(file);
  else writeFileSync(path, text);
}

function intoPage(name, table) {
  const page = readFileSync(join(root, PAGE), 'utf8');
  const [begin, end] = [`<!-- options:${name} -->`, `<!-- /options:${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < 0) throw new Error(`${PAGE} has no place for the options of ${name}: ${begin} ${end}`);
  return `${page.slice(0, from + begin.length)}\n${table}\n${page.slice(to)}`;
}
