import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NO_ENGINE, testWorkspace } from './support/workspace.js';

const ALPHA = 'systems/alpha';

test('build-artifact --fresh builds from an empty directory, and what it made is what comes from the cache then', async () => {
  const workspace = await testWorkspace();
  expect((await workspace.nx('run', 'alpha:build-artifact')).code).toBe(0);
  const fresh = await workspace.nx('run', 'alpha:build-artifact', '--fresh');
  expect(fresh.text).toContain('Starting from an empty build directory: --fresh');
  expect(fresh.code, fresh.text).toBe(0);
  const sum = () => workspace.read(`${ALPHA}/.nerves/artifacts/alpha-portable-0.1.0/.archive_sha256`);
  const anew = await sum();
  // nothing is built, and the archive of before does not come back
  const cached = await workspace.nxWith({ env: NO_ENGINE }, 'run', 'alpha:build-artifact');
  expect(cached.text).not.toContain('[local cache]');
  expect(cached.code, cached.text).toBe(0);
  expect(await sum()).toBe(anew);
  const again = await workspace.nxWith({ env: NO_ENGINE }, 'run', 'alpha:build-artifact');
  expect(again.text).toMatch(/> nx run alpha:archive +\[(local cache|existing outputs)/);
  const refused = await workspace.nx('run', 'alpha:archive', '--fresh');
  expect(refused.text).toContain('`nx run alpha:build-artifact --fresh`');
  expect(refused.code).toBe(1);
});

test('archive fails with SOURCES_CHANGED when a file is edited while it waits, and caches nothing', async () => {
  const workspace = await testWorkspace();
  expect((await workspace.nx('run', 'alpha:archive')).code).toBe(0);
  const shell = workspace.start(['run', 'alpha:shell', '--command', 'echo open; sleep 60']);
  await shell.prints(/^open/m);
  await workspace.write({ [`${ALPHA}/source.txt`]: 'one\n' });
  const waiting = workspace.start(['run', 'alpha:archive']);
  await waiting.prints(/Waiting for/);
  await workspace.write({ [`${ALPHA}/source.txt`]: 'two\n' });
  process.kill(shell.pid, 'SIGTERM');
  expect(await waiting.exitCode(60_000)).toBe(1);
  expect(waiting.text()).toMatch(/^SOURCES_CHANGED: .*\n {2}\| package: source\.txt$/m);
  await workspace.write({ [`${ALPHA}/source.txt`]: 'one\n' });
  const one = await workspace.nx('run', 'alpha:build-artifact');
  expect(one.text).not.toContain('[local cache]');
  expect(await workspace.read(`${ALPHA}/.nerves/artifacts/alpha-portable-0.1.0/images/rootfs`)).toBe('one\n');
}, 180_000);

test('build-artifact refuses what a cache gives it that was built from something else', async () => {
  const workspace = await testWorkspace();
  expect((await workspace.nx('run', 'alpha:archive')).code).toBe(0);
  const cache = workspace.env.NX_CACHE_DIRECTORY ?? '';
  const names = await readdir(cache, { recursive: true });
  const provenance = names.find((name) => name.endsWith('.provenance.json')) ?? 'none';
  const text = await readFile(join(cache, provenance), 'utf8');
  const other = text
    .replace(/("recipe": ")[0-9a-f]{8}/, '$100000000')
    .replace(/("source.txt": ")file \w{16}/, '$1file 0');
  await writeFile(join(cache, provenance), other);
  await workspace.remove(`${ALPHA}/.nerves`);
  const { code, text: said } = await workspace.nxWith({ env: NO_ENGINE }, 'run', 'alpha:build-artifact');
  expect(said).toMatch(
    /^ARCHIVE_STALE: .*\n {2}\| package: source\.txt\n.*`nx run alpha:build-artifact --fresh`/m,
  );
  expect(code).toBe(1);
  expect(await readdir(workspace.path(`${ALPHA}/.nerves`))).toEqual(['archive']);
});
