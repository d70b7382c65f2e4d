import { describe, expect, test } from 'vitest';
import { Diagnostics } from '../../../../src/runner/output/failure/diagnostics.js';

function diagnosticsOf(...lines: string[]): Diagnostics {
  const diagnostics = new Diagnostics();
  for (const line of lines) diagnostics.add(Buffer.from(line).toString('latin1'));
  return diagnostics;
}

const noise = (count: number) => Array.from({ length: count }, (_, n) => `  CC      file-${n}.o`);

test('Diagnostics shows the first errors, not the last lines, of which a parallel make has many', () => {
  const { length } = noise(30);
  const diagnostics = diagnosticsOf(
    ...noise(50),
    'main.c:3:1: error: unknown type name ‘x’',
    ...noise(length),
    'make[1]: *** [Makefile:10: main.o] Error 1',
    'make[1]: *** Waiting for unfinished jobs....',
    ...noise(length),
    'make: *** [Makefile:5: all] Error 2',
  );
  expect(diagnostics.lines()).toEqual([
    'main.c:3:1: error: unknown type name ‘x’',
    'make[1]: *** [Makefile:10: main.o] Error 1',
    'make[1]: *** Waiting for unfinished jobs....',
    'make: *** [Makefile:5: all] Error 2',
  ]);
});

test.each([
  'main.c:3:1: fatal error: x.h: No such file or directory',
  "ld: main.o: undefined reference to `f'",
  '/bin/sh: 1: gcc: not found',
  'bash: line 1: cmake: command not found',
  'ERROR: no hash found for x.tar.gz',
  'configure: error: C compiler cannot create executables',
  'ninja: *** nothing',
  'cp: cannot create regular file: Permission denied',
  'during GIMPLE pass: internal compiler error',
])('Diagnostics takes %j for an error', (line) => {
  expect(diagnosticsOf(...noise(40), line, ...noise(40)).lines()).toEqual([line]);
});

test("Diagnostics finds gcc's coloured errors", () => {
  const line = '\x1b[01m\x1b[Kmain.c:3:1:\x1b[m\x1b[K \x1b[01;31m\x1b[Kerror: \x1b[m\x1b[Kno';
  expect(diagnosticsOf(line, ...noise(40)).lines()).toEqual(['main.c:3:1: error: no']);
});

test.each(['  CC error.o', 'checking for strerror... yes', 'install terror.h', 'Killed Kenny', '0 errors'])(
  'Diagnostics does not take %j for an error',
  (line) => {
    expect(diagnosticsOf(line, ...noise(40)).lines()).not.toContain(line);
  },
);

test('Diagnostics shows the last lines without an error, leaving out empty ones', () => {
  const lines = diagnosticsOf(...noise(30), '', '  ', 'the end').lines();
  expect(lines).toHaveLength(10);
  expect(lines.at(-1)).toBe('the end');
});

test('Diagnostics finds nothing in no lines', () => {
  expect(diagnosticsOf().lines()).toEqual([]);
});

test('Diagnostics shows at most eight lines, none longer than 300 characters, without colours', () => {
  const lines = diagnosticsOf(
    `\x1b[1m\x1b[31merror:\x1b[m ${'x'.repeat(1_000)}`,
    ...Array.from({ length: 20 }, (_, n) => `x.c:${n}: error: no`),
  ).lines();
  expect(lines).toHaveLength(8);
  expect(lines[0]).toBe(`error: ${'x'.repeat(293)}`);
});

test('Diagnostics drops complaints of earlier packages that did not stop the build', () => {
  const harmless = Array.from({ length: 20 }, (_, n) => [
    `>>> package-${n} 1.0 Configuring`,
    'fatal: not a git repository (or any of the parent directories): .git',
    'ls: cannot access x: No such file or directory',
  ]).flat();
  const diagnostics = diagnosticsOf(
    ...harmless,
    '\x1b[7m>>> app 1.0 Building\x1b[27m',
    'app.c:1:1: error: no',
  );
  expect(diagnostics.lines()).toEqual(['app.c:1:1: error: no']);
});

test("Diagnostics keeps its errors despite headlines of other jobs after make's own message", () => {
  const diagnostics = diagnosticsOf(
    'app.c:1:1: error: no',
    'make[1]: *** [app.o] Error 1',
    '>>> other 1.0 Building',
    '>>> other 1.0 Installing',
  );
  expect(diagnostics.lines()).toEqual(['app.c:1:1: error: no', 'make[1]: *** [app.o] Error 1']);
});

test("Diagnostics.recover() brings back an error that another package's headline came after, and no older one", () => {
  const lines = [
    'x.c:1:1: error: of a package that was built all the same',
    '>>> app 1.0 Building',
    'cc1: error: closing /tmp/x.s: No space left on device',
    '>>> other 1.0 Building',
    '>>> third 1.0 Building',
    'make[1]: *** [/b/build/app-1.0/.stamp_built] Error 1',
  ];
  const of = (since: number) => {
    const diagnostics = new Diagnostics();
    for (const [index, line] of lines.entries()) diagnostics.add(line, index);
    diagnostics.recover(since);
    return diagnostics;
  };
  expect(of(1).found()?.first).toEqual({ line: lines[2], at: 2 });
  expect(of(1).hint(2)?.code).toBe('DISK_FULL');
  expect(of(3).found()?.first.at).toBe(5);
  expect(of(3).hint(2)).toBeUndefined();
});

describe('Diagnostics.hint()', () => {
  test.each([
    'cc1: error: closing /tmp/x.s: No space left on device',
    'tar: x: Cannot write: No space left on device',
    'mkdir: Disk quota exceeded',
  ])('a full disk: %j', (line) => {
    expect(diagnosticsOf(line).hint(2)).toMatchObject({ code: 'DISK_FULL' });
  });

  test.each([
    'Killed',
    '/bin/bash: line 1:  4242 Killed                  cc1plus -O2',
    'g++: fatal error: Killed signal terminated program cc1plus',
    'make: *** [Makefile:2: all] Killed',
    'make[2]: *** [Makefile:2: x.o] Error 137',
    'cc1: out of memory allocating 65536 bytes',
    'virtual memory exhausted: Cannot allocate memory',
    "terminate called after throwing an instance of 'std::bad_alloc'",
  ])('a killed process: %j', (line) => {
    expect(diagnosticsOf(line).hint(2)).toMatchObject({ code: 'OUT_OF_MEMORY' });
  });

  test.each([
    "x.c:1:1: error: 'killed' undeclared",
    'error: was killed in action',
    'make: *** [Makefile:2: all] Error 1370',
    'make: *** [test-killed] Error 1',
  ])('not a killed process: %j', (line) => {
    expect(diagnosticsOf(line).hint(2)).toBeUndefined();
  });

  test.each([
    'curl: (6) Could not resolve host: example.com',
    "wget: unable to resolve host address 'example.com'",
    'git: Temporary failure in name resolution',
    'connect: Network is unreachable',
  ])('no network: %j', (line) => {
    expect(diagnosticsOf(line).hint(2)?.hint).toMatch(/could not reach the network/);
  });

  test('a mirror that did not answer is not the cause when the next one did', () => {
    const diagnostics = diagnosticsOf(
      'wget: unable to resolve host',
      '>>> x 1.0 Extracting',
      'x.c: error: no',
    );
    expect(diagnostics.hint(2)).toBeUndefined();
  });
});
