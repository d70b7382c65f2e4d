import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import { contextFiles } from '../../../src/sources/context/files.js';
import { buildKitEnv } from '../../support/buildkit.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

/** Names that rules are about: deep, hidden, with an ending, with what is special in a pattern or a regular expression. */
const TREE = [
  'a/b/c/d/e.txt',
  'a/b/c/d/x.o',
  'a/b/keep/x.o',
  'a/b/keep/y.c',
  'a/b/x.c',
  'a/b/x.o',
  'a/node_modules/m/index.js',
  'a/node_modules/keep/index.js',
  'node_modules/m/index.js',
  'node_modules/m/node_modules/n/index.js',
  'keep/x.o',
  'keep/deep/keep.me',
  'docs/README.md',
  'docs/api/README.md',
  'docs/api/index.html',
  'README.md',
  'LICENSE',
  'x.o',
  'keep.o',
  'x_o',
  '.env',
  '.env.local',
  'a/.env',
  '.hidden/f',
  'a b/c d',
  '[a]/f',
  'a+b.c',
  'a$b',
  '{x}',
  'ä/ö.txt',
  '#hash',
  '!bang',
  '..x/f',
  'back\\slash',
];

/** Where BuildKit before 0.10 (Docker 20.10) and after it agree. */
const RULE_SETS = [
  '',
  '*',
  '.',
  '..',
  '/',
  '**',
  'a',
  '/a',
  './a',
  'a/',
  'a//b',
  '/a/b/',
  'a/./b/../b/x.c',
  '../a',
  '../../x.o',
  '../a\n..\nx.o',
  'docs/../a/b',
  '*.o',
  '*/*.o',
  '**/*.o',
  '**/*.o\n!keep.o',
  '**/*.o\n!a/b/keep/x.o',
  '**/x.o\n!keep/x.o\n!a/b/x.o',
  '**/node_modules',
  '**/node_modules/**',
  '**/node_modules\n!node_modules/m',
  '**/node_modules\n!a/node_modules/keep/index.js',
  '**/node_modules/m',
  'node_modules\n!node_modules/m/index.js',
  '**/keep\n!a/b/keep',
  '**/b\n!a/b/keep/y.c',
  '**/api\n!docs/api/README.md',
  '**/README.md\n!docs/README.md',
  '**/README.md\n!README.md',
  '**/.env*',
  '**/c/**',
  'a/**',
  'a/**\n!a/b/x.c',
  'a/**/x.o',
  'a/**/d',
  'a/**/d/e.txt\n!a/b/c/d/e.txt',
  'a*',
  'a**',
  '?',
  '?.o',
  'x?o',
  '[ad]*',
  '[^a]*',
  '[a-k]*',
  '\\[a\\]',
  '[[]a]',
  'a$b\n{x}',
  'a b',
  'a b/c d',
  'ä',
  'ä/?.txt',
  '?/ö.txt',
  '#hash',
  '\\#hash',
  ' #hash',
  '\\!bang',
  '\uFEFFa\nx.o',
  '  a  \n\tx.o\t',
  'a\r\nx.o\r\n',
  '# a\n\n   \nx.o',
  '*\n!a/b/x.c',
  '*\n!docs\n!README.md',
  '*\n!/docs/',
  '*\n! docs',
  '*\n!docs\ndocs/api',
  '*\n!docs\ndocs/api\n!docs/api/README.md',
  '*.md\n!README.md',
  '*.md\nREADME.md\n!README.md',
  '!README.md\n*.md',
  '*\n!../docs',
  '*\n!docs/../README.md',
  '*\n!./docs/./api',
  '.*',
  '.hidden\n!.hidden/f',
  '..x',
  'a/b\n!a/b/keep\na/b/keep/x.o',
  'a/b/c\n!a/b/c/d/e.txt',
  'README',
  'x.o/f',
  'Dockerfile\n.dockerignore',
];

/** Where they do not: the newer ones look at every directory above a file, and below whatever a rule excludes. */
const NEWER = [
  '**.o',
  'a+b.c',
  '*\n!**/README.md',
  '*\n!**/keep',
  '**\n!**/*.c',
  'a\n!a/*/keep',
  'a\n!a/nothing',
  '**/node_modules\n!**/keep',
  'docs\n!docs/*/README.md',
  '*\n!docs/no/such',
  'a\n!a/b\na',
  'a/b\n!a/b/keep\na/b',
];

let env: NodeJS.ProcessEnv;
/** With the buildx plugin of the docker CLI; without it those rule sets are pinned by test/sources/context/ignore-rules.test.ts alone. */
const isNewer = (await execa('docker', ['buildx', 'version'], { reject: false })).exitCode === 0;

beforeAll(async () => {
  env = { ...(await buildKitEnv()), DOCKER_BUILDKIT: '1' };
});

/** What BuildKit copies of a context, and what we list of it. */
async function compare(rules: string) {
  const context = await temporaryDirectory('context');
  await writeFiles(context, Object.fromEntries(TREE.map((path) => [path, path])));
  await writeFiles(context, { Dockerfile: 'FROM scratch\nCOPY . /\n', '.dockerignore': rules });
  const copied = await temporaryDirectory('copied');
  await execa('docker', ['build', '--output', copied, '--file', join(context, 'Dockerfile'), context], {
    env,
  });
  const real = await readdir(copied, { recursive: true });
  const source = { dockerfile: join(context, 'Dockerfile'), context, contextGiven: true };
  return { real: real.sort(), ours: (await contextFiles(source)).sort() };
}

describe('contextFiles(): takes what BuildKit takes with the .dockerignore', () => {
  test.each(RULE_SETS)('%j', async (rules) => {
    const { real, ours } = await compare(rules);
    expect(ours).toEqual(real);
  });

  test.each(isNewer ? NEWER : [])('%j, as newer ones do', async (rules) => {
    const { real, ours } = await compare(rules);
    expect(ours).toEqual(real);
  });
});
