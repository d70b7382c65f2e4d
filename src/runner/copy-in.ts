import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { create, type WriteEntry } from 'tar';
import { putTar } from '../docker/files.js';
import type { Session } from '../docker/session.js';
import { ArtifactError } from '../errors.js';
import { compareTrees, listTree, type Tree } from './tree.js';

/** Where the copies of package and platform are in the container: in the env volume. */
export const ENV_DIR = '/nerves/env';
/** What was copied last time stands beside the copies, in the same volume. */
export const MANIFESTS = `${ENV_DIR}/.nx-docker-artifact`;
const REMOVED_AT_ONCE = 500;

/** A directory of the host and the name of its copy below {@link ENV_DIR}. */
export interface Source {
  from: string;
  name: string;
}

export interface CopyIn extends Source {
  uid: number;
  gid: number;
  /** The manifest of the last time, as it was found in the volume; empty when there is none. */
  manifest: string;
}

/** Where the copy is in the container. */
export function copyDir({ name }: Source): string {
  return `${ENV_DIR}/${name}`;
}

/** The manifest's name in {@link MANIFESTS}. */
export function manifestFile({ name }: Source): string {
  return `${name}.json`;
}

/**
 * Brings the copy of a host directory up to date: what changed in content or mode is copied with its time, what is
 * gone from the host is removed, and what the build itself made there (an unpacked Buildroot, Config.in) stays.
 * The host's directory is only read. A file whose time alone changed, as after a fresh checkout, keeps its old
 * time in the copy, so that make has nothing to do.
 * @returns how many entries were copied or removed
 */
export async function copyIn(session: Session, copy: CopyIn, signal: AbortSignal): Promise<number> {
  const before = readManifest(copy.manifest);
  const after = await listTree(copy.from, before, signal);
  const { changed, removed } = compareTrees(before, after);
  await removeAll(session, copyDir(copy), removed);
  const manifest = JSON.stringify(after);
  if (manifest !== copy.manifest) await put(session, copy, changed, manifest);
  signal.throwIfAborted();
  return changed.length + removed.length;
}

function readManifest(text: string): Tree {
  try {
    return JSON.parse(text) as Tree;
  } catch {
    return {}; // none yet, or cut off by an interrupt: everything is copied
  }
}

async function removeAll(session: Session, directory: string, paths: string[]): Promise<void> {
  for (let at = 0; at < paths.length; at += REMOVED_AT_ONCE) {
    const batch = paths.slice(at, at + REMOVED_AT_ONCE).map((path) => `${directory}/${path}`);
    const code = await session.exec({ argv: ['rm', '-rf', '--', ...batch], user: '0' }, () => {});
    if (code !== 0) throw failed(directory, `rm ended with exit code ${code}`);
  }
}

/** The manifest goes last, so that it never tells of files that are not there. */
async function put(session: Session, copy: CopyIn, changed: string[], manifest: string): Promise<void> {
  const staging = await mkdtemp(join(tmpdir(), 'nx-docker-artifact-'));
  const own = (entry: WriteEntry) => {
    if (!entry.stat) return;
    entry.stat.uid = copy.uid;
    entry.stat.gid = copy.gid;
    entry.stat.nlink = 1; // else a hardlink may point to a file that did not change and is not in this tar
  };
  try {
    if (changed.length > 0) {
      const names = changed.map((path) => `./${path}`); // a leading "@" would name an archive
      const tar = create({ cwd: copy.from, prefix: copy.name, noDirRecurse: true, onWriteEntry: own }, names);
      await putTar(session.container, tar.pipe(new PassThrough() as never), ENV_DIR);
    }
    await writeFile(join(staging, manifestFile(copy)), manifest);
    const tar = create({ cwd: staging, portable: true }, [manifestFile(copy)]);
    await putTar(session.container, tar.pipe(new PassThrough() as never), MANIFESTS);
  } catch (error) {
    throw failed(copy.from, error);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function failed(from: string, cause: unknown): ArtifactError {
  return new ArtifactError('FILES', {
    tried: `copy ${from} into the build volume`,
    cause,
    hint: "Are all its files readable, and is there space on the engine's disk (`docker system df`)?",
  });
}
