import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Resource, Resources } from '../../../src/backend/types.js';
import { LABEL } from '../../../src/conventions/labels.js';
import { isAgreed } from '../../../src/runner/clean/agree.js';
import { resourcesToRemove } from '../../../src/runner/clean/selection.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

/** A volume of a workspace, as the engine lists it. */
const volumeOf = (workspace: string, more: Record<string, string> = {}): Resource => ({
  kind: 'volume',
  name: `alpha-${more[LABEL.id] ?? 'aaaaaaaaaaaaaaaa'}`,
  labels: {
    [LABEL.workspace]: workspace,
    [LABEL.mount]: '/',
    [LABEL.project]: 'alpha',
    [LABEL.host]: 'ci-1',
    [LABEL.id]: 'aaaaaaaaaaaaaaaa',
    ...more,
  },
});

/** Why each of these volumes is an orphan, seen from the workspace at `root`; undefined for those that stay. */
async function orphansAmong(root: string, volumes: Resource[], projectRoots: Record<string, string> = {}) {
  const resources = { list: async () => volumes } as unknown as Resources;
  const flags = { dry_run: true, orphans: true, all: false, yes: false, imageTags: [] };
  const scope = { ...flags, workspaceRoot: root, projectRoots, host: 'ci-1' };
  const removals = await resourcesToRemove(resources, { project: 'alpha', workspaceRoot: root }, scope, []);
  return volumes.map((volume) => removals.find(({ resource }) => resource === volume)?.why);
}

/** A home with a workspace in it. */
async function home() {
  const path = await temporaryDirectory('home');
  const root = join(path, 'workspace');
  await writeFiles(root, { 'systems/alpha/VERSION': '1.0' });
  return { path, root };
}

test('resourcesToRemove() takes for orphans what a workspace or project has left that is gone', async () => {
  const { path, root } = await home();
  const gone = volumeOf(join(path, 'gone'));
  const project = volumeOf(root, { [LABEL.project]: 'removed', [LABEL.id]: 'bbbbbbbbbbbbbbbb' });
  const living = volumeOf(root, { [LABEL.id]: 'cccccccccccccccc' });
  const elsewhere = volumeOf(join(path, 'gone'), { [LABEL.host]: 'ci-2' });
  expect(await orphansAmong(root, [gone, project, living, elsewhere], { alpha: 'systems/alpha' })).toEqual([
    'its workspace is gone',
    'its project is gone',
    undefined,
    undefined,
  ]);
});

test('resourcesToRemove() keeps the volume of a workspace whose disk is not mounted', async () => {
  const { path, root } = await home();
  const mount = join(path, 'disk');
  await mkdir(mount);
  expect(await orphansAmong(root, [volumeOf(join(mount, 'ws'), { [LABEL.mount]: mount })])).toEqual([
    undefined,
  ]);
});

test('resourcesToRemove() keeps the volume of a project that was renamed', async () => {
  const { root } = await home();
  await writeFiles(root, {
    'systems/new/.nerves/artifacts/alpha-portable-1.0/.docker_id': 'aaaaaaaaaaaaaaaa',
  });
  expect(await orphansAmong(root, [volumeOf(root)], { new: 'systems/new' })).toEqual([undefined]);
  await rm(join(root, 'systems/new/.nerves'), { recursive: true });
  expect(await orphansAmong(root, [volumeOf(root)], { new: 'systems/new' })).toEqual(['its project is gone']);
});

test('resourcesToRemove() keeps the volumes of every configuration that an artifact names', async () => {
  const { root } = await home();
  const artifact = 'systems/new/.nerves/artifacts/alpha-portable-1.0';
  const [one, other] = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb'];
  await writeFiles(root, {
    [`${artifact}/.docker_id`]: one,
    [`${artifact}/.docker_id.my%20debug`]: other,
    'systems/only/.nerves/artifacts/alpha-portable-1.0/.docker_id.debug': 'cccccccccccccccc',
  });
  const volumes = [one, other, 'cccccccccccccccc', 'dddddddddddddddd'].map((id) =>
    volumeOf(root, { [LABEL.id]: id }),
  );
  expect(await orphansAmong(root, volumes, { new: 'systems/new', only: 'systems/only' })).toEqual([
    ...[undefined, undefined, undefined],
    'its project is gone',
  ]);
});

test('resourcesToRemove() of a project in a moved workspace takes the volumes of every configuration', async () => {
  const { path, root } = await home();
  const artifact = join(root, 'systems/alpha/.nerves/artifacts/alpha-portable-1.0');
  await writeFiles(artifact, { '.docker_id': 'aaaaaaaaaaaaaaaa', '.docker_id.debug': 'bbbbbbbbbbbbbbbb' });
  const volumes = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb', 'cccccccccccccccc'].map((id) =>
    volumeOf(join(path, 'before'), { [LABEL.id]: id }),
  );
  const list = async (labels: Record<string, string>) =>
    volumes.filter((volume) => Object.entries(labels).every(([key, value]) => volume.labels[key] === value));
  const flags = { dry_run: true, orphans: false, all: false, yes: false, imageTags: [] };
  const removals = await resourcesToRemove(
    { list } as unknown as Resources,
    { project: 'alpha', workspaceRoot: root },
    { ...flags, workspaceRoot: root, projectRoots: {}, host: 'ci-1' },
    [artifact],
  );
  expect(removals.map(({ resource }) => resource)).toEqual(volumes.slice(0, 2));
});

test('resourcesToRemove() keeps the volume of a workspace that was moved, as its artifact names it', async () => {
  const { path, root } = await home();
  const before = join(path, 'before');
  await writeFiles(before, { 'a/.nerves/artifacts/alpha-portable-1.0/.docker_id': 'aaaaaaaaaaaaaaaa' });
  await rename(before, join(path, 'after'));
  const known = volumeOf(join(path, 'after'), { [LABEL.id]: 'bbbbbbbbbbbbbbbb' });
  expect(await orphansAmong(root, [volumeOf(before), known])).toEqual([undefined, undefined]);
  expect(await orphansAmong(join(path, 'after'), [volumeOf(before)])).toEqual([undefined]);
});

const scope = {
  dry_run: false,
  orphans: true,
  all: false,
  yes: false,
  workspaceRoot: '/ws',
  projectRoots: {},
  imageTags: [],
};

test('isAgreed() lists what goes and asks; a no removes nothing', async () => {
  const [lines, questions]: [string[], string[]] = [[], []];
  const print = (line: string) => void lines.push(line);
  const answer = (yes: boolean) => async (question: string) => {
    questions.push(question);
    return yes;
  };
  expect(await isAgreed(['volume a'], scope, { print, confirm: answer(true) })).toBe(true);
  expect(await isAgreed(['volume a'], scope, { print, confirm: answer(false) })).toBe(false);
  expect(lines).toEqual(['would remove volume a', 'would remove volume a', 'Nothing was removed.']);
  expect(questions[0]).toBe('Remove these 1? [y/N] ');
});

test('isAgreed() wants --yes where nobody can be asked, and asks nothing with it or for nothing', async () => {
  const print = () => {};
  await expect(isAgreed(['volume a'], scope, { print })).rejects.toMatchObject({
    code: 'BAD_OPTION',
    hint: expect.stringContaining('--yes'),
  });
  expect(await isAgreed(['volume a'], { ...scope, yes: true }, { print })).toBe(true);
  expect(await isAgreed([], scope, { print })).toBe(true);
});

test('resourcesToRemove() keeps what belongs to another project with the same artifact_dir', async () => {
  const { root } = await home();
  await writeFiles(join(root, 'out'), { '.docker_id': 'aaaaaaaaaaaaaaaa' });
  const [own, renamed] = [volumeOf(root), volumeOf(root, { [LABEL.project]: 'old' })];
  const beta = volumeOf(root, { [LABEL.project]: 'beta' });
  const all = [own, renamed, beta].map((volume, n) => ({ ...volume, name: `volume-${n}` }));
  const resources = {
    list: async (labels: Record<string, string>) =>
      all.filter((volume) => Object.entries(labels).every(([key, value]) => volume.labels[key] === value)),
  } as unknown as Resources;
  const flags = { dry_run: true, orphans: false, all: false, yes: false, imageTags: [] };
  const projectRoots = { alpha: 'systems/alpha', beta: 'systems/beta' };
  const scope = { ...flags, workspaceRoot: root, projectRoots, host: 'ci-1' };
  const removals = await resourcesToRemove(resources, { project: 'alpha', workspaceRoot: root }, scope, [
    join(root, 'out'),
  ]);
  expect(removals.map(({ resource }) => resource.name)).toEqual(['volume-0', 'volume-1']);
});
