import { expect, onTestFinished, test } from 'vitest';
import { json } from './support/platform.js';
import { isHit, testWorkspace } from './support/workspace.js';

const ALPHA = 'systems/alpha';

test('the key of the archive follows what it is made of, and nothing else', async () => {
  const workspace = await testWorkspace();
  const archive = async () => isHit(await workspace.nx('run', 'alpha:archive'), 'alpha:archive');
  expect(await archive(), 'the first build').toBe(false);
  expect(await archive(), 'right after it: with build.log and .nerves').toBe(true);

  const edits = [
    ['a file of the package', `${ALPHA}/source.txt`, 'changed\n'],
    [
      'a file of the platform',
      'platform/rules.mk',
      `${await workspace.read('platform/rules.mk')}# changed\n`,
    ],
    ['an option', `${ALPHA}/project.json`, await withOption('env', { COLOUR: 'blue' })],
  ] as const;
  for (const [what, path, content] of edits) {
    await workspace.write({ [path]: content });
    expect(await archive(), what).toBe(false);
  }

  await workspace.write({ 'systems/beta/source.txt': 'changed\n', 'README.md': 'changed\n' });
  expect(await archive(), 'another project, a file of no project').toBe(true);

  async function withOption(name: string, value: unknown): Promise<string> {
    const project = JSON.parse(await workspace.read(`${ALPHA}/project.json`));
    project.targets['build-artifact'].options[name] = value;
    return json(project);
  }
});

test('a changed build is in the artifact, and going back is a hit', async () => {
  const workspace = await testWorkspace();
  const rootfs = `${ALPHA}/.nerves/artifacts/alpha-portable-0.1.0/images/rootfs`;
  await workspace.nx('run', 'alpha:build-artifact');
  await workspace.write({ [`${ALPHA}/source.txt`]: 'changed\n' });
  expect(isHit(await workspace.nx('run', 'alpha:build-artifact'), 'alpha:archive')).toBe(false);
  expect(await workspace.read(rootfs)).toBe('changed\n');
  await workspace.write({ [`${ALPHA}/source.txt`]: 'alpha\n' });
  expect(isHit(await workspace.nx('run', 'alpha:build-artifact'), 'alpha:archive')).toBe(true);
  expect(await workspace.read(rootfs)).toBe('alpha\n');
});

test("with Nx's daemon, as most have it", async () => {
  const workspace = await testWorkspace();
  const settings = { env: { NX_DAEMON: 'true' } };
  onTestFinished(async () => void (await workspace.nxWith(settings, 'daemon', '--stop')));
  const archive = async () =>
    isHit(await workspace.nxWith(settings, 'run', 'alpha:archive'), 'alpha:archive');
  expect(await archive()).toBe(false);
  expect(await archive()).toBe(true);
  await workspace.write({ 'platform/VERSION': '1.0.1\n' });
  // the daemon hears of a change a moment later
  await expect.poll(archive, { timeout: 30_000, interval: 500 }).toBe(false);
  expect(await archive()).toBe(true);
});

test('affected selects the systems that a change reaches', async () => {
  const workspace = await testWorkspace();
  const affected = async () => {
    const { text } = await workspace.nx(
      'show',
      'projects',
      '--affected',
      '--base=HEAD',
      '--with-target=archive',
    );
    return text.split('\n').filter(Boolean).sort();
  };
  const archives = async () => {
    const options = ['-t', 'archive', '--base=HEAD', '--graph=stdout'];
    const { text } = await workspace.nx('affected', ...options);
    return Object.keys(JSON.parse(text).tasks.tasks).sort();
  };
  await workspace.write({ 'README.md': 'changed\n' });
  expect(await affected()).toEqual([]);
  await workspace.write({ 'systems/beta/source.txt': 'changed\n' });
  expect(await affected()).toEqual(['beta']);
  expect(await archives()).toEqual(['beta:archive']);
  await workspace.git('checkout', '.');
  await workspace.write({ 'platform/hold.sh': { content: 'changed\n', mode: 0o755 } });
  expect(await archives()).toEqual(['alpha:archive', 'beta:archive']);
});
