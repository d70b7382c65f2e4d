import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { engineProxy } from '../test/support/engine-proxy.js';
import { below, system, systemOptions } from './support/systems.js';
import { testWorkspace } from './support/workspace.js';

const NAMES = ['alpha', 'beta', 'gamma'];

test('three systems with one platform and one image, on a cold machine, at once', async () => {
  const tag = `nx-docker-artifact-test/e2e-parallel:${process.pid}`;
  const { tag: base } = systemOptions.build_runner_config.docker;
  const options = {
    ...systemOptions,
    build_runner_config: { docker: { dockerfile: '../../images/Dockerfile', tag } },
  };
  const systems = NAMES.map((name) => below(`systems/${name}`, system(name, options)));
  const workspace = await testWorkspace({
    ...Object.assign({}, ...systems),
    'images/Dockerfile': `FROM ${base}\nRUN echo ${tag}; sleep 2\n`, // in no builder's cache
  });
  const proxy = await engineProxy();
  const { code, text } = await workspace.nxWith(
    { env: { DOCKER_HOST: proxy.env.DOCKER_HOST, GITHUB_STEP_SUMMARY: workspace.path('../summary.md') } },
    ...['run-many', '-t', 'build-artifact', '--parallel=3', '--output-style=stream'],
  );
  expect(code, text).toBe(0);
  expect(proxy.requests.filter((request) => request.startsWith('POST /build'))).toHaveLength(1);

  const [, builder = ''] = /(\w+): \[ 0:\d\d\] >>> Building image /.exec(text) ?? [];
  const waited = `: Waiting for image ${tag}, which ${builder}:archive \\(pid \\d+, since [^)]+\\) is building\n`;
  expect(NAMES, text).toContain(builder);
  expect(text.match(new RegExp(waited, 'g')), text).toHaveLength(2);
  const own = text.split('\n').filter((line) => /\[ \d:\d\d\] |Waiting for /.test(line));
  expect(own.filter((line) => !/^(alpha|beta|gamma): /.test(line))).toEqual([]); // each says whose it is
  for (const name of NAMES) {
    expect(own).toContainEqual(expect.stringMatching(`^${name}: \\[.*>>> toy 1\\.0 Building$`));
    const artifact = `systems/${name}/.nerves/artifacts/${name}-portable-0.1.0`;
    expect(await workspace.read(`${artifact}/images/rootfs`)).toBe(`${name}\n`);
  }
  const rows = text
    .split('\n')
    .filter((line) => /^(alpha|beta|gamma) +built +\d+:\d\d +1 kB( +toy \d:\d\d)?$/.test(line));
  expect(rows, text).toHaveLength(3);
  expect(await workspace.read('../summary.md')).toMatch(
    /^\n\| package \| result \| time \| archive \|.*\n\|( --- \|){4,5}\n(\| \w+ \| built \| \d+:\d\d \| 1 kB \|.*\n){3}$/,
  );
  expect(await workspace.git('status', '--short')).toBe('');
  expect(await workspace.containers()).toEqual([]);
});

test('the table of a run says how long a build waited for another run, and which package took longest', async () => {
  const make =
    'for name in zlib gcc; do echo ">>> $name 1.0 Building"; sleep 1.2; while [ ! -e /gate/open ]; do sleep 0.1; done; done';
  const archive =
    'mkdir {artifact_name} && tar czf {artifact_name}.tar.gz {artifact_name}; rmdir {artifact_name}';
  const optionsWith = (end: string) => ({
    ...systemOptions,
    build_runner_config: {
      ...systemOptions.build_runner_config,
      mounts: [{ type: 'bind', source: '../../gate', target: '/gate' }],
    },
    build_runner_opts: { commands: { create_build: 'true', make: `${make}; ${end}`, archive } },
  });
  const workspace = await testWorkspace({
    'gate/README': '',
    ...below('systems/alpha', system('alpha', optionsWith('true'))),
    ...below('systems/beta', system('beta', optionsWith('exit 1'))),
  });
  const first = workspace.start(['run', 'alpha:archive']);
  await first.prints(/>>> zlib 1\.0 Building/);
  const second = workspace.start(['run-many', '-t', 'archive', '--output-style=stream']);
  await second.prints(/^alpha: Waiting for alpha:archive /m);
  await sleep(1000);
  await workspace.write({ 'gate/open': '' });
  expect(await first.exitCode(), first.text()).toBe(0);
  expect(await second.exitCode(), second.text()).toBe(1);
  const text = second.text();
  expect(text).toMatch(/^package +result +time +waited +archive +slowest package$/m);
  expect(text).toMatch(/^alpha +built +\d:\d\d +\d:\d\d +1 kB +(zlib|gcc) 0:0\d$/m);
  expect(text).toMatch(/^beta +failed in gcc, build +\d:\d\d +(zlib|gcc) 0:\d\d$/m);
});
