import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Progress, progress } from '../../../src/docker/image/progress.js';

async function parse(chunks: Iterable<Buffer>): Promise<Progress[]> {
  const source = (async function* () {
    yield* chunks;
  })();
  const messages: Progress[] = [];
  for await (const message of progress(source)) messages.push(message);
  return messages;
}

const MESSAGES: Progress[] = [
  { stream: 'Step 1/2 : FROM größe\n' },
  { status: '日本語 🐳', id: 'a1b2' },
  { status: 'Downloading', progressDetail: { current: 1, total: 2 } },
  { stream: 'tab\t"quote" \\ \u0000' },
  { aux: { ID: 'sha256:1' } },
];
const TEXT = MESSAGES.map((message) => `${JSON.stringify(message)}\r\n`).join('');

test('progress(): messages come out whole wherever the stream is cut, also inside a UTF-8 sequence', async () => {
  const bytes = Buffer.from(TEXT);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 40 }), async (cuts) => {
      const places = [...cuts].sort((a, b) => a - b);
      const chunks = [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length));
      expect(await parse(chunks)).toEqual(MESSAGES);
    }),
  );
  expect(await parse(Array.from(bytes, (byte) => Buffer.from([byte])))).toEqual(MESSAGES);
}, 30_000);

test('progress(): the last message may lack its newline', async () => {
  expect(await parse([Buffer.from('{"stream":"a"}\n{"stream":"b"}')])).toEqual([
    { stream: 'a' },
    { stream: 'b' },
  ]);
});

test('progress(): empty lines and an empty stream are nothing', async () => {
  expect(await parse([Buffer.from('\n\r\n  \n{"stream":"a"}\n\n')])).toEqual([{ stream: 'a' }]);
  expect(await parse([])).toEqual([]);
});

test('progress(): the error of a failed build is a message, which followProgress takes for the end of a good one', async () => {
  const error = { errorDetail: { code: 2, message: 'make failed' }, error: 'make failed' };
  const messages = await parse([Buffer.from(`{"stream":"x"}\n${JSON.stringify(error)}`)]);
  expect(messages.at(-1)).toEqual(error);
});

test('progress(): what is not JSON is an error, after the messages before it', async () => {
  const seen: Progress[] = [];
  const source = (async function* () {
    yield Buffer.from('{"stream":"a"}\n<html>proxy error</html>\n');
  })();
  await expect(async () => {
    for await (const message of progress(source)) seen.push(message);
  }).rejects.toThrow(SyntaxError);
  expect(seen).toEqual([{ stream: 'a' }]);
});

test('progress(): a stream that fails, fails the reader', async () => {
  const source = (async function* () {
    yield Buffer.from('{"stream":"a"}\n');
    throw new Error('aborted');
  })();
  await expect(async () => {
    for await (const _ of progress(source));
  }).rejects.toThrow('aborted');
});
