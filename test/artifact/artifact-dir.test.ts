import { mkdir, readdir, realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkArtifactDir, ownArtifactAt } from '../../src/artifact/artifact-dir.js';
import { temporaryDirectory, writeFiles } from '../support/workspace.js';

const ARTIFACT = { '.archive_sha256': 'a'.repeat(64), CHECKSUM: 'A'.repeat(64), 'images/rootfs': 'x' };

/** A workspace with two projects, things of the user's, and one artifact. */
async function workspace() {
  const root = await temporaryDirectory('workspace');
  await writeFiles(root, {
    'systems/alpha/VERSION': '1.0\n',
    'systems/beta/VERSION': '1.0\n',
    'dist/app.js': 'mine',
    'marked/.docker_id': 'abcdefgh01234567',
    'marked/mine.txt': 'mine',
    'begun/.docker_id': 'abcdefgh01234567',
    'begun-debug/.docker_id.debug': 'abcdefgh01234567',
    'begun-debug/.docker_id-1a2b3c4d': 'abcdefgh01234567',
    'repository/.git/HEAD': '',
    'repository/.archive_sha256': '',
    'repository/CHECKSUM': '',
    file: 'mine',
  });
  for (const path of ['unpacked', 'systems/beta/.nerves/artifacts/beta']) {
    await writeFiles(join(root, path), ARTIFACT);
  }
  await mkdir(join(root, 'empty'));
  await symlink('dist', join(root, 'link-to-dist'));
  await symlink('unpacked', join(root, 'link-to-unpacked'));
  await symlink('not-there-yet', join(root, 'link-to-nothing'));
  const others = [join(root, 'systems/beta/.nerves')];
  const keep = [root, join(root, 'systems/alpha'), join(root, 'systems/beta')];
  return { root, check: (path: string) => checkArtifactDir(join(root, path), { keep, others }) };
}

test.each([
  ['a directory of the user', 'dist', /is not empty, and was not unpacked by this tool: app\.js$/m],
  ['one that a shell of an earlier version has marked', 'marked', /is not empty, .*: mine\.txt$/m],
  ['a link to a directory of the user', 'link-to-dist', /is not empty/],
  ['a project', 'systems/alpha', /it contains .*systems\/alpha$/m],
  ['what projects are in', 'systems', /it contains .*systems\/alpha$/m],
  ['the workspace', '.', /it contains /],
  ['what the workspace is in', '..', /it contains /],
  ['a git repository, even one with our markers', 'repository', /it contains a \.git$/m],
  ['a file', 'file', /it is a file$/m],
  [
    'the artifact of another project',
    'systems/beta/.nerves/artifacts/beta',
    /it lies in .*systems\/beta\/\.nerves, which another project's artifact is in$/m,
  ],
])('checkArtifactDir() refuses %s', async (_, path, cause) => {
  const { root, check } = await workspace();
  const before = await readdir(root, { recursive: true });
  await expect(check(path)).rejects.toMatchObject({
    code: 'BAD_OPTION',
    message: expect.stringMatching(cause),
    hint: expect.stringContaining('artifact_dir'),
  });
  expect(await readdir(root, { recursive: true })).toEqual(before);
});

test.each([
  'empty',
  'not-there',
  'not/there/yet',
  'unpacked',
  'begun',
  'begun-debug',
  'link-to-unpacked',
  'link-to-nothing',
])('checkArtifactDir() takes %s', async (path) => {
  const { check } = await workspace();
  await check(path);
});

test('ownArtifactAt() is the directory behind a link, and nothing that is not ours', async () => {
  const { root } = await workspace();
  const at = (path: string) => ownArtifactAt(join(root, path));
  expect(await at('unpacked')).toBe(join(root, 'unpacked'));
  for (const path of ['begun', 'begun-debug']) expect(await at(path)).toBe(join(root, path));
  expect(await at('link-to-unpacked')).toBe(await realpath(join(root, 'unpacked')));
  const others = [
    'dist',
    'marked',
    'repository',
    'not-there',
    'link-to-dist',
    'link-to-nothing',
    'file',
    'empty',
  ];
  for (const path of others) expect(await at(path), path).toBeUndefined();
});
