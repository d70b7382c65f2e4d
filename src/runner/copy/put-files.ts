import { lstatSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { BuildContainer } from '../../backend/types.js';
import { ENV_DIR } from '../../conventions/container-paths.js';
import { bytesOf, forNode } from '../../sources/path-bytes.js';
import type { Tree, TreeEntry } from '../../sources/tree.js';
import { type TarSource, tarOf } from '../../util/tar/files.js';

/** A directory that is copied: where it is, the name of its copy, and whose the copy is. */
interface Copy {
  from: string;
  name: string;
  uid: number;
  gid: number;
}

/** Copies entries of a tree, with their modes and times. */
export async function putFiles(
  container: BuildContainer,
  copy: Copy,
  tree: Tree,
  paths: readonly string[],
): Promise<void> {
  await container.writeTar(
    Readable.from(tarOf(sourcesOf(copy, tree, paths)), { objectMode: false }),
    ENV_DIR,
  );
}

/** A file with several names is copied under each: the others may not have changed, and not be in this tar. */
function* sourcesOf(
  { from, name, uid, gid }: Copy,
  tree: Tree,
  paths: readonly string[],
): Generator<TarSource> {
  for (const path of paths) {
    const { kind, mode, content = '', ...entry } = tree[path] as TreeEntry;
    const place = forNode(`${from}/${path}`);
    const mtime = kind === 'file' ? entry.mtime : lstatSync(place).mtimeMs;
    const linkTarget = kind === 'link' ? bytesOf(content) : undefined;
    yield { from: place, path: bytesOf(`${name}/${path}`), kind, mode, mtime, uid, gid, linkTarget };
  }
}
