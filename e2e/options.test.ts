import { expect, test } from 'vitest';
import { some } from '../test/support/some.js';
import { below, system, systemOptions } from './support/systems.js';
import { fileWorkspace, NO_ENGINE } from './support/workspace.js';

const workspace = await fileWorkspace();

/** Runs alpha's build with other options; nothing of it needs an engine. */
async function buildWith(options: object, ...args: string[]) {
  await workspace.write(below('systems/alpha', system('alpha', options)));
  return await workspace.nxWith({ env: NO_ENGINE }, 'run', 'alpha:build-artifact', ...args);
}

const docker = (value: unknown) => ({ ...systemOptions, build_runner_config: { docker: value } });

test.each(
  some(
    [
      ['an unknown option', { ...systemOptions, platfrom: 'x' }, /unknown option "platfrom"/],
      [
        'an unknown nested option',
        { ...systemOptions, build_runner_opts: { jobs: 2 } },
        /unknown option "build_runner_opts\.jobs"/,
      ],
      [
        'a wrong type',
        { ...systemOptions, checksum: 'VERSION' },
        /"checksum": expected array, received string/,
      ],
      [
        'a word that is none of those',
        { ...systemOptions, type: 'sytem' },
        /"type": .*"system"\|"toolchain"\|"package"/,
      ],
      ['docker with a tuple that is too short', docker(['Dockerfile']), /"build_runner_config\.docker": /],
      ['docker with a misspelt key', docker({ tagg: 'x' }), /"build_runner_config\.docker\.tag/],
      ['docker with a text', docker('Dockerfile'), /"build_runner_config\.docker": expected array or object/],
    ],
    3,
  ),
)('%s is one clear line', async (_, options, message) => {
  const { code, text } = await buildWith(options);
  expect(code).toBe(1);
  const lines = text.split('\n').filter((line) => line.includes('BAD_OPTION'));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^BAD_OPTION: could not read the options of alpha:build-artifact: /);
  expect(lines[0]).toMatch(message);
  expect(text).not.toContain('"additionalProperties"');
});

test.each(
  some(
    [
      [
        'build-artifact',
        ['platform', 'checksum', 'build_runner_config', 'build_runner_opts', 'path', 'wait'],
      ],
      ['archive', ['build_target', 'path', 'verbose', 'wait']],
      ['clean', ['build_target', 'dry_run', 'orphans', 'all', 'yes']],
      ['shell', ['build_target', 'command', 'configure', 'wait']],
      ['status', ['build_target', 'json']],
      ['timing', ['build_target', 'build', 'json']],
    ],
    2,
  ),
)('`nx run beta:%s --help` shows its options', async (target, options) => {
  const { code, text } = await workspace.nx('run', `beta:${target}`, '--help');
  expect(code).toBe(0);
  if (target === 'build-artifact')
    expect(text.replaceAll(/\s+/g, ' ')).toContain('a string, which is a shell line, or');
  for (const option of options) expect(text).toMatch(new RegExp(`^ +--${option} `, 'm'));
  expect(text).not.toContain('undefined');
});

test.each([
  ['an unknown option', '--bogus=1', "'bogus' is not found in schema"],
  [
    'a wrong type',
    '--wait=maybe',
    "Property 'wait' does not match the schema. 'maybe' should be a 'boolean'.",
  ],
])('%s on the command line is one clear line of Nx', async (_, argument, message) => {
  const { code, text } = await workspace.nxWith({ env: NO_ENGINE }, 'run', 'beta:archive', argument);
  expect(code).toBe(1);
  expect(text.split('\n').filter((line) => line.includes(message))).toHaveLength(1);
});

test('options on the command line that the archive would not get are refused before anything is built', async () => {
  const args = ['--build_runner_opts.make_args=-j2', '--env.A=1', '--no-wait'];
  const { code, text } = await workspace.nxWith({ env: NO_ENGINE }, 'run', 'beta:build-artifact', ...args);
  expect(code).toBe(1);
  expect(text.match(/BAD_OPTION/g)).toHaveLength(1);
  expect(text).toMatch(/^BAD_OPTION: could not run beta:build-artifact with --\w+ --\w+: /m);
  expect(text).not.toContain('ENGINE_UNREACHABLE');
});

test.each([['archive'], ['shell']])('without an engine `%s` names it and gives a hint', async (target) => {
  const command = target === 'shell' ? ['--command', 'true'] : [];
  const { code, text } = await workspace.nxWith({ env: NO_ENGINE }, 'run', `beta:${target}`, ...command);
  expect(code).toBe(1);
  expect(text.match(/ENGINE_UNREACHABLE/g)).toHaveLength(1);
  expect(text).toMatch(/^ENGINE_UNREACHABLE: .*\/nonexistent\.sock.*DOCKER_HOST/m);
  expect(text).toMatch(/^ {2}-> Start Docker/m);
  expect(text).not.toMatch(/^ +at /m); // no stack
});
