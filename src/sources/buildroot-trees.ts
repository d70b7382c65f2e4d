import { existsSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { MIX_FILE, mixPackageName, NERVES_SYSTEM_BR } from '../conventions/mix-package.js';

/** What nerves_system_br's create-build.sh leaves in a tree that it has unpacked. */
const STATE_FILE = '.nerves-br-state';

/**
 * The names, at the top of a platform, of the Buildroot trees that its create-build.sh unpacked there in an earlier
 * build without this tool, and of the links to them. They are hundreds of megabytes that a build makes again, and
 * their links are absolute: valid only where the tree was unpacked.
 */
export async function buildrootTrees(root: string): Promise<Set<string>> {
  const names = (await readdir(root)).filter((name) => name.startsWith('buildroot'));
  if (names.length === 0) return new Set();
  const mixfile = await readFile(join(root, MIX_FILE), 'utf8').catch(() => undefined);
  // its create-build.sh removes all of these before it unpacks
  if ((mixPackageName(mixfile) ?? basename(root)) === NERVES_SYSTEM_BR) return new Set(names);
  const trees = names.filter((name) => existsSync(join(root, name, STATE_FILE)));
  const targets = await Promise.all(names.map((name) => readlink(join(root, name)).catch(() => '')));
  const links = names.filter((_, index) => trees.includes(basename(targets[index] ?? '')));
  return new Set([...trees, ...links]);
}
