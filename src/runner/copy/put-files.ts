import { lstatSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { BuildContainer } from '../../backend/types.js';
import { ENV_DIR } from '../../conventions/container-paths.js';
import { bytesOf, forNode } from '../../sources/path-bytes.js';
import type { Tree, TreeEntry } from '../../sources/tree.js';
import { tarEntry } from '../../util/tar/entry.js';
import { type TarSource, tarOf } from '../../util/tar/files.js';
import { MEMORY } from './places.js';

/** A directory that is copied: where it is, the name of its copy, and whose the copy is. */
interface Copy {
  from: string;
  name: string;
  uid: number;
  gid: number;
}

/**
 * Copies entries of a tree, with their modes and times.
 * @param ahead a file of {@link MEMORY} that is there before the first of them: a request of its own takes as long as hundreds of files
 */
export async function putFiles(
  container: BuildContainer,
  copy: Copy,
  tree: Tree,
  paths: readonly string[],
  ahead?: readonly [name: string, content: readonly Buffer[]],
): Promise<void> {
  const memory = MEMORY.slice(ENV_DIR.length + 1);
  const first = ahead ? tarEntry(`${memory}/${ahead[0]}`, ahead[1]) : [];
  const tar = inOrder(first, tarOf(sourcesOf(copy, tree, paths)));
  await container.writeTar(Readable.from(tar, { objectMode: false }), ENV_DIR);
}

async function* inOrder(first: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* first;
  yield* rest;
}

/** A file with several names is copied under each: the others may not have changed, and not be in this tar. */
function* sourcesOf(
  { from, name, uid, gid }: Copy,
  tree: Tree,
  paths: readonly string[],
): Generator<TarSource> {
  for (const path of paths) {
    const { kind, mode, content = '', ...entry } = tree.get(path) as TreeEntry;
    const place = forNode(`${from}/${path}`);
    const mtime = kind === 'file' ? entry.mtime : lstatSync(place).mtimeMs;
    const linkTarget = kind === 'link' ? bytesOf(content) : undefined;
    yield { from: place, path: bytesOf(`${name}/${path}`), kind, mode, mtime, uid, gid, linkTarget };
  }
}
