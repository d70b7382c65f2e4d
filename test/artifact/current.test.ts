import { lstat, mkdir, readdir, readFile, readlink, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { currentFiles, otherArtifacts, writeCurrent } from '../../src/artifact/current.js';
import { CURRENT, CURRENT_STATE } from '../../src/conventions/own-outputs.js';
import { temporaryDirectory, writeFiles } from '../support/workspace.js';

const name = 'alpha-portable-0.1.0';
const origin = { archive_sha256: 'a'.repeat(64) };
let [root, base, artifact, link, file] = ['', '', '', '', ''];
let pkg = { root, name, checksum: 'A'.repeat(64) };

beforeEach(async () => {
  root = await temporaryDirectory('package');
  pkg = { ...pkg, root };
  [link, file] = [join(root, CURRENT), join(root, CURRENT_STATE)];
  base = join(root, '.nerves/artifacts');
  artifact = join(base, name);
});

const state = async () => JSON.parse(await readFile(file, 'utf8'));

test('writeCurrent() makes a relative link, and a file without a path of this machine', async () => {
  expect(await writeCurrent(pkg, origin, artifact)).toBeUndefined();
  expect(await readlink(link)).toBe(name);
  expect(await state()).toEqual({ name, checksum: pkg.checksum, ...origin });
  expect((await readdir(base)).sort()).toEqual(['current', 'current.json']);
});

test('writeCurrent() has the link follow a new version, and leaves what is right untouched', async () => {
  await writeCurrent(pkg, origin, artifact);
  const inodes = async () => [(await lstat(link)).ino, (await stat(file)).ino];
  const before = await inodes();
  await writeCurrent(pkg, origin, artifact);
  expect(await inodes()).toEqual(before);
  const name = 'alpha-portable-0.2.0';
  await writeCurrent({ ...pkg, name }, origin, join(base, name));
  expect(await readlink(link)).toBe(name);
  expect((await state()).name).toBe(name);
});

test('writeCurrent() leads to what replaces the artifact, and back', async () => {
  const mine = await temporaryDirectory('mine');
  await writeCurrent(pkg, { replaced_by: mine, run: '1' }, mine);
  expect(await readlink(link)).toBe(mine);
  const other = await temporaryDirectory('other');
  await writeCurrent(pkg, { replaced_by: other, run: '2' }, other);
  expect(await readlink(link)).toBe(other);
  await writeCurrent(pkg, origin, artifact);
  expect(await readlink(link)).toBe(name);
});

test('writeCurrent() without an artifact removes the link, which leads to an older one', async () => {
  await writeCurrent(pkg, origin, artifact);
  expect(await writeCurrent(pkg, origin, undefined)).toBeUndefined();
  expect(await readdir(base)).toEqual(['current.json']);
});

const theirs: [string, () => Promise<unknown>][] = [
  ['a directory', () => writeFiles(link, { mine: 'x' })],
  ['a file', () => writeFiles(base, { current: 'x' })],
  ['a link to elsewhere', () => symlink('../../elsewhere', link)],
];
test.each(theirs)('writeCurrent() leaves %s of the user, and says so', async (_, put) => {
  await mkdir(base, { recursive: true });
  await put();
  const { ino } = await lstat(link);
  expect(await writeCurrent(pkg, origin, artifact)).toBe(
    `${link} is not a link of this tool, and stays as it is`,
  );
  expect(await writeCurrent(pkg, origin, undefined)).toBeUndefined();
  expect((await lstat(link)).ino).toBe(ino);
  expect((await state()).archive_sha256).toBe(origin.archive_sha256);
  expect(await currentFiles(root)).toEqual([file]);
});

test('writeCurrent() fails where the file cannot be written, as the old one would be gone by', async () => {
  await mkdir(file, { recursive: true });
  await expect(writeCurrent(pkg, origin, artifact)).rejects.toMatchObject({ code: 'FILE_ACCESS' });
  expect((await readdir(base)).sort()).toEqual(['current', 'current.json']);
});

test('writeCurrent() leaves one link and one file when called concurrently', async () => {
  await Promise.all(Array.from({ length: 10 }, () => writeCurrent(pkg, origin, artifact)));
  expect((await readdir(base)).sort()).toEqual(['current', 'current.json']);
  expect(await readlink(link)).toBe(name);
});

test('currentFiles() has the link also where it leads to nothing, and what a killed process left', async () => {
  expect(await currentFiles(root)).toEqual([]);
  await writeCurrent(pkg, origin, artifact);
  const left = join(base, '.current.0123abcd-1-2-0123abcd.new');
  await symlink('/elsewhere', left);
  expect(await currentFiles(root)).toEqual([link, file, left]);
  await rm(file);
  expect(await currentFiles(root)).toEqual([link, left]);
});

test('otherArtifacts() has those that we have unpacked or begun, but the present one and links', async () => {
  await writeCurrent(pkg, origin, artifact);
  await writeFiles(base, {
    [`${name}/CHECKSUM`]: '',
    [`${name}/.archive_sha256`]: '',
    'alpha-portable-0.0.9/CHECKSUM': '',
    'alpha-portable-0.0.9/.archive_sha256': '',
    'alpha-portable-0.0.8/.docker_id': '',
    'mine/notes.txt': '',
  });
  await symlink('alpha-portable-0.0.8', join(base, 'alpha-portable-0.0.7'));
  expect(await otherArtifacts(root, artifact)).toEqual(['alpha-portable-0.0.8', 'alpha-portable-0.0.9']);
});
