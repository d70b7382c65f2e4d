import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { BuildEvent, StartEvent } from '../../../../src/runner/output/events.js';
import { buildLog } from '../../../../src/runner/output/handlers/build-log.js';
import { outputOf } from '../../../support/step-output.js';
import { temporaryDirectory } from '../../../support/workspace.js';

const START: StartEvent = {
  ...{ type: 'start', project: 'alpha', package: 'alpha', version: '0.1.0', host: 'ci-7', log: 'build.log' },
  started: '2026-11-29T03:12:05.000Z',
};
const SOURCES: BuildEvent = { type: 'phase_end', phase: 'sources', text: 'Sources: 3 files, 5 kB; 3 copied' };

const output = (phase: 'image' | 'make', data: Buffer | string): BuildEvent => ({
  ...{ type: 'text', phase, chunks: [{ data: Buffer.from(data) }], lines: 1 },
});

async function newLog() {
  const path = join(await temporaryDirectory('log'), 'build.log');
  const log = buildLog(path, `${path}.1`);
  const { on } = log.handler(() => 0);
  return { log, path, emit: (event: BuildEvent) => on(event, 62_000), read: () => readFile(path) };
}

test('buildLog() has a line of ours for each phase, and what the image build printed before it may be opened', async () => {
  const { log, path, emit, read } = await newLog();
  await writeFile(path, 'of another build');
  emit(START);
  emit({ type: 'phase_start', phase: 'image' });
  emit({ type: 'step', phase: 'image', text: 'Building image x:1' });
  emit(output('image', 'Step 1/2 : FROM scratch\n'));
  emit({ type: 'phase_end', phase: 'image', text: 'Image x:1, sha256:1234' });
  emit(SOURCES);
  expect(log.isPending).toBe(true);
  expect(await readFile(path, 'utf8')).toBe('of another build');
  await log.open();
  expect(log.isPending).toBe(false);
  emit({ type: 'phase_start', phase: 'make', text: 'make', argv: ['make', 'A=b c', 'X={env:TOKEN}', '\n'] });
  emit(output('make', 'no newline'));
  emit({ type: 'note', text: 'within a line of make' });
  emit(output('make', ' yet'));
  emit({ type: 'phase_end', phase: 'make' });
  emit({ type: 'note', text: 'after it' });
  emit({ type: 'headline', text: '>>> x' });
  emit({ type: 'result', result: 'failure', code: 'BUILD_FAILED' });
  await log.close();
  expect((await read()).toString()).toBe(`[nx-docker-artifact] alpha 0.1.0 on ci-7, 2026-11-29T03:12:05.000Z
[nx-docker-artifact] Building image x:1
Step 1/2 : FROM scratch
[nx-docker-artifact] Image x:1, sha256:1234
[nx-docker-artifact] Sources: 3 files, 5 kB; 3 copied
[nx-docker-artifact] make: make "A=b c" X={env:TOKEN} "\\n"
no newline yet
[nx-docker-artifact] after it
[nx-docker-artifact] failure (BUILD_FAILED) after 1:02
`);
  expect(await readFile(`${path}.1`, 'utf8')).toBe('of another build');
});

test('buildLog() has every byte of a step, and a newline at its end', async () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 50 });
  await fc.assert(
    fc.asyncProperty(fc.array(bytes), async (chunks) => {
      const { log, emit, read } = await newLog();
      emit(SOURCES);
      await log.open();
      emit({ type: 'phase_start', phase: 'make', text: 'make', argv: ['make'] });
      for (const chunk of chunks) await emit(output('make', Buffer.from(chunk)));
      emit({ type: 'phase_end', phase: 'make' });
      emit({ type: 'result', result: 'success' });
      await log.close();
      const expected = Buffer.concat(chunks);
      const end = expected.length === 0 || expected.at(-1) === 0x0a ? '' : '\n';
      expect(outputOf(await read()).equals(Buffer.concat([expected, Buffer.from(end)]))).toBe(true);
    }),
    { numRuns: 30 },
  );
}, 30_000);

test('buildLog() keeps no more than 8 MB of an image build in memory, and says so', async () => {
  const { log, emit, read } = await newLog();
  const line = `${'x'.repeat(999)}\n`;
  for (let n = 0; n < 20_000; n++) emit(output('image', line));
  await log.open();
  await log.close();
  const text = (await read()).toString();
  expect(text.length).toBeLessThan(8.5 * 1024 * 1024);
  expect(text).toMatch(/x\n\n\[nx-docker-artifact\] the rest is left out\n$/);
});

test('buildLog() touches no file unless it is opened', async () => {
  const { log, path, emit } = await newLog();
  emit(START);
  emit({ type: 'result', result: 'interrupted' });
  await log.flush();
  await log.close();
  await expect(readFile(path)).rejects.toThrow('ENOENT');
});
