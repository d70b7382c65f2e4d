import { Readable } from 'node:stream';
import type { WriteEntry } from 'tar';
import type { BuildContainer } from '../backend/types.js';
import { ENV_DIR } from '../conventions/container-paths.js';
import { ArtifactError } from '../errors.js';
import { inDoubt, outdating } from '../sources/changes.js';
import { compareTrees, listTree, type Tree } from '../sources/tree.js';
import { debug } from '../util/debug.js';
import { TAR_END, tarEntry } from '../util/tar-entry.js';
import { tarStream } from '../util/tar-stream.js';
import { copyDir, type Source } from './plan/sources.js';

/** The manifests of the last copies, next to them in the same volume. */
export const MANIFESTS = `${ENV_DIR}/.nx-docker-artifact`;
/** Beside the manifests: what create-build last ran for, see configure.ts. */
export const CONFIGURED = 'configured';
/** Arguments of one command. */
const PATHS_AT_ONCE = 500;
export interface SyncSources extends Source {
  uid: number;
  gid: number;
  /** The manifest of the last time, as it was found in the volume; empty when there is none. */
  manifest: string;
  /** Nothing was built in this volume: the files keep the times that they have on the host. */
  fresh: boolean;
}

/** The manifest's name in {@link MANIFESTS}. */
export function manifestFile({ name }: Source): string {
  return `${name}.json`;
}

/**
 * Brings the copy of a host directory up to date: what changed in content or mode is copied, what is gone from the host
 * is removed, and what the build itself made there (an unpacked Buildroot, Config.in) stays. The host's directory is
 * only read. Where something was built before, other content gets the engine's time, which is later than all that was
 * built; the host's may be earlier (a backup, `cp -p`), and make would keep the old object. A file whose time alone
 * changed, as after a fresh checkout, keeps its old time in the copy, so that make has nothing to do.
 * @returns what the copy has now
 */
export async function syncSources(
  container: BuildContainer,
  copy: SyncSources,
  signal: AbortSignal,
): Promise<Tree> {
  const before = readManifest(copy.manifest);
  try {
    const after = await listTree(copy.from, before, signal, copy.exclude);
    const { changed, removed } = compareTrees(before, after);
    if (changed.length + removed.length > 0) {
      // ahead of the rest: whatever an interrupted copy leaves is known not to be what the host has
      await putManifest(container, copy, { ...before, ...inDoubt(before, after, changed, removed) });
      await removeAll(container, copyDir(copy), removed);
      if (changed.length > 0) await putFiles(container, copy, changed);
      if (!copy.fresh) await touchAll(container, copyDir(copy), outdating(before, after, changed));
    }
    if (JSON.stringify(after) !== copy.manifest) await putManifest(container, copy, after);
    debug('sources: %s: %d copied, %d removed', copy.name, changed.length, removed.length);
    return after;
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof ArtifactError ? error : failed(copy.from, error);
  }
}

function readManifest(text: string): Tree {
  try {
    return JSON.parse(text) as Tree;
  } catch {
    return {}; // none yet, or cut off by an interrupt: everything is copied
  }
}

/** Gives files the time that it is for the engine. */
async function touchAll(container: BuildContainer, directory: string, paths: string[]): Promise<void> {
  await inBatches(container, ['touch', '-c', '--'], directory, paths);
}

async function removeAll(container: BuildContainer, directory: string, paths: string[]): Promise<void> {
  await inBatches(container, ['rm', '-rf', '--'], directory, paths);
}

async function inBatches(
  container: BuildContainer,
  command: string[],
  directory: string,
  paths: string[],
): Promise<void> {
  for (let at = 0; at < paths.length; at += PATHS_AT_ONCE) {
    const batch = paths.slice(at, at + PATHS_AT_ONCE).map((path) => `${directory}/${path}`);
    const code = await container.exec({ argv: [...command, ...batch], user: '0' }, () => {});
    if (code !== 0) throw failed(directory, `${command[0]} ended with exit code ${code}`);
  }
}

async function putFiles(container: BuildContainer, copy: SyncSources, paths: string[]): Promise<void> {
  const own = (entry: WriteEntry) => {
    if (!entry.stat) return;
    entry.stat.uid = copy.uid;
    entry.stat.gid = copy.gid;
    entry.stat.nlink = 1; // else a hardlink may point to a file that did not change and is not in this tar
  };
  const names = paths.map((path) => `./${path}`); // a leading "@" would name an archive
  const options = { cwd: copy.from, prefix: copy.name, noDirRecurse: true, onWriteEntry: own };
  await container.writeTar(tarStream(options, names), ENV_DIR);
}

async function putManifest(container: BuildContainer, copy: SyncSources, tree: object): Promise<void> {
  const entry = tarEntry(manifestFile(copy), Buffer.from(JSON.stringify(tree)));
  await container.writeTar(Readable.from([entry, TAR_END]), MANIFESTS);
}

function failed(from: string, cause: unknown): ArtifactError {
  if (cause instanceof ArtifactError) return cause;
  return new ArtifactError('FILE_ACCESS', {
    tried: `copy ${from} into the build volume`,
    cause,
    hint: 'Are all its files readable?',
  });
}
