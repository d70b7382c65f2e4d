import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OutputChunk } from '../../../../src/backend/types.js';
import { DemuxStream } from '../../../../src/docker/container/exec/demux.js';

type Frame = [source: number, data: Buffer];

const frame = ([source, data]: Frame): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = source;
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
};

const encode = (frames: readonly Frame[]) => Buffer.concat(frames.map(frame));

/** Cuts a buffer into pieces, at any places. */
function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length));
}

async function decode(chunks: Iterable<Buffer>): Promise<OutputChunk[]> {
  const pieces: OutputChunk[] = [];
  const sink = new Writable({
    objectMode: true,
    write(batch: OutputChunk[], _encoding, done) {
      pieces.push(...batch);
      done();
    },
  });
  await pipeline(Readable.from(chunks), new DemuxStream(), sink);
  return pieces;
}

/** Neighbours of one source put together: how a frame was cut into pieces does not matter, their order does. */
function runs(parts: Iterable<{ source: number; data: Buffer }>): [number, string][] {
  const out: [number, string][] = [];
  for (const { source, data } of parts) {
    const last = out.at(-1);
    if (data.length === 0) continue;
    if (last?.[0] === source) last[1] += data.toString('hex');
    else out.push([source, data.toString('hex')]);
  }
  return out;
}

const anyFrame = fc.tuple(
  fc.constantFrom(1, 2),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);

test('DemuxStream: any split of any frames gives the same bytes by source, in the same order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyFrame, { maxLength: 30 }),
      fc.array(fc.nat(10_000), { maxLength: 60 }),
      async (frames, cuts) => {
        const pieces = await decode(split(encode(frames), cuts));
        expect(runs(pieces)).toEqual(runs(frames.map(([source, data]) => ({ source, data }))));
      },
    ),
    { numRuns: 300 },
  );
}, 30_000);

test('DemuxStream: a stream byte by byte gives the same', async () => {
  const bytes = encode([
    [1, Buffer.from('one\n')],
    [2, Buffer.from('two\n')],
  ]);
  const pieces = await decode(Array.from(bytes, (byte) => Buffer.from([byte])));
  expect(runs(pieces)).toEqual([
    [1, Buffer.from('one\n').toString('hex')],
    [2, Buffer.from('two\n').toString('hex')],
  ]);
});

test('DemuxStream: 5,000 tiny frames in one chunk, where modem.demuxStream ends in a RangeError', async () => {
  const frames = Array.from({ length: 5_000 }, (_, n): Frame => [1 + (n % 2), Buffer.from(`${n}\n`)]);
  const pieces = await decode([encode(frames)]);
  expect(pieces.map(({ data }) => data.toString().trim())).toEqual(frames.map((_, n) => String(n)));
});

test('DemuxStream: a chunk makes one stream event, not one for each of its frames', async () => {
  const frames = new DemuxStream();
  let events = 0;
  frames.on('data', () => events++);
  frames.end(encode(Array.from({ length: 1_000 }, (): Frame => [1, Buffer.from('x')])));
  await new Promise((resolve) => frames.on('end', resolve));
  expect(events).toBe(1);
});

test('DemuxStream: one 16 MiB frame in 64 KiB chunks takes linear time and keeps nothing', async () => {
  const size = 16 << 20;
  const header = Buffer.from([2, 0, 0, 0, 1, 0, 0, 0]);
  const chunk = Buffer.alloc(64 << 10, 'x');
  const decoder = new DemuxStream();
  let seen = 0;
  let copied = 0;
  const started = performance.now();
  await pipeline(
    Readable.from([header, ...Array<Buffer>(size / chunk.length).fill(chunk)]),
    decoder,
    new Writable({
      objectMode: true,
      write(batch: OutputChunk[], _encoding, done) {
        for (const { source, data } of batch) {
          expect(source).toBe(2);
          if (data.buffer !== chunk.buffer) copied++;
          seen += data.length;
        }
        done();
      },
    }),
  );
  expect(seen).toBe(size);
  expect(copied).toBe(0);
  expect(performance.now() - started).toBeLessThan(5_000);
});

test.each([
  ['inside a header', 3],
  ['right after a header', 8],
  ['inside the data', 10],
])('DemuxStream: a stream that is cut %s is an error, not an end', async (_, length) => {
  const bytes = encode([[1, Buffer.from('whole\n')]]).subarray(0, length);
  await expect(decode([bytes])).rejects.toThrow('the log stream was cut inside a frame');
});

test('DemuxStream: what came before the cut is handed out', async () => {
  const frames = new DemuxStream();
  const seen: string[] = [];
  frames.on('data', (pieces: OutputChunk[]) => seen.push(...pieces.map(({ data }) => data.toString())));
  const failed = new Promise((resolve) => frames.on('error', resolve));
  frames.end(
    encode([
      [1, Buffer.from('a')],
      [1, Buffer.from('bcd')],
    ]).subarray(0, -1),
  );
  await failed;
  expect(seen.join('')).toBe('abc');
});

test('DemuxStream: frames without data are no pieces and cut nothing', async () => {
  const empty: Frame = [1, Buffer.alloc(0)];
  const text: Frame = [2, Buffer.from('x')];
  expect(await decode([encode([empty, empty, text, empty])])).toEqual([
    { source: 2, data: Buffer.from('x') },
  ]);
  expect(await decode([encode([empty])])).toEqual([]);
  expect(await decode([])).toEqual([]);
});

test('DemuxStream: a source that is neither stdout nor stderr counts as stdout', async () => {
  const pieces = await decode([encode([[0, Buffer.from('in')]])]);
  expect(pieces).toEqual([{ source: 1, data: Buffer.from('in') }]);
});

test('DemuxStream: a slow reader holds the stream back', async () => {
  const decoder = new DemuxStream();
  const chunk = encode([[1, Buffer.alloc(32 << 10)]]);
  let written = 0;
  while (written < 1_000 && decoder.write(chunk)) written++;
  await new Promise((resolve) => setImmediate(resolve));
  while (written < 1_000 && decoder.write(chunk)) written++;
  expect(written).toBeLessThan(100);
  decoder.destroy();
});
