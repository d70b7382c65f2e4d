import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ArtifactError } from '../../src/errors.js';
import { parseOptions } from '../../src/options/parse.js';
import { buildOptions, cleanOptions } from '../../src/options/schema.js';

const config = (value: object) => ({ build_runner_config: value });
const opts = (value: object) => ({ build_runner_opts: value });
const docker = (value: unknown) => config({ docker: value });

/** What the user reads of what is wrong, after "could not read the options of alpha:build-artifact: ". */
function complaint(input: unknown, schema: Parameters<typeof parseOptions>[0] = buildOptions): string {
  try {
    parseOptions(schema, input, 'alpha:build-artifact');
  } catch (error) {
    expect(error).toBeInstanceOf(ArtifactError);
    expect((error as ArtifactError).code).toBe('BAD_OPTION');
    const [line = '', hint, ...more] = (error as ArtifactError).message.split('\n');
    expect(hint).toMatch(/^ {2}-> Correct them in project\.json/);
    expect(more).toEqual([]);
    const prefix = 'BAD_OPTION: could not read the options of alpha:build-artifact: ';
    expect(line.startsWith(prefix)).toBe(true);
    return line.slice(prefix.length);
  }
  throw new Error(`${JSON.stringify(input)} was taken`);
}

test.each([
  ['an unknown option', { plattform: 'x' }, 'unknown option "plattform" (did you mean "platform"?)'],
  [
    'an unknown nested option',
    config({ memroy: 1 }),
    'unknown option "build_runner_config.memroy" (did you mean "build_runner_config.memory"?)',
  ],
  [
    'an unknown option in a list',
    config({ mounts: [{ target: '/x' }, { target: '/y', src: 'x' }] }),
    'unknown option "build_runner_config.mounts.1.src"',
  ],
  [
    'an unknown command',
    opts({ commands: { build: ['x'] } }),
    'unknown option "build_runner_opts.commands.build"',
  ],
  [
    'a shell line as the only word of a command',
    opts({ commands: { make: ['make defconfig'] } }),
    '"build_runner_opts.commands.make": no program is called "make defconfig"; write a string for a shell line, "make defconfig", or a list of words, ["make","defconfig"]',
  ],
  [
    'a shell line before other words',
    opts({ commands: { archive: ['make -C x', 'dist'] } }),
    '"build_runner_opts.commands.archive": no program is called "make -C x"; write a string for a shell line, "make -C x dist", or a list of words, ["make","-C","x","dist"]',
  ],
  [
    'a command that is neither',
    opts({ commands: { make: true } }),
    '"build_runner_opts.commands.make": expected string or array, received boolean',
  ],
  [
    'files beside an archive command',
    opts({ files: ['x'], commands: { archive: 'make dist' } }),
    '"build_runner_opts.files": it takes the place of "commands.archive": write only one of them',
  ],
  [
    'files that only leave out',
    opts({ files: ['!x'] }),
    '"build_runner_opts.files": it only says what to leave out',
  ],
  ['no files', opts({ files: [] }), '"build_runner_opts.files": Too small: expected array to have >=1 items'],
  ...['/etc', '../x', 'a/../../x', '!../x', '!/x'].map((path): [string, object, string] => [
    `files at ${path}`,
    opts({ files: ['ok', path] }),
    '"build_runner_opts.files.1": must be a path or a pattern in the build directory, without ".."',
  ]),
  [
    'files to a place outside',
    opts({ files: [{ from: 'x', to: '../x' }] }),
    '"build_runner_opts.files.0.to": must be a path in the artifact, without ".."',
  ],
  [
    'files from what is to be left out',
    opts({ files: [{ from: '!x', to: 'x' }] }),
    '"build_runner_opts.files.0.from": must be a path or a pattern in the build directory, without ".."',
  ],
  ['files without a place', opts({ files: [{ from: 'x' }] }), '"build_runner_opts.files.0.to" is missing'],
  ['a wrong type', { platform: 5 }, '"platform": expected string, received number'],
  ['an empty text', { platform: '' }, '"platform": Too small: expected string to have >=1 characters'],
  ['null', { platform_config: null }, '"platform_config": expected object, received null'],
  ['a text for a flag', { verbose: 'yes' }, '"verbose": expected boolean, received string'],
  [
    'a bad enum',
    { type: 'System' },
    '"type": Invalid option: expected one of "system"|"toolchain"|"package"',
  ],
  ['a flag for a text', { version: true }, '"version": expected string or number, received boolean'],
  ['an empty version', { version: '' }, '"version": Too small: expected string to have >=1 characters'],
  [
    'a list as a variable',
    { env: { A: ['x'] } },
    '"env.A": expected string or number or boolean or null, received array',
  ],
  ['a text for a list', { checksum: 'x' }, '"checksum": expected array, received string'],
  ['a number in a list of texts', { checksum: ['a', 1] }, '"checksum.1": expected string, received number'],
  [
    'an object as an argument',
    opts({ make_args: [{}] }),
    '"build_runner_opts.make_args.0": expected string or number or boolean, received object',
  ],
  [
    'an empty command',
    opts({ commands: { make: [] } }),
    '"build_runner_opts.commands.make": Too small: expected array to have >=1 items',
  ],
  ['no CPU', config({ cpus: 0 }), '"build_runner_config.cpus": Too small: expected number to be >0'],
  [
    'a relative build directory',
    config({ workdir: 'build' }),
    '"build_runner_config.workdir": must be an absolute path in the container',
  ],
  [
    'a relative mount',
    config({ mounts: [{ target: 'ccache' }] }),
    '"build_runner_config.mounts.0.target": must be an absolute path in the container',
  ],
  ['a mount to nowhere', config({ mounts: [{}] }), '"build_runner_config.mounts.0.target" is missing'],
  ['no object at all', 'x', '"the options": expected object, received string'],
])('parseOptions() gives one clear line for %s', (_, input, expected) => {
  expect(complaint(input)).toBe(expected);
});

test.each([
  [5, '"build_runner_config.docker": expected array or object, received number'],
  ['Dockerfile', '"build_runner_config.docker": expected array or object, received string'],
  [['Dockerfile'], '"build_runner_config.docker": Too small: expected array to have >=2 items'],
  [['a', 'b', 'c'], '"build_runner_config.docker": Too big: expected array to have <=2 items'],
  [['Dockerfile', ''], '"build_runner_config.docker.1": Too small: expected string to have >=1 characters'],
  [[1, 'x:1'], '"build_runner_config.docker.0": expected string, received number'],
  [['Dockerfile', []], '"build_runner_config.docker.1": expected string or number, received array'],
  [{}, '"build_runner_config.docker.tag" is missing'],
  [{ tag: [] }, '"build_runner_config.docker.tag": expected string or number, received array'],
  [
    { tag: 'x', tags: 1 },
    'unknown option "build_runner_config.docker.tags" (did you mean "build_runner_config.docker.tag"?)',
  ],
  [
    { tag: 'x', pull: 'sometimes' },
    '"build_runner_config.docker.pull": Invalid option: expected one of "missing"|"always"|"never"',
  ],
  [
    { tagg: 'x' },
    '"build_runner_config.docker.tag" is missing; unknown option "build_runner_config.docker.tagg" (did you mean "build_runner_config.docker.tag"?)',
  ],
  [
    { tag: 'x', build_args: { A: null } },
    '"build_runner_config.docker.build_args.A": expected string or number or boolean, received null',
  ],
])('parseOptions() judges docker %j by the form that was meant', (value, expected) => {
  expect(complaint(docker(value))).toBe(expected);
});

test.each([
  ['4gb', 'must be a number, optionally followed by b, k, m or g'],
  ['', 'must be a number, optionally followed by b, k, m or g'],
  ['all', 'must be a number, optionally followed by b, k, m or g'],
  [-1, 'Too small: expected number to be >0'],
  [1.5, 'expected int or string, received number'],
  [true, 'expected number or string, received boolean'],
])('parseOptions() refuses memory %j', (memory, expected) => {
  expect(complaint(config({ memory }))).toBe(`"build_runner_config.memory": ${expected}`);
});

test.each([
  ['a missing letter', { build_runner_opt: {} }, 'build_runner_opts'],
  ['a missing letter below', opts({ make_arg: [] }), 'build_runner_opts.make_args'],
  ['two letters swapped', { chekcsum: [] }, 'checksum'],
  ['camel case', opts({ makeArgs: [] }), 'build_runner_opts.make_args'],
  ['hyphens', { 'artifact-dir': 'x' }, 'artifact_dir'],
  [
    'an option of a list',
    config({ mounts: [{ target: '/x' }, { targt: '/y' }] }),
    'build_runner_config.mounts[].target',
  ],
  ['a level too high', { commands: { make: 'x' } }, 'build_runner_opts.commands'],
  ['a level too high, misspelt', { make_arg: [] }, 'build_runner_opts.make_args'],
  ['two levels too high', { create_build: 'x' }, 'build_runner_opts.commands.create_build'],
  ['a level too low', opts({ env: {} }), 'env'],
  ['another object', opts({ docker: ['Dockerfile', 'x:1'] }), 'build_runner_config.docker'],
  ['below the short form of docker', config({ build_args: {} }), 'build_runner_config.docker.build_args'],
  ['in a list', { readonly: true }, 'build_runner_config.mounts[].readonly'],
])('parseOptions() names the option that was meant by %s', (_, input, meant) => {
  expect(complaint(input)).toContain(` (did you mean "${meant}"?)`);
});

test('parseOptions() names all options that may be meant, and those nearby before those elsewhere', () => {
  expect(complaint({ target: 'x' })).toBe(
    'unknown option "target" (did you mean "build_runner_config.docker.target" or "build_runner_config.mounts[].target"?)',
  );
  expect(complaint(docker({ tag: 'x', targt: 'y' }))).toContain(
    '(did you mean "build_runner_config.docker.target"?)',
  );
});

test.each(['colour', 'x', '', 'constructor', 'x'.repeat(100_000)])(
  'parseOptions() names none where none is like it: %#',
  (name) => {
    expect(complaint({ [name]: 1 })).not.toContain('did you mean');
  },
);

test('parseOptions() lists several bad options in one line', () => {
  expect(complaint({ colour: 1, type: 'x', ...config({ size: 1, cpus: 'two' }) })).toBe(
    '"type": Invalid option: expected one of "system"|"toolchain"|"package"; ' +
      '"build_runner_config.cpus": expected number, received string; ' +
      'unknown option "build_runner_config.size"; unknown option "colour"',
  );
});

test('parseOptions() takes the options of each executor', () => {
  expect(complaint({ platform: 'x' }, cleanOptions)).toBe('unknown option "platform"');
  expect(parseOptions(cleanOptions, { dry_run: true }, 'alpha:clean').dry_run).toBe(true);
});

/** Values in the place of any option: known names with anything in them, and anything at all. */
const anyOptions = fc.oneof(
  fc.anything(),
  fc.dictionary(
    fc.constantFrom(...Object.keys(buildOptions.shape)),
    fc.anything({ withNullPrototype: true }),
  ),
  fc.record({
    build_runner_config: fc.dictionary(fc.constantFrom('docker', 'mounts', 'memory', 'cpus'), fc.anything()),
  }),
);

test('parseOptions() refuses an object that cannot even be compared, which makes zod throw', () => {
  const input = { package: { length: { valueOf: 1, toString: 1 } } };
  expect(() => parseOptions(buildOptions, input, 'alpha:build-artifact')).toThrow(
    /^BAD_OPTION: could not read the options of alpha:build-artifact: an object stands where none can .*$/m,
  );
});

test('parseOptions() accepts arbitrary options or throws one error in one line', () => {
  fc.assert(
    fc.property(anyOptions, (input) => {
      try {
        const parsed = parseOptions(buildOptions, input, 'alpha:build-artifact');
        expect(parseOptions(buildOptions, parsed, 'again'), 'what was taken is taken again').toEqual(parsed);
      } catch (error) {
        expect(error).toBeInstanceOf(ArtifactError);
        expect((error as ArtifactError).message.split('\n')).toHaveLength(2);
      }
    }),
    { numRuns: 2000 },
  );
});
