import { expect, onTestFinished, test } from 'vitest';
import type { BuildOptionsInput } from '../../src/options/types.js';
import { archive } from '../../src/runner/archive.js';
import { testRun } from '../support/runner.js';
import { stepOutput } from '../support/step-output.js';
import { busyboxOptions, testPackage } from '../support/workspace.js';

/** What a step of a build prints. */
async function inBuild(script: string, more: BuildOptionsInput = {}): Promise<string> {
  const pkg = await testPackage({ options: busyboxOptions(script, more) });
  await archive(pkg, testRun(pkg));
  return await stepOutput(pkg.paths.log);
}

test('archive() shows a build no more of the host than its download cache', async () => {
  const kinds = ' (proc|sysfs|tmpfs|devpts|mqueue|cgroup2?|overlay) ';
  const log = await inBuild(`grep -v -E '${kinds}' /proc/mounts | cut -d' ' -f2 | sort`);
  const engines = /^\/(etc\/(hostname|hosts|resolv\.conf)|(usr\/)?sbin\/docker-init|dev\/init)$/;
  const mounts = log.split('\n').filter((path) => path !== '' && !engines.test(path));
  expect(mounts).toEqual(['/nerves/build', '/nerves/dl', '/nerves/env']);
});

test('archive(): build_runner_config.shm_size is the size of /dev/shm', async () => {
  const log = await inBuild('df -k /dev/shm | tail -n 1', { build_runner_config: { shm_size: '96m' } });
  expect(log).toMatch(/^shm +98304 /);
});

test('archive() gives a build the listed variables, and none of the caller', async () => {
  process.env.NX_DOCKER_ARTIFACT_TEST_SECRET = 'planted';
  process.env.BR2_PRIMARY_SITE = 'http://mirror/';
  onTestFinished(() => {
    delete process.env.NX_DOCKER_ARTIFACT_TEST_SECRET;
    delete process.env.BR2_PRIMARY_SITE;
  });
  const fromCaller = { BR2_PRIMARY_SITE: null, BR2_BACKUP_SITE: null };
  const log = await inBuild('env', { env: { BR2_JLEVEL: 2, GREETING: 'a, b "c"', ...fromCaller } });
  expect(log).toContain('GREETING=a, b "c"\n');
  expect(log).toContain('BR2_PRIMARY_SITE=http://mirror/\n');
  expect(log).not.toContain('planted');
  const names = log
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0] ?? '');
  const own = [
    'BR2_JLEVEL',
    'BR2_PRIMARY_SITE',
    'FORCE_UNSAFE_CONFIGURE',
    'GID',
    'GREETING',
    'HOME',
    'HOSTNAME',
    'NERVES_BR_DL_DIR',
    'PATH',
    'PWD',
    'TERM',
    'UID',
  ];
  expect(names.filter((name) => !['SHLVL', 'OLDPWD', '_'].includes(name)).sort()).toEqual(own);
});

test('archive(): build_runner_config sets workdir, limits and additional mounts', async () => {
  const mounts = [
    { type: 'tmpfs' as const, target: '/scratch' },
    { type: 'bind' as const, source: 'extra, dir', target: '/extra', readonly: true },
  ];
  const files = { VERSION: '0.1.0\n', 'extra, dir/file': 'there' };
  const script =
    'pwd; cat /extra/file; touch /extra/new 2>/dev/null || echo " read-only"; grep -c " /scratch tmpfs" /proc/mounts';
  const build_runner_config = { workdir: '/work/dir', mounts, memory: '64m', cpus: 0.5, network: 'none' };
  const pkg = await testPackage({ files, options: busyboxOptions(script, { build_runner_config }) });
  await archive(pkg, testRun(pkg));
  expect(await stepOutput(pkg.paths.log)).toBe('/work/dir\nthere read-only\n1\n');
});
