import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listing } from '../test/support/archives.js';
import { type CacheServer, startCacheServer } from './support/cache-server.mjs';
import { json } from './support/systems.js';
import { NO_ENGINE, testClone, testWorkspace, type Workspace } from './support/workspace.js';

const ARTIFACT = 'systems/alpha/.nerves/artifacts/alpha-portable-0.1.0';
const ARCHIVES = 'systems/alpha/.nerves/archive';

/** What an unpacked Buildroot has and caches have trouble with. */
const TREE = `all:
	@sh $(PLATFORM)/tree.sh
system:
	@mv images $(NERVES_ARTIFACT_NAME) && tar -czf $(NERVES_ARTIFACT_NAME).tar.gz $(NERVES_ARTIFACT_NAME)
`;
const TREE_SCRIPT = `set -e
mkdir images && cd images
for d in $(seq 50); do mkdir -p many/$d; for f in $(seq 100); do echo "$d/$f" >many/$d/$f; done; done
ln -s /etc/passwd absolute
ln -s ../../../../../outside out-of-the-tree
ln -s nowhere dangling
ln -s many/7 to-a-directory
ln many/1/1 hardlink
mkdir empty private && chmod 700 private && chmod 1777 empty
for mode in 755 600 444; do echo $mode >mode-$mode; chmod $mode mode-$mode; done
touch -d '2001-02-03 04:05:06' old
`;

async function cacheServer(): Promise<CacheServer> {
  const server = await startCacheServer();
  onTestFinished(() => server.close());
  return server;
}

/** What the unpacking writes beside what was in the archive. */
const MARKS = ['.archive_sha256', '.docker_id', 'CHECKSUM'];

/** Every entry of the artifact, with its time. */
async function artifactOf(workspace: Workspace): Promise<Record<string, string>> {
  const root = workspace.path(ARTIFACT);
  const entries = Object.entries(await listing(root)).filter(([name]) => !MARKS.includes(name));
  const timed = entries.map(async ([name, what]) => {
    const { mtimeMs } = await lstat(join(root, name));
    return [name, `${what} ${mtimeMs}`] as const;
  });
  return Object.fromEntries(await Promise.all(timed));
}

const archives = async (workspace: Workspace) => (await readdir(workspace.path(ARCHIVES))).sort();

test('a second clone, without an engine, gets the artifact of the first', async () => {
  const server = await cacheServer();
  const first = await testWorkspace({ 'platform/rules.mk': TREE, 'platform/tree.sh': TREE_SCRIPT });
  const built = await first.nxWith({ env: server.env }, 'run', 'alpha:build-artifact');
  expect(built.code, built.text).toBe(0);
  expect(server.requests).toEqual(['GET 404', 'PUT 200']);

  const second = await testClone(first);
  await second.write({ [`${ARTIFACT}/.docker_id`]: 'abcdefgh01234567' });
  const got = await second.nxWith({ env: { ...server.env, ...NO_ENGINE } }, 'run', 'alpha:build-artifact');
  expect(got.code, got.text).toBe(0);
  expect(got.text).toContain('> nx run alpha:archive  [remote cache]');
  expect(server.requests.slice(2)).toEqual(['GET 200']);

  expect(await archives(second)).toEqual(await archives(first));
  for (const name of await archives(first)) {
    const [one, other] = [first, second].map((of) => readFile(of.path(join(ARCHIVES, name))));
    expect((await one)?.equals((await other) as Buffer), name).toBe(true);
  }
  const tree = await artifactOf(first);
  expect(Object.keys(tree).length).toBeGreaterThan(5060);
  expect(await artifactOf(second)).toEqual(tree);
  for (const name of ['CHECKSUM', '.archive_sha256']) {
    expect(await second.read(`${ARTIFACT}/${name}`)).toBe(await first.read(`${ARTIFACT}/${name}`));
  }
  expect(await second.read(`${ARTIFACT}/.docker_id`)).toBe('abcdefgh01234567');
  expect(await first.read(`${ARTIFACT}/.docker_id`)).not.toBe('abcdefgh01234567');

  const again = await second.nxWith({ env: NO_ENGINE }, 'run', 'alpha:build-artifact');
  expect(again.text).toMatch(/\(already there, \d+ ms\)/);
});

test('a directory with an absolute link as the output, the naive way, is not taken from a remote cache', async () => {
  const server = await cacheServer();
  const command = 'mkdir -p naive/out && ln -sf /etc/passwd naive/out/absolute';
  const unpack = {
    executor: 'nx:run-commands',
    cache: true,
    outputs: ['{projectRoot}/out'],
    options: { command },
  };
  const project = {
    'naive/project.json': json({ name: 'naive', targets: { unpack } }),
    'naive/.gitignore': 'out\n',
  };
  const first = await testWorkspace(project);
  const second = await testClone(first);
  const texts = [];
  for (const workspace of [first, second]) {
    const { code, text } = await workspace.nxWith({ env: server.env }, 'run', 'naive:unpack');
    expect(code, text).toBe(0);
    texts.push(text);
  }
  expect(server.requests.slice(0, 3)).toEqual(['GET 404', 'PUT 200', 'GET 200']);
  expect(texts[1]).toContain('Its outputs contain a symlink that points outside the output it is in.');
  expect(texts[1]).not.toContain('[remote cache]');
});

test('a remote cache that is down fails the run before anything is built, or is left out when told', async () => {
  const server = await cacheServer();
  await server.close();
  const workspace = await testWorkspace();
  const down = await workspace.nxWith({ env: server.env }, 'run', 'alpha:archive');
  expect(down.code).toBe(1);
  expect(down.text).toContain('Failed to send request');
  expect(down.text).not.toContain('>>>');
  const skipped = await workspace.nxWith({ env: server.env }, 'run', 'alpha:archive', '--skipRemoteCache');
  expect(skipped.code, skipped.text).toBe(0);
});

test('a remote cache that fails when it is to store an archive fails the run, and nothing is built again', async () => {
  const server = await cacheServer();
  const workspace = await testWorkspace();
  const running = workspace.start(['run', 'alpha:archive'], { env: server.env });
  await running.prints(/>>> Archive /);
  server.fail(500);
  expect(await running.exitCode()).toBe(1);
  expect(running.text()).toContain('500 Internal Server Error');
  const again = await workspace.nxWith(
    { env: { ...server.env, ...NO_ENGINE } },
    'run',
    'alpha:build-artifact',
  );
  expect(again.code, again.text).toBe(0);
  expect(again.text).toContain('> nx run alpha:archive  [local cache]');
});
