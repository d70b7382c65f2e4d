import { parents } from './paths.js';
import type { Entries, Tree } from './tree.js';

/** What has to be done to make a copy that was `before` into `after`; times alone are not a change. */
export function compareTrees(before: Tree, after: Tree): { changed: string[]; removed: string[] } {
  if (before === after) return { changed: [], removed: [] };
  const changed = after.paths.filter((path, index) => {
    const at = before.indexOf(path);
    return at < 0 || !after.isSame(index, before, at);
  });
  const isGone = (path: string, index: number) => {
    const at = after.indexOf(path);
    return at < 0 || after.kindAt(at) !== before.kindAt(index);
  };
  const gone = new Set(before.paths.filter(isGone));
  return { changed, removed: [...gone].filter((path) => !parents(path).some((parent) => gone.has(parent))) };
}

/** As the kernel follows (path_resolution(7)). */
const MOST_LINKS = 40;

/** Where a path of a tree leads, links in it followed, '' for the top; undefined out of the tree, or to nothing. */
export function follow(tree: Entries, path: string): string | undefined {
  const at: string[] = [];
  const rest = path.split('/');
  for (let links = 0; rest.length > 0; ) {
    const name = rest.shift();
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (at.pop() === undefined) return undefined;
      continue;
    }
    const entry = tree.get([...at, name].join('/'));
    if (name === undefined || entry === undefined) return undefined;
    if (entry.kind !== 'link') {
      at.push(name);
      continue;
    }
    const target = entry.content ?? '';
    if (target.startsWith('/') || ++links > MOST_LINKS) return undefined;
    rest.unshift(...target.split('/'));
  }
  return at.join('/');
}
