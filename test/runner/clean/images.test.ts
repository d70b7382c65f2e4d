import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Resource, Resources } from '../../../src/backend/types.js';
import { LABEL } from '../../../src/conventions/labels.js';
import { type CleanScope, resourcesToRemove } from '../../../src/runner/clean/selection.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

const ID = 'sha256:0123456789abcdef';

/** An image that was built for alpha in a workspace, as alpha:1 unless its label says something else. */
const imageOf = (
  workspace: string,
  tags: string[],
  more: Record<string, string | undefined> = {},
): Resource => ({
  kind: 'image',
  name: ID,
  tags,
  size: 1,
  labels: Object.fromEntries(
    Object.entries({
      [LABEL.workspace]: workspace,
      [LABEL.mount]: '/',
      [LABEL.project]: 'alpha',
      [LABEL.package]: 'alpha',
      [LABEL.host]: 'ci-1',
      [LABEL.tag]: 'alpha:1',
      ...more,
    }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  ),
});

async function workspaces() {
  const path = await temporaryDirectory('home');
  const [root, other, gone] = ['workspace', 'other', 'gone'].map((name) => join(path, name)) as [
    string,
    string,
    string,
  ];
  await writeFiles(root, { 'systems/alpha/VERSION': '1.0' });
  await writeFiles(other, { 'systems/alpha/project.json': '{"name": "alpha"}' });
  return { root, other, gone };
}

/** Why an image goes when alpha is cleaned in the workspace; undefined where it stays. A volume shows that there is another workspace. */
async function why(
  { root, other }: { root: string; other: string },
  image: Resource,
  scope: Partial<CleanScope> = {},
  more: Record<string, string> = {},
): Promise<string | undefined> {
  const volume: Resource = { kind: 'volume', name: 'x', labels: imageOf(other, [], more).labels };
  const list = async (labels: Record<string, string>) =>
    [image, volume].filter((one) =>
      Object.entries(labels).every(([key, value]) => one.labels[key] === value),
    );
  const flags = { dry_run: true, orphans: false, all: false, yes: false };
  const projectRoots = { alpha: 'systems/alpha', beta: 'systems/beta' };
  const removals = await resourcesToRemove(
    { list } as unknown as Resources,
    { project: 'alpha', workspaceRoot: root },
    { ...flags, workspaceRoot: root, projectRoots, host: 'ci-1', imageTags: ['alpha:2'], ...scope },
    [],
  );
  return removals.find(({ resource }) => resource === image)?.why;
}

const UNNAMED = 'no target names it';
const OLDER = 'a newer one has its tag';

const rows: [string, string[], Record<string, string | undefined>, string | undefined][] = [
  ['with the tag that no target names now', ['alpha:1'], {}, UNNAMED],
  ['as Podman names it', ['localhost/alpha:1'], {}, UNNAMED],
  ['that a newer one has taken the tag of', [], {}, OLDER],
  ['of an older version of this tool, without its tag', [], { [LABEL.tag]: undefined }, OLDER],
  ['of an older version of this tool, with a tag', ['alpha:1'], { [LABEL.tag]: undefined }, undefined],
  ['with the tag that a target names', ['alpha:2'], { [LABEL.tag]: 'alpha:2' }, undefined],
  ['with that tag, as Podman names it', ['localhost/alpha:2'], { [LABEL.tag]: 'alpha:2' }, undefined],
  ['that is built on ours, with a name of its own', ['mine:1'], {}, undefined],
  ['that somebody gave a second name', ['alpha:1', 'mine:1'], {}, undefined],
  ['of another project', ['alpha:1'], { [LABEL.project]: 'beta' }, undefined],
  ['of another project, without its tag', [], { [LABEL.project]: 'beta' }, undefined],
  ['that another machine has built', ['alpha:1'], { [LABEL.host]: 'ci-2' }, undefined],
  ['of another configuration', ['alpha:1'], { [LABEL.configuration]: 'debug' }, UNNAMED],
];

test.each(rows)('resourcesToRemove(): an image %s', async (_, tags, labels, expected) => {
  const places = await workspaces();
  expect(await why(places, imageOf(places.root, tags, labels))).toBe(expected);
});

test('resourcesToRemove() leaves the images of another workspace alone, whatever project that is', async () => {
  const places = await workspaces();
  expect(await why(places, imageOf(places.other, ['alpha:1']))).toBeUndefined();
  expect(await why(places, imageOf(places.gone, []))).toBeUndefined();
});

const uses: [string, Record<string, string>, string | undefined][] = [
  ['its project.json names the tag', { 'systems/x/project.json': '{"docker": ["D", "alpha:1"]}' }, undefined],
  ['its nx.json does', { 'nx.json': '{"tag": "alpha:1"}' }, undefined],
  [
    'its archive was built in it',
    { 'a/.nerves/archive/a.provenance.json': `{"sha256": "${ID.replace('sha256:', '')}"}` },
    undefined,
  ],
  ['a project in a directory called artifacts', { 'artifacts/x/project.json': 'alpha:1' }, undefined],
  ['its artifact has a file that does', { 'a/.nerves/artifacts/x/project.json': 'alpha:1' }, UNNAMED],
  ['another file names it', { 'README.md': 'alpha:1' }, UNNAMED],
  ['what belongs to a package of npm names it', { 'node_modules/x/project.json': 'alpha:1' }, UNNAMED],
];

test.each(uses)(
  'resourcesToRemove() looks for who uses an image in another checkout: %s',
  async (_, files, expected) => {
    const places = await workspaces();
    await writeFiles(places.other, files);
    expect(await why(places, imageOf(places.root, ['alpha:1']))).toBe(expected);
    expect(await why(places, imageOf(places.gone, ['alpha:1']), { orphans: true })).toBe(
      expected && 'its workspace is gone',
    );
  },
);

test('resourcesToRemove() keeps an image that may be used where nobody can look', async () => {
  const places = await workspaces();
  const image = imageOf(places.root, ['alpha:1']);
  expect(await why(places, image, {}, { [LABEL.host]: 'ci-2' }), 'another machine').toBeUndefined();
  const other = { [LABEL.host]: 'ci-2', [LABEL.package]: 'beta' };
  expect(await why(places, image, {}, other), 'another package there').toBe(UNNAMED);
  const mount = join(places.gone, 'disk');
  await mkdir(mount, { recursive: true });
  const unmounted = { ...places, other: join(mount, 'workspace') };
  expect(
    await why(unmounted, image, {}, { [LABEL.mount]: mount }),
    'a disk that is not mounted',
  ).toBeUndefined();
  expect(await why({ ...places, other: join(places.other, 'gone') }, image), 'it is gone').toBe(UNNAMED);
});

test('resourcesToRemove() with orphans takes images of what is gone, and no others', async () => {
  const places = await workspaces();
  const orphan = (image: Resource, more = {}) => why(places, image, { orphans: true, ...more });
  expect(await orphan(imageOf(places.gone, ['alpha:1']))).toBe('its workspace is gone');
  expect(await orphan(imageOf(places.gone, []))).toBe('its workspace is gone');
  expect(await orphan(imageOf(places.gone, ['alpha:1'], { [LABEL.host]: 'ci-2' }))).toBeUndefined();
  expect(await orphan(imageOf(places.gone, ['mine:1']))).toBeUndefined();
  expect(await orphan(imageOf(places.gone, ['alpha:2'], { [LABEL.tag]: 'alpha:2' }))).toBeUndefined();
  expect(await orphan(imageOf(places.root, []))).toBeUndefined();
  expect(await orphan(imageOf(places.root, ['alpha:1'], { [LABEL.project]: 'old' }))).toBe(
    'its project is gone',
  );
  await rm(join(places.root, 'systems'), { recursive: true });
  expect(await orphan(imageOf(places.other, ['alpha:1']))).toBeUndefined();
});

test('resourcesToRemove() with all takes every image of ours, also one that is used', async () => {
  const places = await workspaces();
  const all = (image: Resource) => why(places, image, { all: true });
  expect(await all(imageOf(places.root, ['alpha:2'], { [LABEL.tag]: 'alpha:2' }))).toBe('all are removed');
  expect(await all(imageOf(places.other, []))).toBe('all are removed');
  expect(await all(imageOf(places.root, ['mine:1']))).toBeUndefined();
  expect(await all(imageOf(places.root, ['alpha:1', 'mine:1']))).toBeUndefined();
});
