import { existsSync } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OWN_OUTPUTS } from '../../conventions/own-outputs.js';

const NEVER_WALKED = new Set([...OWN_OUTPUTS, '.git', 'node_modules']);

/** A checkout that another user owns, as in many CI containers, is read all the same: it is only listed. */
const LIST_FILES = [
  '-c',
  'safe.directory=*',
  'ls-files',
  '-z',
  '--cached',
  '--others',
  '--exclude-standard',
  '.',
];

/**
 * The files of a package that Nx hashes: those git knows or would take (Nx leaves out what .gitignore excludes),
 * those of submodules too; or, outside a git work tree, all but `node_modules`. Absolute, sorted by code point of the full path.
 */
export async function trackedFiles(root: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const names = (await gitFiles(root, env)) ?? (await walk(root, ''));
  const paths = [...new Set(names)] // in the middle of a merge git lists a file for each side
    .filter((name) => !OWN_OUTPUTS.includes(name.split('/')[0] ?? ''))
    .map((name) => join(root, name));
  // git also lists what was just deleted, and links to directories
  const regular = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        (found) => found.isFile(),
        () => false,
      ),
    ),
  );
  return paths
    .filter((_, index) => regular[index])
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** undefined outside a work tree, or without git. Not with execa: loading it takes longer than git does. */
async function gitFiles(root: string, env: NodeJS.ProcessEnv): Promise<string[] | undefined> {
  const options = { cwd: root, env: { PATH: env.PATH, HOME: env.HOME }, maxBuffer: Number.POSITIVE_INFINITY };
  const { execFile } = process.getBuiltinModule('node:child_process'); // not for a package with a list
  try {
    const { stdout } = await promisify(execFile)('git', LIST_FILES, options);
    const names = await Promise.all(
      stdout
        .split('\0')
        .filter(Boolean)
        .map((name) => filesAt(root, name.replace(/\/$/, ''), env)),
    );
    return names.flat();
  } catch {
    return undefined;
  }
}

/** A repository in a repository (a submodule, or one that git does not know) is listed as its directory alone. */
async function filesAt(root: string, name: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const path = join(root, name);
  if (!existsSync(join(path, '.git')) || !(await lstat(path)).isDirectory()) return [name];
  const files = (await gitFiles(path, env)) ?? (await walk(path, ''));
  return files.map((file) => `${name}/${file}`);
}

async function walk(root: string, directory: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(join(root, directory), { withFileTypes: true })) {
    if (NEVER_WALKED.has(entry.name)) continue;
    const path = join(directory, entry.name);
    if (entry.isDirectory()) files.push(...(await walk(root, path)));
    else files.push(path);
  }
  return files;
}
