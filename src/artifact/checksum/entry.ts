import { resolve, sep } from 'node:path';
import { escapingFiles } from './escaping-files.js';
import { exists, join, linkStatOf, statOf } from './listing.js';
import { PATTERN_CHARACTER } from './pattern.js';
import { wildcard } from './wildcard.js';

type Warn = (message: string) => void;

/**
 * The absolute paths of the regular files that one entry of the `checksum` list stands for, in hashing order:
 * its matches by code point, with the files below a matched directory in its place. May hold repeats.
 * Rule: Nerves.Artifact.checksum/2 (expand_paths, dir_files).
 * @param warn called with one line for each thing that makes the files differ from what the entry suggests.
 * @throws as {@link wildcard}.
 */
export async function entryFiles(root: string, entry: string, warn: Warn): Promise<string[]> {
  const report = (message: string) => warn(`checksum entry ${JSON.stringify(entry)}: ${message}`);
  const matches = await wildcard(join(root.replaceAll(sep, '/'), entry), { warn: report });
  const files: string[] = [];
  const links = new Set<string>();
  for (const match of matches) {
    for (const path of await filesAt(match, root, report)) {
      const file = resolve(path);
      const stat = linkStatOf(file);
      const isLink = stat?.isSymbolicLink() ?? false;
      if (!(isLink ? statOf(file) : stat)?.isFile()) continue;
      files.push(file);
      if (isLink) links.add(file);
    }
  }
  if (missesItsName(root, entry, matches)) {
    report(
      'is read as a wildcard and misses the file with exactly that name: escape "[", "{", "*" and "?" with "\\"',
    );
  } else if (files.length === 0) {
    report('matches no file and has no effect: fix or remove it (wildcards skip names that start with ".")');
  }
  const [outside, ...more] = files.length > 0 ? escapingFiles(root, files, links) : [];
  if (outside !== undefined) {
    const count = more.length > 0 ? ` and ${more.length} more files` : '';
    report(`reads ${outside}${count}, outside the package: Nx does not notice changes to them`);
  }
  return files;
}

/**
 * Warns of a directory that the rule does not find by its own name.
 * `known` is the part of its path that was warned of before.
 */
export function warnOfWildcardIn(directory: string, known: string, warn: Warn): void {
  const name = directory.startsWith(known) ? directory.slice(known.length) : directory;
  const character = PATTERN_CHARACTER.exec(name)?.[0];
  if (!character) return;
  warn(
    `the "${character}" turns the directory ${directory} into a wildcard, so its files are missed: rename it`,
  );
}

/** The path of a directory is a pattern again. That is the rule, and a trap: `d[1]` gives the files of `d1`. */
async function filesAt(match: string, root: string, warn: Warn): Promise<string[]> {
  if (!statOf(match)?.isDirectory()) return [match];
  warnOfWildcardIn(match, root, warn);
  return wildcard(join(match, '**'), { warn });
}

function missesItsName(root: string, entry: string, matches: string[]): boolean {
  const path = resolve(root, `./${entry}`);
  return PATTERN_CHARACTER.test(entry) && exists(path) && !matches.some((match) => resolve(match) === path);
}
