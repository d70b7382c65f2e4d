import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const src = resolve(import.meta.dirname, '../src');

/** What any folder may import: facts, and tools that know nothing of the rest. */
const EVERYONE = ['conventions', 'options', 'util'];

/** What each folder of src may import besides, and besides itself and the files at the top of src. */
const ALLOWED: Record<string, string[]> = {
  conventions: [],
  options: [],
  util: [],
  artifact: [],
  sources: ['backend'], // what an image is built from
  backend: [],
  docker: ['backend', 'sources'],
  plugin: [],
  runner: ['artifact', 'sources', 'backend'],
  executors: ['runner', 'artifact', 'backend', 'docker'],
  // docker, as `pin` asks the engine for the digest of an image
  generators: ['plugin', 'backend', 'docker'],
};
/** Files at the top may be imported by all, but are no way around the directions: they import no folder. */
const TOP_THAT_MAY = ['index.ts', 'plugin.ts'];
/** The one file of the docker folder that others import. */
const BACKEND = 'docker/backend.js';
const MOST_FILES = 14;

interface Import {
  from: string;
  to: string;
  /** The names: "type Engine, connect". */
  what: string;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));

function imports(): Import[] {
  return files.flatMap((from) => {
    const text = readFileSync(join(src, from), 'utf8');
    return [...text.matchAll(/(?:([\w{},*\s]+?)\sfrom|import\()\s*'([^']+)'/g)].map(
      ([, what = '', to = '']) => ({
        from,
        what: what.replace(/^[^{]*\{|\}$/g, '').trim(),
        to: to.startsWith('.') ? relative(src, resolve(src, dirname(from), to)) : to,
      }),
    );
  });
}

const folder = (path: string) => (path.includes('/') ? (path.split('/')[0] ?? '') : '');

test('imports point one way: executors -> runner -> artifact, sources, backend <- docker', () => {
  const wrong = imports().filter(({ from, to }) => {
    if (!to.endsWith('.js') || TOP_THAT_MAY.includes(from)) return false;
    const [own, other] = [folder(from), folder(to)];
    return other !== '' && other !== own && !EVERYONE.includes(other) && !ALLOWED[own]?.includes(other);
  });
  expect(wrong).toEqual([]);
});

test('every folder of src has its directions', () => {
  const folders = new Set(files.map(folder).filter(Boolean));
  expect([...folders].sort()).toEqual(Object.keys(ALLOWED).sort());
});

test('the runner imports nothing of docker, and others nothing but docker/backend.ts', () => {
  const wrong = imports().filter(
    ({ from, to }) =>
      folder(to) === 'docker' &&
      folder(from) !== 'docker' &&
      (folder(from) === 'runner' || (to !== BACKEND && from !== 'index.ts')),
  );
  expect(wrong).toEqual([]);
});

test("dockerode's types leave docker nowhere", () => {
  const importers = imports().filter(({ from, to }) => to === 'dockerode' && folder(from) !== 'docker');
  expect(importers).toEqual([]);
  const text = readFileSync(join(src, BACKEND.replace('.js', '.ts')), 'utf8');
  const exported = [...text.matchAll(/^export .*$/gm)].map(([line]) => line);
  expect(exported.filter((line) => /Docker\.|dockerode|export \*/.test(line))).toEqual([]);
});

test(`no folder of src holds more than ${MOST_FILES} files`, () => {
  const counts = new Map<string, number>();
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  expect([...counts].filter(([, count]) => count > MOST_FILES)).toEqual([]);
});

test('outside of the generators @nx/devkit is imported for its types only, as it loads longer than all the rest', () => {
  const wrong = files.filter((name) =>
    /^import (?!type).*@nx\/devkit/m.test(readFileSync(join(src, name), 'utf8')),
  );
  expect(wrong.map(folder).filter((name) => name !== 'generators')).toEqual([]);
});
