import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { archive } from '../../src/runner/archive.js';
import { build } from '../../src/runner/build.js';
import { verboseReporter } from '../../src/runner/output/reporters.js';
import { Captured, testRun } from '../support/runner.js';
import { stepOutput } from '../support/step-output.js';
import { busyboxOptions, testPackage } from '../support/workspace.js';

/** A step that writes `bytes` of its volume to both streams, and the same into the artifact, to compare. */
const LOG_SCRIPT = `
awk 'BEGIN { for (i = 0; i < 200000; i++) {
  if (i % 1000 == 0) printf "\\033[7m>>> burst %d Building\\033[27m\\n", i;
  else if (i % 7919 == 0) { for (j = 0; j < 100000; j++) printf "0123456789"; printf "\\n" }
  else if (i % 501 == 0) printf "progress %d\\r", i;
  else if (i % 333 == 0) printf "\\377\\376 not UTF-8 \\303 %d\\n", i;
  else printf "  CC      src/component/file-%d.o\\n", i } printf "no newline at the end" }' >expected
cat expected`;
const KEEP = 'mkdir -p $1; cp expected $1/; tar czf $1.tar.gz $1';

test("archive() writes every byte of the container's output to build.log", async () => {
  const commands = { make: ['sh', '-c', LOG_SCRIPT], archive: ['sh', '-c', KEEP, 'sh', '{artifact_name}'] };
  const pkg = await testPackage({ options: busyboxOptions('', { build_runner_opts: { commands } }) });
  const deps = testRun(pkg);
  const { artifact } = await build(pkg, { ...deps, archived: false });
  const [log, expected] = await Promise.all([readFile(pkg.paths.log), readFile(join(artifact, 'expected'))]);
  expect(expected.length).toBeGreaterThan(30_000_000);
  // "no newline at the end": it gets one, as a line of ours follows
  const [header, rest] = ['[nx-docker-artifact] make: sh -c ', '\n[nx-docker-artifact] make system: sh -c '];
  const begin = log.indexOf('\n', log.indexOf(header)) + 1;
  expect(log.subarray(begin, log.indexOf(rest)).equals(expected)).toBe(true);
  expect(deps.stdout.text.match(/>>> burst \d+ Building/g)).toHaveLength(200);
});

test('archive() shows all of 200 headlines in one burst, in both forms and from both streams', async () => {
  const burst = `for n in $(seq 100); do printf '>>> plain %d Building\\n\\033[7m>>> reverse %d Building\\033[27m\\n' $n $n; done >all
cat all; cat all >&2`;
  const pkg = await testPackage({ options: busyboxOptions(burst) });
  const deps = testRun(pkg);
  await archive(pkg, deps);
  const shown = deps.stdout.text.match(/^\[ 0:0\d\] >>> (plain|reverse) \d+ Building$/gm);
  expect(shown).toHaveLength(400);
  expect(new Set(shown?.map((line) => line.slice(8))).size).toBe(200);
});

test('archive() writes a complete log of a failed build, and keeps the one before it', async () => {
  const pkg = await testPackage({ options: busyboxOptions('echo first; [ ! -e again ]') });
  await archive(pkg, testRun(pkg));
  const options = busyboxOptions('echo second; echo to stderr >&2; printf "no newline"; exit 7');
  const failing = await testPackage({ workspaceRoot: pkg.workspaceRoot, options });
  await expect(archive(failing, testRun(pkg))).rejects.toMatchObject({
    code: 'BUILD_FAILED',
    exitCode: 7,
  });
  const log = await stepOutput(pkg.paths.log);
  expect(log.replace('to stderr\n', '').trimEnd()).toBe('second\nno newline'); // in which order, the engine decides
  expect(log).toContain('to stderr\n');
  expect(await readFile(pkg.paths.log, 'utf8')).toMatch(
    /\n\[nx-docker-artifact\] failure \(BUILD_FAILED\) after 0:\d\d\n$/,
  );
  expect(await stepOutput(pkg.paths.previousLog)).toBe('first\n');
});

test('archive() with a slow terminal holds the build back instead of keeping its log in memory', async () => {
  let most = 0;
  let taken = 0;
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      most = Math.max(most, this.writableLength);
      taken += chunk.length;
      setTimeout(done, 1);
    },
  });
  const pkg = await testPackage({ options: busyboxOptions('yes 0123456789 | head -c 30000000') });
  const reporter = verboseReporter({ stdout, clock: () => performance.now() });
  await archive(pkg, { ...testRun(pkg), reporter });
  expect(taken).toBeGreaterThan(30_000_000);
  expect(most).toBeLessThan(500_000);
});

test('archive() with verbose shows the complete log', async () => {
  const pkg = await testPackage({ options: busyboxOptions('echo one; echo ">>> two"; printf three') });
  const deps = testRun(pkg, { verbose: true });
  await archive(pkg, deps);
  expect(deps.stdout.text).toContain('one\n>>> two\nthree');
  expect(deps.stdout).toBeInstanceOf(Captured);
});

test('archive() never loses what a step prints at once', async () => {
  const pkg = await testPackage({ options: busyboxOptions('echo at once') });
  for (let run = 0; run < 5; run++) {
    await archive(pkg, testRun(pkg));
    expect(await stepOutput(pkg.paths.log)).toBe('at once\n');
  }
});
