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
  sources: [],
  docker: [],
  plugin: [],
  runner: ['artifact', 'docker', 'sources'],
  executors: ['runner', 'artifact', 'docker'],
  generators: ['plugin'],
};
/** Files at the top may be imported by all, but are no way around the directions: they import no folder. */
const TOP_THAT_MAY = ['index.ts', 'plugin.ts'];

interface Import {
  from: string;
  to: string;
}

function imports(): Import[] {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return files.flatMap((from) => {
    const text = readFileSync(join(src, from), 'utf8');
    return [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map((match) => {
      const to = match[1] ?? '';
      return { from, to: to.startsWith('.') ? relative(src, resolve(src, dirname(from), to)) : to };
    });
  });
}

const folder = (path: string) => (path.includes('/') ? (path.split('/')[0] ?? '') : '');

test('imports point one way: executors -> runner -> docker and artifact', () => {
  const wrong = imports().filter(({ from, to }) => {
    if (!to.endsWith('.js') || TOP_THAT_MAY.includes(from)) return false;
    const [own, other] = [folder(from), folder(to)];
    return other !== '' && other !== own && !EVERYONE.includes(other) && !ALLOWED[own]?.includes(other);
  });
  expect(wrong).toEqual([]);
});

test('only the docker folder imports dockerode', () => {
  const wrong = imports().filter(({ from, to }) => to === 'dockerode' && folder(from) !== 'docker');
  expect(wrong).toEqual([]);
});

test('outside of the generators @nx/devkit is imported for its types only, as it loads longer than all the rest', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const wrong = files.filter((name) =>
    /^import (?!type).*@nx\/devkit/m.test(readFileSync(join(src, name), 'utf8')),
  );
  expect(wrong.map(folder).filter((name) => name !== 'generators')).toEqual([]);
});
