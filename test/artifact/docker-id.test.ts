import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dockerIdFile, idsIn, isDockerIdFile, readId } from '../../src/artifact/docker-id.js';
import { temporaryDirectory, writeFiles } from '../support/workspace.js';

const [ID, OTHER] = ['abcdefgh01234567', 'bcdefgh012345678'];

test.each([
  [undefined, '.docker_id'],
  ['production', '.docker_id.production'],
  ['my config', '.docker_id.my%20config'],
  ['a/../b', '.docker_id.a%2F..%2Fb'],
  ['50%', '.docker_id.50%25'],
  ['größe', '.docker_id.gr%C3%B6%C3%9Fe'],
])('dockerIdFile() of the configuration %s is %s, and isDockerIdFile() knows it', (configuration, name) => {
  expect(dockerIdFile(configuration)).toBe(name);
  expect(isDockerIdFile(name)).toBe(true);
});

test.each(['.docker_id-1a2b3c4d', '.docker_ids', 'docker_id', '.docker_id.', 'x.docker_id'])(
  'isDockerIdFile() does not take %s for one',
  (name) => {
    expect(isDockerIdFile(name)).toBe(false);
  },
);

test('idsIn() gives the ids of all configurations, and nothing that is not an id', async () => {
  const root = await temporaryDirectory('ids');
  await writeFiles(root, {
    '.docker_id': `${ID}\n`,
    '.docker_id.debug': OTHER,
    '.docker_id.bad': 'not an id',
    '.docker_id-1a2b3c4d': 'ccccccccccccccc3',
    '.docker_id.directory/x': '',
  });
  await symlink('nowhere', join(root, '.docker_id.link'));
  expect((await idsIn(root)).sort()).toEqual([ID, OTHER]);
  expect(await idsIn(join(root, 'not-there'))).toEqual([]);
  expect(await readId(join(root, '.docker_id.bad'))).toBeUndefined();
});
