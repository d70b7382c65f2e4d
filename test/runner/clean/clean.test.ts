import { lstat, readdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clean } from '../../../src/runner/clean/clean.js';
import { processTag } from '../../../src/util/process-identity.js';
import { testHost } from '../../support/runner.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

const ARTIFACT = { '.archive_sha256': 'a'.repeat(64), CHECKSUM: 'A'.repeat(64), 'images/rootfs': 'x' };

/** A project whose `artifact_dir` is `out`, and `out-debug` in a configuration, and what clean says it removed; the engine is not reachable. */
async function cleaned(files: Record<string, string>, prepare = async (_: string) => {}) {
  const workspaceRoot = await temporaryDirectory('workspace');
  await writeFiles(workspaceRoot, { 'systems/alpha/VERSION': '1.0\n', ...files });
  await prepare(workspaceRoot);
  const root = join(workspaceRoot, 'systems/alpha');
  const artifactDirs = ['out', 'out-debug'].map((name) => join(workspaceRoot, name));
  const target = { project: 'alpha', workspaceRoot, root, artifactDirs };
  const flags = { dry_run: false, orphans: false, all: false, yes: false, imageTags: [] };
  const scope = { ...flags, workspaceRoot, projectRoots: { alpha: 'systems/alpha' } };
  const lines: string[] = [];
  const run = {
    host: testHost(),
    signal: new AbortController().signal,
    connect: () => Promise.reject(new Error('no engine here')),
    print: (line: string) => void lines.push(line),
  };
  await expect(clean(target, scope, run)).rejects.toMatchObject({ code: 'CLEAN_INCOMPLETE' });
  return { workspaceRoot, lines };
}

const below = (directory: string, files: Record<string, string>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${directory}/${name}`, text]));

test('clean() removes an artifact_dir that was unpacked', async () => {
  const { workspaceRoot, lines } = await cleaned(below('out', ARTIFACT));
  expect(lines).toEqual([`removed ${join(workspaceRoot, 'out')}`]);
  expect(await readdir(workspaceRoot)).toEqual(['systems']);
});

test('clean() removes the artifact_dir of every configuration, but none that is not ours', async () => {
  const { workspaceRoot, lines } = await cleaned({ 'out/mine.txt': 'x', ...below('out-debug', ARTIFACT) });
  expect(lines).toEqual([`removed ${join(workspaceRoot, 'out-debug')}`]);
  expect((await readdir(workspaceRoot)).sort()).toEqual(['out', 'systems']);
});

test('clean() removes what a killed build left of an archive and beside an artifact_dir, and nothing of a living one', async () => {
  const ended = (name: string) =>
    `.${name}.${processTag().replace(/^[^-]+-\d+/, (tag) => tag.replace(/\d+$/, '999999999'))}-0123abcd.new/x`;
  const living = `.out.${processTag()}-0123abcd.new/x`;
  const files = { [ended('out')]: 'x', [`systems/alpha/.nerves/${ended('archive')}`]: 'x', [living]: 'x' };
  const { workspaceRoot, lines } = await cleaned(files);
  expect(lines).toHaveLength(2);
  expect((await readdir(workspaceRoot)).sort()).toEqual([living.split('/')[0], 'systems']);
  expect(await readdir(join(workspaceRoot, 'systems/alpha/.nerves'))).toEqual([]);
});

test('clean() keeps an artifact_dir that has files of the user, whatever marker is beside them', async () => {
  const { workspaceRoot, lines } = await cleaned({
    'out/mine.txt': 'x',
    'out/.docker_id': 'abcdefgh01234567',
  });
  expect(lines).toEqual([]);
  expect(await readdir(join(workspaceRoot, 'out'))).toEqual(['.docker_id', 'mine.txt']);
});

test('clean() keeps an artifact_dir that leads to a project, even one with our markers', async () => {
  const { workspaceRoot, lines } = await cleaned(below('systems/alpha', ARTIFACT), (root) =>
    symlink('systems/alpha', join(root, 'out')),
  );
  expect(lines).toEqual([]);
  expect(await readdir(join(workspaceRoot, 'systems/alpha'))).toContain('VERSION');
});

test('clean() follows a link of the user to the artifact, and keeps the link', async () => {
  const { workspaceRoot, lines } = await cleaned(below('disk/out', ARTIFACT), (root) =>
    symlink('disk/out', join(root, 'out')),
  );
  expect(lines).toEqual([`removed ${join(workspaceRoot, 'out')}`]);
  expect(await readdir(join(workspaceRoot, 'disk'))).toEqual([]);
  expect((await lstat(join(workspaceRoot, 'out'))).isSymbolicLink()).toBe(true);
  await rm(join(workspaceRoot, 'out'));
});

const BASE = 'systems/alpha/.nerves/artifacts';

test('clean() removes the link to the current artifact, and not what it leads to elsewhere', async () => {
  const state = { name: 'x', checksum: '', run: '1' };
  const elsewhere = await temporaryDirectory('other-checkout');
  await writeFiles(elsewhere, ARTIFACT);
  const files = { [`${BASE}/current.json`]: JSON.stringify({ ...state, replaced_by: elsewhere }) };
  const { workspaceRoot, lines } = await cleaned(files, async (root) => {
    await symlink(elsewhere, join(root, BASE, 'current'));
    await symlink(elsewhere, join(root, BASE, '.current.0123abcd-1-2-0123abcd.new'));
  });
  const names = ['current', 'current.json', '.current.0123abcd-1-2-0123abcd.new'];
  expect(lines).toEqual(names.map((name) => `removed ${join(workspaceRoot, BASE, name)}`));
  expect(await readdir(join(workspaceRoot, BASE))).toEqual([]);
  expect(await readdir(elsewhere)).toContain('CHECKSUM');
});

test('clean() removes the artifacts of all versions, but no "current" of the user', async () => {
  const { workspaceRoot } = await cleaned({
    ...below(`${BASE}/alpha-portable-0.1.0`, ARTIFACT),
    ...below(`${BASE}/alpha-portable-0.2.0`, ARTIFACT),
    [`${BASE}/current/notes.txt`]: 'mine',
  });
  expect(await readdir(join(workspaceRoot, BASE))).toEqual(['current']);
});
