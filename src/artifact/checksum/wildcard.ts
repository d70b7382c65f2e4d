import { setImmediate } from 'node:timers/promises';
import { ArtifactError } from '../../errors.js';
import { exists, join, list, realPath, sortedByCodePoint, statOf } from './listing.js';
import { compilePattern, type Part } from './pattern.js';

/** What a search can report, and its limit. */
interface WildcardDeps {
  /** Called once for each thing that is skipped or found repeatedly: a sentence without its full stop. */
  warn?: (message: string) => void;
  /** How often `**` may pass links that lead back, before the search is given up. */
  maxLoops?: number;
}

/** Directories to list before yielding to the event loop. */
const TURN = 32;

interface Search {
  found: Set<string>;
  warn: (path: string, problem: string) => void;
  loops: number;
  /** Directories that were listed. */
  listed: number;
  maxLoops: number;
}

/**
 * The paths that match an absolute pattern, sorted by code point of the full path, without repeats.
 * Wildcards skip names that begin with a dot; plain text before the first wildcard does not. Symbolic links
 * are followed, and where one leads back, `**` goes round until the system says ELOOP.
 * Names that are not UTF-8 and unreadable directories are skipped, with a warning.
 * Rule: Elixir Path.wildcard/2 with match_dot: false, Erlang filelib:wildcard/2.
 * @throws ArtifactError BAD_OPTION for braces that are nested or not closed; FILE_ACCESS where a directory cannot be
 *   read for a reason other than permissions, or where more than `maxLoops` links lead back.
 */
export async function wildcard(pattern: string, deps: WildcardDeps = {}): Promise<string[]> {
  const { base, parts } = compilePattern(pattern);
  if (parts.length === 0) return exists(base) ? [base] : [];
  const { maxLoops = 10_000 } = deps;
  const search: Search = { found: new Set(), warn: oncePerPath(deps.warn), loops: 0, listed: 0, maxLoops };
  await expand(base, parts, search);
  return sortedByCodePoint(search.found);
}

/** Follows the rest of the pattern down from a path that matches so far. */
async function expand(path: string, [part, ...rest]: Part[], search: Search): Promise<void> {
  if (!part) search.found.add(path);
  else if (part.globstar) await walk(path, [realPath(path)], rest, search);
  else if (part.literal === '..') {
    if (statOf(path)?.isDirectory()) await expand(join(path, '..'), rest, search);
  } else {
    for (const entry of await listed(path, search)) {
      const open = rest.length === 0 || entry.kind !== 'other';
      if (open && part.test(entry.name)) await expand(entry.path, rest, search);
    }
  }
}

/** Goes through all below `dir`. `trail` holds the real paths of the directories on the way to it, and its own. */
async function walk(dir: string, trail: string[], parts: Part[], search: Search): Promise<void> {
  const [part, ...rest] = parts;
  for (const { name, path, kind } of await listed(dir, search)) {
    if (!part || part.test(name)) await expand(path, rest, search);
    if (kind === 'other') continue;
    const here = join(trail.at(-1)!, name);
    const real = kind === 'link' ? realPath(path) : here;
    if (kind === 'link' && trail.includes(real)) countLoop(here, search);
    await walk(path, [...trail, real], parts, search);
  }
}

/** In place, which takes a tenth of what a promise and a thread for each directory would take. */
async function listed(dir: string, search: Search): Promise<ReturnType<typeof list>> {
  if (++search.listed % TURN === 0) await setImmediate();
  return list(dir, search.warn);
}

function countLoop(link: string, search: Search): void {
  search.loops += 1;
  search.warn(link, 'is a link to a directory above it, so its files are found repeatedly: remove the link');
  if (search.loops <= search.maxLoops) return;
  throw new ArtifactError('FILE_ACCESS', {
    tried: 'list the files below a directory',
    cause: `too many links lead back to a directory above them, among them ${link}`,
    hint: 'Remove these links, or list the files next to them one by one.',
  });
}

/** A search can reach the same path repeatedly. */
function oncePerPath(warn: (message: string) => void = () => {}): (path: string, problem: string) => void {
  const warned = new Set<string>();
  return (path, problem) => {
    if (warned.has(path)) return;
    warned.add(path);
    warn(`${path} ${problem}`);
  };
}
