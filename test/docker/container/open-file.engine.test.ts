import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ArtifactError } from '../../../src/errors.js';
import { engineProxy } from '../../support/engine-proxy.js';
import { collector, inSession } from '../../support/session.js';

const sh = (script: string) => ({ argv: ['sh', '-c', script] });
const interrupted = new ArtifactError('INTERRUPTED', { tried: 'x', cause: 'y' });
/** 50 MB: more than what lies in the buffers between the engine and here. */
const BIG = sh('dd if=/dev/zero of=/big bs=1M count=50 2>/dev/null');

test('openFile(): a file comes out with its size and every byte', async () => {
  const [size, bytes] = await inSession(async ({ openFile, exec }) => {
    await exec(sh(`printf 'a\\000\\377b' >/file`), () => {});
    const file = await openFile('/file');
    return [file?.size, file && (await buffer(file.content))];
  });
  expect(size).toBe(4);
  expect(bytes).toEqual(Buffer.from([0x61, 0, 0xff, 0x62]));
});

test('openFile(): an empty file is a file, and links are followed', async () => {
  const sizes = await inSession(async ({ openFile, exec }) => {
    await exec(
      sh(
        'mkdir /d; cd /d; : >empty; echo 12345 >f; ln -s f near; ln -s /d/f far; ln -s near twice; ln -s no lost',
      ),
      () => {},
    );
    const size = async (name: string) => {
      const file = await openFile(`/d/${name}`);
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
  expect(sizes).toEqual([0, 6, 6, undefined, 6]);
});

test.each([1, 65_535, 65_536, 65_537, 3_000_000])(
  'openFile(): %i bytes come out as they are, by way of links, too',
  async (length) => {
    const script = `mkdir -p "/d/a b"; cd "/d/a b"; head -c ${length} /dev/urandom >"it's
it"; ln -s "/d/a b/it's
it" /d/link; ln -s d/link /way; sha256sum <"it's
it"`;
    const [sum, found] = await inSession(async ({ openFile, exec }) => {
      const out = collector();
      await exec(sh(script), out.sink);
      const file = await openFile('/way');
      return [
        out.text(),
        { size: file?.size, isRead: file?.isRead, bytes: file && (await buffer(file.content)) },
      ];
    });
    expect(found.size).toBe(length);
    expect(found.bytes?.length).toBe(length);
    expect(found.isRead).toBe(length <= 65_536 ? true : undefined);
    expect(
      createHash('sha256')
        .update(found.bytes ?? '')
        .digest('hex'),
    ).toBe(sum.slice(0, 64));
  },
);

test('openFile(): what is not there, and a directory with much in it, is no file', async () => {
  const found = await inSession(async ({ openFile, exec }) => {
    await exec(sh('mkdir /d && dd if=/dev/zero of=/d/big bs=1M count=50 2>/dev/null'), () => {});
    return [await openFile('/none'), await openFile('/d')];
  });
  expect(found).toEqual([undefined, undefined]);
});

test('openFile(): a file that is given up half read does not keep the engine from removing the container', async () => {
  let started = 0;
  await inSession(async ({ openFile, exec }) => {
    await exec(BIG, () => {});
    const file = await openFile('/big');
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
    async ({ openFile, exec }) => {
      await exec(BIG, () => {});
      const file = await openFile('/big');
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
    async ({ openFile, exec }) => {
      await exec(BIG, () => {});
      const file = await openFile('/big');
      await sleep(500);
      return file && (await buffer(file.content));
    },
    { env: proxy.env },
  );
  await expect(run).rejects.toMatchObject({ code: 'ENGINE_LOST', message: expect.stringContaining('/big') });
});

test('openFile(): a small file that cannot be read is an error that says why', async () => {
  const run = inSession(async ({ openFile }) => await openFile('/proc/1/mem'));
  await expect(run).rejects.toMatchObject({
    code: 'FILE_ACCESS',
    message: expect.stringMatching(/read \/proc\/1\/mem from the container: .*error/s),
  });
});
