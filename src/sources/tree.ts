/** What is known about one entry of a tree: kind, mode, and for a file its size, time and content hash. */
export interface TreeEntry {
  kind: 'file' | 'dir' | 'link';
  mode: number;
  size?: number;
  mtime?: number;
  /** With the inode it tells of other content of the same size and time, as git goes by them. */
  ctime?: number;
  inode?: number;
  /** SHA-256 of a file's content, or the target of a link. */
  content?: string;
}

/** Entries by path, relative to the tree's root, parents before children. */
export type Tree = Record<string, TreeEntry>;

/** What has to be done to make a copy that was `before` into `after`; times alone are not a change. */
export function compareTrees(before: Tree, after: Tree): { changed: string[]; removed: string[] } {
  const changed = Object.keys(after).filter((path) => {
    const [a, b] = [before[path], after[path]];
    return a?.kind !== b?.kind || a?.mode !== b?.mode || a?.content !== b?.content;
  });
  const gone = new Set(Object.keys(before).filter((path) => after[path]?.kind !== before[path]?.kind));
  return { changed, removed: [...gone].filter((path) => !parents(path).some((parent) => gone.has(parent))) };
}

/** The directories above a path of a tree, from the top. */
export function parents(path: string): string[] {
  const parts = path.split('/');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** As the kernel follows (path_resolution(7)). */
const MOST_LINKS = 40;

/** Where a path of a tree leads, links in it followed, '' for the top; undefined out of the tree, or to nothing. */
export function follow(tree: Tree, path: string): string | undefined {
  const at: string[] = [];
  const rest = path.split('/');
  for (let links = 0; rest.length > 0; ) {
    const name = rest.shift();
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (at.pop() === undefined) return undefined;
      continue;
    }
    const entry = tree[[...at, name].join('/')];
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
