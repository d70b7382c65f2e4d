import { execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BuildOptionsInput } from '../../../src/options/types.js';
import { archive } from '../../../src/runner/archive.js';
import { build } from '../../../src/runner/build.js';
import { testRun } from '../../support/runner.js';
import { stepOutput } from '../../support/step-output.js';
import { BUSYBOX, TOOLBOX, testPackage } from '../../support/workspace.js';

type Opts = NonNullable<BuildOptionsInput['build_runner_opts']>;

const packageWith = (opts: Opts, more: BuildOptionsInput = {}, image = TOOLBOX) =>
  testPackage({
    options: {
      ...more,
      build_runner_config: { docker: { tag: image, pull: 'never' } },
      build_runner_opts: opts,
    },
  });

/** As a platform's mksystem.sh does: packs, with a file that is gzip in it, and reads gzip, too. */
const MAKE = 'mkdir -p files; seq 20000 >files/numbers';
const SYSTEM = `mkdir -p {artifact_name}; cp files/numbers {artifact_name}; gzip -9nf {artifact_name}/numbers
gzip -dc {artifact_name}/numbers.gz | tail -n 1; zcat {artifact_name}/numbers.gz | head -n 1
tar -c -z -f "$PWD/{artifact_name}.tar.gz" {artifact_name}; rm -r {artifact_name}; echo "by $(command -v gzip)"`;

const magic = async (path: string) => (await readFile(path)).subarray(0, 4).toString('hex');

test.each([
  ['pigz', '.tar.gz', /^1f8b08/],
  ['zstd', '.tar.zst', /^28b52ffd$/],
] as const)(
  'archive() makes a %s archive by a shell line, %s, and build() unpacks it',
  async (compress, extension, start) => {
    const plain = await packageWith({ commands: { make: MAKE, archive: SYSTEM } });
    const pkg = await packageWith(
      { commands: { make: MAKE, archive: SYSTEM }, compress },
      { env: { PATH: null } },
    );
    expect([pkg.downloadName, pkg.checksum]).toEqual([plain.downloadName, plain.checksum]);
    const run = testRun(pkg, { env: { ...process.env, PATH: `/opt/own:${process.env.PATH}` } });
    const { artifact } = await build(pkg, { ...run, archived: false });
    expect(run.stdout.text).not.toContain('no effect');
    const stored = join(pkg.paths.archive, pkg.downloadName + extension);
    expect(await magic(stored)).toMatch(start);
    expect((await readdir(pkg.paths.archive)).sort()).toContain(`${pkg.downloadName}${extension}.sha256`);
    const log = await stepOutput(pkg.paths.log);
    expect(log).toBe('20000\n1\nby /nerves/env/.nx-docker-artifact/compress/gzip\n');
    // what becomes a part of the artifact is what its name says
    const inner = execFileSync('gzip', ['-dc', join(artifact, 'numbers.gz')]).toString();
    expect(inner.split('\n')).toHaveLength(20_001);
    expect(await readFile(join(artifact, 'CHECKSUM'), 'utf8')).toBe(plain.checksum);
  },
);

test.each([
  ['pigz', '.tar.gz'],
  ['zstd', '.tar.zst'],
] as const)('archive() packs `files` by %s, as a user that is not root', async (compress, extension) => {
  const pkg = await packageWith({
    commands: { make: `${MAKE}; command -v gzip >by` },
    files: ['files', 'by'],
    compress,
  });
  const run = testRun(pkg, { user: { uid: 1000, gid: 1000 } });
  const { artifact } = await build(pkg, { ...run, archived: false });
  expect(run.stdout.text).not.toContain('no effect');
  expect(await readdir(pkg.paths.archive)).toContain(pkg.downloadName + extension);
  expect((await readdir(artifact)).sort()).toEqual(expect.arrayContaining(['by', 'files']));
  expect(await readFile(join(artifact, 'by'), 'utf8')).toMatch(/^\/(usr\/)?bin\/gzip\n$/); // make has the image's own
});

test('archive() keeps what a step compresses in another way, and says that compress had no effect', async () => {
  const line = 'mkdir {artifact_name}; PATH=/usr/bin:/bin tar czf {artifact_name}.tar.gz {artifact_name}';
  const pkg = await packageWith({ commands: { make: 'true', archive: line }, compress: 'zstd' });
  const run = testRun(pkg);
  const { file, path } = await archive(pkg, run);
  expect([file, (await magic(path)).slice(0, 4)]).toEqual([pkg.archiveFile, '1f8b']);
  expect(run.stdout.text).toContain(
    `note: "compress": "zstd" had no effect: the step that made the archive did not run gzip, from PATH and into ${pkg.archiveFile}, to compress`,
  );
});

test('archive() of a toolchain stays .tar.xz, and says that compress had no effect', async () => {
  const files = { commands: { make: 'touch a' }, files: ['a'], compress: 'pigz' as const };
  const pkg = await packageWith(files, { type: 'toolchain' });
  const run = testRun(pkg);
  expect((await archive(pkg, run)).file).toMatch(/\.tar\.xz$/);
  expect(run.stdout.text).toContain(`had no effect: ${pkg.archiveFile} is not compressed by gzip`);
});

test.each(['pigz', 'zstd'] as const)(
  'archive() without %s in the image fails before the build',
  async (compress) => {
    const pkg = await packageWith(
      { commands: { make: 'echo made', archive: 'true' }, compress },
      {},
      BUSYBOX,
    );
    const error = await archive(pkg, testRun(pkg)).catch((thrown) => thrown);
    expect(error.code).toBe('CONTAINER_START');
    expect(error.message).toContain(`the image ${BUSYBOX} has no ${compress}`);
    expect(error.message).toContain(`apt-get install ${compress}`);
    expect(await readFile(pkg.paths.log, 'utf8').catch(() => '')).not.toContain('made');
  },
);

test('archive() by zstd fails before the build where no tar here reads it', async () => {
  const pkg = await packageWith({ commands: { make: 'echo made', archive: 'true' }, compress: 'zstd' });
  const error = await archive(pkg, testRun(pkg, { env: { ...process.env, PATH: '/nonexistent' } })).catch(
    (e) => e,
  );
  expect(error.code).toBe('CONTAINER_START');
  expect(error.message).toContain('this machine, whose tar reads the archive, has no zstd');
});
