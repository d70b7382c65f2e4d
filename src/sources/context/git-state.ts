import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';

/** The repositories among the files of a context: their `.git` directories. */
export function gitDirectories(files: readonly string[]): string[] {
  return files
    .filter((file) => basename(file) === 'HEAD')
    .map(dirname)
    .filter(isGit);
}

/** Whether a file belongs to a repository's database, or is the `.git` file of a worktree or submodule. */
export function isOfGit(file: string, directories: readonly string[]): boolean {
  return isGit(file) || directories.some((directory) => file.startsWith(`${directory}${sep}`));
}

const isGit = (path: string) => basename(path) === '.git';

/**
 * What of a `.git` makes a build come out differently: the commit that is checked out, the tags, and where a shallow
 * history ends; it is what `git describe` is made of. Everything else changes by `git status`, `fetch` or `gc`
 * although the sources are the same: index, logs, objects, other branches. Of a worktree's `.git` file, with a path
 * of this machine in it, nothing counts.
 */
export async function gitState(directory: string): Promise<string> {
  const read = (name: string) => readFile(join(directory, name), 'utf8').catch(() => '');
  const packed = [...(await read('packed-refs')).matchAll(/^([0-9a-f]+) (refs\/\S+)$/gm)];
  const refs = new Map(packed.map(([, id = '', name = '']) => [name, id]));
  for (const name of await looseTags(directory)) refs.set(name, (await read(name)).trim());
  const head = (await read('HEAD')).trim();
  const branch = /^ref: (refs\/.+)$/.exec(head)?.[1];
  const commit = branch === undefined ? head : (await read(branch)).trim() || refs.get(branch);
  const tags = [...refs].filter(([name]) => name.startsWith('refs/tags/')).sort();
  // refs in the newer format stand in files that this only knows by their names
  return JSON.stringify([commit, tags, await read('shallow'), await read('reftable/tables.list')]);
}

async function looseTags(directory: string): Promise<string[]> {
  const root = join(directory, 'refs', 'tags');
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1));
}
