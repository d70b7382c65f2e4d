import { cp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readArchive, verifySha256 } from '../../src/artifact/archive/archive-file.js';
import { dockerIdFile } from '../../src/artifact/docker-id.js';
import type { Package } from '../../src/artifact/package.js';
import { LABEL } from '../../src/conventions/labels.js';
import { findVolume, listVolumes } from '../../src/docker/resources/volumes.js';
import { archive } from '../../src/runner/archive.js';
import { build } from '../../src/runner/build.js';
import { engineProxy } from '../support/engine-proxy.js';
import { removeFromEngine, testEngine, testRun } from '../support/runner.js';
import { stepOutput } from '../support/step-output.js';
import { busyboxOptions, temporaryDirectory, testPackage, writeFiles } from '../support/workspace.js';

/** Each build adds a line to a file in its volume, and logs how many there are. */
const COUNTING = busyboxOptions('echo run >>runs; wc -l <runs');

/** Builds, and tells how often the volume has been built in. */
async function runs(pkg: Package): Promise<number> {
  await build(pkg, { ...testRun(pkg), archived: false });
  return Number(await stepOutput(pkg.paths.log));
}

async function idOf(pkg: Package): Promise<string> {
  return await readFile(join(pkg.paths.artifact, dockerIdFile(pkg.configuration)), 'utf8');
}

/** The same package in its default configuration, and in two others. */
async function configurations() {
  const pkg = await testPackage({ options: COUNTING });
  return [undefined, 'debug', 'my release'].map((configuration) => ({ ...pkg, configuration }));
}

test('ensureVolumes() reuses a volume that is named by .docker_id', async () => {
  const pkg = await testPackage({ options: COUNTING });
  expect(await runs(pkg)).toBe(1);
  const id = await idOf(pkg);
  expect(await runs(pkg)).toBe(2);
  expect(await idOf(pkg)).toBe(id);
});

test('ensureVolumes() keeps the volume after a version bump', async () => {
  const pkg = await testPackage({ options: COUNTING });
  await runs(pkg);
  await writeFiles(pkg.root, { VERSION: '0.2.0\n' });
  const files = { VERSION: '0.2.0\n' };
  const bumped = await testPackage({ workspaceRoot: pkg.workspaceRoot, files, options: COUNTING });
  expect(bumped.paths.artifact).not.toBe(pkg.paths.artifact);
  expect(await runs(bumped)).toBe(2);
  expect(await idOf(bumped)).toBe(await idOf(pkg));
});

test('ensureVolumes() finds the volume of a fresh checkout in the same place by its labels', async () => {
  const pkg = await testPackage({ options: COUNTING });
  await runs(pkg);
  await rm(join(pkg.root, '.nerves'), { recursive: true });
  expect(await runs(pkg)).toBe(2);
});

test('ensureVolumes() keeps the volume of a workspace that was moved', async () => {
  const pkg = await testPackage({ options: COUNTING });
  await runs(pkg);
  const workspaceRoot = join(await temporaryDirectory('moved'), 'workspace');
  await rename(pkg.workspaceRoot, workspaceRoot);
  expect(await runs(await testPackage({ workspaceRoot, options: COUNTING }))).toBe(2);
});

test('ensureVolumes() gives a copied workspace a volume of its own', async () => {
  const pkg = await testPackage({ options: COUNTING });
  await runs(pkg);
  const workspaceRoot = join(await temporaryDirectory('copied'), 'workspace');
  await cp(pkg.workspaceRoot, workspaceRoot, { recursive: true });
  const copy = await testPackage({ workspaceRoot, options: COUNTING });
  expect(await runs(copy)).toBe(1);
  expect(await idOf(copy)).not.toBe(await idOf(pkg));
});

test("ensureVolumes() leaves a volume of that name without our labels alone, such as one of Nerves' own", async () => {
  const pkg = await testPackage({ options: COUNTING });
  const { docker } = await testEngine();
  const id = `x${Date.now().toString(36).padStart(15, '0')}`;
  await docker.createVolume({ Name: `alpha-${id}` });
  onTestFinished(() => docker.getVolume(`alpha-${id}`).remove());
  await writeFiles(pkg.paths.artifact, { '.docker_id': id });
  expect(await runs(pkg)).toBe(1);
  expect(await idOf(pkg)).not.toBe(id);
  expect(await listVolumes(await testEngine(), { [LABEL.id]: id })).toEqual([]);
});

test('ensureVolumes() leaves a foreign volume of the copies alone, too', async () => {
  const pkg = await testPackage({ options: COUNTING });
  expect(await runs(pkg)).toBe(1);
  const id = await idOf(pkg);
  const { docker } = await testEngine();
  await docker.getVolume(`alpha-${id}-env`).remove();
  await docker.createVolume({ Name: `alpha-${id}-env` });
  onTestFinished(() => docker.getVolume(`alpha-${id}-env`).remove());
  expect(await runs(pkg)).toBe(1);
  expect(await idOf(pkg)).not.toBe(id);
  const ours = await listVolumes(await testEngine(), { [LABEL.id]: id });
  expect(ours.map(({ Name }) => Name)).toEqual([`alpha-${id}`]);
});

test('ensureVolumes() replaces a .docker_id that is not an id', async () => {
  const pkg = await testPackage({ options: COUNTING });
  await writeFiles(pkg.paths.artifact, { '.docker_id': 'not an id' });
  expect(await runs(pkg)).toBe(1);
  expect(await idOf(pkg)).toMatch(/^[a-z0-9]{16}$/);
});

test('ensureVolumes() separates packages whose names begin alike', async () => {
  const pkg = await testPackage({ options: COUNTING });
  const other = await testPackage({
    workspaceRoot: pkg.workspaceRoot,
    project: 'alpha-2',
    options: COUNTING,
  });
  expect(await runs(pkg)).toBe(1);
  expect(await runs(other)).toBe(1);
  expect(await idOf(other)).not.toBe(await idOf(pkg));
});

test('ensureVolumes() gives each configuration a volume of its own, which unpacking the others keeps', async () => {
  const all = await configurations();
  for (const pkg of all) expect(await runs(pkg)).toBe(1);
  for (const pkg of all) expect(await runs(pkg)).toBe(2);
  expect(new Set(await Promise.all(all.map(idOf))).size).toBe(all.length);
});

test('ensureVolumes() adopts after a fresh checkout the volume of the same configuration, and no other', async () => {
  const all = await configurations();
  const [byDefault, debug, release] = all as [Package, Package, Package];
  expect(await runs(debug)).toBe(1);
  await rm(join(debug.root, '.nerves'), { recursive: true });
  expect(await runs(byDefault)).toBe(1);
  expect(await runs(release)).toBe(1);
  for (const pkg of all) {
    await rm(join(pkg.root, '.nerves'), { recursive: true });
    expect(await runs(pkg), pkg.configuration).toBe(2);
  }
});

test('ensureVolumes() takes a volume without a label of a configuration for the default one', async () => {
  const [byDefault, debug] = (await configurations()) as [Package, Package];
  await runs(byDefault);
  const volume = await findVolume(await testEngine(), `alpha-${await idOf(byDefault)}`);
  expect(volume?.Labels).not.toHaveProperty([LABEL.configuration]);
  await rename(
    join(byDefault.paths.artifact, '.docker_id'),
    join(byDefault.paths.artifact, dockerIdFile('debug')),
  );
  expect(await runs(debug)).toBe(1); // an id that is of another configuration is not taken
  expect(await runs(byDefault)).toBe(2);
});

test('ensureVolumes() creates a removed volume again', async () => {
  const pkg = await testPackage({ options: COUNTING });
  await runs(pkg);
  await removeFromEngine(pkg.workspaceRoot);
  expect(await runs(pkg)).toBe(1);
});

test('ensureVolumes() settles two first builds at once on one id and one volume, one after the other', async () => {
  const pkg = await testPackage({ options: COUNTING });
  const both = await Promise.all([1, 2].map(() => build(pkg, { ...testRun(pkg), archived: false })));
  expect(both).toHaveLength(2);
  const volumes = await listVolumes(await testEngine(), { [LABEL.workspace]: pkg.workspaceRoot });
  expect(volumes).toHaveLength(2); // build and env
  expect((await stepOutput(pkg.paths.log)).trim()).toBe('2');
});

test('ensureVolumes() looks again for a volume that an engine has made, and does not find yet', async () => {
  const [pkg, proxy] = [await testPackage({ options: COUNTING }), await engineProxy()];
  let missed = 0;
  proxy.on(/^GET \/volumes\/[^?]/, (response) => {
    if (!proxy.requests.some((request) => request.startsWith('POST /volumes/create')) || ++missed > 2)
      return false;
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"no such volume"}');
    return true;
  });
  await build(pkg, { ...testRun(pkg, { env: proxy.env }), archived: false });
  expect(missed).toBeGreaterThan(2);
  const made = proxy.requests.filter((request) => request.startsWith('POST /volumes/create'));
  const names = new Set(made.map((request) => /"Name":"([^"]+)"/.exec(request)?.[1]));
  expect(names.size, made.join('\n')).toBe(2); // build and env, of one id
});

test('archive() of two configurations at once: each volume has its lock, and the outputs are written one after the other', async () => {
  const options = busyboxOptions('echo begin; sleep 1; echo end');
  const pkg = await testPackage({ options });
  const both = [undefined, 'debug'].map((configuration) => ({ ...pkg, configuration }));
  const texts = await Promise.all(
    both.map(async (one) => {
      const run = testRun(one);
      await archive(one, run);
      return run.stdout.text;
    }),
  );
  expect(texts.join('').match(/Waiting for .*: it writes build\.log and the archive/g)).toHaveLength(1);
  expect(texts.join('')).not.toContain('it holds the build volume');
  for (const log of [pkg.paths.log, pkg.paths.previousLog]) {
    expect(await stepOutput(log)).toBe('begin\nend\n');
  }
  await verifySha256(await readArchive(pkg.paths.archive, pkg.archiveFile));
  expect((await readdir(pkg.paths.archive)).sort()).toEqual([
    `${pkg.downloadName}.provenance.json`,
    pkg.archiveFile,
    `${pkg.archiveFile}.sha256`,
  ]);
});

test('ensureVolumes() puts all labels on a volume', async () => {
  const pkg = await testPackage({ options: COUNTING, configuration: 'debug' });
  await runs(pkg);
  const volume = await findVolume(await testEngine(), `alpha-${await idOf(pkg)}`);
  expect(volume?.Labels).toMatchObject({
    'nx-docker-artifact.configuration': 'debug',
    'nx-docker-artifact.workspace': pkg.workspaceRoot,
    'nx-docker-artifact.project': 'alpha',
    'nx-docker-artifact.package': 'alpha',
    'nx-docker-artifact.version': '0.1.0',
    'nx-docker-artifact.tool-version': '0.0.0-test',
    'nx-docker-artifact.created': expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
});
