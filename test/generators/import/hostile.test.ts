import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ArtifactError } from '../../../src/errors.js';
import { readMixfile } from '../../../src/generators/import/mix/mixfile.js';

const directory = new URL('../../fixtures/mix/', import.meta.url);
const fixtures = readdirSync(directory)
  .filter((name) => name.endsWith('.exs'))
  .map((name) => readFileSync(new URL(name, directory), 'utf8'));

const beside = { contentOf: () => '1.0.0', exists: () => false };

/** Reads it; anything thrown but our own refusal is a failure of the test. */
function survives(text: string): void {
  try {
    const { findings } = readMixfile(text, 'mix.exs', beside);
    const lines = text.split('\n').length;
    for (const { line } of [...findings.notRead, ...findings.notImported]) {
      expect(line >= 1 && line <= lines).toBe(true);
    }
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    expect(error.code).toBe('MIXFILE_BAD');
    expect(error.message.split('\n')).toHaveLength(2);
  }
}

/** What the syntax is made of, so that the random texts get into every corner of the reader. */
const piece = fc.constantFrom(
  ...[
    '[',
    ']',
    '(',
    ')',
    '{',
    '}',
    '<<',
    '>>',
    '%{',
    'do',
    'end',
    'fn',
    '->',
    '++',
    '|>',
    '<>',
    '--',
    ',',
    '|',
  ],
  ...[
    '"',
    "'",
    '"""',
    "'''",
    '#{',
    '\\',
    '~w(',
    '~S"',
    '~s|',
    '?',
    ':',
    ':"',
    '@',
    '@a',
    '@a "b"',
    '&',
    '.',
    '=',
  ],
  ...['\n', ' ', ';', '# x', 'a', 'a:', '"a":', 'A', 'A.B', '1', '0x', ':a', 'nil', '__DIR__', 'defp a, do:'],
  ...['nerves_package:', 'checksum:', 'docker:', 'build_runner_config:', 'make_args:', 'platform:', 'deps:'],
  ...['defmodule M do\n', 'def project do\n', 'File.read!("VERSION")', 'a()', '\ud800', '😀', '\0', 'é'],
);

test('readMixfile() reads or refuses any text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), survives), { numRuns: 2000 });
});

test('readMixfile() reads or refuses any sequence of pieces of the syntax', () => {
  const inProject = (pieces: string[]) =>
    `defmodule M do\n@a ["x"]\ndef project do\n[app: :a, nerves_package: [checksum: ${pieces.join(' ')}\n]]\nend\nend`;
  const pieces = fc.array(piece, { maxLength: 60 });
  fc.assert(
    fc.property(pieces, (all) => survives(all.join(''))),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(pieces, (all) => survives(inProject(all))),
    { numRuns: 2000 },
  );
});

test('readMixfile() reads or refuses any mutation of the fixtures', () => {
  const mutation = fc.record({
    at: fc.nat(4000),
    removed: fc.oneof(fc.nat(3), fc.nat(200)),
    added: fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 3 })),
  });
  const mutated = fc.array(mutation, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.constantFrom(...fixtures), mutated, (text, mutations) => {
      survives(
        mutations.reduce(
          (all, { at, removed, added }) => all.slice(0, at) + added + all.slice(at + removed),
          text,
        ),
      );
    }),
    { numRuns: 3000 },
  );
});

const SIZE = 60_000;
const HEAD = 'defmodule M do\n';
const repeated = [
  ...['[', '(', '{', '<<', 'do ', 'fn ', 'end ', ']', '%{', '[(', '(]', '([a: '],
  ...['"', '"#{', '"\\', '~w(', '~s"#{"', '"""\n', '"\n   ', ':"', '?', '\\', "'"],
  ...['@a', '@a @a\n', '@a [@a, @a]\n', 'a:', 'a: ', '++', 'x ++ ', '|>', 'A.', '",'],
  ...['def a do\n', 'def a, do: a\n', 'if a do\n', 'defp b, do: c()\ndefp c, do: b()\n'],
  ...[
    '\n',
    ' ',
    '\t\n',
    ';',
    '#',
    '#{',
    'a',
    'A',
    'é',
    '😀',
    '\ud800',
    '0',
    '0x',
    '1.',
    '~',
    '~A',
    ',',
    '- -',
  ],
];

/** What takes quadratic time takes twice that at this size. */
test.each(repeated)('readMixfile() reads 60 KB of %j quickly', (text) => {
  const all = text.repeat(SIZE / text.length);
  const start = performance.now();
  survives(HEAD + all);
  survives(`${HEAD}def project, do: [app: :a, nerves_package: [checksum: ${all}]]\nend`);
  survives(`${HEAD}def project do\n[nerves_package: [checksum: [${all}]]]\nend\nend`);
  expect(performance.now() - start).toBeLessThan(4000);
});

test.each([
  ['lists', `@a0 ~w(${'x '.repeat(10_000)})`, (before: string) => `${before} ++ ${before}`],
  ['texts', `@a0 "${'x'.repeat(100_000)}"`, (before: string) => `"#{${before}} #{${before}}"`],
  ['nested lists', '@a0 ["x"]', (before: string) => `[${before}, ${before}]`],
])('readMixfile() reads %s that double at every step up to a limit', (_, first, next) => {
  const steps = Array.from({ length: 50 }, (_, index) => `@a${index + 1} ${next(`@a${index}`)}`);
  const text = `${HEAD}${[first, ...steps].join('\n')}\ndef project, do: [nerves_package: [checksum: [@a50, ~w(#{@a50})]]]\nend`;
  const start = performance.now();
  const { findings } = readMixfile(text, 'mix.exs', beside);
  expect(performance.now() - start).toBeLessThan(10_000);
  expect(findings.notRead.map(({ why }) => why)).toContain('too much to read');
});
