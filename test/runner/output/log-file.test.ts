import { link, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OutputChunk } from '../../../src/backend/types.js';
import { openLogFile } from '../../../src/runner/output/log-file.js';
import { temporaryDirectory } from '../../support/workspace.js';

const piece = (data: string | Buffer, source: 1 | 2 = 1): OutputChunk => ({
  source,
  data: Buffer.from(data),
});

async function newLog() {
  const root = await temporaryDirectory('log');
  const [path, previous] = [join(root, 'build.log'), join(root, 'build.log.1')];
  return { path, previous, open: () => openLogFile(path, previous), read: () => readFile(path) };
}

test('openLogFile() writes every byte, of both sources in the order they came', async () => {
  const everything = fc.array(
    fc.array(fc.tuple(fc.constantFrom<1 | 2>(1, 2), fc.uint8Array({ minLength: 1, maxLength: 50 })), {
      minLength: 1,
    }),
  );
  await fc.assert(
    fc.asyncProperty(everything, async (batches) => {
      const { open, read } = await newLog();
      const log = await open();
      for (const batch of batches)
        await log.write(batch.map(([source, bytes]) => piece(Buffer.from(bytes), source)));
      await log.close();
      const expected = batches.flat().map(([, bytes]) => Buffer.from(bytes));
      expect((await read()).equals(Buffer.concat(expected))).toBe(true);
    }),
    { numRuns: 50 },
  );
}, 30_000);

test('openLogFile() keeps the previous log, but not the one before it', async () => {
  const { path, previous, open } = await newLog();
  for (const text of ['first', 'second', 'third']) {
    const log = await open();
    await log.write([piece(text)]);
    await log.close();
  }
  expect(await readFile(path, 'utf8')).toBe('third');
  expect(await readFile(previous, 'utf8')).toBe('second');
});

test('openLogFile() creates an empty log if nothing is written', async () => {
  const { open, read } = await newLog();
  await (await open()).close();
  expect(await read()).toHaveLength(0);
});

test('openLogFile() holds the build back when the disk is slower', async () => {
  const { open, read } = await newLog();
  const log = await open();
  let waits = 0;
  const chunk = Buffer.alloc(256 << 10, 'x');
  for (let n = 0; n < 40; n++) {
    const wait = log.write([piece(chunk)]);
    if (wait) waits++;
    await wait;
  }
  await log.close();
  expect(waits).toBeGreaterThan(4);
  expect(await read()).toHaveLength(40 * chunk.length);
});

test('openLogFile() can be closed twice', async () => {
  const log = await (await newLog()).open();
  await log.close();
  await log.close();
});

/** A build.log on a device that is always full. Renaming one name of a link to the other changes nothing. */
async function fullDisk() {
  const root = await temporaryDirectory('log');
  const [path, previous] = [join(root, 'build.log'), join(root, 'build.log.1')];
  await symlink('/dev/full', path);
  await link(path, previous);
  return await openLogFile(path, previous);
}

test('openLogFile() reports DISK_FULL in the write that waits for a full disk', async () => {
  const log = await fullDisk();
  const error = await Promise.resolve(log.write([piece(Buffer.alloc(4 << 20))])).catch((e) => e);
  expect(error).toMatchObject({ code: 'DISK_FULL', message: expect.stringContaining('build.log') });
  expect(error.message).toContain('ENOSPC');
  await expect(async () => await log.write([piece('more')])).rejects.toMatchObject({ code: 'DISK_FULL' });
  await expect(log.close()).rejects.toMatchObject({ code: 'DISK_FULL' });
});

test('openLogFile() reports a full disk also when nobody waited for the last write', async () => {
  const log = await fullDisk();
  expect(log.write([piece('a few bytes')])).toBeUndefined();
  await expect(log.close()).rejects.toMatchObject({ code: 'DISK_FULL' });
});

test('openLogFile() reports an error of the stream that came before it is closed', async () => {
  const log = await fullDisk();
  log.write([piece('a few bytes')]);
  let error: unknown;
  for (let turns = 0; turns < 10_000 && !error; turns++) {
    await turn();
    error = await Promise.resolve()
      .then(() => log.write([]))
      .catch((e) => e);
  }
  expect(error).toMatchObject({ code: 'DISK_FULL' });
  await expect(log.close()).rejects.toMatchObject({ code: 'DISK_FULL' });
});

test('openLogFile() reports a path that cannot be written before anything is built', async () => {
  const root = await temporaryDirectory('log');
  await writeFile(join(root, 'file'), '');
  await expect(openLogFile(join(root, 'file/build.log'), join(root, 'file/x'))).rejects.toMatchObject({
    code: 'FILE_ACCESS',
    message: expect.stringContaining(`could not write ${join(root, 'file/build.log')}`),
  });
  await mkdir(join(root, 'build.log.1/x'), { recursive: true });
  await writeFile(join(root, 'build.log'), '');
  await expect(openLogFile(join(root, 'build.log'), join(root, 'build.log.1'))).rejects.toMatchObject({
    code: 'FILE_ACCESS',
  });
});
