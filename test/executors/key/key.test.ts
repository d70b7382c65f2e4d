import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keyOf } from '../../../src/executors/key/key.js';
import { bytesOfListing, listingFrom } from '../../../src/sources/listing/remembered.js';
import { treeOf } from '../../../src/sources/tree-builder.js';
import { onlyPrograms } from '../../support/archives.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

const { signal } = new AbortController();
const minutes = (count: number) => count * 60_000;

/** A workspace with a package, two platforms and a Dockerfile, and what is done to calculate keys in it. */
async function workspaceOf(configurations: Record<string, object>) {
  const root = await temporaryDirectory('workspace');
  const directory = await temporaryDirectory('listings');
  const git = join(directory, 'git.log');
  let listed = 0;
  await writeFiles(root, {
    ...{ 'alpha/VERSION': '1.0.0\n', 'alpha/nerves_defconfig': 'BR2_a=y\n', 'alpha/source': 'x' },
    ...{ 'one/VERSION': '1.0.0\n', 'two/VERSION': '2.0.0\n' },
    ...{ 'docker/Dockerfile': 'FROM scratch\nCOPY . /\n', 'docker/file': 'x' },
  });
  const options = { platform: 'one', build_runner_config: { docker: ['../docker/Dockerfile', 'x:1'] } };
  const deps = {
    env: await onlyPrograms({ git: `echo "$1" >>${git}; exit 1` }),
    ...{ arch: 'x64', toolVersion: '0.1.0', signal },
    // asked once for each tree that is listed; a minute after the files were written
    listings: { directory, now: () => new Date(Date.now() + minutes(1) * Math.min(++listed, 1)) },
  };
  const digests = async (of: Record<string, object>) => {
    const targets = {
      'build-artifact': { executor: 'nx-docker-artifact:build', options, configurations: of },
    };
    const projects = { alpha: { root: 'alpha', targets } };
    return (await keyOf({ root, projects }, { root: 'alpha', target: 'build-artifact' }, deps)).digests;
  };
  return {
    root,
    directory,
    digests: () => digests(configurations),
    /** Of each configuration, as if there were no other. */
    alone: async () => {
      const each = Object.entries(configurations).map(async ([name, own]) => [
        name,
        (await digests({ [name]: own }))[name],
      ]);
      return { '': (await digests({}))[''], ...Object.fromEntries(await Promise.all(each)) };
    },
    /** How many trees were listed, and checksums calculated, since the last time. */
    async count() {
      const checksums = (await readFile(git, 'utf8').catch(() => '')).split('\n').length - 1;
      await writeFile(git, '');
      const trees = listed;
      listed = 0;
      return { trees, checksums };
    },
  };
}

test('keyOf() lists what configurations have in common once, for the digests that each has by itself', async () => {
  const { digests, alone, count } = await workspaceOf({
    env: { env: { A: '1' } },
    platform: { platform: 'two' },
    checksum: { checksum: ['source'] },
    context: {
      build_runner_config: { docker: { dockerfile: '../docker/Dockerfile', tag: 'x:1', context: '..' } },
    },
    image: { build_runner_config: { docker: { tag: 'x:1' } } },
    bad: { platform: 'none' },
  });
  const together = await digests();
  // package, two platforms, two contexts
  expect(await count()).toEqual({ trees: 5, checksums: 1 });
  expect(new Set(Object.values(together)).size).toBe(7);
  expect(together.bad).toBe('PLATFORM_MISSING');
  expect(together).toEqual(await alone());
});

test('keyOf() reads no file of a Docker context again that has not changed', async () => {
  const { root, directory, digests } = await workspaceOf({});
  const before = await digests();
  expect(await digests()).toEqual(before);
  for (const name of (await readdir(directory)).filter((file) => file.endsWith('.listing'))) {
    const { tree } = listingFrom(await readFile(join(directory, name))) ?? { tree: treeOf([]) };
    if (!tree.has('Dockerfile')) continue;
    const content = '5'.repeat(64); // of no file
    const changed = treeOf([...tree].map(([path, entry]) => [path, { ...entry, content }]));
    await writeFile(join(directory, name), bytesOfListing({ tree: changed }));
  }
  expect(await digests(), 'what is remembered').not.toEqual(before);
  for (const name of ['Dockerfile', 'file']) {
    const text = await readFile(join(root, 'docker', name), 'utf8');
    await writeFile(join(root, 'docker', name), text);
  }
  expect(await digests(), 'files of another time').toEqual(before);
});
