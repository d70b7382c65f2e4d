import { expect, test } from 'vitest';
import { ArtifactError, type ErrorCode } from '../../src/errors.js';
import { toRunError } from '../../src/runner/run-error.js';

const { signal } = new AbortController();
const failure = (code: ErrorCode, cause: string, details?: string[]) =>
  new ArtifactError(code, { tried: 'get the image x:1', cause, details, hint: 'Look elsewhere.' });

test.each<[ErrorCode, string, string[]]>([
  ['IMAGE_MISSING', 'failed to register layer: write /var/lib/docker/x: no space left on device', []],
  ['IMAGE_BUILD_FAILED', 'the command returned a non-zero code: 1', ['tar: x: No space left on device']],
  ['CONTAINER_START', 'mkdir /var/lib/docker/x: disk quota exceeded', []],
])('toRunError() turns %s on a full engine disk into DISK_FULL, same words', (code, cause, details) => {
  const found = toRunError(failure(code, cause, details), signal) as ArtifactError;
  expect(found.code).toBe('DISK_FULL');
  expect(found.message).toBe(
    [
      `DISK_FULL: could not get the image x:1: ${cause}`,
      ...details.map((line) => `  | ${line}`),
      "  -> The engine's disk is full: see `docker system df`, and `nx run <project>:clean --orphans` for volumes nobody needs.",
    ].join('\n'),
  );
});

test('toRunError() says so when the disk of this machine is full', () => {
  const cause = new Error("ENOSPC: no space left on device, copyfile 'Dockerfile'");
  const error = new ArtifactError('IMAGE_BUILD_FAILED', { tried: 'build x', cause });
  expect(toRunError(error, signal)).toMatchObject({
    code: 'DISK_FULL',
    hint: expect.stringMatching(/^Free some space/),
    cause,
  });
});

test.each<[ErrorCode, string]>([
  ['IMAGE_MISSING', 'manifest unknown'],
  ['BUILD_FAILED', 'no space left on device'], // a step's own diagnostics decide
])('toRunError() keeps %s for another reason', (code, cause) => {
  const error = failure(code, cause);
  expect(toRunError(error, signal)).toBe(error);
});

test('toRunError() prefers an interrupt over everything else', () => {
  const interrupted = failure('INTERRUPTED', 'SIGINT');
  const full = failure('FILE_ACCESS', 'no space left on device');
  expect(toRunError(full, AbortSignal.abort(interrupted))).toBe(interrupted);
});
