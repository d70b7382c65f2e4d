import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Package } from '../../../src/artifact/package.js';
import { build } from '../../../src/runner/build.js';
import { testRun } from '../../support/runner.js';
import { stepOutput } from '../../support/step-output.js';
import { busyboxOptions, type Files, TOOLBOX, testPackage, writeFiles } from '../../support/workspace.js';

/** What the copy of the package looks like in the container: kind, mode, time and name, a line each. */
const LIST = busyboxOptions("cd /nerves/env/alpha; find . -exec stat -c '%F %a %Y %n' {} +");

async function listing(pkg: Package): Promise<string> {
  await build(pkg, { ...testRun(pkg), archived: false });
  return await stepOutput(pkg.paths.log);
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

test('syncSources() counts the files that it copies, and not their directories', async () => {
  const pkg = await testPackage({ files: { VERSION: '0.1.0\n', 'a/b/c': '' }, options: LIST });
  const run = testRun(pkg);
  await build(pkg, { ...run, archived: false });
  expect(run.stdout.text).toMatch(/>>> Sources: (\d) files, 1 kB; \1 copied\n/);
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

// with busybox; with GNU's tools, and more of them, in copy-life.engine.test.ts
test('syncSources() undoes what a step did to copied files, and keeps what it made', async () => {
  const look = 'cd /nerves/env/alpha; cat a b c/c d/d e/e f; readlink g; stat -c %a h; cat i j; ls';
  const files: Files = Object.fromEntries(
    ['a', 'b', 'c/c', 'd/d', 'e/e', 'f', 'i', 'j'].map((name) => [name, `${name}\n`]),
  );
  files.VERSION = '0.1.0\n';
  files.h = { content: '', mode: 0o755 };
  const pkg = await testPackage({ files, options: busyboxOptions(look) });
  await symlink('a', join(pkg.root, 'g'));
  const expected = 'a\nb\nc/c\nd/d\ne/e\nf\na\n755\ni\nj\nVERSION\na\nb\nc\nd\ne\nf\ng\nh\ni\nj\n';
  expect(await listing(pkg)).toBe(expected);
  const step = busyboxOptions(`cd /nerves/env/alpha; printf 'x\\n' >a; rm b; rm -r c; rm -r d; echo x >d
mv e ../e; ln -s ../e e; rm f; mkdir -p f/f; rm g; echo x >g; chmod 644 h; rm i; ln -s a i
rm j; mkfifo j; touch made`);
  await listing(await testPackage({ workspaceRoot: pkg.workspaceRoot, files, options: step }));
  expect(await listing(pkg)).toBe(`${expected}made\n`);
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

test('syncSources() gives no new time to a name in UTF-8 beside one that is not', async () => {
  const newer = busyboxOptions(
    'cd /nerves/env/alpha; [ ! -e /nerves/build/built ] || find . -type f -newer /nerves/build/built; touch /nerves/build/built',
    { build_runner_config: { docker: { tag: TOOLBOX, pull: 'never' } } },
  );
  const pkg = await testPackage({ files: { VERSION: '0.1.0\n', 'ä.c': 'int a;\n' }, options: newer });
  await writeFile(Buffer.concat([Buffer.from(`${pkg.root}/`), Buffer.from([0xff])]), '');
  await listing(pkg);
  const step = busyboxOptions('cd /nerves/env/alpha; chmod 600 *; touch /nerves/build/built');
  await listing(await testPackage({ workspaceRoot: pkg.workspaceRoot, options: step, files: {} }));
  expect(await listing(pkg)).toBe('');
});
