import { rm } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openFile, writeTar } from '../../../src/docker/container/copy.js';
import { ArtifactError } from '../../../src/errors.js';
import { tarStream } from '../../../src/util/tar-stream.js';
import { engineProxy } from '../../support/engine-proxy.js';
import { collector, inSession } from '../../support/session.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

const sh = (script: string) => ({ argv: ['sh', '-c', script] });
const { signal } = new AbortController();
const interrupted = new ArtifactError('INTERRUPTED', { tried: 'x', cause: 'y' });
/** 50 MB: more than what lies in the buffers between the engine and here. */
const BIG = sh('dd if=/dev/zero of=/big bs=1M count=50 2>/dev/null');

test('openFile(): a file comes out with its size and every byte', async () => {
  const [size, bytes] = await inSession(async ({ container, exec }) => {
    await exec(sh(`printf 'a\\000\\377b' >/file`), () => {});
    const file = await openFile(container, '/file', signal);
    return [file?.size, file && (await buffer(file.content))];
  });
  expect(size).toBe(4);
  expect(bytes).toEqual(Buffer.from([0x61, 0, 0xff, 0x62]));
});

test('openFile(): an empty file is a file, and a link is followed once', async () => {
  const sizes = await inSession(async ({ container, exec }) => {
    await exec(
      sh(
        'mkdir /d; cd /d; : >empty; echo 12345 >f; ln -s f near; ln -s /d/f far; ln -s near twice; ln -s no lost',
      ),
      () => {},
    );
    const size = async (name: string) => {
      const file = await openFile(container, `/d/${name}`, signal);
      file?.content.resume();
      return file?.size;
    };
    return [
      await size('empty'),
      await size('near'),
      await size('far'),
      await size('lost'),
      await size('twice'),
    ];
  });
  expect(sizes).toEqual([0, 6, 6, undefined, undefined]);
});

test('openFile(): what is not there, and a directory with much in it, is no file', async () => {
  const found = await inSession(async ({ container, exec }) => {
    await exec(sh('mkdir /d && dd if=/dev/zero of=/d/big bs=1M count=50 2>/dev/null'), () => {});
    return [await openFile(container, '/none', signal), await openFile(container, '/d', signal)];
  });
  expect(found).toEqual([undefined, undefined]);
});

test('openFile(): a file that is given up half read does not keep the engine from removing the container', async () => {
  let started = 0;
  await inSession(async ({ container, exec }) => {
    await exec(BIG, () => {});
    const file = await openFile(container, '/big', signal);
    file?.content.read(1);
    await sleep(100);
    file?.content.destroy();
    started = performance.now();
  });
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('openFile(): an interrupt cuts a file that is half read, and the container goes', async () => {
  const controller = new AbortController();
  let started = 0;
  const run = inSession(
    async ({ container, exec }) => {
      await exec(BIG, () => {});
      const file = await openFile(container, '/big', controller.signal);
      started = performance.now();
      file?.content.once('readable', () => controller.abort(interrupted));
      await new Promise((_, reject) => file?.content.once('error', reject));
    },
    { signal: controller.signal },
  );
  await expect(run).rejects.toMatchObject({ code: 'ENGINE_LOST' });
  expect(performance.now() - started).toBeLessThan(5_000);
});

test('openFile(): a file whose connection is cut is an error that says so', async () => {
  const proxy = await engineProxy();
  proxy.on(/^GET .*\/archive/, (response) => void setTimeout(() => response.destroy(), 200));
  const run = inSession(
    async ({ container, exec }) => {
      await exec(BIG, () => {});
      const file = await openFile(container, '/big', signal);
      await sleep(500);
      return file && (await buffer(file.content));
    },
    { env: proxy.env },
  );
  await expect(run).rejects.toMatchObject({ code: 'ENGINE_LOST', message: expect.stringContaining('/big') });
});

test('openFile(): a tar is unpacked with its times, modes and owners', async () => {
  const root = await temporaryDirectory('tar');
  await writeFiles(root, { 'd/f': { content: 'x', mode: 0o751 } });
  const out = collector();
  await inSession(async ({ container, exec }) => {
    await writeTar(container, tarStream({ cwd: root, mtime: new Date(86_400_000) }, ['d']), '/tmp', signal);
    await exec(sh('stat -c "%a %u %Y" /tmp/d/f'), out.sink);
  });
  expect(out.text()).toBe(`751 ${process.getuid?.()} 86400\n`);
});

test('openFile(): a file that vanishes while it is packed is an error of the copy, not of the process', async () => {
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

test('openFile(): an interrupt cuts a copy into the container, and the container goes', async () => {
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
