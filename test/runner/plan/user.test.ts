import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import type { Image } from '../../../src/backend/plans.js';
import { buildUser } from '../../../src/runner/plan/user.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

const image = (user: string, entrypoint: string[] = []): Image => ({
  id: 'sha256:1',
  digests: [],
  user,
  entrypoint,
});
const CALLER = { uid: 4321, gid: 5432 };

describe('buildUser(): the user of the steps', () => {
  test.each([
    ['the first generation, root with an entrypoint', image('', ['/entrypoint.sh']), 4321],
    ['the second generation, with a user of its own', image('nerves'), 4321],
    ['a user and a group', image('nerves:nerves'), 4321],
    ['a plain image, root without an entrypoint', image(''), 0],
    ['root by name', image('root'), 0],
    ['root by number', image('0:0', []), 0],
  ])('of an image of %s', (_, info, uid) => {
    expect(buildUser(info, CALLER)).toMatchObject(
      uid === 0 ? { uid: 0, gid: 0, script: ':', sudo: false } : CALLER,
    );
  });

  const IMAGE = { of: 'builder', script: ':', sudo: true };
  const AS_ROOT = { uid: 0, gid: 0, script: ':', sudo: false };
  const NOBODY = { uid: 1000, gid: 1000, sudo: false };

  test.each([
    ['image', 'builder', CALLER, IMAGE],
    ['image', 'builder', { uid: 0, gid: 0 }, IMAGE],
    ['image', '', CALLER, AS_ROOT],
    ['caller', 'builder', CALLER, { ...CALLER, sudo: true }],
    ['caller', '', CALLER, { ...CALLER, sudo: false }],
    ['caller', 'builder', { uid: 0, gid: 0 }, AS_ROOT],
    ['root', 'builder', CALLER, AS_ROOT],
    ['not root', '', CALLER, { ...CALLER, sudo: false }],
    ['not root', 'builder', CALLER, { ...CALLER, sudo: true }],
    ['not root', '', { uid: 0, gid: 0 }, NOBODY],
    ['not root', 'root', { uid: 0, gid: 0 }, NOBODY],
    ['not root', 'builder', { uid: 0, gid: 0 }, IMAGE],
  ] as const)('asked for as %j in an image of "%s", called by %j', (choice, user, caller, expected) => {
    expect(buildUser(image(user), caller, choice)).toMatchObject(expected);
  });

  test('may become root only where the image has a user of its own', () => {
    expect(buildUser(image('nerves'), CALLER).sudo).toBe(true);
    expect(buildUser(image('', ['/entrypoint.sh']), CALLER).sudo).toBe(false);
    expect(buildUser(image(''), CALLER).sudo).toBe(false);
  });

  test('is root for root', () => {
    expect(buildUser(image('nerves'), { uid: 0, gid: 0 })).toEqual({
      uid: 0,
      gid: 0,
      script: ':',
      sudo: false,
    });
  });
});

/** Runs the script in a real sh, with /etc and /home in a directory of the test's own. */
async function run(user: string, passwd: string, group = 'root:x:0:\n', caller = CALLER) {
  const root = await temporaryDirectory('root');
  await writeFiles(root, { 'etc/passwd': passwd, 'etc/group': group, 'home/.keep': '' });
  const inRoot = (text: string) =>
    text.replaceAll('/etc/', `${root}/etc/`).replaceAll('/home/', `${root}/home/`);
  await writeFiles(root, { 'etc/passwd': inRoot(passwd) });
  const script = inRoot(buildUser(image(user, ['/entrypoint.sh']), caller).script);
  const chown = `chown() { echo "chown $1 \${2#${root}}"; }`;
  const { stdout } = await execa('sh', ['-c', `set -e\n${chown}\n${script}\necho end`]);
  const read = async (name: string) => (await readFile(join(root, 'etc', name), 'utf8')).replaceAll(root, '');
  return { stdout, passwd: await read('passwd'), group: await read('group') };
}

const ROOT = 'root:x:0:0:root:/root:/bin/sh\n';
const NERVES = 'nerves:x:1005:1005:Nerves,,,:/home/nerves:/bin/bash\n';

describe('buildUser(): the script that gives the user a name and a home', () => {
  test('makes the image’s own user the caller', async () => {
    const result = await run('nerves', ROOT + NERVES, 'root:x:0:\nnerves:x:1005:\n');
    expect(result.passwd).toBe(`${ROOT}nerves:x:4321:5432:Nerves,,,:/home/nerves:/bin/bash\n`);
    expect(result.group).toBe('root:x:0:\nnerves:x:1005:\nnerves5432:x:5432:\n');
    expect(result.stdout).toBe('chown 4321:5432 /home/nerves\nend');
  });

  test('finds the image’s own user also by its number', async () => {
    const result = await run('1005:1005', ROOT + NERVES);
    expect(result.passwd).toBe(`${ROOT}nerves:x:4321:5432:Nerves,,,:/home/nerves:/bin/bash\n`);
  });

  test('adds one where the image has a number without a name', async () => {
    expect((await run('1005', ROOT)).passwd).toBe(`${ROOT}nerves:x:4321:5432::/home/nerves:/bin/sh\n`);
  });

  test('adds a user where the image has none', async () => {
    const result = await run('', ROOT);
    expect(result.passwd).toBe(`${ROOT}nerves:x:4321:5432::/home/nerves:/bin/sh\n`);
    expect(result.stdout).toBe('chown 4321:5432 /home/nerves\nend');
  });

  test('leaves a user with this number as it is', async () => {
    const passwd = `${ROOT}me:x:4321:100::/home/me:/bin/sh\n${NERVES}`;
    const result = await run('nerves', passwd);
    expect(result.passwd).toBe(passwd);
    expect(result.stdout).toBe('chown 4321:5432 /home/me\nend');
  });

  test('does not mistake a number for another that contains it', async () => {
    const result = await run('', `${ROOT}x:x:14321:4321::/home/x:/bin/sh\n`);
    expect(result.passwd).toContain('nerves:x:4321:5432:');
  });

  test('does nothing twice', async () => {
    const { passwd, group } = await run('nerves', ROOT + NERVES);
    const again = await run('nerves', passwd, group);
    expect(again).toMatchObject({ passwd, group });
  });
});
