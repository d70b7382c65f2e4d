import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Package } from '../../src/artifact/package.js';
import { ArtifactError } from '../../src/errors.js';
import { archive } from '../../src/runner/archive.js';
import { build } from '../../src/runner/build.js';
import { testImage } from '../support/image.js';
import { platform } from '../support/platform.js';
import { containersOf, testEngine, testRun } from '../support/runner.js';
import { stepOutput } from '../support/step-output.js';
import { busyboxOptions, type Files, TOOLBOX, testPackage } from '../support/workspace.js';

/** Builds what must fail, and sees that nothing is left of it. */
async function failure(pkg: Package): Promise<ArtifactError> {
  const error = await build(pkg, { ...testRun(pkg), archived: false }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ArtifactError);
  expect(await containersOf(await testEngine(), pkg.workspaceRoot)).toEqual([]);
  return error as ArtifactError;
}

const FILES: Files = {
  VERSION: '0.1.0\n',
  nerves_defconfig: '',
  'hello.c': 'int main(void) { return 0; }\n',
};

async function onPlatform(files = FILES): Promise<Package> {
  const docker = { tag: TOOLBOX, pull: 'never' as const };
  return await testPackage({ platform, files, options: { build_runner_config: { docker } } });
}

describe('archive() with an invalid platform', () => {
  test('create-build.sh is missing', async () => {
    const pkg = await onPlatform();
    await rm(join(pkg.workspaceRoot, 'platform/create-build.sh'));
    expect((await failure(pkg)).code).toBe('PLATFORM_MISSING');
  });

  test('create-build.sh is not executable', async () => {
    const pkg = await onPlatform();
    await chmod(join(pkg.workspaceRoot, 'platform/create-build.sh'), 0o644);
    const error = await failure(pkg);
    expect(error.code).toBe('CREATE_BUILD_NOT_EXECUTABLE');
    expect(error.message).toMatch(/chmod \+x .*create-build\.sh/);
  });

  test('the defconfig is missing', async () => {
    const pkg = await onPlatform({ VERSION: '0.1.0\n' });
    const error = await failure(pkg);
    expect(error.code).toBe('DEFCONFIG_MISSING');
    expect(error.message).toContain('platform_config.defconfig');
  });
});

test('build(): make fails: the first real error, the step, the exit code and the path of the log', async () => {
  const pkg = await onPlatform({ ...FILES, 'hello.c': 'int main(void) { return undeclared; }\n' });
  const error = await failure(pkg);
  expect(error.code).toBe('BUILD_FAILED');
  expect(error.exitCode).toBe(2);
  expect(error.message).toMatch(/could not run make \(make\): it ended with exit code 2/);
  expect(error.message).toMatch(/\| .*hello\.c:1:\d+: error: .undeclared. undeclared/);
  expect(error.message).toContain(pkg.paths.log);
  expect(await stepOutput(pkg.paths.log)).toMatch(/^make: \*\*\* .*Error 1$/m);
});

test('build(): the same, mended, goes on where it failed', async () => {
  const pkg = await onPlatform({ ...FILES, 'hello.c': 'broken' });
  await failure(pkg);
  await writeFile(join(pkg.root, 'hello.c'), 'int main(void) { return 0; }\n');
  const result = await build(pkg, { ...testRun(pkg), archived: false });
  expect(result.unpacked).toBe(true);
});

describe('archive() with an invalid archive', () => {
  const withArchive = (script: string) => {
    const archive = ['sh', '-c', script, 'sh', '{artifact_name}'];
    return testPackage({
      options: busyboxOptions('', { build_runner_opts: { commands: { make: ['true'], archive } } }),
    });
  };

  test('it is not there after the last step', async () => {
    const pkg = await withArchive('true');
    const error = await failure(pkg);
    expect(error.code).toBe('ARCHIVE_MISSING');
    expect(error.message).toContain(pkg.archiveFile);
  });

  test('one of an earlier build does not count', async () => {
    const pkg = await withArchive('[ -e done ] || { mkdir $1; tar czf $1.tar.gz $1; touch done; }');
    await build(pkg, { ...testRun(pkg), archived: false });
    expect((await failure(pkg)).code).toBe('ARCHIVE_MISSING');
  });

  test('it has two top directories', async () => {
    const error = await failure(await withArchive('mkdir a b; tar czf $1.tar.gz a b'));
    expect(error.code).toBe('ARCHIVE_CORRUPT');
    expect(error.message).toMatch(/more than one entry at its top: a, b/);
  });

  test.each([
    [
      'a FIFO',
      'mkdir $1; mkfifo $1/pipe; tar czf $1.tar.gz $1',
      '/pipe" in it is a device, a FIFO or a socket',
    ],
    ['two directories', 'mkdir a b; tar czf $1.tar.gz a b', 'a, b'],
    ['only a part of it', 'mkdir $1; tar czf x $1; head -c 20 x >$1.tar.gz', 'tar ended with exit code'],
    ['nothing', 'true', 'did not leave it there'],
  ])('it has %s: what the step must leave, and not to build it once more', async (_, script, cause) => {
    const pkg = await withArchive(script);
    const { message } = await failure(pkg);
    expect(message).toContain(cause);
    expect(message).toContain(
      `must leave ${pkg.archiveFile} in the build directory, complete, with one directory in it, ${pkg.downloadName},`,
    );
    expect(message).not.toContain('skip-nx-cache');
    await expect(readFile(join(pkg.paths.archive, pkg.archiveFile))).rejects.toThrow('ENOENT');
  });

  test('it is cut off', async () => {
    const script =
      'mkdir $1; head -c 100000 /dev/urandom >$1/x; tar czf whole $1; head -c 50000 whole >$1.tar.gz';
    const pkg = await withArchive(script);
    expect((await failure(pkg)).code).toBe('ARCHIVE_CORRUPT');
    await expect(readFile(join(pkg.paths.archive, pkg.archiveFile))).rejects.toThrow('ENOENT');
  });
});

test('build(): a container that the kernel ends for want of memory: what to do about it', async () => {
  const half = 'head -c 200000000 /dev/zero | tail';
  const memory = `echo 1000 >/proc/1/oom_score_adj; ${half} & ${half}`; // the main process is the first to go
  const pkg = await testPackage({
    options: busyboxOptions(memory, { build_runner_config: { memory: '32m' } }),
  });
  const error = await failure(pkg);
  expect(error.code).toBe('OUT_OF_MEMORY');
  expect(error.message).toMatch(/the container ran out of memory[\s\S]*PARALLEL_JOBS/);
});

test('build(): a command that the image does not have', async () => {
  const commands = { make: ['no-such-command'], archive: ['true'] };
  const pkg = await testPackage({ options: busyboxOptions('', { build_runner_opts: { commands } }) });
  const error = await failure(pkg);
  expect(error.code).toBe('BUILD_FAILED');
  expect(error.message).toMatch(/Is that command in the image/);
});

test('archive() takes a package path with spaces, commas, quotes, umlauts and brackets', async () => {
  const directory = 'systems/a b, "c" \'d\' äöü [x] {y} $z';
  const docker = { tag: TOOLBOX, pull: 'never' as const };
  const options = { build_runner_config: { docker } };
  const pkg = await testPackage({ directory, platform, files: FILES, options });
  const { artifact } = await build(pkg, { ...testRun(pkg), archived: false });
  expect((await readFile(join(artifact, 'images/hello'))).subarray(0, 4).toString('latin1')).toBe('\x7fELF');
});

test('archive() names an image that cannot start by its tag', async () => {
  const tag = await testImage('ENTRYPOINT ["/nonexistent"]');
  const docker = { tag, pull: 'never' as const };
  const pkg = await testPackage({ options: busyboxOptions('true', { build_runner_config: { docker } }) });
  await expect(archive(pkg, testRun(pkg))).rejects.toMatchObject({
    code: 'CONTAINER_START',
    message: expect.stringContaining(tag),
  });
});
