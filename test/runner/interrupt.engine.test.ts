import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Package } from '../../src/artifact/package.js';
import { ArtifactError } from '../../src/errors.js';
import { build } from '../../src/runner/build.js';
import { type Captured, containersOf, testEngine, testRun } from '../support/runner.js';
import { until } from '../support/wait.js';
import { busyboxOptions, testPackage } from '../support/workspace.js';

const INTERRUPTED = new ArtifactError('INTERRUPTED', { tried: 'go on', cause: 'a test' });
/** Each command says that it is there, and stays unless the volume says that all may pass. */
const STAY = (step: string) => `echo ">>> in ${step}"; [ -e pass ] || sleep 60`;

// each step by itself: test/faults/
interface Interruption {
  /** When to interrupt. */
  when: (stdout: Captured) => Promise<unknown>;
  wait?: boolean;
}

/** Builds, interrupts, and sees that nothing is left within 5 s but the volume. */
async function interrupt(pkg: Package, { when }: Interruption): Promise<void> {
  const stop = new AbortController();
  const deps = testRun(pkg, { signal: stop.signal });
  const building = build(pkg, { ...deps, archived: false }).then(
    () => undefined,
    (error: unknown) => error,
  );
  await when(deps.stdout);
  stop.abort(INTERRUPTED);
  const start = performance.now();
  expect(await building).toBe(INTERRUPTED);
  expect(performance.now() - start).toBeLessThan(5_000);
  expect(await containersOf(await testEngine(), pkg.workspaceRoot)).toEqual([]);
  expect(existsSync(pkg.paths.archive)).toBe(false);
  expect(existsSync(join(pkg.paths.artifact, 'CHECKSUM'))).toBe(false);
  const left = await readdir(join(pkg.root, '.nerves'), { recursive: true }).catch(() => []);
  expect(left.filter((name) => /\.(new|old)$/.test(name))).toEqual([]);
}

async function succeeds(pkg: Package): Promise<void> {
  const result = await build(pkg, { ...testRun(pkg), archived: false });
  expect(existsSync(join(result.artifact, 'CHECKSUM'))).toBe(true);
}

test('build(): a step that ignores the TERM ends all the same', async () => {
  const make = `trap '' TERM INT HUP; echo ">>> in make"; while :; do sleep 0.1; done`;
  const pkg = await testPackage({ options: busyboxOptions(make) });
  await interrupt(pkg, { when: (stdout) => until(() => stdout.text.includes('>>> in make')) });
});

test('archive() interrupted while it waits for another build', async () => {
  const pkg = await testPackage({ options: busyboxOptions(STAY('make')) });
  const holder = new AbortController();
  const holding = testRun(pkg, { signal: holder.signal });
  const building = build(pkg, { ...holding, archived: false }).catch((error: unknown) => error);
  await until(() => holding.stdout.text.includes('>>> in make'));
  const stop = new AbortController();
  const deps = testRun(pkg, { signal: stop.signal });
  const waiting = build(pkg, { ...deps, archived: false }).catch((error: unknown) => error);
  await until(() => deps.stdout.text.includes('Waiting for alpha:'));
  stop.abort(INTERRUPTED);
  expect(await waiting).toBe(INTERRUPTED);
  expect(await containersOf(await testEngine(), pkg.workspaceRoot)).toHaveLength(1);
  holder.abort(INTERRUPTED);
  await building;
});

test('archive() interrupted at any moment of a short build', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 300 }, (_, n) => [`src/${n}.c`, `int n${n};\n`.repeat(200)]),
  );
  const pkg = await testPackage({ files, options: busyboxOptions('head -c 3000000 /dev/urandom >blob') });
  const engine = await testEngine();
  for (let ms = 0; ms <= 700; ms += 35) {
    const signal = AbortSignal.timeout(ms);
    const toRunError = await build(pkg, { ...testRun(pkg, { signal }), archived: false }).catch(
      (error: unknown) => error,
    );
    expect(await containersOf(engine, pkg.workspaceRoot)).toEqual([]);
    if (toRunError instanceof Error) expect(toRunError.name).toBe('TimeoutError'); // the signal's own reason
  }
  await succeeds(pkg);
});
