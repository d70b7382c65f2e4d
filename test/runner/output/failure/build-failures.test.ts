import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Diagnostics } from '../../../../src/runner/output/failure/diagnostics.js';

const LOGS = join(import.meta.dirname, '../../../fixtures/failures');

/** The log of a failure: its code, what of the log the message must have, and what the hint speaks of. */
const FAILURES: [string, string, RegExp, RegExp][] = [
  ['git-too-old', 'HOST_TOOL_MISSING', /Git >= 2\.0\.0 is required/, /Dockerfile/],
  ['hash-mismatch', 'HASH_MISMATCH', /zlib-1\.3\.1\.tar\.xz has wrong sha256 hash/, /\.hash file/],
  ['hash-missing', 'HASH_MISMATCH', /No hash found for app-2\.0/, /\.hash file/],
  ['host-tool-missing', 'HOST_TOOL_MISSING', /You must install 'rsync'/, /Dockerfile/],
  ['ld-library-path', 'ENVIRONMENT_BAD', /^LD_LIBRARY_PATH/, /LD_LIBRARY_PATH/],
  ['legacy-configuration', 'CONFIG_BAD', /legacy configuration/, /savedefconfig/],
  ['no-space', 'DISK_FULL', /Cannot mkdir: No space left/, /docker system df/],
  ['not-found', 'DOWNLOAD_FAILED', /ERROR 404: Not Found/, /BR2_PRIMARY_SITE/],
  ['not-found-curl', 'DOWNLOAD_FAILED', /returned error: 404/, /dl_dir/],
  ['out-of-memory', 'OUT_OF_MEMORY', /Killed signal terminated program/, /PARALLEL_JOBS/],
  ['path-with-spaces', 'ENVIRONMENT_BAD', /^Your PATH contains spaces/, /ENV PATH/],
  ['permission-denied', 'FILE_ACCESS', /app\.bin': Permission denied/, /build_runner_config\.user/],
  ['root-refused', 'ROOT_REFUSED', /must NOT be root/, /"user": "image"/],
  ['unmet-dependency', 'CONFIG_BAD', /libfoo is in the dependency chain of app/, /Config\.in/],
  ['unsafe-configure', 'ROOT_REFUSED', /should not run configure as root/, /"user": "image"/],
  ['wrong-architecture', 'WRONG_ARCHITECTURE', /should be "AArch64"/, /--fresh/],
];

test('each log of a failure has a row', () => {
  expect(readdirSync(LOGS).sort()).toEqual(FAILURES.map(([name]) => `${name}.log`).sort());
});

test.each(FAILURES)('STEP_HINTS knows %s as %s', (name, code, line, hint) => {
  const before = Array.from({ length: 50 }, (_, n) => `  CC      file-${n}.o`);
  const diagnostics = new Diagnostics();
  const log = readFileSync(join(LOGS, `${name}.log`), 'latin1');
  for (const text of [...before, ...log.split('\n')]) diagnostics.add(text);
  expect(diagnostics.hint(2)).toMatchObject({ code, hint: expect.stringMatching(hint) });
  expect(diagnostics.lines()).toContainEqual(expect.stringMatching(line));
});

test.each([
  [
    'of a mirror, where the next one has the file',
    ['http://a/x.tar: ERROR 404: Not Found.', '>>> x 1 Extracting'],
  ],
  [
    'that a program only speaks of',
    ['checking for wrong hash... no', 'You can install it later', '  CC 404.o'],
  ],
])('STEP_HINTS takes no failure for one %s', (_, lines) => {
  const diagnostics = new Diagnostics();
  for (const line of lines) diagnostics.add(line);
  expect(diagnostics.hint(2)).toBeUndefined();
});
