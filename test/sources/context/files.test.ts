import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DockerfileBuild } from '../../../src/backend/plans.js';
import { contextFiles, dockerfileInContext, listContext } from '../../../src/sources/context/files.js';
import { type Files, temporaryDirectory, writeFiles } from '../../support/workspace.js';

/** A build context with a Dockerfile that takes all of it. */
async function context(files: Files, dockerfile = 'Dockerfile'): Promise<DockerfileBuild> {
  const root = await temporaryDirectory('context');
  await writeFiles(root, { [dockerfile]: 'FROM scratch\nCOPY . /\n', ...files });
  return { dockerfile: join(root, dockerfile), context: root, contextGiven: false };
}

test('contextFiles(): files and directories, hidden ones too, sorted, with links as they are', async () => {
  const source = await context({ 'b/x': '', 'a-b': '', '.hidden/y': '' });
  await mkdir(join(source.context, 'empty'));
  await symlink('/etc', join(source.context, 'link'));
  await symlink('nowhere', join(source.context, 'dangling'));
  expect(await contextFiles(source)).toEqual(
    ['.hidden', '.hidden/y', 'Dockerfile', 'a-b', 'b', 'b/x', 'dangling', 'empty', 'link'].sort(),
  );
});

describe('contextFiles(): .dockerignore', () => {
  const FILES = {
    'a/b/x.o': '',
    'a/b/x.c': '',
    'node_modules/m/index.js': '',
    'x.o': '',
    'keep.o': '',
    'd/e': '',
  };
  const remaining = async (rules: string) => {
    const source = await context({ ...FILES, '.dockerignore': rules });
    return (await contextFiles(source)).filter((name) => !/^(\.dockerignore|Dockerfile)$/.test(name));
  };

  test.each([
    ['node_modules', ['a', 'a/b', 'a/b/x.c', 'a/b/x.o', 'd', 'd/e', 'keep.o', 'x.o']],
    ['*.o\nnode_modules\nd/', ['a', 'a/b', 'a/b/x.c', 'a/b/x.o']],
    ['# all objects\n**/*.o\n\n!keep.o\n/node_modules\nd', ['a', 'a/b', 'a/b/x.c', 'keep.o']],
    ['*\n!a/b/x.c', ['a', 'a/b', 'a/b/x.c']],
    ['node_modules\na\n!a/b\nd\n**/*.o', ['a', 'a/b', 'a/b/x.c']],
    ['*', []],
  ])('%j', async (rules, expected) => {
    expect(await remaining(rules)).toEqual(expected);
  });

  test('<dockerfile>.dockerignore takes its place', async () => {
    const source = await context({
      ...{ x: '', y: '', '.dockerignore': 'x\n', 'Dockerfile.dockerignore': 'y\n*ignore\n' },
    });
    expect(await contextFiles(source)).toEqual(['Dockerfile', 'x']);
  });
});

describe('contextFiles(): our own outputs', () => {
  const OUTPUTS = {
    '.nerves/archive/a.tar.gz': '',
    'build.log': '',
    'build.log.1': '',
    '.nx/cache/1/file': '',
    '.nx/workspace-data/d/daemon.log': '',
  };
  const below = (directory: string) =>
    Object.fromEntries(Object.entries(OUTPUTS).map(([name, text]) => [`${directory}/${name}`, text]));

  test('are never sent', async () => {
    expect(await contextFiles(await context(OUTPUTS))).toEqual(['.nx', 'Dockerfile']);
  });

  test('are not even brought back by a rule', async () => {
    const rules = '!.nerves\n!build.log\n!**/archive\n';
    const files = await contextFiles(await context({ ...OUTPUTS, '.dockerignore': rules }));
    expect(files).toEqual(['.dockerignore', '.nx', 'Dockerfile']);
  });

  test('are not sent from a package below, when the context is the workspace', async () => {
    const source = await context({ ...below('systems/alpha'), 'docs/build.log': '' });
    expect(await contextFiles({ ...source, contextGiven: true })).toEqual(
      ['Dockerfile', 'docs', 'docs/build.log', 'systems', 'systems/alpha', 'systems/alpha/.nx'].sort(),
    );
  });

  test('are listed apart, for who sends the context itself', async () => {
    const source = await context({ ...OUTPUTS, '.dockerignore': 'build.log*\n' });
    expect((await listContext(source)).leftOut).toEqual(['.nerves', '.nx/cache', '.nx/workspace-data']);
  });
});

test('contextFiles(): .git and node_modules are sent, as docker build sends them', async () => {
  const source = await context({ '.git/HEAD': '', '.git/objects/a': '', 'node_modules/m/i.js': '' });
  expect(await contextFiles(source)).toEqual(
    ['.git', '.git/HEAD', '.git/objects', '.git/objects/a', 'Dockerfile']
      .concat('node_modules', 'node_modules/m', 'node_modules/m/i.js')
      .sort(),
  );
});

test('contextFiles(): a rule that is not valid is an error that names it and its file', async () => {
  const source = await context({ '.dockerignore': 'a\n[b\n' });
  await expect(contextFiles(source)).rejects.toMatchObject({
    code: 'IMAGE_BUILD_FAILED',
    message: expect.stringMatching(/\.dockerignore[\s\S]*\[b/),
  });
});

describe('contextFiles(): a Dockerfile', () => {
  const filesFor = async (dockerfile: string, more: Partial<DockerfileBuild> = {}) =>
    await contextFiles({ ...(await context({ Dockerfile: dockerfile, x: '' })), ...more });

  test.each([
    'FROM debian\nRUN apt-get update\n',
    'FROM a AS b\nFROM c\nCOPY --from=b /x /x\n',
    'FROM debian\n# COPY x /\nRUN echo COPY x\n',
  ])('that takes nothing from the context ignores it: %j', async (text) => {
    expect(await filesFor(text)).toEqual([]);
    expect(await filesFor(text, { contextGiven: true })).toEqual(['Dockerfile', 'x']);
  });

  test.each([
    'FROM debian\nCOPY x /\n',
    'FROM debian\ncopy x /\n',
    'FROM debian\n  ADD x /\n',
    'FROM debian\nCOPY \\\n  x /\n',
    'FROM debian\nCOPY --chown=1 x /\n',
    'FROM debian\nONBUILD COPY x /\n',
    'FROM debian\nRUN --mount=type=bind,source=x,target=/x cat /x\n',
    'FROM debian\r\nCOPY x /\r\n',
    '# syntax=docker/dockerfile:1\nFROM debian\n',
  ])('that takes from it gets it: %j', async (text) => {
    expect(await filesFor(text)).toEqual(['Dockerfile', 'x']);
  });

  test('is known by its path in the context, unless it is outside or excluded', async () => {
    const inside = await context({}, 'docker/Dockerfile');
    expect(dockerfileInContext(inside, await contextFiles(inside))).toBe('docker/Dockerfile');
    const excluded = await context({ '.dockerignore': 'Dockerfile' });
    expect(dockerfileInContext(excluded, await contextFiles(excluded))).toBeUndefined();
    const outside = { ...inside, dockerfile: (await context({})).dockerfile };
    expect(dockerfileInContext(outside, await contextFiles(outside))).toBeUndefined();
  });
});
