import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { WriteEntry } from 'tar';
import type { BuildContainer } from '../../backend/types.js';
import { ENV_DIR } from '../../conventions/container-paths.js';
import { bytesOf, forNode, isEscaped } from '../../sources/path-bytes.js';
import type { Tree, TreeEntry } from '../../sources/tree.js';
import { oddEntry, TAR_END } from '../../util/tar-entry.js';
import { tarStream } from '../../util/tar-stream.js';

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
  const isOdd = (path: string) => isEscaped(path) || isEscaped(tree[path]?.content ?? '');
  const plain = paths.filter((path) => !isOdd(path));
  const odd = paths.filter(isOdd);
  if (plain.length > 0) await container.writeTar(plainFiles(copy, plain), ENV_DIR);
  if (odd.length > 0) await container.writeTar(Readable.from(oddFiles(copy, tree, odd)), ENV_DIR);
}

function plainFiles(copy: Copy, paths: readonly string[]): Readable {
  const own = (entry: WriteEntry) => {
    if (!entry.stat) return;
    entry.stat.uid = copy.uid;
    entry.stat.gid = copy.gid;
    entry.stat.nlink = 1; // else a hardlink may point to a file that did not change and is not in this tar
  };
  const names = paths.map((path) => `./${path}`); // a leading "@" would name an archive
  return tarStream({ cwd: copy.from, prefix: copy.name, noDirRecurse: true, onWriteEntry: own }, names);
}

/** Those with names that are not UTF-8, which the tar package cannot write. */
async function* oddFiles(copy: Copy, tree: Tree, paths: readonly string[]): AsyncGenerator<Buffer> {
  for (const path of paths) {
    const { kind, mode, mtime, content = '' } = tree[path] as TreeEntry;
    const data = kind === 'file' ? await readFile(forNode(join(copy.from, path))) : Buffer.alloc(0);
    yield oddEntry({
      ...{ path: bytesOf(`${copy.name}/${path}`), kind, mode, mtime, uid: copy.uid, gid: copy.gid },
      ...{ linkTarget: bytesOf(kind === 'link' ? content : ''), content: data },
    });
  }
  yield TAR_END;
}
