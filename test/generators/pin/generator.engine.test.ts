import { expect, onTestFinished, test, vi } from 'vitest';
import pinGenerator from '../../../src/generators/pin/generator.js';
import { imageTag, removeImage } from '../../support/image.js';
import { testRegistry } from '../../support/registry.js';
import { testEngine } from '../../support/runner.js';
import { testTree } from '../support/tree.js';

/** A registry's image, which goes with the test. */
async function published(name: string) {
  const registry = await testRegistry();
  const repository = `${registry.address}/nx-docker-artifact-test/${name}`;
  onTestFinished(async () => {
    const { docker } = await testEngine();
    const all = await docker.listImages({ filters: { reference: [repository] } });
    for (const { Id } of all) await removeImage(Id);
  });
  return { registry, repository };
}

function treeWith(options: object, files: Record<string, string> = {}, more: object = {}) {
  const target = { executor: 'nx-docker-artifact:build', options, ...more };
  const project = { name: 'rpi4', tags: ['x'], targets: { image: target } };
  return testTree({ 'systems/rpi4/project.json': `${JSON.stringify(project, null, 2)}\n`, ...files });
}

/** Runs the generator as `nx g` does; what it prints, and the options afterwards. */
async function pin(tree: ReturnType<typeof testTree>, more: object = {}) {
  const lines: string[] = [];
  for (const stream of ['info', 'warn'] as const) {
    const spy = vi.spyOn(console, stream).mockImplementation((text) => void lines.push(String(text)));
    onTestFinished(() => spy.mockRestore());
  }
  await pinGenerator(tree, { project: 'rpi4', ...more });
  const read = JSON.parse(tree.read('systems/rpi4/project.json', 'utf8') ?? '');
  const printed = lines.join('\n').replaceAll(/\x1b\[\d+m/g, '');
  return { printed, docker: read.targets.image.options.build_runner_config?.docker, tags: read.tags };
}

const SHA = 'sha256:[0-9a-f]{64}';

test('pinGenerator() pulls the image, and writes its digest beside its tag', async () => {
  const { repository } = await published('pin');
  const docker = { tag: `${repository}:1`, pull: 'missing' };
  const tree = treeWith({ build_runner_config: { docker, network: 'none' } });
  const pinned = await pin(tree);
  expect(pinned.docker.tag).toMatch(new RegExp(`^${repository}:1@${SHA}$`));
  expect(pinned).toMatchObject({ docker: { pull: 'missing' }, tags: ['x'] });
  expect(pinned.printed).toBe(
    `Pulling image ${repository}:1\nSet in systems/rpi4/project.json, target image:\n  build_runner_config.docker.tag = "${pinned.docker.tag}"`,
  );
  expect((await pin(tree)).printed).toContain('is pinned already');
});

test('pinGenerator() --update pins what the tag leads to now', async () => {
  const { registry, repository } = await published('update');
  const tree = treeWith({ build_runner_config: { docker: { tag: `${repository}:1` } } });
  const first = await pin(tree);
  expect((await pin(tree, { update: true })).printed).toContain('Nothing to change: the tag still leads to');
  registry.publish();
  const second = await pin(tree, { update: true });
  expect(second.docker.tag).toMatch(new RegExp(`^${repository}:1@${SHA}$`));
  expect(second.docker.tag).not.toBe(first.docker.tag);
});

test('pinGenerator() says what to write into a Dockerfile, and changes nothing', async () => {
  const { repository } = await published('base');
  const known = treeWith({ build_runner_config: { docker: { tag: `${repository}:1` } } });
  const { docker } = await pin(known);
  const unknown = imageTag();
  const text = `ARG BASE=${repository}:1\nFROM $BASE AS tools\nFROM ${unknown}\nCOPY --from=tools /base /base\n`;
  const tree = treeWith(
    { build_runner_config: { docker: ['Dockerfile', 'rpi4:1'] } },
    { 'systems/rpi4/Dockerfile': text },
  );
  const pinned = await pin(tree);
  expect(pinned.docker).toEqual(['Dockerfile', 'rpi4:1']);
  expect(pinned.printed.split('\n').slice(-3)).toEqual([
    'The image is built from systems/rpi4/Dockerfile; it is its FROM that can be pinned:',
    `  line 2: FROM ${docker.tag} AS tools`,
    `  line 3: ${unknown}: the engine knows no digest of it; \`docker pull ${unknown}\`, then again`,
  ]);
});

test('pinGenerator() leaves nx.json and the configurations alone, and says so', async () => {
  const { repository } = await published('inherited');
  const docker = { tag: `${repository}:1` };
  const targetDefaults = { 'nx-docker-artifact:build': { options: { build_runner_config: { docker } } } };
  const more = { configurations: { debug: { build_runner_config: { docker: { tag: 'debug:1' } } } } };
  const tree = treeWith({}, { 'nx.json': JSON.stringify({ targetDefaults }) }, more);
  const pinned = await pin(tree);
  expect(pinned.docker).toBeUndefined();
  expect(pinned.printed).toContain(
    `It is nx.json that has its "build_runner_config"; write there:\n  build_runner_config.docker.tag = "${repository}:1@sha256:`,
  );
  expect(pinned.printed).toContain('warning: configuration debug has a "build_runner_config" of its own');
});
