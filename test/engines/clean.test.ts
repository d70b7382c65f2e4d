import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Package } from '../../src/artifact/package.js';
import { LABEL } from '../../src/conventions/labels.js';
import { connectDocker } from '../../src/docker/backend.js';
import { listResources } from '../../src/docker/resources/listing.js';
import { ArtifactError } from '../../src/errors.js';
import { build } from '../../src/runner/build.js';
import { type CleanScope, clean } from '../../src/runner/clean/clean.js';
import { removeFromEngine, testEngine, testHost, testRun } from '../support/runner.js';
import { until } from '../support/wait.js';
import { busyboxOptions, testPackage } from '../support/workspace.js';

async function cleaning(pkg: Package, scope: Partial<CleanScope> = {}): Promise<string[]> {
  const lines: string[] = [];
  const { workspaceRoot, project } = pkg;
  const none = { dry_run: false, orphans: false, all: false, yes: false };
  const where = { workspaceRoot, projectRoots: { [project]: pkg.root }, imageTags: [] };
  const print = (line: string) => void lines.push(line);
  const { signal } = new AbortController();
  await clean(
    pkg,
    { ...none, ...where, ...scope },
    { connect: connectDocker, print, signal, host: testHost() },
  );
  return lines;
}

async function volumesOf({ workspaceRoot }: Package): Promise<string[]> {
  return (await listResources(await testEngine(), { [LABEL.workspace]: workspaceRoot })).map(
    ({ name }) => name,
  );
}

test('clean() removes volumes, artifact and archive; a second time there is nothing to remove', async () => {
  const pkg = await testPackage();
  await build(pkg, { ...testRun(pkg), archived: false });
  expect(await volumesOf(pkg)).toHaveLength(2);
  expect(await cleaning(pkg)).toContainEqual(
    expect.stringMatching(/^removed volume alpha-[a-z0-9]{16} \(alpha in /),
  );
  expect([await volumesOf(pkg), existsSync(pkg.paths.artifact), existsSync(pkg.paths.archive)]).toEqual([
    [],
    false,
    false,
  ]);
  expect(await cleaning(pkg)).toEqual(['nothing to remove']);
});

test('clean() with orphans lists the volumes of a workspace that is gone: size, age, last use; and leaves nothing', async () => {
  const pkg = await testPackage({ options: busyboxOptions('head -c 3000000 /dev/zero >three-megabytes') });
  const gone = await testPackage({ options: busyboxOptions('head -c 3000000 /dev/zero >three-megabytes') });
  await build(gone, { ...testRun(gone), archived: false });
  onTestFinished(() => removeFromEngine(gone.workspaceRoot));
  await rm(gone.workspaceRoot, { recursive: true });
  const lines = (await cleaning(pkg, { orphans: true, dry_run: true })).filter((line) =>
    line.includes(gone.workspaceRoot),
  );
  expect(lines).toHaveLength(2);
  expect(lines.join('\n')).toMatch(
    /volume alpha-\w{16} \(alpha in .*; 3\.0 MB; made just now, last used just now; its workspace is gone\)/,
  );
  const { docker } = await testEngine();
  const own = { all: true, filters: { label: [`${LABEL.workspace}=${pkg.workspaceRoot}`] } };
  expect(await docker.listContainers(own)).toEqual([]);
});

test('clean() keeps and reports the container and the volumes of a build that runs', async () => {
  const pkg = await testPackage({ options: busyboxOptions('echo ">>> go"; sleep 60') });
  const [stop, stopped] = [
    new AbortController(),
    new ArtifactError('INTERRUPTED', { tried: 'x', cause: 'y' }),
  ];
  const run = testRun(pkg, { signal: stop.signal });
  const building = build(pkg, { ...run, archived: false }).catch((error: unknown) => error);
  await until(() => run.stdout.text.includes('>>> go'), 60_000);
  await expect(cleaning(pkg)).rejects.toThrow(
    /CLEAN_INCOMPLETE[\s\S]*a build is running in it \(pid \d+ on /,
  );
  expect(await volumesOf(pkg)).toHaveLength(3);
  stop.abort(stopped);
  expect(await building).toBe(stopped);
  await cleaning(pkg);
  expect(await volumesOf(pkg)).toEqual([]);
});
