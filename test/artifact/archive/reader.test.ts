import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { storeArchive } from '../../../src/artifact/archive/store.js';
import { unpack } from '../../../src/artifact/archive/unpack.js';
import { copyFileAtomic } from '../../../src/util/files/copy-file-atomic.js';
import { compress, directory, file, tarOf } from '../../support/archives.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

const FILE = 'alpha-portable-0.1.0-0123456.tar.gz';
const ID = 'abcdefghij012345';
const ROUNDS = 40;
const READER = join(import.meta.dirname, 'reader.mjs');

/** What reader.mjs prints. */
interface Seen {
  broken: string[];
  looks: Record<string, number>;
  absent: Record<string, number>;
  generations: Record<string, object>;
}

const checksumOf = (round: number) => String(round).padStart(64, '0');

/** An archive whose every file says which round made it. */
function archiveOf(round: number): Buffer {
  const content = `${checksumOf(round)} ${'x'.repeat(round * 10_000)}`;
  const names = ['top/a', 'top/b', 'top/tree/c', 'top/z'];
  const tar = tarOf([directory('top'), directory('top/tree'), ...names.map((name) => file(name, content))]);
  return compress(tar, 'gz');
}

test('replaceDirectory(): a process that reads all the time sees archive, artifact and download complete, or not at all', async () => {
  const root = await temporaryDirectory('reader');
  const at = (name: string) => join(root, name);
  const [archives, artifact, download] = [
    at('.nerves/archive'),
    at('.nerves/artifacts/alpha'),
    at(`dl/${FILE}`),
  ];
  await writeFiles(artifact, { '.docker_id': ID });
  const reader = spawn(process.execPath, [READER, FILE, ID, archives, artifact, download]);
  onTestFinished(() => void reader.kill());
  await once(reader.stdout, 'data');
  const deps = { env: process.env, signal: new AbortController().signal };
  for (let round = 1; round <= ROUNDS; round++) {
    const data = archiveOf(round);
    const stored = await storeArchive(
      Readable.from([data]),
      { file: FILE, size: data.length, directory: archives },
      deps,
    );
    await unpack(stored, artifact, checksumOf(round), deps);
    await copyFileAtomic(stored.path, download);
    await sleep(20);
  }
  reader.stdin.end();
  const seen = JSON.parse(await text(reader.stdout)) as Seen;
  expect(seen.broken).toEqual([]);
  for (const name of ['archive', 'artifact', 'download']) {
    expect(seen.looks[name]).toBeGreaterThan(ROUNDS);
    expect(Object.keys(seen.generations[name] ?? {}).length).toBeGreaterThan(ROUNDS / 2);
  }
}, 120_000);
