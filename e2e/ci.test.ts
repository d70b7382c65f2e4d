import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { engineProxy } from '../test/support/engine-proxy.js';
import { below, system, systemOptions } from './support/systems.js';
import { testWorkspace } from './support/workspace.js';

// The recipes of docs/ci.md, as far as they are ours; their commands are in ci-commands.test.ts.

test('a runner that stays: a checkout that is made anew goes on in the volume of the one before', async () => {
  const workspace = await testWorkspace();
  expect((await workspace.nx('run', 'alpha:build-artifact')).code).toBe(0);
  const modules = join(workspace.root, '../node_modules');
  await rename(workspace.path('node_modules'), modules);
  const copy = join(workspace.root, '../copy.git');
  await workspace.git('clone', '--quiet', '--bare', '.', copy);
  await execa('find', [workspace.root, '-mindepth', '1', '-delete']);
  await workspace.git('clone', '--quiet', copy, '.');
  await rename(modules, workspace.path('node_modules'));
  const { code, text } = await workspace.nx('run', 'alpha:build-artifact', '--skip-nx-cache');
  expect(code, text).toBe(0);
  expect(await workspace.read('systems/alpha/build.log')).toContain('runs in this volume: 2\n');
});

test('a runner that is new each time: downloads and compiled objects are kept in directories', async () => {
  const make =
    'ls /nerves/dl /ccache; test "$BR2_CCACHE_DIR" = /ccache; touch /nerves/dl/fetched /ccache/compiled';
  const archive = 'mkdir -p $1/images; tar czf $1.tar.gz $1; rm -r $1';
  const options = {
    ...systemOptions,
    dl_dir: '.cache/dl',
    env: { BR2_CCACHE_DIR: '/ccache' },
    build_runner_config: {
      ...systemOptions.build_runner_config,
      mounts: [{ type: 'bind', source: '../../.cache/ccache', target: '/ccache' }],
    },
    build_runner_opts: {
      commands: {
        create_build: ['true'],
        make: ['sh', '-ec', make],
        archive: ['sh', '-ec', archive, 'sh', '{artifact_name}'],
      },
    },
  };
  const workspace = await testWorkspace(below('systems/alpha', system('alpha', options)));
  await mkdir(workspace.path('.cache/ccache'), { recursive: true });
  await mkdir(workspace.path('.cache/dl'));
  expect((await workspace.nx('run', 'alpha:archive')).code).toBe(0);
  await workspace.nx('run', 'alpha:clean'); // with the machine, the volumes are gone
  expect((await workspace.nx('run', 'alpha:archive', '--skip-nx-cache')).code).toBe(0);
  const log = await workspace.read('systems/alpha/build.log');
  expect(log).toContain('compiled\n');
  expect(log).toContain('fetched\n');
});

test('Docker-in-Docker: an engine behind TCP, which does not see the files of the job', async () => {
  const workspace = await testWorkspace();
  const { env } = await engineProxy({ tcp: true });
  const settings = { env: { DOCKER_HOST: env.DOCKER_HOST } };
  const { code, text } = await workspace.nxWith(settings, 'run', 'alpha:build-artifact');
  expect(code, text).toBe(0);
  expect(await workspace.read('systems/alpha/.nerves/artifacts/alpha-portable-0.1.0/images/rootfs')).toBe(
    'alpha\n',
  );
  expect(await workspace.containers()).toEqual([]);
});
