import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeAll, expect, test } from 'vitest';
import { archive } from '../../src/runner/archive.js';
import { shell } from '../../src/runner/shell.js';
import { engineProxy } from '../support/engine-proxy.js';
import { imageTag } from '../support/image.js';
import { Captured, containersOf, testEngine, testRun } from '../support/runner.js';
import { buildSshImage, sshServer } from '../support/ssh-server.js';
import { stepOutput } from '../support/step-output.js';
import { BUSYBOX, busyboxOptions, testPackage } from '../support/workspace.js';

beforeAll(buildSshImage, 300_000);

async function machine() {
  const proxy = await engineProxy();
  return await sshServer(proxy.env.DOCKER_HOST?.replace('unix://', '') ?? '');
}

test('archive() and shell() on an engine behind ssh, which an option names, do what they do here', async () => {
  const server = await machine();
  const docker = ['Dockerfile', imageTag()] as [string, string];
  const options = busyboxOptions('cat /nerves/env/alpha/VERSION; seq 1 20000', {
    build_runner_config: { docker, engine: 'ssh://builder' },
  });
  const pkg = await testPackage({
    options,
    files: { VERSION: '0.1.0\n', Dockerfile: `FROM ${BUSYBOX}\nRUN echo built\n` },
  });
  const env = { ...server.env, DOCKER_HOST: 'unix:///nonexistent.sock' };
  const { size } = await archive(pkg, testRun(pkg, { env }));
  expect(size).toBeGreaterThan(0);
  const numbers = Array.from({ length: 20_000 }, (_, index) => `${index + 1}\n`).join('');
  expect(await stepOutput(pkg.paths.log)).toBe(`0.1.0\n${numbers}`);
  const [stdin, stdout, stderr] = [new PassThrough(), new Captured(), new Captured()];
  const terminal = { stdin, stdout, stderr, isTTY: false };
  const run = { ...testRun(pkg, { env, task: 'shell' }), terminal };
  stdin.end();
  expect(await shell(pkg, { ...run, command: 'echo 0.2.0 >/nerves/env/alpha/VERSION; echo done' })).toBe(0);
  expect(stdout.text).toContain('done\n');
  expect(await readFile(join(pkg.root, 'VERSION'), 'utf8')).toBe('0.2.0\n');
});

test('archive() fails with ENGINE_LOST when the machine behind ssh is gone, and its container goes', async () => {
  const server = await machine();
  const pkg = await testPackage({ options: busyboxOptions('echo up; sleep 60') });
  const run = testRun(pkg, { env: server.env, verbose: true });
  const killed = new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (!run.stdout.text.includes('up\n')) return;
      clearInterval(timer);
      resolve(server.kill());
    }, 50);
  });
  await expect(archive(pkg, run)).rejects.toMatchObject({ code: 'ENGINE_LOST' });
  await killed;
  await expect
    .poll(async () => await containersOf(await testEngine(), pkg.workspaceRoot), { timeout: 10_000 })
    .toEqual([]);
});
