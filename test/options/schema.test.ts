import { expect, test } from 'vitest';
import { buildOptions, cleanOptions, shellOptions } from '../../src/options/schema.js';

test('buildOptions has the documented default of every option', () => {
  expect(buildOptions.parse({})).toEqual({
    type: 'system',
    platform_config: { defconfig: 'nerves_defconfig' },
    env: {},
    build_runner_config: { mounts: [], ssh_agent: false },
    build_runner_opts: { make_args: [], fresh_on: ['platform_version'] },
    dl_keep: 3,
    verbose: false,
    wait: true,
    fresh: false,
  });
});

test('buildOptions keeps the other defaults of a nested object that is given in part', () => {
  const parsed = buildOptions.parse({ build_runner_config: { cpus: 2 }, build_runner_opts: {} });
  expect(parsed.build_runner_config).toEqual({ cpus: 2, mounts: [], ssh_agent: false });
  expect(parsed.build_runner_opts).toEqual({ make_args: [], fresh_on: ['platform_version'] });
});

test('buildOptions makes a mount a writable volume by default', () => {
  const { mounts } = buildOptions.parse({
    build_runner_config: { mounts: [{ source: 'ccache', target: '/ccache' }] },
  }).build_runner_config;
  expect(mounts).toEqual([{ type: 'volume', source: 'ccache', target: '/ccache', readonly: false }]);
});

test('buildOptions turns a number into a string, as Nx makes one of --version=1.1', () => {
  const parsed = buildOptions.parse({
    version: 1.1,
    env: { JOBS: 4, DEBUG: true },
    build_runner_opts: { make_args: [1, false, 'V=1'] },
    build_runner_config: { docker: { tag: 2, build_args: { LEVEL: 3 } } },
  });
  expect(parsed.version).toBe('1.1');
  expect(parsed.env).toEqual({ JOBS: '4', DEBUG: 'true' });
  expect(parsed.build_runner_opts.make_args).toEqual(['1', 'false', 'V=1']);
  expect(parsed.build_runner_config.docker).toEqual({ tag: '2', build_args: { LEVEL: '3' } });
});

test('buildOptions takes dl_keep as a number or "all", and nothing else', () => {
  for (const dl_keep of [0, 3, 'all']) expect(buildOptions.parse({ dl_keep }).dl_keep).toBe(dl_keep);
  for (const dl_keep of [-1, 1.5, 'none', '3', null])
    expect(buildOptions.safeParse({ dl_keep }).success, `${dl_keep}`).toBe(false);
});

test('buildOptions keeps a variable that is null, for the value of the caller', () => {
  expect(buildOptions.parse({ env: { TOKEN: null, NAME: 'null' } }).env).toEqual({
    TOKEN: null,
    NAME: 'null',
  });
});

test('buildOptions takes docker as a pair of Dockerfile and tag, or as an object', () => {
  const docker = (value: unknown) =>
    buildOptions.parse({ build_runner_config: { docker: value } }).build_runner_config.docker;
  expect(docker(['Dockerfile', 'my_system:0.1.0'])).toEqual(['Dockerfile', 'my_system:0.1.0']);
  expect(docker(['Dockerfile', 1])).toEqual(['Dockerfile', '1']);
  const whole = {
    dockerfile: 'docker/Dockerfile',
    tag: 'x:1',
    context: '..',
    target: 'build',
    build_args: { A: 'b' },
    secrets: ['id=token'],
    ssh: ['default'],
    platform: 'linux/amd64',
    pull: 'always',
  };
  expect(docker(whole)).toEqual(whole);
});

test.each([4_000_000_000, '4g', '4G', '512m', '1.5g', '1024', '10k', '7b'])(
  'buildOptions takes memory and shm_size %j',
  (size) => {
    const parsed = buildOptions.parse({ build_runner_config: { memory: size, shm_size: size } });
    expect(parsed.build_runner_config).toMatchObject({ memory: size, shm_size: size });
  },
);

test('cleanOptions removes nothing of others by default, shellOptions is interactive', () => {
  expect(cleanOptions.parse({})).toEqual({
    build_target: 'build-artifact',
    dry_run: false,
    orphans: false,
    all: false,
    yes: false,
  });
  expect(shellOptions.parse({})).toEqual({
    build_target: 'build-artifact',
    configure: true,
    wait: true,
  });
});
