import { readFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { below, system, systemOptions } from './support/systems.js';
import { fileWorkspace } from './support/workspace.js';

/** As docs/ci.md calls one system, and another one. */
const NAMES = ['rpi4', 'beta'];
const PAGE = readFileSync(join(import.meta.dirname, '../docs/ci.md'), 'utf8');
/** The version of Nx here, as a number: 22.06. */
const NX = numberOf(
  JSON.parse(readFileSync(join(inject('e2e'), 'installed/node_modules/nx/package.json'), 'utf8')).version,
);
/** Every command line of Nx on that page, in its code and in its text, which says it of those that are newer than the oldest Nx. */
const COMMANDS = [
  ...new Set(
    [...PAGE.matchAll(/npx nx ([^\n`#]+)(?:` \(Nx (\d+\.\d+) or later\))?/g)]
      .filter(([, , since = '0.0']) => NX >= numberOf(since))
      .map(([, args = '']) => args.trim()),
  ),
];
const STREAMED = COMMANDS.filter((command) => command.includes('--output-style=stream'));

function numberOf(version: string): number {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major + minor / 100;
}

/** A build that says what it does and goes on when /gate/open is there: until then its lines are those of a build that runs. */
function gated(name: string) {
  const make = `echo ">>> ${name} 1 Building"; while [ ! -e /gate/open ]; do sleep 0.1; done`;
  const archive =
    'mkdir {artifact_name} && tar czf {artifact_name}.tar.gz {artifact_name}; rmdir {artifact_name}';
  return system(name, {
    ...systemOptions,
    build_runner_config: {
      ...systemOptions.build_runner_config,
      mounts: [{ type: 'bind', source: '../../gate', target: '/gate' }],
    },
    build_runner_opts: { commands: { create_build: ['true'], make, archive } },
  });
}

const workspace = await fileWorkspace(
  Object.assign({}, ...NAMES.map((name) => below(`systems/${name}`, gated(name)))),
);
await workspace.remove('systems/alpha');
const head = await workspace.git('rev-parse', 'HEAD');
await workspace.git('update-ref', 'refs/remotes/origin/main', head);
await mkdir(workspace.path('gate'));

/** As a job of CI runs it, with something to build in both systems. */
async function start(command: string) {
  const edited = NAMES.map((name) => [`systems/${name}/source.txt`, `for ${command}\n`]);
  await workspace.write(Object.fromEntries(edited));
  const args = command.replaceAll(/\$\w+/g, head).split(' ');
  return workspace.start(args, { env: { CI: 'true' } });
}

test.each(STREAMED)('docs/ci.md: nx %s shows the lines of two builds while they run', async (command) => {
  await rm(workspace.path('gate/open'), { force: true });
  const run = await start(command);
  for (const name of NAMES)
    await run.prints(new RegExp(`^${name}: \\[ 0:\\d\\d\\] >>> ${name} 1 Building$`, 'm'), 60_000);
  expect(run.text()).not.toContain('>>> make system');
  await workspace.write({ 'gate/open': '' });
  expect(await run.exitCode(60_000), run.text()).toBe(0);
  const lines = run.text().split('\n');
  const headlines = lines.filter((line) => line.includes('>>> '));
  expect(headlines.filter((line) => !/^(rpi4|beta): \[ 0:\d\d\] >>> /.test(line))).toEqual([]);
  for (const name of NAMES)
    expect(lines).toContainEqual(expect.stringMatching(`^${name}: \\[.*>>> Archive systems/${name}/`));
});

test.each(COMMANDS.filter((command) => !STREAMED.includes(command)))(
  'docs/ci.md: nx %s is a command that this Nx has',
  async (command) => {
    await workspace.write({ 'gate/open': '' });
    const run = await start(command);
    expect(await run.exitCode(90_000), run.text()).toBe(0);
  },
);

test('docs/ci.md names the commands that are tested here', () => {
  expect(STREAMED.map((command) => command.split(' ')[0])).toEqual(
    expect.arrayContaining(['affected', 'run-many']),
  );
  expect(COMMANDS.length).toBeGreaterThan(STREAMED.length);
});
