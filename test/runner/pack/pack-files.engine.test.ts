import { execFileSync } from 'node:child_process';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Package } from '../../../src/artifact/package.js';
import type { BuildOptionsInput } from '../../../src/options/types.js';
import { archive } from '../../../src/runner/archive.js';
import { build } from '../../../src/runner/build.js';
import type { Run } from '../../../src/runner/run.js';
import { shell } from '../../../src/runner/shell.js';
import { testImage } from '../../support/image.js';
import { Captured, containersOf, testEngine, testRun } from '../../support/runner.js';
import { some } from '../../support/some.js';
import { until } from '../../support/wait.js';
import { BUSYBOX, TOOLBOX, testPackage } from '../../support/workspace.js';

type Files = NonNullable<NonNullable<BuildOptionsInput['build_runner_opts']>['files']>;

const packageWith = (files: Files, make: string, image = BUSYBOX, more: BuildOptionsInput = {}) =>
  testPackage({
    options: {
      ...more,
      build_runner_config: { docker: { tag: image, pull: 'never' }, ...more.build_runner_config },
      build_runner_opts: { commands: { make }, files },
    },
  });

/** Everything below a directory, but for our own markers; names as latin1, so that each byte is one character. */
async function names(directory: string): Promise<string[]> {
  const found = await readdir(directory, { recursive: true, encoding: 'latin1' });
  return found.filter((name) => !/^(CHECKSUM|\.docker_id|\.archive_sha256)$/.test(name)).sort();
}

async function inShell(pkg: Package, run: Run, command: string): Promise<string> {
  const [stdin, stdout] = [new PassThrough(), new Captured()];
  stdin.end();
  await shell(pkg, { ...run, command, terminal: { stdin, stdout, stderr: new Captured(), isTTY: false } });
  return stdout.text;
}

/** Of all kinds that an artifact may have, and names that a shell would take apart. */
const ODD = `
mkdir -p out/sub/empty "out/a b" ; cd out
echo '#!/bin/sh' >tool; chmod 4751 tool; ln tool hard; ln -s tool link; ln -s /nerves/gone dangling
echo x >"$(printf 'new\\nline')"; echo x >"$(printf 'latin\\377')"; echo x >"it's \\$HOME"; echo x >-rf; echo x >.hidden
echo x >sub/keep; echo x >sub/drop.o; echo x >"a b/c"; chmod 700 "a b"
mkdir -p ro/in.o; echo x >ro/f; echo x >ro/in.o/f; echo x >ro/drop.o; chmod 555 ro/in.o ro
touch -d @981158400 tool sub/keep`;

const IMAGES: [string, () => Promise<string> | string, { uid: number; gid: number }?][] = [
  ['busybox', () => BUSYBOX],
  ['Debian', () => TOOLBOX],
  ['Debian, as a user', () => testImage('USER 1000', {}, TOOLBOX), { uid: 1000, gid: 1000 }],
];

describe.each(some(IMAGES, 1))('archive() packs what `files` names, with %s', (_, image, user) => {
  test('entries of every kind and name, with their modes and times, and nothing else', async () => {
    const files = ['out', '!**/*.o', { from: 'out/t*l', to: 'bin/' }, { from: 'out/sub/keep', to: 'kept' }];
    const pkg = await packageWith(files, ODD, await image());
    const run = testRun(pkg, user && { user });
    const { artifact } = await build(pkg, { ...run, archived: false });
    const below = [
      "it's $HOME",
      '-rf',
      '.hidden',
      'a b',
      'a b/c',
      'dangling',
      'hard',
      'latin\xff',
      'link',
      'new\nline',
    ];
    expect(await names(artifact)).toEqual(
      [
        ...['bin', 'bin/tool', 'kept', 'out', ...below.map((name) => `out/${name}`)],
        ...['out/ro', 'out/ro/f', 'out/sub', 'out/sub/empty', 'out/sub/keep', 'out/tool'],
      ].sort(),
    );
    const at = (name: string) => lstat(join(artifact, name));
    const [tool, hard, moved, keep, dir, readOnly] = await Promise.all(
      ['out/tool', 'out/hard', 'bin/tool', 'kept', 'out/a b', 'out/ro'].map(at),
    );
    expect((readOnly?.mode ?? 0) & 0o777).toBe(0o555);
    expect([hard?.ino, moved?.ino]).toEqual([tool?.ino, tool?.ino]);
    expect((tool?.mode ?? 0) & 0o7777).toBe(0o751); // unpacked without setuid
    expect((dir?.mode ?? 0) & 0o777).toBe(0o700);
    expect([tool?.mtimeMs, keep?.mtimeMs]).toEqual([981158400000, 981158400000]);
    expect(await readlink(join(artifact, 'out/link'))).toBe('tool');
    expect(await readlink(join(artifact, 'out/dangling'))).toBe('/nerves/gone');
    expect(await containersOf(await testEngine(), pkg.workspaceRoot)).toEqual([]);
    const left = await inShell(pkg, run, 'ls -A .nx-docker-artifact; ls out/ro');
    expect(left).toBe(`${pkg.archiveFile}\ndrop.o\nf\nin.o\n`); // the build directory has what it had
  });

  test('what lies on another file system, as copies', async () => {
    const make = 'mkdir -p out/a/b; echo x >out/a/b/c; ln -s b/c out/a/l; echo y >out/d';
    const options = { mounts: [{ type: 'tmpfs' as const, target: '/nerves/build/out' }] };
    const pkg = await packageWith(['out/a', { from: 'out/d', to: 'e' }], make, await image(), {
      build_runner_config: options,
    });
    const { artifact } = await build(pkg, { ...testRun(pkg, user && { user }), archived: false });
    expect(await names(artifact)).toEqual(['e', 'out', 'out/a', 'out/a/b', 'out/a/b/c', 'out/a/l']);
    expect(await readFile(join(artifact, 'e'), 'utf8')).toBe('y\n');
  });

  test('a second time, without what the first one left', async () => {
    const make =
      'ls -A >seen; echo run >>runs; mkdir -p .nx-docker-artifact/alpha-old; rm -f drop; echo x >drop';
    const pkg = await packageWith(['**', '!drop'], make, await image());
    const run = testRun(pkg, user && { user });
    const first = await archive(pkg, run);
    expect(first.file).toBe(pkg.archiveFile);
    const { artifact } = await build(pkg, { ...run, archived: false });
    expect(await names(artifact)).toEqual(['runs', 'seen']);
    expect(await readFile(join(artifact, 'runs'), 'utf8')).toBe('run\nrun\n');
    expect(await readFile(join(artifact, 'seen'), 'utf8')).toContain('drop\n'); // left out of the artifact, kept in the volume
  });
});

async function failure(files: Files, make: string, image = BUSYBOX, more: BuildOptionsInput = {}) {
  const pkg = await packageWith(files, make, image, more);
  const error = await archive(pkg, testRun(pkg)).catch((thrown) => thrown);
  expect(await readdir(pkg.paths.archive).catch(() => [])).toEqual([]);
  return error;
}

describe('archive() refuses in `files`', () => {
  test('a pattern that matches nothing, with what is there', async () => {
    const error = await failure(
      ['images/*.img', 'images/boot', 'nope'],
      'mkdir -p images/boot; echo >images/x.bin',
    );
    expect(error.code).toBe('ARCHIVE_MISSING');
    expect(error.message).toContain(
      'nothing in the build directory, /nerves/build, matches "images/*.img", "nope"',
    );
    expect(error.message).toContain('  | in images: boot/, x.bin\n');
  });

  test('a pattern below what is not there', async () => {
    const error = await failure(['out/deep/*'], 'echo x >made');
    expect(error.message).toContain('  | in the build directory: made\n');
  });

  test.each([
    ['a FIFO', 'mkfifo out/pipe'],
    ['a device', 'mknod out/pipe c 1 3'],
  ])('%s, by its name', async (_, make) => {
    const error = await failure(['out'], `mkdir out; echo x >out/a; ${make}`);
    expect(error).toMatchObject({ code: 'ARCHIVE_MISSING', hint: 'Leave it out: "!out/pipe".' });
    expect(error.message).toContain('"out/pipe" is a device, a FIFO or a socket');
  });

  test('two entries at one place', async () => {
    const error = await failure([{ from: '*.img', to: 'image' }], 'echo a >a.img; echo b >b.img');
    expect(error.code).toBe('ARCHIVE_MISSING');
    expect(error.message).toContain('"a.img" and "b.img" would both be "image" in the artifact');
  });

  test('an entry at the place of one that comes with its directory', async () => {
    const error = await failure(
      ['bin', { from: 'x/hello', to: 'bin/' }],
      'mkdir bin x; echo a >bin/hello; echo b >x/hello',
    );
    expect(error.code).toBe('BUILD_FAILED');
    expect(error.message).toContain('ERROR: two entries of build_runner_opts.files would be bin/hello');
  });

  test('an image that has no tar', async () => {
    const error = await failure(['x'], 'echo x >x', await testImage('RUN rm /bin/tar', {}, TOOLBOX));
    expect(error.code).toBe('BUILD_FAILED');
    expect(error.message).toContain('ERROR: the image has no tar, which build_runner_opts.files needs');
  });
});

test('archive() that is interrupted while it packs leaves nothing that the next one would pack', async () => {
  const make =
    'ls -A >seen; if [ -e out ]; then rm out; echo x >out; else head -c 200000000 /dev/urandom >out; fi';
  const pkg = await packageWith(['**'], make);
  const interrupt = new AbortController();
  const run = testRun(pkg, { signal: interrupt.signal });
  const first = archive(pkg, run).catch((error) => error.message);
  await until(() => run.stdout.text.includes('Packing the artifact'));
  await sleep(1_000);
  interrupt.abort(new Error('interrupted'));
  expect(await first).toBe('interrupted');
  expect(await containersOf(await testEngine(), pkg.workspaceRoot)).toEqual([]);
  const { artifact } = await build(pkg, { ...testRun(pkg), archived: false });
  expect(await readFile(join(artifact, 'seen'), 'utf8')).toContain('.nx-docker-artifact\n'); // what was interrupted
  expect(await names(artifact)).toEqual(['out', 'seen']);
  expect(await readFile(join(artifact, 'out'), 'utf8')).toBe('x\n');
});

test('archive() says that an image cannot compress a toolchain', async () => {
  const { message } = await failure(['x'], 'echo x >x', BUSYBOX, { type: 'toolchain' });
  expect(message).toMatch(/ERROR: the image has no xz that compresses, which \S+\.tar\.xz needs/);
});

test('archive() leaves out a FIFO that `files` leaves out', async () => {
  const pkg = await packageWith(
    ['out', '!out/pipe'],
    'mkdir -p out; echo x >out/a; [ -p out/pipe ] || mkfifo out/pipe',
  );
  const { artifact } = await build(pkg, { ...testRun(pkg), archived: false });
  expect(await names(artifact)).toEqual(['out', 'out/a']);
});

test('archive() packs a toolchain as .tar.xz, in two builds to the same bytes', async () => {
  const make =
    'mkdir -p b a; for f in b/y b/x a/z; do echo $f >$f; touch -d @981158400 $f; done; touch -d @981158400 a b';
  const pkg = await packageWith(['a', { from: 'b/*', to: 'lib/' }], make, TOOLBOX, { type: 'toolchain' });
  const first = await archive(pkg, testRun(pkg));
  const second = await archive(pkg, testRun(pkg, { fresh: true }));
  expect(first.file).toMatch(/\.tar\.xz$/);
  expect(second.sha256).toBe(first.sha256);
  const list = execFileSync('tar', ['-tvf', second.path, '--numeric-owner'], { encoding: 'utf8' });
  expect(
    list
      .trim()
      .split('\n')
      .map((line) => line.replace(/^(\S+ \S+) .*?\S+-\d\d \S+ [^/]+\//, '$1 ')),
  ).toEqual([
    'drwxr-xr-x 0/0 ',
    ...[
      'drwxr-xr-x 0/0 a/',
      '-rw-r--r-- 0/0 a/z',
      'drwxr-xr-x 0/0 lib/',
      '-rw-r--r-- 0/0 lib/x',
      '-rw-r--r-- 0/0 lib/y',
    ],
  ]);
});
