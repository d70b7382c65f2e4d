import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';
import { readArchive, verifySha256 } from '../../src/artifact/archive/archive-file.js';
import { LABEL } from '../../src/conventions/labels.js';
import type { Engine } from '../../src/docker/connection/connect.js';
import { listResources } from '../../src/docker/resources/listing.js';
import { until } from '../support/wait.js';
import { running } from './steps.js';
import { PROJECT } from './workspace.js';

/** Sees that nothing runs any more, and that nothing partial has the name of something whole. */
export async function expectNothingPartial(engine: Engine, root: string): Promise<void> {
  await until(async () => (await running(engine)).length === 0, 5_000).catch(async () => {
    const left = await running(engine);
    throw new Error(`still runs after 5 s: ${left.map(({ Command, Names }) => [Names, Command]).join(', ')}`);
  });
  expect(names(join(root, 'tmp')), 'TMPDIR of the run').toEqual([]);
  const nerves = join(root, PROJECT, '.nerves');
  const [archive] = names(join(nerves, 'archive')).filter((name) => /\.tar\.\w+$/.test(name));
  if (existsSync(join(nerves, 'archive'))) {
    const found = await readArchive(join(nerves, 'archive'), archive ?? 'none');
    await verifySha256(found);
  }
  for (const name of artifactsIn(nerves)) {
    const artifact = join(nerves, 'artifacts', name);
    const id = await readFile(join(artifact, '.docker_id'), 'utf8').catch(() => undefined);
    if (id !== undefined) expect(id).toMatch(/^[a-z0-9]{16}$/);
    // CHECKSUM is what makes a directory an artifact
    if (existsSync(join(artifact, 'CHECKSUM'))) await expectWhole(artifact);
  }
}

async function expectWhole(artifact: string): Promise<void> {
  expect(await readFile(join(artifact, 'CHECKSUM'), 'utf8')).toMatch(/^[0-9A-F]{64}$/);
  expect(names(join(artifact, 'tree'))).toHaveLength(300);
}

/** In words: what is there before the next run. */
export async function describeLeftovers(engine: Engine, root: string): Promise<string> {
  const resources = await listResources(engine, { [LABEL.workspace]: root });
  const containers = resources
    .filter(({ kind }) => kind === 'container')
    .map(({ state }) => `container (${state})`);
  const volumes = resources.filter(({ kind }) => kind === 'volume').length;
  const nerves = join(root, PROJECT, '.nerves');
  const artifacts = names(join(nerves, 'artifacts'));
  const temporary = [...names(nerves), ...artifacts].filter((name) => /^\..*\.(new|old)$/.test(name));
  const [artifact = ''] = artifactsIn(nerves);
  const parts = [
    ...containers,
    volumes > 0 && `${volumes} volume${volumes > 1 ? 's' : ''}`,
    existsSync(join(nerves, 'archive')) && 'archive',
    existsSync(join(nerves, 'artifacts', artifact, 'CHECKSUM')) && 'artifact',
    temporary.length > 0 && 'a temporary directory',
    existsSync(join(root, PROJECT, 'build.log')) && 'build.log',
  ];
  return parts.filter(Boolean).join(', ') || 'nothing';
}

/** Sees that a whole artifact is there and nothing else; gives what is in its archive: names, kinds, modes, sizes. */
export async function listArtifact(root: string): Promise<string> {
  const nerves = join(root, PROJECT, '.nerves');
  // a run that ended before it began to build has left no record
  expect(
    names(nerves)
      .filter((name) => name !== 'timing')
      .sort(),
  ).toEqual(['archive', 'artifacts']);
  expect(names(join(nerves, 'archive'))).toHaveLength(3);
  const [artifact = ''] = artifactsIn(nerves);
  expect(names(join(nerves, 'artifacts')).sort()).toEqual([artifact, ...CURRENT].sort());
  expect(readlinkSync(join(nerves, 'artifacts/current'))).toBe(artifact);
  await expectWhole(join(nerves, 'artifacts', artifact));
  const [archive = ''] = names(join(nerves, 'archive')).filter((name) => name.endsWith('.tar.gz'));
  const { stdout } = await execa('tar', ['-tvzf', join(nerves, 'archive', archive)], {
    env: { LC_ALL: 'C' },
  });
  return stdout.replaceAll(/ +\d{4}-\d\d-\d\d \d\d:\d\d /g, ' ');
}

/** The link to the artifact, and the file that says what it is. */
const CURRENT = ['current', 'current.json'];

/** Whatever has the name of an artifact, complete or not. */
function artifactsIn(nerves: string): string[] {
  return names(join(nerves, 'artifacts')).filter((name) => !name.startsWith('.') && !CURRENT.includes(name));
}

function names(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}
