import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Package } from '../../src/artifact/package.js';
import { ArtifactError } from '../../src/errors.js';
import { build } from '../../src/runner/build.js';
import { type EngineProxy, engineProxy } from '../support/engine-proxy.js';
import { containersOf, testEngine, testRun } from '../support/runner.js';
import { some } from '../support/some.js';
import { until } from '../support/wait.js';
import { busyboxOptions, testPackage } from '../support/workspace.js';

const INTERRUPTED = new ArtifactError('INTERRUPTED', { tried: 'go on', cause: 'a test' });
/** What a build asks the engine for, in order: at each it can be interrupted, and the engine can go. */
const REQUESTS: [string, RegExp][] = [
  ['connecting', /^GET \/version/],
  ['looking for the image', /^GET \/images/],
  ['looking for a volume', /^GET \/volumes\?/],
  ['making a volume', /^POST \/volumes/],
  ['creating the container', /^POST \/containers\/create/],
  ['attaching', /^POST \/containers\/.*\/attach/],
  ['starting', /^POST \/containers\/.*\/start/],
  ['preparing', /^POST \/exec\/sh -c set -e/],
  ['copying in', /^PUT /],
  ['creating the process of the steps', /^POST \/containers\/\w+\/exec \{.*"steps"/],
  ['starting the process of the steps', /^POST \/exec\/series steps/],
  ['starting the make step', /^POST \/exec\/sh -c echo in make/],
  ['copying out', /^POST \/exec\/sh -c \[ -f .*alpha-portable-/s],
];
/** What rows of the fault table do: "HUP in volume create", "IPC disconnect in platform copy", "network cut in copy out". */
const INTERRUPTED_THERE = ['making a volume', 'copying in'];
const LOST_THERE = ['copying out'];

async function package_(): Promise<Package> {
  return await testPackage({ options: busyboxOptions('echo in make') });
}

/** Nothing partial, and no container after 5 s, but for one that was never started where the engine is gone. */
async function expectClean(pkg: Package, neverStarted = 'none'): Promise<void> {
  const engine = await testEngine();
  const left = async () => await containersOf(engine, pkg.workspaceRoot);
  await until(async () => (await left()).every((name) => name.endsWith(neverStarted)), 5_000);
  expect(existsSync(pkg.paths.archive)).toBe(false);
  expect(existsSync(join(pkg.paths.artifact, 'CHECKSUM'))).toBe(false);
  const files = await readdir(join(pkg.root, '.nerves'), { recursive: true }).catch(() => []);
  expect(files.filter((name) => /\.(new|old)$/.test(name))).toEqual([]);
}

async function run(pkg: Package, proxy: EngineProxy, signal?: AbortSignal): Promise<unknown> {
  const deps = testRun(pkg, { env: proxy.env, ...(signal && { signal }) });
  return await build(pkg, { ...deps, archived: false }).catch((error: unknown) => error);
}

const INTERRUPTED_AT = REQUESTS.filter(([at]) => !INTERRUPTED_THERE.includes(at));

describe.each(some(INTERRUPTED_AT, 5))('when %s', (_, request) => {
  test('an interrupt leaves nothing partial, and the next build succeeds', async () => {
    const [pkg, proxy, controller] = [await package_(), await engineProxy(), new AbortController()];
    let at = 0;
    proxy.on(request, () => {
      at ||= performance.now();
      controller.abort(INTERRUPTED);
    });
    expect(await run(pkg, proxy, controller.signal)).toBe(INTERRUPTED);
    expect(performance.now() - at).toBeLessThan(5_000);
    await expectClean(pkg);
    expect(await run(pkg, await engineProxy())).toMatchObject({ unpacked: true });
  });

  test('ends requests that the engine does not answer when interrupted', async () => {
    const [pkg, proxy, controller] = [await package_(), await engineProxy(), new AbortController()];
    let at = 0;
    proxy.on(request, () => {
      at = performance.now();
      controller.abort(INTERRUPTED);
      return true;
    });
    expect(await run(pkg, proxy, controller.signal)).toBe(INTERRUPTED);
    expect(performance.now() - at).toBeLessThan(5_000);
    await expectClean(pkg);
  });
});

describe.each(
  some(
    REQUESTS.filter(([at]) => !LOST_THERE.includes(at)),
    6,
  ),
)('when %s', (_, request) => {
  test('an engine that goes is an error which says so, and leaves nothing partial', async () => {
    const [pkg, proxy] = [await package_(), await engineProxy()];
    proxy.on(request, () => {
      proxy.cut();
      return true;
    });
    const error = await run(pkg, proxy);
    expect(error).toBeInstanceOf(ArtifactError);
    expect((error as ArtifactError).code).toMatch(/^ENGINE_(LOST|UNREACHABLE)$/);
    await expectClean(pkg, '(created)'); // the next build removes it
  });
});

test('build() interrupted while the container is removed keeps the archive and unpacks nothing', async () => {
  const [pkg, proxy, controller] = [await package_(), await engineProxy(), new AbortController()];
  const removal = proxy.hold(/^DELETE /, 'request');
  const ended = run(pkg, proxy, controller.signal);
  await until(() => existsSync(pkg.paths.archive));
  controller.abort(INTERRUPTED);
  removal.release();
  expect(await ended).toBe(INTERRUPTED);
  expect(await readdir(pkg.paths.archive)).toHaveLength(3);
  expect(existsSync(join(pkg.paths.artifact, 'CHECKSUM'))).toBe(false);
  expect(await containersOf(await testEngine(), pkg.workspaceRoot)).toEqual([]);
});

test.each([
  ['ENGINE_LOST', 'get alpha: database not open'],
  ['DISK_FULL', 'mkdir /x/_data: no space left on device'],
])(
  "build(): archive() reports %s in the engine's words when it cannot create a volume",
  async (code, message) => {
    const [pkg, proxy] = [await package_(), await engineProxy()];
    proxy.on(/^POST \/volumes/, (response) => {
      response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
      return true;
    });
    expect(await run(pkg, proxy)).toMatchObject({ code, message: expect.stringContaining(message) });
  },
);
