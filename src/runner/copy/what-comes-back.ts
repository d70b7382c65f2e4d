import type { Entries, TreeEntry } from '../../sources/tree.js';

/** What a shell did at a path, and what that means for the host. */
export interface Change {
  path: string;
  /**
   * `put`: the shell's takes the place of what was copied. `beside`: the host has something else meanwhile, which stays.
   * `remove`: it goes. `keep`: the shell removed what the host has changed. `special`: it cannot be brought.
   */
  what: 'put' | 'beside' | 'remove' | 'keep' | 'special';
  /** What the shell left there; undefined where that is nothing, or special. */
  entry?: TreeEntry;
  /** Nothing was copied to that path. */
  isNew: boolean;
}

/** The same directory at three times, as far as it matters. */
export interface Versions {
  /** What was copied. */
  base: Entries;
  /** What the shell left. */
  shell: Entries;
  /** What the host has now. */
  host: Entries;
}

/** The changes of a shell, of `paths` that it may have changed: what the host has already, or is only touched, is none. */
export function whatComesBack(
  paths: readonly string[],
  { base, shell, host }: Versions,
  special: ReadonlySet<string>,
): Change[] {
  return paths.flatMap((path): Change[] => {
    const [before, entry, now] = [base.get(path), shell.get(path), host.get(path)];
    const isNew = !before;
    if (special.has(path)) return [{ path, what: 'special', isNew }];
    if (isSame(before, entry) || isSame(now, entry)) return [];
    const isUntouched = isSame(before, now);
    const bothDirs = now?.kind === 'dir' && (entry ?? before)?.kind === 'dir';
    if (!entry) return [{ path, what: isUntouched || bothDirs ? 'remove' : 'keep', isNew }];
    if (isUntouched) return [{ path, what: 'put', entry, isNew }];
    // of two modes of a directory the host's stays
    return bothDirs ? [] : [{ path, what: 'beside', entry, isNew }];
  });
}

/** The permissions; what gives a program another user's rights does not leave a container. */
export const PERMISSIONS = 0o777;

function isSame(a: TreeEntry | undefined, b: TreeEntry | undefined): boolean {
  if (!a || !b) return a === b;
  const isSameMode = a.kind === 'link' || sameMode(a.mode, b.mode);
  return a.kind === b.kind && isSameMode && a.content === b.content;
}

/** A mode that is not known is no other's. */
function sameMode(a: number, b: number): boolean {
  return a >= 0 && b >= 0 && (a & PERMISSIONS) === (b & PERMISSIONS);
}
