import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ArtifactError } from '../../src/errors.js';
import { archive } from '../../src/runner/archive.js';
import { jsonReporter } from '../../src/runner/output/reporters.js';
import { Captured, testRun } from '../support/runner.js';
import { busyboxOptions, TOOLBOX, testPackage } from '../support/workspace.js';

/** Two packages that are built at once, as Buildroot builds them; the first fails while the second goes on. */
const MAKEFILE = `all: build/host-cmake-3.22/.stamp_built build/zlib-1.3.1/.stamp_built
build/host-cmake-3.22/.stamp_built:
	@printf '\\033[7m>>> host-cmake 3.22 Building\\033[27m\\n'
	@sleep 2.2; for n in 1 2 3 4 5 6 7; do echo "[ $$n%] Building CXX $$n.o"; done
	@printf '10%%\\r20%%\\r'; printf '\\033[1ma.cxx:1:1: \\033[31merror:\\033[m no\\n' >&2
	@printf 'no newline'; $(HOLD) exit 1
build/zlib-1.3.1/.stamp_built:
	@sleep 1; echo '>>> zlib 1.3.1 Building'; sleep 2; seq 3000; echo '>>> zlib 1.3.1 Installing to target'
`;

/** The error of a build by this Makefile, and what a program is told of it. */
async function failureOf(makefile: string, ...args: string[]) {
  const commands = { create_build: 'cp {package_dir}/Makefile .', make: ['make', ...args], archive: 'true' };
  const docker = { tag: TOOLBOX, pull: 'never' as const };
  const options = busyboxOptions('', { build_runner_config: { docker }, build_runner_opts: { commands } });
  const pkg = await testPackage({ options, files: { VERSION: '0.1.0\n', Makefile: makefile } });
  const stdout = new Captured();
  const reporter = jsonReporter({ stdout, clock: () => performance.now(), verbose: false });
  const error = await archive(pkg, { ...testRun(pkg), reporter }).catch((thrown: unknown) => thrown);
  if (!(error instanceof ArtifactError)) throw error;
  const result = JSON.parse(stdout.text.trim().split('\n').at(-1) ?? '');
  const inLog = (line: number) => execFileSync('sed', ['-n', `${line}p`, pkg.paths.log]).toString();
  return { error, result, inLog };
}

test('archive() says of a parallel build what failed, when, and where in build.log', async () => {
  const { error, result, inLog } = await failureOf(MAKEFILE, '-j2');
  expect(error.message).toMatch(/it ended with exit code 2 in host-cmake, build, after 0:0[23]\n/);
  expect(result).toMatchObject({
    ...{ type: 'result', result: 'failure', code: 'BUILD_FAILED', package: 'host-cmake', step: 'build' },
    ...{ after_ms: error.place?.after_ms, line: expect.any(Number) },
  });
  expect(inLog(result.line)).toContain('a.cxx:1:1: \x1b[31merror:');
  const [, from, block = ''] = /\n {2}\| build\.log:(\d+)\n((?: {2}\| [> ] .*\n)+)/.exec(error.message) ?? [];
  expect(Number(from)).toBe(result.line);
  const lines = block.trimEnd().split('\n');
  expect(lines.length).toBeLessThanOrEqual(11);
  const marked = lines.indexOf('  | > a.cxx:1:1: error: no');
  expect(marked).toBeGreaterThanOrEqual(0);
  lines.forEach((line, index) => {
    const shown = line.slice('  | > '.length);
    expect(inLog(result.line + index - marked)).toContain(index === marked ? 'a.cxx' : shown);
  });
});

test("archive() finds the error of a parallel build that another package's headline comes after", async () => {
  const { error, result, inLog } = await failureOf(MAKEFILE, '-j2', 'HOLD=sleep 3;');
  expect(error.message).toMatch(
    /in host-cmake, build, after 0:0\d\n[\s\S]*\n {2}\| > a\.cxx:1:1: error: no\n/,
  );
  expect(inLog(result.line)).toContain('a.cxx:1:1: \x1b[31merror:');
});

test('archive() says the last headline of a build that names nothing else, and its last lines', async () => {
  const { error, result, inLog } = await failureOf("all:\n\t@echo '>>> Packing it all'; seq 100; exit 3\n");
  expect(error.message).toMatch(/exit code 2 in "Packing it all", after 0:00\n {2}\| build\.log:\d+\n/);
  expect(result).toMatchObject({ headline: 'Packing it all', after_ms: expect.any(Number) });
  expect(inLog(result.line)).toMatch(/^make: \*\*\* \[Makefile:2: all\] Error 3$/m);
});
