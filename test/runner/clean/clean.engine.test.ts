import { existsSync } from 'node:fs';
import { cp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Package } from '../../../src/artifact/package.js';
import { LABEL } from '../../../src/conventions/labels.js';
import { connectDocker } from '../../../src/docker/backend.js';
import { listResources } from '../../../src/docker/resources/listing.js';
import { ArtifactError } from '../../../src/errors.js';
import { build } from '../../../src/runner/build.js';
import { type CleanScope, clean } from '../../../src/runner/clean/clean.js';
import { engineProxy } from '../../support/engine-proxy.js';
import { containersOf, removeFromEngine, testEngine, testHost, testRun } from '../../support/runner.js';
import { until } from '../../support/wait.js';
import {
  busyboxOptions,
  type TestPackage,
  temporaryDirectory,
  testPackage,
} from '../../support/workspace.js';

/** What a build leaves: the volume and that of the sources; the artifact, a link to it and what it is, the archive. */
const [VOLUMES, FILES] = [2, 5];

async function built(test: TestPackage = {}): Promise<Package> {
  const pkg = await testPackage(test);
  await build(pkg, { ...testRun(pkg), archived: false });
  return pkg;
}

async function run(
  pkg: Package,
  scope: Partial<CleanScope> = {},
  { env = process.env, later = 0, signal = new AbortController().signal } = {},
): Promise<string[]> {
  const lines: string[] = [];
  const { workspaceRoot, project } = pkg;
  const all = {
    dry_run: false,
    orphans: false,
    all: false,
    yes: false,
    imageTags: [],
    workspaceRoot,
    projectRoots: { [project]: pkg.root },
  };
  const print = (line: string) => void lines.push(line);
  await clean(
    pkg,
    { ...all, ...scope },
    {
      connect: connectDocker,
      print,
      signal,
      host: testHost({ env, now: () => new Date(Date.now() + later) }),
    },
  );
  return lines;
}

async function volumesOf(workspaceRoot: string): Promise<string[]> {
  return (await listResources(await testEngine(), { [LABEL.workspace]: workspaceRoot })).map(
    ({ name }) => name,
  );
}

test('clean() removes volumes, artifact and archive, and is idempotent', async () => {
  const pkg = await built();
  expect(await volumesOf(pkg.workspaceRoot)).toHaveLength(2);
  const lines = await run(pkg);
  expect(lines.join('\n')).toMatch(
    /^removed volume alpha-[a-z0-9]{16} \(alpha in .*, version 0\.1\.0; made just now\)$/m,
  );
  expect(await volumesOf(pkg.workspaceRoot)).toEqual([]);
  expect(await run(pkg)).toEqual(['nothing to remove']);
  await build(pkg, { ...testRun(pkg), archived: false });
});

test('clean() removes the volumes of all configurations, and lists them with their names', async () => {
  const pkg = await built();
  const debug = { ...pkg, configuration: 'debug' };
  await build(debug, { ...testRun(debug), archived: false });
  const listed = await run(pkg, { dry_run: true });
  expect(listed.filter((line) => / volume /.test(line))).toHaveLength(4);
  expect(
    listed.filter((line) => / volume .* in .*, configuration debug, version 0\.1\.0; /.test(line)),
  ).toHaveLength(2);
  await run(pkg);
  expect(await volumesOf(pkg.workspaceRoot)).toEqual([]);
});

test('clean() lists the same in a dry run and removes nothing', async () => {
  const pkg = await built();
  const listed = await run(pkg, { dry_run: true });
  expect(listed).toHaveLength(VOLUMES + FILES);
  expect(await volumesOf(pkg.workspaceRoot)).toHaveLength(2);
  const removed = await run(pkg);
  const facts = /; [^;]+B; (made just now), last used just now/;
  expect(removed).toEqual(
    listed.map((line) => line.replace('would remove', 'removed').replace(facts, '; $1')),
  );
});

test('clean() is not stopped by a volume that is gone already', async () => {
  const pkg = await built();
  await removeFromEngine(pkg.workspaceRoot);
  expect(await run(pkg)).toHaveLength(FILES);
});

test('clean() keeps and reports the container and volumes of a build that is running or paused', async () => {
  const pkg = await testPackage({ options: busyboxOptions('echo ">>> go"; sleep 60') });
  const stop = new AbortController();
  const deps = testRun(pkg, { signal: stop.signal });
  const building = build(pkg, { ...deps, archived: false }).catch((error) => error);
  await until(() => deps.stdout.text.includes('>>> go'));
  const [container] = await containersOf(await testEngine(), pkg.workspaceRoot);
  const { docker } = await testEngine();
  await docker.getContainer(container?.split(' ')[0] ?? '').pause();
  await expect(run(pkg)).rejects.toThrow(/CLEAN_INCOMPLETE[\s\S]*a build is running in it \(pid \d+ on /);
  await docker.getContainer(container?.split(' ')[0] ?? '').unpause();
  await expect(run(pkg)).rejects.toThrow(/CLEAN_INCOMPLETE[\s\S]*a build is running in it \(pid \d+ on /);
  expect(await containersOf(await testEngine(), pkg.workspaceRoot)).toHaveLength(1);
  stop.abort(new Error('stop'));
  await building;
});

test('clean() with orphans removes the resources of workspaces and projects that are gone, and no others', async () => {
  const pkg = await built();
  const gone = await built({ project: 'gone', workspaceRoot: pkg.workspaceRoot });
  const elsewhere = await built();
  onTestFinished(() => removeFromEngine(elsewhere.workspaceRoot));
  await rm(elsewhere.workspaceRoot, { recursive: true });
  await rm(gone.root, { recursive: true });
  const lines = await run(pkg, { orphans: true, dry_run: true });
  const text = lines.filter(
    (line) => line.includes(pkg.workspaceRoot) || line.includes(elsewhere.workspaceRoot),
  );
  expect(text.filter((line) => line.includes(`(gone in ${gone.workspaceRoot}`))).toHaveLength(2);
  expect(text.filter((line) => line.includes(`(alpha in ${elsewhere.workspaceRoot}`))).toHaveLength(2);
  expect(text).toHaveLength(4);
});

test('clean() lists sizes, ages, the last use and the reason, and leaves nothing of its own', async () => {
  const pkg = await built({ options: busyboxOptions('head -c 3000000 /dev/zero >three-megabytes') });
  onTestFinished(() => removeFromEngine(pkg.workspaceRoot));
  const { docker } = await testEngine();
  const before = await docker.listImages({ all: true });
  await rm(pkg.workspaceRoot, { recursive: true });
  const DAY = 86_400_000;
  const lines = await run(pkg, { orphans: true, dry_run: true }, { later: 3 * DAY });
  const own = lines.filter((line) => line.includes(pkg.workspaceRoot));
  const tail = 'made 3 days ago, last used 3 days ago; its workspace is gone)';
  expect(own).toHaveLength(2);
  expect(own.join('\n')).toMatch(/volume alpha-\w{16} \(alpha in .*; 3\.0 MB; /);
  for (const line of own) expect(line.endsWith(tail), line).toBe(true);
  expect(await docker.listImages({ all: true })).toHaveLength(before.length);
  expect(await containersOf(await testEngine(), '')).toEqual([]);
});

test('clean() still lists when the engine cannot report details because its disk is full', async () => {
  const pkg = await built();
  const proxy = await engineProxy();
  const full = /^(GET \/system\/df|POST \/images\/create|POST \/containers\/create)/;
  proxy.on(full, (response) => {
    response.writeHead(500, { 'content-type': 'application/json' });
    response.end('{"message":"no space left on device"}');
    return true;
  });
  const lines = await run(pkg, { dry_run: true }, { env: proxy.env });
  expect(lines.filter((line) => line.startsWith('would remove volume'))).toHaveLength(2);
});

test('clean() lists nothing without our labels, not even with --all', async () => {
  const pkg = await built();
  const { docker } = await testEngine();
  const name = `alpha-${pkg.workspaceRoot.slice(-6).toLowerCase()}-foreign`;
  await docker.createVolume({ Name: name });
  onTestFinished(() => docker.getVolume(name).remove());
  const lines = await run(pkg, { all: true, dry_run: true });
  expect(lines.filter((line) => line.includes(`volume ${name}`))).toEqual([]);
  expect(lines.filter((line) => line.includes(pkg.workspaceRoot))).toHaveLength(2);
});

test('clean() finds the volumes of a workspace that was moved by the id in its artifact', async () => {
  const pkg = await built();
  onTestFinished(() => removeFromEngine(pkg.workspaceRoot));
  const workspaceRoot = join(await temporaryDirectory('moved'), 'workspace');
  await rename(pkg.workspaceRoot, workspaceRoot);
  const moved = await testPackage({ workspaceRoot });
  expect((await run(moved)).filter((line) => line.startsWith('removed volume'))).toHaveLength(2);
});

test('clean() of a copied workspace does not remove the volumes of the original', async () => {
  const pkg = await built();
  const workspaceRoot = join(await temporaryDirectory('copied'), 'workspace');
  await cp(pkg.workspaceRoot, workspaceRoot, { recursive: true });
  const lines = await run(await testPackage({ workspaceRoot }));
  expect(lines.filter((line) => line.startsWith('removed volume'))).toEqual([]);
  expect(await volumesOf(pkg.workspaceRoot)).toHaveLength(2);
});

test('clean() ends when interrupted, also while the engine does not answer, and says what to do', async () => {
  const [pkg, proxy, controller] = [await built(), await engineProxy(), new AbortController()];
  const interrupted = new ArtifactError('INTERRUPTED', { tried: 'x', cause: 'a test', hint: 'y' });
  proxy.on(/^DELETE \/volumes/, () => {
    controller.abort(interrupted);
    return true;
  });
  const { signal } = controller;
  const cleaning = run(pkg, {}, { env: proxy.env, signal });
  await expect(cleaning).rejects.toMatchObject({
    code: 'INTERRUPTED',
    hint: expect.stringContaining('again'),
  });
  expect(await volumesOf(pkg.workspaceRoot)).toHaveLength(2);
  expect(existsSync(pkg.paths.archive)).toBe(true);
  expect(await run(pkg)).toHaveLength(VOLUMES + FILES);
});

test('clean() removes the files without an engine, and names what is left', async () => {
  const pkg = await built();
  const scope = {
    dry_run: false,
    orphans: false,
    all: false,
    yes: false,
    imageTags: [],
    workspaceRoot: pkg.workspaceRoot,
    projectRoots: {},
  };
  const lines: string[] = [];
  const connect = () => Promise.reject(new Error('no engine here'));
  const cleaning = clean(pkg, scope, {
    ...{ connect, print: (line: string) => void lines.push(line), host: testHost() },
    signal: new AbortController().signal,
  });
  await expect(cleaning).rejects.toThrow(
    /CLEAN_INCOMPLETE[\s\S]*containers, images and volumes: no engine here/,
  );
  const current = join(dirname(pkg.paths.artifact), 'current');
  const files = [current, `${current}.json`, pkg.paths.artifact, pkg.paths.archive, pkg.paths.timing];
  expect(files).toHaveLength(FILES);
  expect(lines).toEqual(files.map((path) => `removed ${path}`));
});
