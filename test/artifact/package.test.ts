import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolvePackage, versionOf } from '../../src/artifact/package.js';
import { buildOptions } from '../../src/options/schema.js';
import type { BuildOptionsInput } from '../../src/options/types.js';
import { imagePlan, workdirOf } from '../../src/runner/plan/image.js';
import { type Files, temporaryDirectory, testPackage, writeFiles } from '../support/workspace.js';

const COMMANDS = { build_runner_opts: { commands: { make: ['true'], archive: ['true'] } } };
const resolve = async (
  options: BuildOptionsInput = {},
  project = 'alpha',
  files: Files = { VERSION: '1.2.3\n' },
) => await testPackage({ project, files, directory: 'package', options: { ...COMMANDS, ...options } });

test('resolvePackage() derives names, version, checksum and paths from options and files', async () => {
  const pkg = await resolve({ checksum: ['VERSION'] });
  const digest = (data: string | Buffer) => createHash('sha256').update(data).digest();
  const checksum = digest(digest('1.2.3\n')).toString('hex').toUpperCase();
  expect(pkg).toMatchObject({
    package: 'alpha',
    version: '1.2.3',
    checksum,
    name: 'alpha-portable-1.2.3',
    downloadName: `alpha-portable-1.2.3-${checksum.slice(0, 7)}`,
    archiveFile: `alpha-portable-1.2.3-${checksum.slice(0, 7)}.tar.gz`,
  });
  expect(pkg.paths.artifact).toBe(join(pkg.root, '.nerves/artifacts/alpha-portable-1.2.3'));
});

test('resolvePackage() compresses a toolchain with xz and names it by its host', async () => {
  const pkg = await resolve({ type: 'toolchain' });
  expect(pkg.archiveFile).toMatch(/^alpha-[a-z]+_\w+-1\.2\.3-[0-9A-F]{7}\.tar\.xz$/);
});

test('resolvePackage() counts every file of the package without "checksum"', async () => {
  const [one, same, other] = await Promise.all([
    resolve({}, 'alpha', { VERSION: '1.0\n', a: 'x' }),
    resolve({}, 'alpha', { VERSION: '1.0\n', a: 'x', 'build.log': 'y', '.nerves/z': '' }),
    resolve({}, 'alpha', { VERSION: '1.0\n', a: 'y' }),
  ]);
  expect(same.checksum).toBe(one.checksum);
  expect(other.checksum).not.toBe(one.checksum);
});

describe('versionOf() and the version of resolvePackage()', () => {
  test.each<[string, Files, string]>([
    ['is that of the file VERSION', { VERSION: ' 1.2.3\n\n', 'package.json': '{"version":"9"}' }, '1.2.3'],
    ['is that of package.json', { VERSION: ' \n', 'package.json': '{"version":"4.5.6-rc.1"}' }, '4.5.6-rc.1'],
    ['is 0.0.0 without any', {}, '0.0.0'],
    ['is 0.0.0 with a package.json that has none', { 'package.json': '{"version":""}' }, '0.0.0'],
    ['is 0.0.0 with a package.json that is broken', { 'package.json': '{' }, '0.0.0'],
    ['is 0.0.0 with a package.json that is null', { 'package.json': 'null' }, '0.0.0'],
  ])('%s', async (_, files, expected) => {
    const root = await temporaryDirectory('package');
    await writeFiles(root, files);
    expect(await versionOf(root)).toBe(expected);
  });

  test('prefers the option', async () => {
    expect((await resolve({ version: 1.1 })).version).toBe('1.1');
  });

  test.each(['1/2', '..', '1 2', '-1', '1.0\n2.0', 'ü'])('%j is refused', async (version) => {
    await expect(resolve({ version })).rejects.toMatchObject({
      code: 'BAD_OPTION',
      hint: 'Set the option "version", or fix the file VERSION.',
    });
  });
});

describe('resolvePackage(): the package name', () => {
  test.each([
    ['alpha', 'alpha'],
    ['@acme/system-rpi4', 'acme-system-rpi4'],
    ['größe rpi4', 'gr-e-rpi4'],
    ['nerves_system_x86_64', 'nerves_system_x86_64'],
  ])('of project %s is %s', async (project, name) => {
    expect((await resolve({}, project)).package).toBe(name);
  });

  test.each([
    ['x', 'a/b'],
    ['x', '..'],
    ['x', 'platform'],
    ['x', ' '],
    ['ü', undefined],
    ['platform', undefined],
  ])('project %j with package %j is refused, as paths and volumes are made of it', async (project, name) => {
    await expect(resolve({ package: name }, project)).rejects.toMatchObject({
      code: 'BAD_OPTION',
      hint: 'Set the option "package".',
    });
  });
});

describe('resolvePackage(): the platform', () => {
  const resolvePlatform = async (platformAt?: { name: string; root: string }, platform?: string) => {
    const root = await temporaryDirectory('package');
    const options = buildOptions.parse({ platform });
    const location = { workspaceRoot: root, project: 'alpha', root, platformAt };
    return await resolvePackage(options, location, { env: process.env, warn: () => {} });
  };

  test('has a name and a version', async () => {
    const root = await temporaryDirectory('platform');
    await writeFiles(root, { VERSION: '1.27.0\n' });
    const pkg = await resolvePlatform({ name: 'nerves_system_br', root }, 'nerves_system_br');
    expect(pkg.platform).toEqual({ name: 'nerves_system_br', root, version: '1.27.0' });
  });

  test('is known by its package, whatever its project or its directory is called', async () => {
    const root = await temporaryDirectory('platform');
    await writeFiles(root, {
      VERSION: '1.28.0\n',
      'mix.exs': 'defmodule B do\n  def project, do: [app: :nerves_system_br]\nend\n',
    });
    const pkg = await resolvePlatform({ name: 'my-br', root }, '@my/br');
    expect(pkg.platform).toEqual({ name: 'nerves_system_br', root, version: '1.28.0' });
    expect([imagePlan(pkg).tag, workdirOf(pkg)]).toEqual([
      'ghcr.io/nerves-project/nerves_system_br:1.28.0',
      '/home/nerves/project',
    ]);
    await writeFiles(root, { 'mix.exs': 'defmodule B do\n  def project, do: config()\nend\n' });
    expect((await resolvePlatform({ name: 'my-br', root }, '@my/br')).platform?.name).toBe('my-br');
  });

  test('must be a directory', async () => {
    const root = await temporaryDirectory('platform');
    await writeFiles(root, { file: '' });
    for (const path of ['gone', 'file']) {
      const found = resolvePlatform({ name: 'br', root: join(root, path) }, 'deps/br');
      await expect(found).rejects.toMatchObject({
        code: 'PLATFORM_MISSING',
        message: expect.stringContaining(
          `no Nx project has that name, and ${join(root, path)} is not a directory`,
        ),
      });
    }
  });

  test('may be missing if commands are given', async () => {
    await expect(resolvePlatform()).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringContaining(
        'neither "platform" nor "build_runner_opts.commands" or "files" is set',
      ),
    });
    expect((await resolve()).platform).toBeUndefined();
  });
});
