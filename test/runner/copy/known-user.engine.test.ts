import { expect, test } from 'vitest';
import { knownUser } from '../../../src/runner/copy/known-user.js';
import { inSession } from '../../support/session.js';

const PASSWD = 'root:x:0:0::/root:/bin/sh\nbuilder:x:1005:50::/home/builder:/bin/sh\n2345:x:7:8::/:/bin/sh\n';
const GROUP = 'root:x:0:\nusers:x:100:\n';
const SETUP = `mkdir -p /etc; printf '%s' "$1" >/etc/passwd; printf '%s' "$2" >/etc/group`;

test.each([
  ['builder', 1005, 50],
  ['builder:users', 1005, 100],
  ['builder:77', 1005, 77],
  ['1005', 1005, 50],
  ['1005:users', 1005, 100],
  ['4321', 4321, 0],
  ['4321:4321', 4321, 4321],
  ['2345', 2345, 0],
])('knownUser() has the numbers of the USER %s as the engine has them', async (of, uid, gid) => {
  await inSession(async (container) => {
    const user = { of, script: ':', sudo: true };
    await container.exec({ argv: ['sh', '-c', SETUP, 'sh', PASSWD, GROUP], user: '0' }, () => {});
    expect(await knownUser(container, user)).toEqual({ uid, gid, script: ':', sudo: true });
    const output: Buffer[] = [];
    await container.exec({ argv: ['sh', '-c', 'echo $(id -u):$(id -g)'], user: of }, (chunks) => {
      for (const { data } of chunks) output.push(data);
    });
    expect(Buffer.concat(output).toString()).toBe(`${uid}:${gid}\n`);
  });
});

test('knownUser() reports a USER that the image does not have', async () => {
  await inSession(async (container) => {
    await container.exec({ argv: ['sh', '-c', SETUP, 'sh', PASSWD, GROUP], user: '0' }, () => {});
    for (const of of ['nobody-here', 'builder:nogroup'])
      await expect(knownUser(container, { of, script: ':', sudo: true })).rejects.toMatchObject({
        code: 'CONTAINER_START',
        message: expect.stringContaining(`run the steps as "${of}"`),
      });
  });
});
