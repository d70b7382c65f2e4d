import { readdir } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { engineProxy } from '../test/support/engine-proxy.js';
import { some } from '../test/support/some.js';
import { executorOf, isAlive } from './support/processes.js';
import { startOnTerminal } from './support/running.js';
import { fileWorkspace } from './support/workspace.js';

const workspace = await fileWorkspace();
const PROMPT = /:\/nerves\/build# $/;
const stream = '--output-style=stream';

afterEach(async () => {
  await expect.poll(() => workspace.containers(), { timeout: 5_000 }).toEqual([]);
});

test('a shell on a terminal: prompt, size, ^C, hidden input, ^D', async () => {
  const nx = workspace.onTerminal(['run', 'alpha:shell']);
  await nx.prints(PROMPT);
  nx.type('stty size; echo "TERM is $TERM"\r');
  await nx.prints(/\n30 100\nTERM is xterm-256color\n/);

  nx.type('echo started; sleep 300\r');
  await nx.prints(/\nstarted\n/);
  nx.type('\x03');
  await nx.prints(/\^C\n.*build# $/);
  nx.type('echo "after ^C: $?"\r');
  await nx.prints(/\nafter \^C: 130\n/);

  nx.type('read -r -s -p "password:" secret; echo "; it was $secret" | tr a-z A-Z\r');
  await nx.prints(/\npassword:$/);
  nx.type('hidden\r');
  await nx.prints(/\npassword:; IT WAS HIDDEN\n.*build# $/);
  expect(nx.text()).not.toContain('hidden');

  nx.type('\x04');
  expect(await nx.exitCode(20_000)).toBe(0);
});

test.each(some([[[]], [[stream]]], 1))(
  'the bytes of the terminal are those of the container %s',
  async (style) => {
    const nx = workspace.onTerminal(['run', 'alpha:shell', ...style]);
    await nx.prints(PROMPT);
    nx.type("stty -onlcr; printf 'a\\nb\\n'; stty onlcr; echo done\r");
    await nx.prints(/\ndone\n/);
    expect(nx.raw()).toContain('a\nb\n');
    expect(nx.raw()).toContain('done\r\n');
    nx.type('exit\r');
    expect(await nx.exitCode(20_000)).toBe(0);
  },
);

test('a new size arrives with --output-style=stream, and not with the terminal that Nx makes', async () => {
  const own = workspace.onTerminal(['run', 'alpha:shell', stream]);
  await own.prints(PROMPT);
  own.type('trap "echo new size: \\$(stty size)" WINCH; echo ready\r');
  await own.prints(/\nready\n/);
  own.resize(77, 22);
  own.type('\r');
  await own.prints(/new size: 22 77/);
  own.type('exit\r');
  expect(await own.exitCode(20_000)).toBe(0);

  const nx = workspace.onTerminal(['run', 'alpha:shell']);
  await nx.prints(PROMPT);
  nx.resize(77, 22);
  nx.type('stty size\r');
  await nx.prints(/\n30 100\n/);
  nx.type('exit\r');
  expect(await nx.exitCode(20_000)).toBe(0);
});

test("the exit code of a shell is Nx's failure, and is told", async () => {
  const nx = workspace.onTerminal(['run', 'alpha:shell']);
  await nx.prints(PROMPT);
  nx.type('exit 3\r');
  expect(await nx.exitCode(20_000)).toBe(1); // Nx makes 1 of every failure
  expect(nx.text()).toContain('The shell ended with exit code 3');
});

test.each([
  ['piped', (args: string[]) => workspace.start(args), /\nno terminal\n/],
  ['on a terminal', (args: string[]) => workspace.onTerminal(args), /\n30 100\n/],
])('--command runs one command, %s', async (_, start, size) => {
  const good = start(['run', 'alpha:shell', '--command', 'stty size 2>/dev/null || echo no terminal; pwd']);
  expect(await good.exitCode()).toBe(0);
  expect(good.text()).toMatch(size);
  expect(good.text()).toContain('/nerves/build');
  const bad = start(['run', 'alpha:shell', '--command', 'echo out; echo err >&2; exit 4']);
  expect(await bad.exitCode()).toBe(1);
  for (const line of ['out', 'err', 'The shell ended with exit code 4']) {
    expect(bad.text()).toMatch(new RegExp(`^${line}$`, 'm'));
  }
});

test('commands can be piped into a shell', async () => {
  const input = 'echo one > piped\ncat piped\nls piped nothing\nexit 5\n';
  const { code, text } = await workspace.nxWith({ input }, 'run', 'alpha:shell');
  expect(text).toMatch(/^one$/m);
  expect(text).toMatch(/^piped$/m);
  expect(text).toContain('The shell ended with exit code 5');
  expect(code).toBe(1);
  const empty = await workspace.nxWith({ input: 'echo last' }, 'run', 'alpha:shell');
  expect(empty.text).toMatch(/^last$/m);
  expect(empty.code).toBe(0);
});

test('what is saved in the package is on the host, and the platform stays as it is', async () => {
  const command = 'echo saved >/nerves/env/alpha/saved; echo changed >/nerves/env/platform/VERSION; pwd';
  const { code, text } = await workspace.nx('run', 'alpha:shell', '--command', command);
  expect(code, text).toBe(0);
  expect(await workspace.read('systems/alpha/saved')).toBe('saved\n');
  expect(text).toMatch(
    /^\/nerves\/env\/platform is a copy of \/.*: changes to its files do not reach the host/m,
  );
  expect(await workspace.git('status', '--porcelain')).toBe('?? systems/alpha/saved');
  await workspace.remove('systems/alpha/saved');
  expect(await readdir(workspace.path('systems/alpha'))).not.toContain('build.log');
});

test('an engine elsewhere: what a shell changed in the package comes back, also from a closed terminal', async () => {
  const { env } = await engineProxy({ tcp: true });
  const settings = { env: { DOCKER_HOST: env.DOCKER_HOST } };
  const nx = workspace.onTerminal(['run', 'alpha:shell'], settings);
  await nx.prints(PROMPT);
  expect(nx.text()).toMatch(/^\/nerves\/env\/alpha is a copy of .*: changes to its files come back/m);
  nx.type('echo one >/nerves/env/alpha/saved; exit\r');
  expect(await nx.exitCode(30_000)).toBe(0);
  expect(nx.text()).toMatch(/^What the shell changed in .*\/systems\/alpha:\n {2}saved \(new\)$/m);
  expect(await workspace.read('systems/alpha/saved')).toBe('one\n');

  const closed = workspace.onTerminal(['run', 'alpha:shell'], settings);
  await closed.prints(PROMPT);
  closed.type('echo two >/nerves/env/alpha/saved; echo typed\r');
  await closed.prints(/\ntyped\n/);
  process.kill(closed.pid, 'SIGHUP');
  await expect.poll(() => workspace.read('systems/alpha/saved'), { timeout: 5_000 }).toBe('two\n');
  expect(await closed.exitCode(10_000)).not.toBe(0);
  await workspace.remove('systems/alpha/saved');
});

test.each(some([[stream], ['']], 1))('the terminal is as before afterwards %s', async (style) => {
  const nx = `node_modules/.bin/nx run alpha:shell ${style}`;
  const script = `stty -a >before; ${nx}; stty -a >after; cmp before after && echo the same; rm before after`;
  const terminal = startOnTerminal({
    file: 'sh',
    args: ['-c', script],
    cwd: workspace.root,
    env: workspace.env,
  });
  await terminal.prints(PROMPT);
  terminal.type('stty raw -echo; exit\r');
  await terminal.prints(/the same\s/);
});

test.each(some(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const, 2))('%s for nx ends a shell', async (signal) => {
  const nx = workspace.onTerminal(['run', 'alpha:shell']);
  await nx.prints(PROMPT);
  const executor = executorOf(nx.pid) ?? 0;
  process.kill(nx.pid, signal);
  await expect.poll(() => workspace.containers(), { timeout: 5_000 }).toEqual([]);
  await expect.poll(() => isAlive(executor), { timeout: 10_000 }).toBe(false);
  expect(await nx.exitCode(10_000)).not.toBe(0);
});
