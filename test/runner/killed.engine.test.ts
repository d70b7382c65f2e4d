import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from 'vitest';
import { build } from '../../src/runner/build.js';
import { compile, writeScript } from '../support/compiled.js';
import { containersOf, runnerDeps, testEngine } from '../support/runner.js';
import { until } from '../support/wait.js';
import { busyboxOptions, testPackage } from '../support/workspace.js';

let compiled: string;
beforeAll(async () => {
  compiled = await compile({ build: 'runner/build' });
});

/** Builds the package that it gets, with the deps that it gets. */
const BUILD = `
import { build } from './build.js';
const [pkg, deps] = JSON.parse(process.argv[2]);
const { signal } = new AbortController();
const clock = () => performance.now();
await build(pkg, { ...deps, archived: false, env: process.env, stdout: process.stdout, signal, clock });
`;

test.each([
  ['create-build', ['sh', '-c', 'echo in step; while :; do sleep 1; done'], ['true']],
  ['make', ['true'], ['sh', '-c', `trap '' TERM HUP; echo in step; while :; do sleep 1; done`]],
])(
  'a process that is killed in %s leaves no container after 5 s, and a volume that can be used',
  async (_, create_build, make) => {
    const archive = ['sh', '-c', 'mkdir $1; tar czf $1.tar.gz $1; rmdir $1', 'sh', '{artifact_name}'];
    const options = busyboxOptions('', { build_runner_opts: { commands: { create_build, make, archive } } });
    const pkg = await testPackage({ options });
    const { user, process: me, toolVersion, verbose, wait } = runnerDeps(pkg);
    const deps = { user, process: me, toolVersion, verbose, wait };
    const script = await writeScript(compiled, BUILD);
    const child = spawn(process.execPath, [script, JSON.stringify([pkg, deps])], { stdio: 'ignore' });
    const over = once(child, 'exit');
    await until(async () => (await readFile(pkg.paths.log, 'utf8').catch(() => '')).includes('in step'));
    child.kill('SIGKILL');
    await over;
    const engine = await testEngine();
    await until(async () => (await containersOf(engine, pkg.workspaceRoot)).length === 0, 5_000);
    const next = await testPackage({ workspaceRoot: pkg.workspaceRoot });
    expect(await build(next, { ...runnerDeps(next), archived: false })).toMatchObject({ unpacked: true });
  },
);
