import {
  chmod,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { timingFile } from '../../src/artifact/archive/archive-file.js';
import type { Package } from '../../src/artifact/package.js';
import { type BuildRun, build } from '../../src/runner/build.js';
import { recipeOf } from '../../src/runner/recipe/recipe.js';
import { recipeDeps } from '../../src/runner/run.js';
import { readHistory } from '../../src/runner/timing/durations.js';
import { compress, directory, file, storedArchive, tarOf } from '../support/archives.js';
import { isStaleForNerves, nervesDownloads } from '../support/nerves.js';
import { writeProvenance } from '../support/provenance.js';
import { testHost } from '../support/runner.js';
import { busyboxOptions, temporaryDirectory, testPackage, writeFiles } from '../support/workspace.js';

/** No engine, no tool: what there is to do is unpacking. */
const run = {
  host: testHost({ env: { PATH: process.env.PATH, HOME: '/nowhere' } }),
  signal: new AbortController().signal,
  archived: true,
  settings: { wait: true },
  dataDirectory: '/dev/null/nowhere',
} as unknown as BuildRun;
let pkg: Package;

/** An archive in its place, as Nx leaves it there from a cache. */
async function restore(content = 'x') {
  const bytes = compress(tarOf([directory('top'), file('top/a', content)]), 'gz');
  const archive = await storedArchive(bytes, pkg.archiveFile);
  const { path } = archive;
  await writeProvenance(pkg, archive, recipeDeps(run));
  await rm(pkg.paths.archive, { recursive: true, force: true });
  await mkdir(dirname(pkg.paths.archive), { recursive: true });
  await rename(dirname(path), pkg.paths.archive);
}

beforeEach(async () => {
  pkg = await testPackage();
});

test('build() unpacks an archive from a cache without an engine', async () => {
  await restore();
  const result = await build(pkg, run);
  expect(result).toMatchObject({ artifact: pkg.paths.artifact, unpacked: true });
  expect((await readdir(pkg.paths.artifact)).sort()).toEqual(['.archive_sha256', 'CHECKSUM', 'a']);
});

test('build() does not touch an artifact that is there already', async () => {
  await restore();
  await build(pkg, run);
  const { ino } = await stat(pkg.paths.artifact);
  expect(await build(pkg, run)).toMatchObject({ unpacked: false });
  expect((await stat(pkg.paths.artifact)).ino).toBe(ino);
});

test('build() takes an archive with and without durations beside it, whatever is recorded of builds', async () => {
  await restore();
  const { digest } = await recipeOf(pkg, recipeDeps(run));
  expect((await build(pkg, run)).unpacked, 'as an artifact of Nerves, without').toBe(true);
  const beside = timingFile(pkg.archiveFile);
  for (const text of ['{"version":1,"durations":{"zlib":null}}', 'no JSON', '']) {
    await writeFiles(pkg.paths.archive, { [beside]: text });
    await writeFiles(pkg.paths.timing, { '1.json': text });
    expect((await readHistory(pkg.paths.timing, pkg.paths.archive)).packages).toEqual([]);
    expect((await build(pkg, run)).unpacked).toBe(false);
    expect((await recipeOf(pkg, recipeDeps(run))).digest).toBe(digest);
  }
  await rm(join(pkg.paths.archive, beside));
  expect((await build(pkg, run)).unpacked).toBe(false);
});

test('build() unpacks again after another archive, another checksum, or a deletion by hand', async () => {
  await restore('1');
  await build(pkg, run);
  await restore('2');
  expect((await build(pkg, run)).unpacked).toBe(true);
  expect((await build({ ...pkg, checksum: 'B'.repeat(64) }, run)).unpacked).toBe(true);
  await rm(join(pkg.paths.artifact, 'CHECKSUM'));
  expect((await build(pkg, run)).unpacked).toBe(true);
  await rm(pkg.paths.artifact, { recursive: true });
  expect((await build(pkg, run)).unpacked).toBe(true);
  expect((await build(pkg, run)).unpacked).toBe(false);
});

test('build() has a link and a file for those who use the artifact, also when it is there already', async () => {
  const current = join(dirname(pkg.paths.artifact), 'current');
  const state = async () => JSON.parse(await readFile(`${current}.json`, 'utf8'));
  await restore('1');
  await build(pkg, run);
  expect(await readFile(join(current, 'a'), 'utf8')).toBe('1');
  const before = await state();
  await rm(current);
  await rm(`${current}.json`);
  expect((await build(pkg, run)).unpacked).toBe(false);
  expect(await readlink(current)).toBe(pkg.name);
  expect(await state()).toEqual(before);
  await restore('2');
  await build(pkg, run);
  expect(await state()).not.toEqual(before);
  expect(await readFile(join(current, 'a'), 'utf8')).toBe('2');
});

test('build() makes no link to an artifact_dir, and removes the one to an older artifact', async () => {
  await restore();
  await build(pkg, run);
  const base = dirname(pkg.paths.artifact);
  pkg.options.artifact_dir = await temporaryDirectory('own');
  pkg.paths.artifact = pkg.options.artifact_dir;
  await restore(); // another option is another recipe
  expect((await build(pkg, run)).notes).toEqual([
    `note: ${base} also has ${pkg.name}; clean removes them all`,
  ]);
  expect((await readdir(base)).sort()).toEqual([pkg.name, 'current.json'].sort());
});

test('build() names the artifacts of other versions once, when it unpacks', async () => {
  await restore();
  const base = dirname(pkg.paths.artifact);
  const artifact = { CHECKSUM: '', '.archive_sha256': '' };
  for (const version of [1, 2, 3, 4, 5, 6])
    await writeFiles(join(base, `alpha-portable-0.0.${version}`), artifact);
  const named = [1, 2, 3, 4, 5].map((version) => `alpha-portable-0.0.${version}`).join(', ');
  expect((await build(pkg, run)).notes).toEqual([
    `note: ${base} also has ${named} and 1 more; clean removes them all`,
  ]);
  expect((await build(pkg, run)).notes).toEqual([]);
});

test('build() reports a missing or stale archive, and changes nothing', async () => {
  await expect(build(pkg, run)).rejects.toMatchObject({ code: 'ARCHIVE_MISSING' });
  await restore();
  const edited = { ...pkg, archiveFile: 'alpha-portable-0.1.0-FFFFFFF.tar.gz' };
  await expect(build(edited, run)).rejects.toMatchObject({ code: 'ARCHIVE_STALE' });
  expect(await readdir(join(pkg.root, '.nerves'))).toEqual(['archive']);
});

describe('build() reports an archive as stale that was built from something else, and what differs', () => {
  const provenance = () => join(pkg.paths.archive, `${pkg.downloadName}.provenance.json`);
  const nothingSaid = 'nothing beside it says what it was built from';
  const rows: [string, () => Promise<unknown>, string][] = [
    ['a file', () => writeFiles(pkg.root, { nerves_defconfig: 'x' }), '| package: nerves_defconfig\n'],
    [
      'a new file',
      () => writeFiles(pkg.root, { 'overlay/etc/new': '' }),
      '| package: overlay, overlay/etc, ',
    ],
    ['a mode', () => chmod(join(pkg.root, 'VERSION'), 0o755), '| package: VERSION\n'],
    ['an option', async () => Object.assign(pkg.options.env, { COLOUR: 'blue' }), '| env: COLOUR\n'],
    ['no provenance', () => rm(provenance()), nothingSaid],
    ['a provenance that is not one', () => writeFile(provenance(), '{"subject": 1}'), nothingSaid],
    [
      'another archive in its place',
      async () => {
        const text = await readFile(provenance(), 'utf8');
        await restore('another');
        await writeFile(provenance(), text);
      },
      'its provenance is that of another archive',
    ],
  ];
  test.each(rows)('build(): %s', async (_, change, expected) => {
    await restore();
    await change();
    const error = await build(pkg, run).catch((error) => error);
    expect(error).toMatchObject({ code: 'ARCHIVE_STALE' });
    expect(error.message).toContain(expected);
    expect(error.hint).toContain('--fresh');
    expect(await readdir(join(pkg.root, '.nerves'))).toEqual(['archive']);
  });

  test("build() names a platform's files, and how many there are when there are many", async () => {
    await nervesPackage();
    await writeFiles(pkg.platform?.root ?? '', Object.fromEntries([...'abcdefg'].map((name) => [name, ''])));
    await expect(build(pkg, run)).rejects.toThrow('| platform: a, b, c, d, e and 2 more\n');
  });
});

function withEnv(run: BuildRun, env: NodeJS.ProcessEnv): BuildRun {
  return { ...run, host: { ...run.host, env: { ...run.host.env, ...env } } };
}

/** A package of Nerves' kind, its archive restored, in a home of its own. */
async function nervesPackage(env: NodeJS.ProcessEnv = {}): Promise<BuildRun> {
  const home = await temporaryDirectory('home');
  pkg = await testPackage({ platform: { VERSION: '1.0.0' }, options: { platform: 'platform' } });
  delete pkg.options.dl_dir;
  await restore();
  const own: NodeJS.ProcessEnv = Object.fromEntries(
    Object.entries(env).map(([key, value]) => [key, join(home, value ?? '')]),
  );
  return withEnv(run, { HOME: home, ...own });
}

describe('build() makes Nerves find the artifact, wherever its directories are', () => {
  const places: [string, NodeJS.ProcessEnv][] = [
    ['in the home', {}],
    ['by XDG_DATA_HOME', { XDG_DATA_HOME: 'xdg' }],
    ['by NERVES_ARTIFACTS_DIR and NERVES_DL_DIR', { NERVES_ARTIFACTS_DIR: 'own/a', NERVES_DL_DIR: 'own/dl' }],
  ];

  test.each(places)('%s: the artifact is not stale, the archive is downloaded', async (_, places) => {
    const nerves = await nervesPackage(places);
    expect(isStaleForNerves(pkg, nerves.host.env)).toBe(true);
    const { notes } = await build(pkg, nerves);
    expect(isStaleForNerves(pkg, nerves.host.env)).toBe(false);
    const download = join(nervesDownloads(nerves.host.env), pkg.archiveFile);
    expect(notes).toEqual([`Copied the archive to the download cache: ${download}`]);
    expect(await readFile(download)).toEqual(await readFile(join(pkg.paths.archive, pkg.archiveFile)));
    expect((await build(pkg, nerves)).notes, 'a second time').toEqual([]);
  });

  test.each(places)('%s: also where Nerves had an artifact of other sources', async (_, places) => {
    const nerves = await nervesPackage(places);
    const base =
      nerves.host.env.NERVES_ARTIFACTS_DIR ?? join(dirname(nervesDownloads(nerves.host.env)), 'artifacts');
    await writeFiles(join(base, pkg.name), { CHECKSUM: 'B'.repeat(64), 'images/rootfs': 'old' });
    expect(isStaleForNerves(pkg, nerves.host.env)).toBe(true);
    const { notes } = await build(pkg, nerves);
    expect(notes.at(-1)).toBe(
      `${join(base, pkg.name)} was stale for Nerves, and is now a link to the artifact`,
    );
    expect(isStaleForNerves(pkg, nerves.host.env)).toBe(false);
  });
});

test('build() prefers the option dl_dir, and copies no archive of another kind of package there', async () => {
  const nerves = await nervesPackage();
  pkg.options.dl_dir = 'cache';
  await build(pkg, nerves);
  expect(await readdir(join(pkg.workspaceRoot, 'cache'))).toEqual(['.nx-docker-artifact', pkg.archiveFile]);
  await rm(join(pkg.workspaceRoot, 'cache'), { recursive: true });
  pkg = { ...pkg, platform: undefined };
  await restore();
  await build(pkg, nerves);
  expect(await readdir(pkg.workspaceRoot)).not.toContain('cache');
});

test('build() says which archive it replaces in the download cache', async () => {
  const nerves = await nervesPackage();
  const download = join(nervesDownloads(nerves.host.env), pkg.archiveFile);
  await writeFiles(dirname(download), { [pkg.archiveFile]: 'of another configuration, or of Nerves' });
  const { notes } = await build(pkg, nerves);
  expect(notes).toEqual([`Replaced another archive of that name in the download cache: ${download}`]);
});

test('build() removes older copies from the download cache, by dl_keep, and says which', async () => {
  const nerves = await nervesPackage();
  const downloads = nervesDownloads(nerves.host.env);
  pkg.options.dl_keep = 1;
  await restore();
  await build(pkg, nerves);
  const first = pkg.archiveFile;
  const file = first.replace('0.1.0', '0.2.0');
  pkg = {
    ...pkg,
    version: '0.2.0',
    archiveFile: file,
    downloadName: pkg.downloadName.replace('0.1.0', '0.2.0'),
  };
  await restore('2');
  expect((await build(pkg, nerves)).notes).toEqual([
    `Copied the archive to the download cache: ${join(downloads, file)}`,
    `Removed older copies from the download cache (1 kB, dl_keep: 1): ${first}`,
  ]);
  expect((await readdir(downloads)).filter((name) => !name.startsWith('.'))).toEqual([file]);
});

test('build() gives Nerves no archive of another configuration than the default one', async () => {
  const nerves = await nervesPackage();
  const downloads = nervesDownloads(nerves.host.env);
  await writeFiles(downloads, { [pkg.archiveFile]: "the default one's" });
  const { notes } = await build({ ...pkg, configuration: 'debug' }, nerves);
  expect(notes).toEqual([]);
  expect(await readFile(join(downloads, pkg.archiveFile), 'utf8')).toBe("the default one's");
});

test('build() reports a download cache that cannot be written to, without failing', async () => {
  const nerves = await nervesPackage({ NERVES_DL_DIR: 'file/dl' });
  await writeFiles(nerves.host.env.HOME ?? '', { file: '' });
  const { unpacked, notes } = await build(pkg, nerves);
  expect(unpacked).toBe(true);
  expect(notes).toEqual([
    expect.stringMatching(/^warning: the archive is not in the download cache.*ENOTDIR/),
  ]);
});

test('build() takes NERVES_SYSTEM for the artifact: nothing is built, unpacked or written into it', async () => {
  const nerves = await nervesPackage();
  const own = await temporaryDirectory('own');
  const result = await build(pkg, withEnv(nerves, { NERVES_SYSTEM: own }));
  expect(result).toEqual({ artifact: own, override: 'NERVES_SYSTEM', unpacked: false, notes: [] });
  await expect(stat(pkg.paths.artifact)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readdir(own)).toEqual([]);
  const gone = withEnv(nerves, { NERVES_SYSTEM: '/nowhere' });
  expect((await build(pkg, gone)).notes[0]).toMatch(
    /^warning: NERVES_SYSTEM is \/nowhere, which is not a directory/,
  );
});

test('build() with NERVES_SYSTEM leads to that, and no cache answers for what is in it', async () => {
  const nerves = await nervesPackage();
  const own = await temporaryDirectory('own');
  const current = join(dirname(pkg.paths.artifact), 'current');
  const replaced = async () => {
    await build(pkg, withEnv(nerves, { NERVES_SYSTEM: own }));
    return await readFile(`${current}.json`, 'utf8');
  };
  expect(await replaced()).not.toBe(await replaced());
  expect(await readlink(current)).toBe(own);
  await build(pkg, nerves);
  expect(await readlink(current)).toBe(pkg.name);
});

describe('build(): artifact_dir', () => {
  /** A package with that option, whose archive is in its place. */
  async function packageWith(artifact_dir: string, files: Record<string, string> = {}) {
    const options = busyboxOptions('true', { artifact_dir });
    const workspaceRoot = await temporaryDirectory('workspace');
    await writeFiles(workspaceRoot, files);
    pkg = await testPackage({ workspaceRoot, options });
    await restore();
    return workspaceRoot;
  }

  test.each([
    ['dist', { 'dist/app.js': 'mine' }],
    ['systems/alpha', {}],
    ['systems', {}],
    ['.', {}],
    ['out', { 'out/.docker_id': 'abcdefgh01234567', 'out/mine': 'x' }],
    ['repository', { 'repository/.git/HEAD': 'ref: x', 'repository/CHECKSUM': '' }],
  ])('build() refuses %s, and nothing there changes', async (directory, files) => {
    const workspaceRoot = await packageWith(directory, files);
    const before = await readdir(workspaceRoot, { recursive: true });
    await expect(build(pkg, run)).rejects.toMatchObject({ code: 'BAD_OPTION' });
    await expect(build(pkg, { ...run, archived: false })).rejects.toMatchObject({ code: 'BAD_OPTION' });
    expect(await readdir(workspaceRoot, { recursive: true })).toEqual(before);
  });

  test('build() unpacks into one that is not there, and again into what it unpacked', async () => {
    const workspaceRoot = await packageWith('out/alpha');
    expect((await build(pkg, run)).unpacked).toBe(true);
    await restore('another');
    expect((await build(pkg, run)).unpacked).toBe(true);
    expect(await readFile(join(workspaceRoot, 'out/alpha/a'), 'utf8')).toBe('another');
  });

  test('build() replaces what it unpacked, with what the user has put into it (docs/options.md)', async () => {
    const workspaceRoot = await packageWith('out');
    await build(pkg, run);
    await writeFiles(workspaceRoot, { 'out/mine': 'x' });
    expect((await build(pkg, run)).unpacked, 'the same archive').toBe(false);
    expect(await readdir(join(workspaceRoot, 'out'))).toContain('mine');
    await restore('another');
    await build(pkg, run);
    expect(await readdir(join(workspaceRoot, 'out'))).not.toContain('mine');
  });

  test('build() follows a link of the user to a bigger disk', async () => {
    const workspaceRoot = await packageWith('out', { 'disk/.keep': '' });
    await mkdir(join(workspaceRoot, 'disk/alpha'));
    await symlink('disk/alpha', join(workspaceRoot, 'out'));
    await build(pkg, run);
    expect(await readlink(join(workspaceRoot, 'out'))).toBe('disk/alpha');
    expect(await readdir(join(workspaceRoot, 'disk/alpha'))).toContain('CHECKSUM');
  });
});
