import { chmod, chown, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { archiveOf, directory, file, listing, onlyPrograms } from '../../support/archives.js';
import { compile, NOBODY, runScript } from '../../support/compiled.js';
import { temporaryDirectory } from '../../support/workspace.js';

let dist = '';
beforeAll(async () => {
  dist = await compile({ unpack: 'artifact/archive/unpack' });
}, 60_000);

/** Unpacks as a user who is not root; prints what went wrong. */
const UNPACK = `
  import { unpack } from './unpack.js';
  const [archive, target, path] = process.argv.slice(2);
  const env = { ...process.env, PATH: path };
  await unpack(JSON.parse(archive), target, 'A'.repeat(64), { env, signal: new AbortController().signal })
    .then(() => console.log('unpacked'), (error) => console.log(error.message));
`;

async function setUp(members = MEMBERS) {
  const archive = await archiveOf(members);
  await chmod(dirname(archive.path), 0o755);
  const place = await temporaryDirectory('artifact');
  if (NOBODY.uid) await chown(place, NOBODY.uid, NOBODY.gid);
  const target = join(place, 'alpha');
  const run = async (PATH = process.env.PATH ?? '') =>
    (await runScript(dist, UNPACK, [JSON.stringify(archive), target, PATH], NOBODY)).stdout;
  return { place, target, run };
}

const MEMBERS = [
  directory('top', 0o555),
  directory('top/read-only', 0o555),
  directory('top/read-only/deep', 0o500),
  file('top/read-only/deep/file', 'x', 0o444),
  file('top/read-only/file', 'y', 0o400),
];

const EXPECTED = {
  '.archive_sha256': expect.any(String),
  CHECKSUM: expect.any(String),
  'read-only': 'dir 555',
  'read-only/deep': 'dir 500',
  'read-only/deep/file': 'file 444 x',
  'read-only/file': 'file 400 y',
};

test.each(['tar', 'no tar command'])(
  'unpack() lets the owner unpack read-only directories over themselves, with %s',
  async (way) => {
    const { place, target, run } = await setUp();
    const path = way === 'tar' ? process.env.PATH : (await onlyPrograms()).PATH;
    for (let times = 1; times <= 3; times++) {
      expect(await run(path)).toBe('unpacked');
      expect(await listing(target)).toEqual(EXPECTED);
      expect(await readdir(place)).toEqual(['alpha']);
    }
  },
);

test('unpack() reports a directory of another user as FILE_ACCESS, not as a corrupt archive', async () => {
  const { place, run } = await setUp();
  if (NOBODY.uid) await chown(place, 0, 0);
  await chmod(place, 0o555);
  const message = await run();
  expect(message).toMatch(/^FILE_ACCESS: could not unpack .*: EACCES: permission denied/);
  expect(message).toContain('Check who owns that file or directory.');
});
