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
  for (const name of NAMES) {
    const artifact = `systems/${name}/.nerves/artifacts/${name}-portable-0.1.0`;
    expect(await workspace.read(`${artifact}/images/rootfs`)).toBe(`${name}\n`);
  }
  const rows = text.split('\n').filter((line) => /^(alpha|beta|gamma) +built +\d+:\d\d +1 kB$/.test(line));
  expect(rows, text).toHaveLength(3);
  expect(await workspace.read('../summary.md')).toMatch(
    /^\n\| package \| result \| time \| archive \|\n\|( --- \|){4}\n(\| \w+ \| built \| \d+:\d\d \| 1 kB \|\n){3}$/,
  );
  expect(await workspace.git('status', '--short')).toBe('');
  expect(await workspace.containers()).toEqual([]);
});
