import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Package } from '../../../src/artifact/package.js';
import { ownDataDirectory } from '../../../src/conventions/nx-data.js';
import { type BuildRun, build } from '../../../src/runner/build.js';
import { OWN_LINE } from '../../../src/runner/output/handlers/build-log.js';
import { recipeDeps } from '../../../src/runner/run.js';
import { type Status, status } from '../../../src/runner/status/status.js';
import { writeRecord } from '../../../src/runner/timing/record.js';
import { compress, directory, file, listing, storedArchive, tarOf } from '../../support/archives.js';
import { buildRecord } from '../../support/build-record.js';
import { writeProvenance } from '../../support/provenance.js';
import { testHost } from '../../support/runner.js';
import { temporaryDirectory, testPackage, writeFiles } from '../../support/workspace.js';

/** When the archives were built. */
const MADE = new Date('2026-01-10T00:00:00Z');
let pkg: Package;
let run: BuildRun;

beforeEach(async () => {
  pkg = await testPackage({ platform: { VERSION: '1.0.0' }, options: { platform: 'platform' } });
  delete pkg.options.dl_dir;
  run = {
    host: testHost({ env: { PATH: process.env.PATH, HOME: await temporaryDirectory('home') } }),
    signal: new AbortController().signal,
    archived: true,
    settings: { wait: true },
    dataDirectory: ownDataDirectory({}, pkg.workspaceRoot),
    connect: () => Promise.reject(new Error('no engine here\n  -> start it')),
  } as unknown as BuildRun;
});

/** An archive in its place, built from what there is now. */
async function archived(content = 'x'): Promise<void> {
  const bytes = compress(tarOf([directory('top'), file('top/a', content)]), 'gz');
  const archive = await storedArchive(bytes, pkg.archiveFile);
  await writeProvenance(pkg, archive, recipeDeps(run), MADE);
  await rm(pkg.paths.archive, { recursive: true, force: true });
  await mkdir(dirname(pkg.paths.archive), { recursive: true });
  await rename(dirname(archive.path), pkg.paths.archive);
}

const states = ({ archive, artifact }: Status) => [archive.state, artifact.state];

test('status() without an engine, before any build', async () => {
  const found = await status(pkg, run);
  expect(found).toMatchObject({
    version: 1,
    ...{ project: 'alpha', configuration: null, package: 'alpha', package_version: '0.1.0' },
    engine: { reachable: false, error: 'no engine here' },
    ...{ image: null, volumes: [], holder: null, last_build: null, logs: [] },
    archive: { state: 'missing', path: null },
    artifact: { state: 'missing', path: pkg.paths.artifact },
    home: { downloads: { archives: [], size: 0 }, artifact: { kind: 'none', target: null } },
  });
});

test('status() says whether archive and artifact are up to date, and what differs', async () => {
  await archived();
  expect(states(await status(pkg, run))).toEqual(['current', 'missing']);
  await build(pkg, run);
  expect(states(await status(pkg, run))).toEqual(['current', 'current']);
  await archived('another');
  expect(states(await status(pkg, run))).toEqual(['current', 'stale']);
  await build(pkg, run);
  await writeFiles(pkg.workspaceRoot, { 'platform/new.mk': '' });
  const found = await status(pkg, run);
  expect(states(found)).toEqual(['stale', 'stale']);
  expect(found.archive.details).toEqual(['platform: new.mk']);
  expect(found.artifact.why).toBe('its sources have changed: platform: new.mk');
});

test('status() does not know what an artifact is of whose archive is gone, or has no provenance', async () => {
  await archived();
  await build(pkg, run);
  await rm(join(pkg.paths.archive, `${pkg.downloadName}.provenance.json`));
  expect(states(await status(pkg, run))).toEqual(['unknown', 'unknown']);
  await rm(pkg.paths.archive, { recursive: true });
  expect(states(await status(pkg, run))).toEqual(['missing', 'unknown']);
  expect(states(await status({ ...pkg, checksum: 'B'.repeat(64) }, run))).toEqual(['missing', 'stale']);
});

test('status() of a package whose artifact NERVES_SYSTEM replaces', async () => {
  const own = await temporaryDirectory('own');
  const env = { ...run.host.env, NERVES_SYSTEM: own };
  const { artifact } = await status(pkg, { ...run, host: { ...run.host, env } });
  expect(artifact).toEqual({ state: 'replaced', path: own, why: 'NERVES_SYSTEM names this directory' });
});

test('status() lists what of the package lies in the home, and what of it was copied there', async () => {
  await archived();
  await build(pkg, run);
  const downloads = join(run.host.env.HOME ?? '', '.nerves/dl');
  const older = 'alpha-portable-0.0.1-1234567.tar.gz';
  await writeFiles(downloads, {
    [older]: '12345',
    'alphabet-portable-1-1.tar.gz': '',
    'alpha-portable-x': '',
  });
  const { home } = await status(pkg, run);
  expect(home?.downloads.path).toBe(downloads);
  expect(home?.downloads.archives).toEqual([
    { file: older, size: 5, copied: false },
    { file: pkg.archiveFile, size: expect.any(Number), copied: true },
  ]);
  expect((await status({ ...pkg, platform: undefined }, run)).home).toBeNull();
});

test('status() tells the last build by the first and the last line of its log', async () => {
  const result = async (last?: string, started = MADE) => {
    const lines = [`alpha 0.1.0 on here, ${started.toISOString()}`, 'make: make', last];
    const log = lines.map((line) => `${line === undefined ? 'x'.repeat(5000) : OWN_LINE + line}\n`).join('');
    await writeFiles(pkg.root, { 'build.log': log });
    return (await status(pkg, run)).last_build?.result;
  };
  expect((await status(pkg, run)).last_build).toBeNull();
  expect(await result('success after 1:00'), 'no archive').toBe('unknown');
  await archived();
  expect(await result('success after 1:00')).toBe('succeeded');
  expect(await result('success after 1:00', new Date(0)), 'the archive is of another one').toBe('unknown');
  expect(await result('failure (BUILD_FAILED) after 1:00')).toBe('failed');
  expect(await result('interrupted (INTERRUPTED) after 1:00')).toBe('interrupted');
  expect(await result(), 'killed').toBe('failed');
});

test('status() tells by its record why the last build failed, and where', async () => {
  const failure = { code: 'BUILD_FAILED' as const, package: 'zlib', step: 'build', after_ms: 100, line: 7 };
  const of = (started: Date) => {
    const times = { started: started.toISOString(), finished: MADE.toISOString() };
    return buildRecord({ ...times, result: 'failure', recipe: 'abc', failure });
  };
  await writeRecord(pkg.paths.timing, of(MADE));
  await writeRecord(pkg.paths.timing, { ...of(new Date(0)), failure: null }); // of another one, that wrote no log
  const log = [`alpha 0.1.0 on here, ${MADE.toISOString()}`, 'failure (BUILD_FAILED) after 1:00'];
  await writeFiles(pkg.root, { 'build.log': log.map((line) => `${OWN_LINE}${line}\n`).join('') });
  const { last_build } = await status(pkg, run);
  expect(last_build).toMatchObject({ result: 'failed', failure, fresh: true, recipe: 'abc' });
  expect(last_build?.started).toBe(MADE.toISOString());
});

test('status() changes nothing', async () => {
  await archived();
  await build(pkg, run);
  await rm(run.dataDirectory, { recursive: true, force: true });
  const [before, home] = [await listing(pkg.workspaceRoot), await listing(run.host.env.HOME ?? '')];
  await status(pkg, run);
  expect(await listing(pkg.workspaceRoot)).toEqual(before);
  expect(await listing(run.host.env.HOME ?? '')).toEqual(home);
});
