import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Package } from '../../../src/artifact/package.js';
import { build } from '../../../src/runner/build.js';
import { engineProxy } from '../../support/engine-proxy.js';
import { testRun } from '../../support/runner.js';
import { busyboxOptions, type Files, TOOLBOX, testPackage, writeFiles } from '../../support/workspace.js';

/** What the copy of the package looks like in the container: kind, mode, time and name, a line each. */
const LIST = busyboxOptions("cd /nerves/env/alpha; find . -exec stat -c '%F %a %Y %n' {} +");

async function listing(pkg: Package): Promise<string> {
  await build(pkg, { ...testRun(pkg), archived: false });
  return await readFile(pkg.paths.log, 'utf8');
}

test('syncSources() keeps times and modes, and does not copy our own outputs', async () => {
  const files: Files = {
    VERSION: '0.1.0\n',
    run: { content: '#!/bin/sh\n', mode: 0o755 },
    '.hidden': '',
    'build.log': '',
  };
  const pkg = await testPackage({ files, options: LIST });
  await utimes(join(pkg.root, 'run'), 1_000_000_000, 1_000_000_000);
  await symlink('../outside', join(pkg.root, 'link'));
  const seen = await listing(pkg);
  expect(seen).toMatch(/^regular file 755 1000000000 \.\/run$/m);
  expect(seen).toMatch(/^symbolic link 777 \d+ \.\/link$/m);
  expect(seen).toContain('./.hidden');
  expect(seen).not.toMatch(/\.nerves|build\.log/);
});

test('syncSources() copies only what changed: a file of another time and the same content keeps its time', async () => {
  const pkg = await testPackage({ files: { VERSION: '0.1.0\n', same: 'a', other: 'b' }, options: LIST });
  for (const name of ['same', 'other']) await utimes(join(pkg.root, name), 1_000_000_000, 1_000_000_000);
  await listing(pkg);
  await utimes(join(pkg.root, 'same'), 1_100_000_000, 1_100_000_000);
  await writeFile(join(pkg.root, 'other'), 'c');
  await utimes(join(pkg.root, 'other'), 1_200_000_000, 1_200_000_000);
  const seen = await listing(pkg);
  expect(seen).toMatch(/1000000000 \.\/same$/m);
  expect(seen).not.toMatch(/1[02]00000000 \.\/other$/m); // the engine's, later than anything built before it
});

test('syncSources() removes what is gone, turns a file into a directory and back, and copies odd names', async () => {
  const odd = { 'a b': '', '-rf': '', '@file': '', 'new\nline': '', "quote'": '', 'ä/ö': '' };
  const pkg = await testPackage({
    files: { VERSION: '0.1.0\n', gone: '', 'dir/a': '', ...odd },
    options: LIST,
  });
  const first = await listing(pkg);
  for (const name of Object.keys(odd)) expect(first).toContain(`./${name}\n`);
  await rm(join(pkg.root, 'gone'));
  await rm(join(pkg.root, '-rf'));
  await rm(join(pkg.root, 'dir'), { recursive: true });
  await writeFiles(pkg.root, { dir: 'now a file' });
  const second = await listing(pkg);
  expect(second).not.toMatch(/\.\/(gone|-rf|dir\/a)$/m);
  expect(second).toMatch(/^regular file 644 \d+ \.\/dir$/m);
  await rm(join(pkg.root, 'dir'));
  await writeFiles(pkg.root, { 'dir/b': '' });
  expect(await listing(pkg)).toMatch(/^regular empty file 644 \d+ \.\/dir\/b$/m);
});

test("syncSources() copies a change of a mode, of a link's target or of an entry's kind alone", async () => {
  const pkg = await testPackage({ files: { VERSION: '0.1.0\n', run: 'x', 'dir/a': '' }, options: LIST });
  await symlink('run', join(pkg.root, 'link'));
  await symlink('dir', join(pkg.root, 'other'));
  await listing(pkg);
  await chmod(join(pkg.root, 'run'), 0o755);
  await chmod(join(pkg.root, 'dir'), 0o700);
  await rm(join(pkg.root, 'link'));
  await symlink('nowhere', join(pkg.root, 'link'));
  await rm(join(pkg.root, 'other'));
  await writeFiles(pkg.root, { 'other/b': '' });
  const options = busyboxOptions(
    'cd /nerves/env/alpha; stat -c "%a %n" run dir; readlink link; ls -d dir/a other/b',
  );
  const changed = await testPackage({ workspaceRoot: pkg.workspaceRoot, options });
  expect(await listing(changed)).toBe('755 run\n700 dir\nnowhere\ndir/a\nother/b\n');
});

test('syncSources() copies names that mean something to JavaScript, but not sockets and FIFOs', async () => {
  const files = { VERSION: '0.1.0\n', constructor: 'c', 'toString/__proto__': 'p', valueOf: 'v' };
  const pkg = await testPackage({ files, options: LIST });
  execFileSync('mkfifo', [join(pkg.root, 'fifo')]);
  await listing(pkg);
  await rm(join(pkg.root, 'valueOf'));
  const seen = await listing(pkg);
  for (const name of ['constructor', 'toString/__proto__']) expect(seen).toContain(`./${name}\n`);
  expect(seen).not.toMatch(/fifo|valueOf/);
});

test('syncSources() keeps what the build made in its copy when a file next to it changes', async () => {
  const make = 'cd /nerves/env/alpha; echo made >>src/made; cat src/a src/made';
  const pkg = await testPackage({
    files: { VERSION: '0.1.0\n', 'src/a': 'one\n' },
    options: busyboxOptions(make),
  });
  expect(await listing(pkg)).toBe('one\nmade\n');
  await writeFile(join(pkg.root, 'src/a'), 'two\n');
  await chmod(join(pkg.root, 'src'), 0o750);
  expect(await listing(pkg)).toBe('two\nmade\nmade\n');
});

test('syncSources() removes what an interrupted copy has left when it is gone from the host', async () => {
  const pkg = await testPackage({ files: { VERSION: '0.1.0\n', soon: 'gone' }, options: LIST });
  const [proxy, controller] = [await engineProxy(), new AbortController()];
  let copied = false;
  proxy.on(/^PUT .*path=%2Fnerves%2Fenv$/, () => {
    copied = true;
  });
  proxy.on(/^PUT .*path=%2Fnerves%2Fenv%2F./, () => {
    if (copied) controller.abort(new Error('interrupted'));
    return copied;
  });
  const deps = testRun(pkg, { env: proxy.env, signal: controller.signal });
  await expect(build(pkg, { ...deps, archived: false })).rejects.toThrow('interrupted');
  await rm(join(pkg.root, 'soon'));
  expect(await listing(pkg)).not.toContain('soon');
});

/** Says which sources are newer than what was built before, by parts of a second as make sees it, and builds. */
const NEWER = busyboxOptions(
  'cd /nerves/env/alpha; [ ! -e /nerves/build/built ] || find . -type f -newer /nerves/build/built | sort; touch /nerves/build/built',
  { build_runner_config: { docker: { tag: TOOLBOX, pull: 'never' } } },
);

describe('syncSources(): what make builds again after a change of the host, whatever time the file has there', () => {
  const OLD = 1_000_000_000;
  const edits: [string, (path: (name: string) => string) => Promise<unknown>, string][] = [
    ['nothing', async () => {}, ''],
    ['an edit, at once', async (path) => writeFile(path('a.c'), 'int a2;\n'), './a.c\n'],
    [
      'a file restored from a backup, by cp -p',
      async (path) => {
        await writeFile(path('a.c'), 'int old;\n');
        await utimes(path('a.c'), OLD, OLD);
      },
      './a.c\n',
    ],
    [
      'other content of the same size and time, by rsync -t or touch -r',
      async (path) => {
        const { atime, mtime } = await stat(path('a.c'));
        await writeFile(path('a.c'), 'int b;\n');
        await utimes(path('a.c'), atime, mtime);
      },
      './a.c\n',
    ],
    [
      'a new file that is old',
      async (path) => {
        await writeFile(path('new.h'), '');
        await utimes(path('new.h'), OLD, OLD);
      },
      './new.h\n',
    ],
    [
      'a link that leads to another file',
      async (path) => {
        await rm(path('config.h'));
        await symlink('release.h', path('config.h'));
      },
      './release.h\n',
    ],
    ['a new time alone, as of a checkout', async (path) => utimes(path('a.c'), new Date(), new Date()), ''],
    ['a mode alone', async (path) => chmod(path('a.c'), 0o600), ''],
  ];

  test.each(edits)('syncSources(): %s', async (_, edit, expected) => {
    const files = { VERSION: '0.1.0\n', 'a.c': 'int a;\n', 'debug.h': '1', 'release.h': '2' };
    const pkg = await testPackage({ files, options: NEWER });
    await symlink('debug.h', join(pkg.root, 'config.h'));
    for (const name of Object.keys(files)) await utimes(join(pkg.root, name), OLD, OLD);
    expect(await listing(pkg)).toBe('');
    await edit((name) => join(pkg.root, name));
    expect(await listing(pkg)).toBe(expected);
    expect(await listing(pkg)).toBe('');
  });
});

/** Ends the process in the middle of a copy, as a power failure does: at the request that comes after `requests`. */
async function interruptedAfter(pkg: Package, requests: number): Promise<void> {
  const [proxy, controller] = [await engineProxy(), new AbortController()];
  let seen = 0;
  proxy.on(/^(PUT|POST \/exec)/, () => {
    if (++seen <= requests) return false;
    controller.abort(new Error('interrupted'));
    return true;
  });
  await build(pkg, { ...testRun(pkg, { env: proxy.env, signal: controller.signal }), archived: false }).catch(
    () => {},
  );
}

test.each([1, 2, 3, 4, 5, 6])(
  'syncSources() interrupted after %d requests: what was removed and comes back is copied again',
  async (requests) => {
    const files = { VERSION: '0.1.0\n', back: 'x', 'dir/below': 'y', stays: 'z' };
    const pkg = await testPackage({ files, options: LIST });
    await listing(pkg);
    await rm(join(pkg.root, 'back'));
    await rm(join(pkg.root, 'dir'), { recursive: true });
    await writeFiles(pkg.root, { stays: 'edited', added: '' });
    await interruptedAfter(pkg, requests);
    await rm(join(pkg.root, 'added'));
    await writeFiles(pkg.root, files);
    const seen = await listing(pkg);
    for (const name of Object.keys(files)) expect(seen).toContain(` ./${name}\n`);
    expect(seen).not.toContain('added');
  },
);

describe('syncSources(): what a step or a shell did to a copied file is undone before the next build', () => {
  const CHECK = busyboxOptions('cd /nerves/env/alpha; cat a.c sub/b.c; readlink link; stat -c %a run; ls');
  const edits: [string, string][] = [
    ['sed -i', 'sed -i s/a/changed/ a.c'],
    ['an edit in place, of the same size', 'printf "int x;\\n" >a.c'],
    ['rm', 'rm a.c sub/b.c'],
    ['rm -r of a directory', 'rm -r sub'],
    ['chmod', 'chmod 644 run'],
    ['a directory in the place of a file', 'rm a.c; mkdir -p a.c/below'],
    ['a file in the place of a directory', 'rm -r sub; echo file >sub'],
    ['another target of a link', 'rm link; ln -s sub link'],
    ['a file in the place of a link, which would be written through', 'rm link; echo x >link'],
  ];
  test.each(edits)('syncSources(): %s', async (_, edit) => {
    const files: Files = {
      ...{ VERSION: '0.1.0\n', 'a.c': 'int a;\n', 'sub/b.c': 'int b;\n' },
      run: { content: '', mode: 0o755 },
    };
    const pkg = await testPackage({ files, options: CHECK });
    await symlink('a.c', join(pkg.root, 'link'));
    const expected = 'int a;\nint b;\na.c\n755\nVERSION\na.c\nlink\nrun\nsub\n';
    expect(await listing(pkg)).toBe(expected);
    const step = busyboxOptions(`cd /nerves/env/alpha; ${edit}; touch made`);
    await listing(await testPackage({ workspaceRoot: pkg.workspaceRoot, files, options: step }));
    expect(await listing(pkg)).toBe(expected.replace('link\nrun', 'link\nmade\nrun'));
  });

  test('syncSources() gives it a new time, as objects may have been made of what the step left', async () => {
    const pkg = await testPackage({ files: { VERSION: '0.1.0\n', 'a.c': 'int a;\n' }, options: NEWER });
    await listing(pkg);
    const step = busyboxOptions('cd /nerves/env/alpha; sed -i s/a/b/ a.c; touch /nerves/build/built');
    await listing(await testPackage({ workspaceRoot: pkg.workspaceRoot, options: step, files: {} }));
    expect(await listing(pkg)).toBe('./a.c\n');
    expect(await listing(pkg)).toBe('');
  });

  test('syncSources() copies a name that is not UTF-8, changes it and removes it again', async () => {
    const pkg = await testPackage({
      options: busyboxOptions('cd /nerves/env/alpha/d*; cat * | od -c | head -1; ls | wc -l'),
    });
    const path = (...bytes: number[]) => Buffer.concat([Buffer.from(`${pkg.root}/`), Buffer.from(bytes)]);
    await mkdir(path(0x64, 0xff));
    const file = path(0x64, 0xff, 0x2f, 0xc3);
    await writeFile(file, 'one');
    await symlink(Buffer.from([0xc3]), path(0x64, 0xff, 0x2f, 0x6c, 0xfe));
    expect(await listing(pkg)).toBe('0000000   o   n   e   o   n   e\n2\n');
    await writeFile(file, 'two');
    expect(await listing(pkg)).toBe('0000000   t   w   o   t   w   o\n2\n');
    await rm(path(0x64, 0xff, 0x2f, 0x6c, 0xfe));
    expect(await listing(pkg)).toBe('0000000   t   w   o\n1\n');
  });
});
