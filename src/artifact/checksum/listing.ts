import { isUtf8 } from 'node:buffer';
import { type Dirent, lstatSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { ArtifactError, systemCode } from '../../errors.js';

/** An entry of a directory, as far as a wildcard can see it. */
interface Entry {
  name: string;
  path: string;
  kind: 'directory' | 'link' | 'other';
}

/** What a search meets where a path is not a directory, or is not there, or holds a NUL: no entries. */
const NO_DIRECTORY = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE']);
const DENIED = new Set(['EACCES', 'EPERM']);
/** How often what ends with ELOOP is tried, see {@link attempt}. */
const MOST_TRIES = 3;

/**
 * The entries of a directory without those that begin with a dot, in no order; none where it is not a directory.
 * `warn` gets a path and what is the matter with it: a directory that may not be read, a name that is not
 * UTF-8. Both are left out. Rule: Elixir's Path.Wildcard.list_dir/1 and Erlang's file:list_dir/1.
 * @throws ArtifactError FILE_ACCESS where reading fails for any other reason, e.g. a broken disk.
 */
export function list(dir: string, warn: (path: string, problem: string) => void): Entry[] {
  const entries: Entry[] = [];
  for (const entry of read(dir, warn)) {
    const name = entry.name.toString();
    if (name.startsWith('.')) continue;
    const path = join(dir, name);
    if (!isUtf8(entry.name)) warn(path, 'has a name that is not UTF-8 and is skipped: rename it');
    else entries.push({ name, path, kind: kindOf(entry) });
  }
  return entries;
}

function read(
  dir: string,
  warn: (path: string, problem: string) => void,
  tries = MOST_TRIES,
): Dirent<Buffer>[] {
  try {
    // As bytes: Node replaces what is not UTF-8, and then nothing would lie at that path.
    return readdirSync(dir, { withFileTypes: true, encoding: 'buffer' });
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (code === 'ELOOP' && tries > 1 && statOf(dir)) return read(dir, warn, tries - 1);
    if (NO_DIRECTORY.has(code)) return [];
    if (!DENIED.has(code)) {
      throw new ArtifactError('FILE_ACCESS', { tried: `list the directory ${dir}`, cause: error });
    }
    warn(dir, 'cannot be read, so its contents are skipped: change its permissions');
    return [];
  }
}

function kindOf(entry: { isDirectory(): boolean; isSymbolicLink(): boolean }): Entry['kind'] {
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/** The stat of a path, links followed; undefined where it leads nowhere. */
export function statOf(path: string): Stats | undefined {
  return attempt(() => statSync(path));
}

/** The stat of a path itself, be it a link; undefined where there is nothing. */
export function linkStatOf(path: string): Stats | undefined {
  return attempt(() => lstatSync(path));
}

/** Is anything at this path, be it a link that leads nowhere? */
export function exists(path: string): boolean {
  return linkStatOf(path) !== undefined;
}

/** The path without links, or the path itself where it leads nowhere. */
export function realPath(path: string): string {
  return attempt(() => realpathSync.native(path)) ?? path;
}

/**
 * What an action gives, or undefined where it fails. The kernel counts the links of a walk that it had to begin anew
 * twice, and may say ELOOP too early while memory is short: then it is asked again.
 */
function attempt<T>(action: () => T): T | undefined {
  for (let tries = 1; ; tries++) {
    try {
      return action();
    } catch (error) {
      if (systemCode(error) !== 'ELOOP' || tries === MOST_TRIES) return undefined;
    }
  }
}

export function join(dir: string, name: string): string {
  return dir.endsWith('/') ? dir + name : `${dir}/${name}`;
}

/** What JavaScript's own order, which is many times as fast, has in another place. */
const FROM_SURROGATES_ON = /[\uD800-\uFFFF]/;

/** Paths in the order of {@link byCodePoint}. */
export function sortedByCodePoint(paths: Iterable<string>): string[] {
  const all = [...paths];
  return all.some((path) => FROM_SURROGATES_ON.test(path)) ? all.sort(byCodePoint) : all.sort();
}

/**
 * Compares by code point, which is also the order of UTF-8 bytes. JavaScript's own order, by UTF-16 unit, puts
 * what lies beyond U+FFFF (surrogate pairs) in front of U+E000 to U+FFFF. Rule: Erlang's lists:sort/1.
 */
export function byCodePoint(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
