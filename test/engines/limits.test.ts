import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { LABEL } from '../../src/conventions/labels.js';
import { archive } from '../../src/runner/archive.js';
import { containersOf, testEngine, testRun } from '../support/runner.js';
import { stepOutput } from '../support/step-output.js';
import { busyboxOptions, testPackage } from '../support/workspace.js';

/** A rootless engine needs the second version of control groups for it. */
const canLimit = !(await testEngine()).capabilities.ignoredLimits.includes('memory');

const HALF = 'head -c 200000000 /dev/zero | tail';

async function withMemory(make: string) {
  const pkg = await testPackage({
    options: busyboxOptions(make, { build_runner_config: { memory: '32m' } }),
  });
  const error = await archive(pkg, testRun(pkg)).catch((thrown: unknown) => thrown);
  expect(await containersOf(await testEngine(), pkg.workspaceRoot)).toEqual([]);
  return error;
}

describe.runIf(canLimit)('archive() with too little memory', () => {
  test('a process of a step is killed', async () => {
    expect(await withMemory(HALF)).toMatchObject({
      code: 'OUT_OF_MEMORY',
      message: expect.stringContaining('PARALLEL_JOBS'),
    });
  });

  test('the main process of the container is killed, too', async () => {
    const error = await withMemory(`echo 1000 >/proc/1/oom_score_adj; ${HALF} & ${HALF}`);
    expect(error).toMatchObject({
      code: 'OUT_OF_MEMORY',
      message: expect.stringMatching(/ran out of memory[\s\S]*PARALLEL_JOBS/),
    });
  });
});

test.runIf(!canLimit)('archive() says that the engine ignores a limit', async () => {
  const options = busyboxOptions('echo built', { build_runner_config: { memory: '64m' } });
  const pkg = await testPackage({ options });
  const run = testRun(pkg);
  await archive(pkg, run);
  expect(run.stdout.text).toContain('warning: the engine cannot limit "memory", and ignores it\n');
});

test('archive(): shm_size and network', async () => {
  const options = busyboxOptions('df -k /dev/shm | tail -n 1; ls /sys/class/net', {
    build_runner_config: { shm_size: '96m', network: 'none' },
  });
  const pkg = await testPackage({ options });
  await archive(pkg, testRun(pkg));
  expect(await stepOutput(pkg.paths.log)).toMatch(/^shm +98304 .*\nlo\n/);
});

test('archive(): a secret in make_args is nowhere but in its step', async () => {
  const { build_runner_opts } = busyboxOptions();
  const make = ['sh', '-c', 'case $1 in SITE=p*-site) echo found;; esac', 'sh', '{make_args}'];
  const commands = { ...build_runner_opts?.commands, make };
  const options = { ...busyboxOptions(), build_runner_opts: { commands, make_args: ['SITE={env:SITE}'] } };
  const pkg = await testPackage({ options });
  const run = testRun(pkg, { env: { ...process.env, SITE: 'planted-site' }, verbose: true });
  await archive(pkg, run);
  expect(run.stdout.text).toContain('found\n');
  const { docker } = await testEngine();
  const filters = { label: [`${LABEL.workspace}=${pkg.workspaceRoot}`] };
  const names = await readdir(pkg.root, { recursive: true, encoding: 'utf8' });
  const provenance = names.find((name) => name.endsWith('.provenance.json')) ?? '';
  const left = [
    run.stdout.text,
    await readFile(`${pkg.root}/${provenance}`, 'utf8'),
    JSON.stringify(await docker.listVolumes({ filters })),
  ];
  expect(left.join('\n')).not.toContain('planted');
});
