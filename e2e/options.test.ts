import { expect, test } from 'vitest';
import { below, system, systemOptions } from './support/platform.js';
import { fileWorkspace, NO_ENGINE } from './support/workspace.js';

const workspace = await fileWorkspace();

/** Runs alpha's build with other options; nothing of it needs an engine. */
async function buildWith(options: object, ...args: string[]) {
  await workspace.write(below('systems/alpha', system('alpha', options)));
  return await workspace.nxWith({ env: NO_ENGINE }, 'run', 'alpha:build-artifact', ...args);
}

const docker = (value: unknown) => ({ ...systemOptions, build_runner_config: { docker: value } });

test.each([
  ['an unknown option', { ...systemOptions, platfrom: 'x' }, /unknown option "platfrom"/],
  [
    'an unknown nested option',
    { ...systemOptions, build_runner_opts: { jobs: 2 } },
    /unknown option "build_runner_opts\.jobs"/,
  ],
  ['a wrong type', { ...systemOptions, checksum: 'VERSION' }, /"checksum": expected array, received string/],
  [
    'a word that is none of those',
    { ...systemOptions, type: 'sytem' },
    /"type": .*"system"\|"toolchain"\|"package"/,
  ],
  ['docker with a tuple that is too short', docker(['Dockerfile']), /"build_runner_config\.docker": /],
  ['docker with a misspelt key', docker({ tagg: 'x' }), /"build_runner_config\.docker\.tag/],
  ['docker with a text', docker('Dockerfile'), /"build_runner_config\.docker": expected array or object/],
])('%s is one clear line', async (_, options, message) => {
  const { code, text } = await buildWith(options);
  expect(code).toBe(1);
  const lines = text.split('\n').filter((line) => line.includes('BAD_OPTION'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^BAD_OPTION: could not read the options of alpha:build-artifact: /);
  expect(lines[0]).toMatch(message);
  expect(text).not.toContain('"additionalProperties"');
});
