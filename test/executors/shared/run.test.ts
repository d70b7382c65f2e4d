import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { spawn as spawnPty } from '@lydell/node-pty';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { compile, runScript, writeScript } from '../../support/compiled.js';
import { temporaryDirectory } from '../../support/workspace.js';

let dist = '';
beforeAll(async () => {
  dist = await compile({ run: 'executors/shared/run', errors: 'errors' });
}, 60_000);

/** A process that does as an executor of Nx does, with `body` for its work, and prints the result. */
const executor = (body: string) => `
  import { once } from 'node:events';
  import { writeFileSync } from 'node:fs';
  import { setTimeout as sleep } from 'node:timers/promises';
  import { runExecutor } from './run.js';
  const result = await runExecutor({ root: '/ws', targetName: 'archive' }, async (invocation) => { ${body} });
  console.log(JSON.stringify(result));
`;

const run = (body: string, options = {}) => runScript(dist, executor(body), [], options);

test('runExecutor() returns the result of its body', async () => {
  expect((await run('return true')).stdout).toBe('{"success":true}');
  expect((await run('return false')).stdout).toBe('{"success":false}');
});

test('runExecutor() prints an ArtifactError once, without a stack', async () => {
  const { stdout, stderr } = await runScript(
    dist,
    `import { ArtifactError } from './errors.js';
    ${executor(`throw new ArtifactError('BAD_OPTION', { tried: 'read x', cause: 'no', hint: 'Do y.' });`)}`,
  );
  expect(stdout).toBe('{"success":false}');
  expect(String(stderr).trim().split('\n')).toEqual([
    'BAD_OPTION: could not read x: no',
    '  -> Do y.',
    '  See nx-docker-artifact/docs/errors.md#bad_option',
  ]);
});

test('runExecutor() prints no control sequences, wherever the text of an error came from', async () => {
  const { stderr } = await runScript(
    dist,
    `import { ArtifactError } from './errors.js';
    ${executor(`throw new ArtifactError('IMAGE_BUILD_FAILED', { tried: 'build x', cause: '\\x1b[2J\\x1b]0;owned\\x07no', details: ['\\x9b31mred\\ttab'] });`)}`,
  );
  expect(String(stderr)).toContain('IMAGE_BUILD_FAILED: could not build x: no\n  | 31mred\ttab\n');
});

test('runExecutor() prints any other error as a defect, with its stack', async () => {
  const { stdout, stderr } = await run('const nothing = undefined; return nothing.x;');
  expect(stdout).toBe('{"success":false}');
  expect(stderr).toMatch(/^\s*Unexpected error, please report it:\nTypeError: Cannot read prop.*\n {4}at /);
  expect(String(stderr).match(/TypeError/g)).toHaveLength(1);
  expect(stderr).not.toContain('errors.md');
});

test('runExecutor() prints a thrown value that is not an error, too', async () => {
  expect((await run("throw 'text';")).stderr).toContain('Unexpected error, please report it:\ntext');
});

test('runExecutor() gives the body what it needs of the process', async () => {
  const { stdout } = await run(
    'const { env, now, ...host } = invocation.host; console.log(JSON.stringify({ ...host, now: now() > 0, clock: invocation.clock() > 0, env: env === process.env })); return true;',
  );
  expect(JSON.parse(String(stdout).split('\n')[0] ?? '')).toEqual({
    user: { uid: process.getuid?.(), gid: process.getgid?.() },
    ...{ arch: process.arch, pid: expect.any(Number), name: expect.any(String), task: 'archive', now: true },
    toolVersion: JSON.parse(await readFile('package.json', 'utf8')).version,
    clock: true,
    env: true,
  });
});

test('runExecutor() works for a user without a name, as in many CI containers', async () => {
  const stranger = process.getuid?.() === 0 ? { uid: 54_321, gid: 54_322 } : {};
  const body = 'console.log(invocation.host.user.uid + ":" + invocation.host.user.gid); return true;';
  const { stdout } = await run(body, { ...stranger, env: { HOME: '/nonexistent' } });
  const { uid = process.getuid?.(), gid = process.getgid?.() } = stranger;
  expect(stdout).toBe(`${uid}:${gid}\n{"success":true}`);
});

/** Works on after its terminal is gone, and writes into a file how far it came. */
const STUBBORN = (file: string) => `
  const alive = setInterval(() => {}, 1000);
  await once(invocation.signal, 'abort');
  clearInterval(alive);
  for (let n = 0; n < 50; n++) {
    invocation.stdout.write('still here\\n');
    process.stderr.write('still here\\n');
    await sleep(5);
  }
  writeFileSync(${JSON.stringify(file)}, 'cleaned up');
  throw new Error('interrupted');
`;

test('runExecutor() finishes the clean-up despite closed pipes (EPIPE)', async () => {
  const file = join(await temporaryDirectory('result'), 'file');
  const script = await writeScript(dist, executor(`invocation.stdout.write('up'); ${STUBBORN(file)}`));
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  child.stdout.destroy();
  child.stderr.destroy();
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(await readFile(file, 'utf8')).toBe('cleaned up');
});

test('runExecutor() finishes the clean-up despite a lost terminal (EIO)', async () => {
  const file = join(await temporaryDirectory('result'), 'file');
  const script = await writeScript(dist, executor(`invocation.stdout.write('up'); ${STUBBORN(file)}`));
  const pty = spawnPty(process.execPath, [script], {}) as ReturnType<typeof spawnPty> & { destroy(): void };
  await new Promise((resolve) => pty.onData(resolve));
  const gone = new Promise((resolve) => pty.onExit(resolve));
  pty.destroy();
  await gone;
  expect(await readFile(file, 'utf8')).toBe('cleaned up');
});

test('runExecutor() exits by itself when Nx is gone, with an exit code that is not 0', async () => {
  const body = `
    setInterval(() => {}, 1000);
    console.log('up');
    await once(invocation.signal, 'abort');
    console.log('cleaned up');
    throw invocation.signal.reason;
  `;
  const script = await writeScript(dist, executor(body));
  const child: ChildProcess = fork(script, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const errors = text(child.stderr!);
  await once(child.stdout!, 'data');
  const output = text(child.stdout!);
  child.disconnect();
  const [code] = await once(child, 'exit');
  expect(code).toBe(1);
  expect(await output).toContain('cleaned up');
  expect(await errors).toContain(
    'INTERRUPTED: could not run the target to completion: interrupted by the exit of Nx',
  );
});

test('runExecutor() removes its listeners for interrupts at the end', async () => {
  const script = `${executor('return true')}
    console.log(['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'].map((name) => process.listenerCount(name)).join());`;
  expect((await runScript(dist, script)).stdout).toBe('{"success":true}\n0,0,0,0');
});
