import { rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { writeTar } from '../../../src/docker/container/copy.js';
import { ArtifactError } from '../../../src/errors.js';
import { tarStream } from '../../../src/util/tar/stream.js';
import { engineProxy } from '../../support/engine-proxy.js';
import { collector, inSession } from '../../support/session.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

const sh = (script: string) => ({ argv: ['sh', '-c', script] });
const { signal } = new AbortController();
const interrupted = new ArtifactError('INTERRUPTED', { tried: 'x', cause: 'y' });

test('writeTar(): a tar is unpacked with its times, modes and owners', async () => {
  const root = await temporaryDirectory('tar');
  await writeFiles(root, { 'd/f': { content: 'x', mode: 0o751 } });
  const out = collector();
  await inSession(async ({ container, exec }) => {
    await writeTar(container, tarStream({ cwd: root, mtime: new Date(86_400_000) }, ['d']), '/tmp', signal);
    await exec(sh('stat -c "%a %u %Y" /tmp/d/f'), out.sink);
  });
  expect(out.text()).toBe(`751 ${process.getuid?.()} 86400\n`);
});

test('writeTar(): a file that vanishes while it is packed is an error of the copy, not of the process', async () => {
  const root = await temporaryDirectory('tar');
  const names = Array.from({ length: 300 }, (_, index) => `f${index}`);
  await writeFiles(root, Object.fromEntries(names.map((name) => [name, 'x'.repeat(50_000)])));
  const proxy = await engineProxy();
  proxy.on(/^PUT /, () => rm(root, { recursive: true }));
  const run = inSession(
    ({ container }) => writeTar(container, tarStream({ cwd: root }, names), '/tmp', signal),
    {
      env: proxy.env,
    },
  );
  await expect(run).rejects.toMatchObject({ code: 'ENOENT' });
});

test('writeTar(): an interrupt cuts a copy into the container, and the container goes', async () => {
  const root = await temporaryDirectory('tar');
  await writeFiles(root, { f: 'x'.repeat(1_000_000) });
  const [proxy, controller] = [await engineProxy(), new AbortController()];
  let started = 0;
  proxy.on(/^PUT /, () => {
    started = performance.now();
    controller.abort(interrupted);
    return true; // and no answer
  });
  const run = inSession(
    ({ container }) => writeTar(container, tarStream({ cwd: root }, ['f']), '/tmp', controller.signal),
    { env: proxy.env, signal: controller.signal },
  );
  await expect(run).rejects.toThrow();
  expect(performance.now() - started).toBeLessThan(5_000);
});
