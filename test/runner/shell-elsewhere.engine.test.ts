import { existsSync } from 'node:fs';
import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import type { Package } from '../../src/artifact/package.js';
import { ArtifactError } from '../../src/errors.js';
import { build } from '../../src/runner/build.js';
import { recipeOf } from '../../src/runner/recipe/recipe.js';
import { recipeDeps } from '../../src/runner/run.js';
import { shell } from '../../src/runner/shell.js';
import { engineProxy } from '../support/engine-proxy.js';
import { Captured, containersOf, type TestRun, testEngine, testRun } from '../support/runner.js';
import { stepOutput } from '../support/step-output.js';
import { until } from '../support/wait.js';
import { busyboxOptions, type Files, temporaryDirectory, testPackage } from '../support/workspace.js';

/** An engine that does not see our files: shells and builds on it. */
async function elsewhere(files: Files = {}, make = 'cat /nerves/env/alpha/VERSION') {
  const pkg = await testPackage({
    files: { VERSION: '0.1.0\n', nerves_defconfig: '', ...files },
    options: busyboxOptions(make),
  });
  const proxy = await engineProxy({ tcp: true });
  return { pkg, proxy, ...runsOf(pkg, proxy.env), at: (name: string) => join(pkg.root, name) };
}

function runsOf(pkg: Package, env: NodeJS.ProcessEnv) {
  const open = (command: string, more: TestRun & { isTTY?: boolean } = {}) => {
    const { isTTY = false, ...rest } = more;
    const run = testRun(pkg, { env, task: 'shell', ...rest });
    const io = { stdin: new PassThrough(), stdout: new Captured(), stderr: new Captured(), isTTY };
    const code = shell(pkg, { ...run, terminal: io, command: `cd /nerves/env/alpha; ${command}` });
    code.catch(() => {});
    return { ...io, code, report: run.stdout };
  };
  const run = async (command: string) => {
    const { code, stderr } = open(command);
    expect(await code, stderr.text).toBe(0);
    const lines = stderr.text.trimEnd().split('\n');
    return lines.slice(1 + lines.findIndex((line) => line.includes(' is a copy of ')));
  };
  const built = async () => {
    const deps = testRun(pkg, { env });
    await build(pkg, { ...deps, archived: false });
    expect(deps.stdout.text, 'all is on the host').not.toContain('Undone');
    return await stepOutput(pkg.paths.log);
  };
  return { open, run, built };
}

/** What all of a directory is: kind or mode, and content. */
async function seen(root: string): Promise<Record<string, string>> {
  const names = await readdir(root, { recursive: true });
  const about = async (name: string) => {
    const found = await lstat(join(root, name));
    const mode = (found.mode & 0o777).toString(8);
    if (found.isDirectory()) return `dir ${mode}`;
    if (found.isSymbolicLink()) return `-> ${await readlink(join(root, name))}`;
    return `${mode} ${await readFile(join(root, name), 'utf8')}`;
  };
  const own = names.filter((name) => !/^(\.nerves|build\.log)/.test(name)).sort();
  return Object.fromEntries(await Promise.all(own.map(async (name) => [name, await about(name)] as const)));
}

test('shell() brings back what it changed in the copy of the package, and the next build has it', async () => {
  const { pkg, open, built, at } = await elsewhere();
  await built();
  const recipe = async () => (await recipeOf(pkg, recipeDeps(testRun(pkg)))).digest;
  const before = await recipe();
  const { code, stdout, stderr } = open('cat VERSION; echo saved >VERSION; exit 3');
  expect(await code).toBe(3);
  expect(stdout.text).toBe('0.1.0\n');
  expect(stderr.text).toBe(
    `/nerves/env/alpha is a copy of ${pkg.root}: changes to its files come back when the shell ends\n` +
      `What the shell changed in ${pkg.root}:\n  VERSION\n`,
  );
  expect(await readFile(at('VERSION'), 'utf8')).toBe('saved\n');
  expect((await stat(at('VERSION'))).uid).toBe(process.getuid?.());
  expect(await recipe()).not.toBe(before);
  expect(await built()).toBe('saved\n');
});

test('shell() brings back files, directories, links, modes and what is gone, whatever their names', async () => {
  const { pkg, run, built, at } = await elsewhere({
    ...{ gone: 'x', 'dir/a': 'a', 'dir/b': 'b', run: '#!/bin/sh\n', 'was-file': '', 'was-dir/a/b': '' },
    ...{ same: 'same', 'tree/x': '' },
  });
  await symlink('run', at('link'));
  const lines = await run(`
rm gone; rm -r dir; chmod 755 run; rm was-file; mkdir was-file; echo x >was-file/in
rm -r was-dir; echo now >was-dir; ln -sf same link; ln -s /nowhere new-link; mkdir empty; mkdir -p new/deep
echo 1 >"new/deep/-rf"; echo 2 >'a
b'; printf x >"$(printf 'odd\\377')"; touch same; echo 3 >ä; chmod 700 tree; chmod 4755 run`);
  const odd = Buffer.concat([Buffer.from(`${pkg.root}/odd`), Buffer.from([0xff])]);
  expect(await readFile(odd, 'utf8')).toBe('x');
  await rm(odd);
  const expected = {
    VERSION: '644 0.1.0\n',
    'a\nb': '644 2\n',
    empty: 'dir 755',
    link: '-> same',
    nerves_defconfig: '644 ',
    new: 'dir 755',
    'new-link': '-> /nowhere',
    'new/deep': 'dir 755',
    'new/deep/-rf': '644 1\n',
    run: '755 #!/bin/sh\n',
    same: '644 same',
    tree: 'dir 700',
    'tree/x': '644 ',
    'was-dir': '644 now\n',
    'was-file': 'dir 755',
    'was-file/in': '644 x\n',
    ä: '644 3\n',
  };
  expect(await seen(pkg.root)).toEqual(expected);
  expect(lines).toEqual([
    `What the shell changed in ${pkg.root}:`,
    ...['  a\\nb (new)', '  dir (removed)', '  empty (new)', '  gone (removed)', '  link'],
    ...['  new-link (new)', '  new/deep/-rf (new)', '  odd\uFFFD (new)', '  run', '  tree', '  was-dir'],
    ...['  was-file/in (new)', '  ä (new)'],
  ]);
  expect(await run('true')).toEqual([]);
  await built();
  expect(await seen(pkg.root)).toEqual(expected);
});

test('shell() keeps what the host has changed meanwhile, and puts the shell’s beside it', async () => {
  const { pkg, open, at } = await elsewhere({
    ...{ both: 'one\n', equal: '', removed: 'one\n', gone: 'one\n', 'dir/a': '', 'dir/b': '', 'full/a': '' },
  });
  const { code, stdin, stdout, stderr } = open(
    `echo shell >both; echo same >equal; rm removed; echo shell >gone; echo shell >dir/a
     rm -r full; echo shell >full; echo up; read line`,
  );
  await until(() => stdout.text.includes('up'));
  await writeFile(at('both'), 'host\n');
  await writeFile(at('both.from-shell'), 'mine\n');
  await writeFile(at('equal'), 'same\n');
  await writeFile(at('removed'), 'host\n');
  await rm(at('gone'));
  await rm(at('dir'), { recursive: true });
  await writeFile(at('dir'), 'host\n');
  await writeFile(at('full/new'), 'host\n');
  stdin.end('go\n');
  expect(await code, stderr.text).toBe(0);
  expect(await seen(pkg.root)).toEqual({
    VERSION: '644 0.1.0\n',
    both: '644 host\n',
    'both.from-shell': '644 mine\n',
    'both.from-shell.1': '644 shell\n',
    dir: '644 host\n',
    'dir.from-shell': 'dir 755',
    'dir.from-shell/a': '644 shell\n',
    equal: '644 same\n',
    full: 'dir 755',
    'full.from-shell': '644 shell\n',
    'full/new': '644 host\n',
    'gone.from-shell': '644 shell\n',
    nerves_defconfig: '644 ',
    removed: '644 host\n',
  });
  expect(stderr.text).toContain(
    "  both is another one here by now and stays: the shell's is both.from-shell.1\n",
  );
  expect(stderr.text).toContain('  removed stays: the shell removed it, and it is another one here by now\n');
});

describe('shell() writes nothing outside of the package, and nothing that no build sees', () => {
  test('shell(): a directory that becomes a link in the container, or on the host', async () => {
    const outside = await temporaryDirectory('outside');
    for (const name of ['a', 'b']) await writeFile(join(outside, name), 'mine');
    await chmod(outside, 0o755);
    const { pkg, open, run, at } = await elsewhere({
      'one/a': '',
      'in/a': '',
      'two/a': 'mine',
      'two/b': 'mine',
    });
    const { code, stdin, stdout } = open(`rm -r one; ln -s ${outside} one; rm -r in
      mkdir /tmp/in; echo other >/tmp/in/a; ln -s /tmp/in in; echo up; read line
      echo shell >two/a; rm two/b; chmod 711 two`);
    await until(() => stdout.text.includes('up'));
    await rename(at('two'), at('moved'));
    await symlink(outside, at('two'));
    stdin.end('go\n');
    expect(await code).toBe(0);
    expect(await seen(outside)).toEqual({ a: '644 mine', b: '644 mine' });
    expect((await stat(outside)).mode & 0o777).toBe(0o755);
    expect(await readlink(at('one'))).toBe(outside);
    expect(await readlink(at('in'))).toBe('/tmp/in');
    expect(existsSync(at('in.from-shell'))).toBe(false);
    expect(await readFile(at('two.from-shell/a'), 'utf8')).toBe('shell\n');
    await run('rm one; mkdir one; echo shell >one/a');
    expect(await readFile(at('one/a'), 'utf8')).toBe('shell\n');
    expect(await seen(outside)).toEqual({ a: '644 mine', b: '644 mine' });
    expect(pkg.root).not.toContain(outside);
  });

  test('shell(): .git, .nerves, node_modules and the log stay away; a FIFO is named', async () => {
    const { pkg, run, at } = await elsewhere();
    await mkdir(at('.git'));
    const lines = await run(`mkdir -p .git/hooks .nerves/x node_modules/y sub/.git
      for dir in .git/hooks .nerves/x node_modules/y sub/.git; do echo x >$dir/file; done
      echo x >build.log; mkfifo fifo; rm VERSION; mkfifo VERSION`);
    expect(await readdir(at('.git'))).toEqual([]);
    for (const name of ['.nerves/x', 'node_modules', 'sub/.git', 'build.log', 'fifo'])
      expect(existsSync(at(name)), name).toBe(false);
    expect(await readFile(at('VERSION'), 'utf8')).toBe('0.1.0\n');
    const special = ' stays in the container: it is neither a file, a directory nor a link';
    expect(lines).toEqual([
      `What the shell changed in ${pkg.root}:`,
      ...[`  VERSION${special}`, `  fifo${special}`, '  sub (new)'],
    ]);
  });
});

test('shell() brings back nothing of what create-build made, unless the shell wrote into it', async () => {
  const { pkg, proxy } = await elsewhere();
  const base = busyboxOptions('true');
  const script = 'echo "# packages" >/nerves/env/alpha/Config.in; echo x >/nerves/env/alpha/made';
  const commands = { ...base.build_runner_opts?.commands, create_build: ['sh', '-ec', script] };
  const options = { ...base, build_runner_opts: { commands } };
  const { run } = runsOf(await testPackage({ workspaceRoot: pkg.workspaceRoot, options }), proxy.env);
  expect(await run('cat Config.in')).toEqual([]);
  expect(existsSync(join(pkg.root, 'Config.in'))).toBe(false);
  await run('echo "# mine" >>Config.in');
  expect(await readFile(join(pkg.root, 'Config.in'), 'utf8')).toBe('# packages\n# mine\n');
  expect(existsSync(join(pkg.root, 'made'))).toBe(false);
});

test('shell() brings back a tree of 500 files in as many requests as one, and lists the first', async () => {
  const { pkg, open, proxy } = await elsewhere();
  const requestsFor = async (command: string) => {
    const before = proxy.requests.length;
    const { code, stderr } = open(command);
    expect(await code, stderr.text).toBe(0);
    const all = proxy.requests.slice(before); // a long command is looked at each second, by a GET
    return { requests: all.filter((request) => !request.startsWith('GET')).length, stderr };
  };
  await requestsFor('mkdir zero; echo 0 >zero/0');
  const { requests: forOne } = await requestsFor('mkdir one; echo 1 >one/1');
  const { requests, stderr } = await requestsFor(`mkdir -p tree/in; i=0
    while [ $i -lt 500 ]; do echo $i >tree/in/$i; i=$((i+1)); done; head -c 20000000 /dev/zero >tree/zero`);
  expect(requests).toBeLessThan(forOne + 10);
  expect(await readdir(join(pkg.root, 'tree/in'))).toHaveLength(500);
  expect(await readFile(join(pkg.root, 'tree/in/499'), 'utf8')).toBe('499\n');
  expect((await stat(join(pkg.root, 'tree/zero'))).size).toBe(20_000_000);
  expect(stderr.text.trimEnd().split('\n').slice(1)).toHaveLength(22);
  expect(stderr.text).toContain('\n  tree/in/0 (new)\n');
  expect(stderr.text).toMatch(/\n {2}and 481 more\n$/);
});

test('shell() names what changed while it was read, brings the rest, and the next shell tries again', async () => {
  const { pkg, open, run, at } = await elsewhere();
  const { code } = open('echo kept >aside; (while :; do echo x >>busy; done) >/dev/null 2>&1 & sleep 1');
  await expect(code).rejects.toMatchObject({
    code: 'FILE_ACCESS',
    message: expect.stringMatching(
      `bring what the shell changed back to ${pkg.root}[^]*\\| busy: [^]*nx run alpha:shell --command true`,
    ),
  });
  expect(existsSync(at('busy'))).toBe(false);
  expect(Object.keys(await seen(pkg.root))).toEqual(['VERSION', 'aside', 'nerves_defconfig']);
  const again = open('true');
  expect(await again.code).toBe(0);
  expect(again.stderr.text).toContain(`What the shell changed in ${pkg.root}:\n  busy (new)\n`);
  expect(await readFile(at('busy'), 'utf8')).toMatch(/^x\n/);
  expect(await run('true')).toEqual([]);
});

test('shell() interrupted brings back what it changed, within 5 s', async () => {
  const { pkg, open, at } = await elsewhere();
  const interrupted = new ArtifactError('INTERRUPTED', { tried: 'x', cause: 'y' });
  const controller = new AbortController();
  const { code, stdout, stderr } = open('echo saved >VERSION; echo up; sleep 60', {
    signal: controller.signal,
  });
  await until(() => stdout.text.includes('up'));
  controller.abort(interrupted);
  const at0 = performance.now();
  await expect(code).rejects.toBe(interrupted);
  expect(performance.now() - at0).toBeLessThan(5_000);
  expect(await readFile(at('VERSION'), 'utf8')).toBe('saved\n');
  expect(stderr.text).toContain('  VERSION\n');
  expect(await containersOf(await testEngine(), pkg.workspaceRoot)).toEqual([]);
});

test('shell() that was cut off: no build overwrites its changes, and the next shell brings them back', async () => {
  const { pkg, proxy, open, at } = await elsewhere();
  const { code, stdout, stderr } = open('echo saved >VERSION; echo up; sleep 60');
  await until(() => stdout.text.includes('up'));
  proxy.cut();
  await expect(code).rejects.toMatchObject({ code: 'ENGINE_LOST' });
  expect(stderr.text).toContain(
    'is still in the build volume: `nx run alpha:shell --command true` brings it back',
  );
  const { env } = await engineProxy({ tcp: true });
  const again = runsOf(pkg, env);
  await expect(again.built()).rejects.toMatchObject({
    code: 'SOURCES_CHANGED',
    hint: expect.stringContaining('`nx run alpha:shell --command true` brings them back'),
  });
  expect(await readFile(at('VERSION'), 'utf8')).toBe('0.1.0\n');
  await again.run('true');
  expect(await readFile(at('VERSION'), 'utf8')).toBe('saved\n');
  expect(await again.built()).toBe('saved\n');
});

test('shell(): an edit is newer in the copy than what was built before, and older than what the shell built', async () => {
  const { run, built, at } = await elsewhere(
    { 'a.c': 'one' },
    'cd /nerves/build; [ ! -e built ] || find /nerves/env/alpha -name a.c -newer built; touch built',
  );
  expect(await built()).toBe('');
  await run('echo old >a.c; touch -d "2001-01-01 00:00" a.c');
  expect(await readFile(at('a.c'), 'utf8')).toBe('old\n');
  expect(await built()).toBe('/nerves/env/alpha/a.c\n');
  expect(await built()).toBe('');
  // busybox compares seconds
  await run('sleep 1; echo edited >a.c; mkdir new; echo new >new/a.c; sleep 1; touch /nerves/build/built');
  expect(await built(), 'built in the shell').toBe('');
});
