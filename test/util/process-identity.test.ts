import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlink } from 'node:fs/promises';
import { expect, test } from 'vitest';
import {
  hasEnded,
  hasTagEnded,
  isAlive,
  processIdentity,
  processTag,
} from '../../src/util/process-identity.js';
import { temporaryDirectory, writeFiles } from '../support/workspace.js';

/** The life of a process that has ended. */
async function deadLife() {
  const child = spawn('sleep', ['60']);
  const pid = child.pid ?? 0;
  const life = processIdentity(pid);
  const over = once(child, 'exit');
  child.kill();
  await over;
  return { pid, life };
}

/** A /proc with one process, whose name may hold anything. */
async function fakeProc(stat: string) {
  const proc = await temporaryDirectory('proc');
  await writeFiles(proc, { 'sys/kernel/random/boot_id': 'a-boot\n', [`${process.pid}/stat`]: stat });
  await writeFiles(proc, { 'self/ns/uts': '' });
  await symlink('pid:[1]', `${proc}/self/ns/pid`);
  return proc;
}

const fields = (state: string, started: number) => `${state} 1 ${'0 '.repeat(17)}${started} 0 0`; // fields 3, 4, 5 to 21, 22, and some more

test('processIdentity(): a process that runs has a life of its own, always the same', () => {
  expect(processIdentity(process.pid)).toMatch(/^[0-9a-f-]{36} pid:\[\d+\] \d+$/);
  expect(processIdentity(process.pid)).toBe(processIdentity(process.pid));
  expect(processIdentity(process.ppid)).not.toBe(processIdentity(process.pid));
  expect(hasEnded(process.pid, processIdentity(process.pid))).toBe(false);
});

test('processIdentity(): one that was killed has ended', async () => {
  const { pid, life } = await deadLife();
  expect(processIdentity(pid)).toBeUndefined();
  expect(isAlive(pid)).toBe(false);
  expect(hasEnded(pid, life)).toBe(true);
});

test('processIdentity(): its number may be another process by now', async () => {
  const { life } = await deadLife();
  expect(hasEnded(process.pid, life)).toBe(true);
});

test.each([
  ['on another boot', (life: string) => life.replace(/^\S+/, '00000000-0000-0000-0000-000000000000')],
  ['in another container', (life: string) => life.replace(/pid:\[\d+\]/, 'pid:[1]')],
  ['unknown', () => undefined],
])('processIdentity(): nobody can tell of one that lived %s', async (_, change) => {
  const { pid, life } = await deadLife();
  expect(hasEnded(pid, change(life ?? ''))).toBeUndefined();
});

test('processIdentity(): nobody can tell without /proc, or of a process that is hidden', async () => {
  expect(processIdentity(process.pid, '/no/such/proc')).toBeUndefined();
  expect(hasEnded(process.pid, 'a-boot pid:[1] 1', '/no/such/proc')).toBeUndefined();
  const proc = await fakeProc('');
  expect(hasEnded(process.ppid, 'a-boot pid:[1] 1', proc)).toBeUndefined();
});

test('processIdentity(): a name with brackets and spaces does not move the fields', async () => {
  const proc = await fakeProc(`1 (a) R 1 (b)) ${fields('S', 77)}`);
  expect(processIdentity(process.pid, proc)).toBe('a-boot pid:[1] 77');
});

test('processIdentity(): one that has ended and was not reaped has ended', async () => {
  const proc = await fakeProc(`1 (node) ${fields('Z', 77)}`);
  expect(hasEnded(process.pid, 'a-boot pid:[1] 77', proc)).toBe(true);
});

test('processIdentity(): another user’s process is alive', () => {
  expect(isAlive(1)).toBe(true);
});

test('processTag() fits into the name of a file, and hasTagEnded() knows its process', async () => {
  const child = spawn('sleep', ['60']);
  const tag = processTag(child.pid);
  expect(tag).toMatch(/^[0-9a-f]{8}-\d+-\d+$/);
  expect(hasTagEnded(tag)).toBe(false);
  const over = once(child, 'exit');
  child.kill();
  await over;
  expect(hasTagEnded(tag)).toBe(true);
  expect(hasTagEnded(tag.replace(/^.{8}/, '0a1b2c3d'))).toBeUndefined();
});

test('without /proc hasTagEnded() goes by the number alone', () => {
  const none = '/no/such/proc';
  expect(processTag(process.pid, none)).toBe(`00000000-${process.pid}-0`);
  expect(hasTagEnded(`00000000-${process.pid}-0`, none)).toBe(false);
  expect(hasTagEnded('00000000-999999999-0', none)).toBe(true);
});
