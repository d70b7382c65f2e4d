import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

const TOP = resolve(import.meta.dirname, '..');

let directory: string;
/** The text of each file that build() makes, by its path. */
let files: Map<string, string>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nx-docker-artifact-bundle-'));
  await execa(process.execPath, ['scripts/build.mjs', directory], { cwd: TOP });
  const names = await readdir(directory, { recursive: true });
  const read = names
    .filter((name) => /\.(js|txt)$/.test(name))
    .map(async (name) => [join(directory, name), await readFile(join(directory, name), 'utf8')] as const);
  files = new Map(await Promise.all(read));
}, 120_000);
afterAll(() => rm(directory, { recursive: true, force: true }));

/** The files that are loaded with one, as `import` statements say. */
function loadedWith(entry: string): { files: string[]; packages: string[] } {
  const loaded = new Set([join(directory, entry)]);
  const packages = new Set<string>();
  for (const file of loaded) {
    for (const [, name = ''] of textOf(file).matchAll(/^(?:import|export) (?:[^"]+ from )?"([^"]+)";$/gm)) {
      if (name.startsWith('.')) loaded.add(resolve(dirname(file), name));
      else if (!name.startsWith('node:')) packages.add(name);
    }
    for (const module of modulesIn(file)) packages.add(packageOf(module));
  }
  packages.delete('');
  return { files: [...loaded], packages: [...packages].sort() };
}

function textOf(file: string): string {
  const text = files.get(file);
  if (text === undefined) throw new Error(`there is no ${file}`);
  return text;
}

/** The modules that a file has the code of, as the bundler marks them. */
function modulesIn(file: string): string[] {
  return [...textOf(file).matchAll(/^\/\/ ((?:src|node_modules)\/\S+\.[cm]?[jt]s)$/gm)].map(
    ([, module = '']) => module,
  );
}

function packageOf(module: string): string {
  return /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module)?.[1] ?? '';
}

test.each(['build', 'archive', 'clean', 'shell', 'status', 'timing'])(
  'build() has the executor %s load no package but zod when it starts, and few files',
  (name) => {
    const loaded = loadedWith(`executors/${name}/executor.js`);
    expect(loaded.packages).toEqual(['zod']);
    expect(loaded.files.length).toBeLessThanOrEqual(7);
  },
);

test('build() has the plugin, which every command of Nx loads, load no package', () => {
  const loaded = loadedWith('plugin.js');
  expect(loaded.packages).toEqual([]);
  expect(loaded.files).toHaveLength(3);
});

test('build() makes one copy of each module, so that instanceof holds', () => {
  const all = [...files.keys()].flatMap(modulesIn);
  expect(all).toContain('src/errors.ts');
  expect(all.filter((module, index) => all.indexOf(module) !== index)).toEqual([]);
});

test('build() writes code in ASCII, which is read and compiled faster', () => {
  const others = [...files].filter(([name, text]) => name.endsWith('.js') && /[^\0-\x7f]/.test(text));
  expect(others.map(([name]) => name)).toEqual([]);
});

test('build() leaves out ssh2 and @grpc/grpc-js, which nothing here uses', () => {
  const text = [...files.values()].join('\n');
  expect(text).not.toMatch(/(require\(|from )["'](ssh2|@grpc|protobufjs)/);
  expect(text).not.toMatch(/^\/\/ node_modules\/(ssh2|@grpc|protobufjs)/m);
});

test('build() writes the licence of every package in the bundle', () => {
  const text = textOf(join(directory, 'THIRD-PARTY-LICENSES.txt'));
  const packages = new Set([...files.keys()].flatMap(modulesIn).map(packageOf));
  packages.delete('');
  packages.delete('split-ca'); // left out
  expect([...packages]).toEqual(expect.arrayContaining(['zod', 'dockerode', 'docker-modem', 'execa']));
  const missing = [...packages].filter((name) => !new RegExp(`^${name} \\d\\S* \\(.+\\)$`, 'm').test(text));
  expect(missing).toEqual([]);
});
