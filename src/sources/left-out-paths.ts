import { readdir } from 'node:fs/promises';
import { buildrootTrees } from './buildroot-trees.js';
import { isWorkspace, leftOut } from './left-out.js';
import { forNode, nameFrom } from './path-bytes.js';
import { parents } from './paths.js';

/**
 * Of paths of a copy, which may not be on the host: those that a listing of the directory would have, see
 * {@link leftOut}. A directory's names are those of the copy and of the host.
 * @param exclude directories that are left out, relative to `root`
 */
export async function withoutLeftOut(
  root: string,
  paths: readonly string[],
  exclude: readonly string[],
): Promise<string[]> {
  const names = new Map<string, Set<string>>([['', await namesIn(root)]]);
  for (const path of paths) {
    for (const one of [...parents(path), path]) {
      const [directory, name] = splitPath(one);
      if (!names.has(directory)) names.set(directory, await namesIn(`${root}/${directory}`));
      names.get(directory)?.add(name);
    }
  }
  const ofWorkspace = isWorkspace([...(names.get('') ?? [])]);
  const rules = new Map(
    [...names].map(([at, of]) => [at, leftOut({ names: [...of], isTop: at === '', ofWorkspace })]),
  );
  const out = new Set([...exclude, ...(await buildrootTrees(root))]);
  const isOut = (path: string) => {
    const [directory, name] = splitPath(path);
    return out.has(path) || rules.get(directory)?.(name);
  };
  return paths.filter((path) => ![...parents(path), path].some(isOut));
}

/** The directory of a path, '' for the top, and its name. */
function splitPath(path: string): [directory: string, name: string] {
  const at = path.lastIndexOf('/');
  return [path.slice(0, Math.max(at, 0)), path.slice(at + 1)];
}

/** Of what is not a directory, or not there, there are none. */
async function namesIn(directory: string): Promise<Set<string>> {
  const names = await readdir(forNode(directory), { encoding: 'buffer' }).catch(() => []);
  return new Set(names.map(nameFrom));
}
