import { chmod, cp, lstat, mkdir, readdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { execa } from 'execa';

export const HOWS = ['written', 'older', 'same size and time', 'renamed'] as const;
export type How = (typeof HOWS)[number];

/** What an editor, `rsync -t` or `cp -p` does to a file. */
export async function edit(path: string, content: string, how: How): Promise<void> {
  const before = await lstat(path, { bigint: true }).catch(() => undefined);
  if (before && !before.isFile()) await rm(path, { recursive: true });
  await mkdir(dirname(path), { recursive: true });
  if (how === 'renamed') {
    await writeFile(`${path}.new`, content);
    await utimes(`${path}.new`, 1_000_000_000, 1_000_000_000);
    return await rename(`${path}.new`, path);
  }
  await writeFile(path, content);
  if (how === 'older') await utimes(path, 1_100_000_000, 1_100_000_000);
  // to the nanosecond, which a number has no room for
  if (how === 'same size and time' && before) await execa('touch', ['-d', timeText(before.mtimeNs), path]);
}

function timeText(ns: bigint): string {
  return `@${ns / 1_000_000_000n}.${String(ns % 1_000_000_000n).padStart(9, '0')}`;
}

export async function change(path: string, how: 'remove' | 'directory' | 'link' | 'chmod'): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (how === 'chmod') {
    if (found?.isFile()) await chmod(path, found.mode ^ 0o111);
    return;
  }
  await rm(path, { recursive: true, force: true });
  await mkdir(dirname(path), { recursive: true });
  if (how === 'directory') await mkdir(path);
  if (how === 'link') await symlink('nowhere', path);
}

/** As `git checkout` would: nothing is left of what the other one had, but what is ours. */
export async function copyOver(from: string, to: string, filter: (path: string) => boolean): Promise<void> {
  const kept = ['.nerves', 'build.log', 'build.log.1'];
  for (const name of await readdir(to))
    if (!kept.includes(name)) await rm(`${to}/${name}`, { recursive: true });
  await cp(from, to, { recursive: true, filter, verbatimSymlinks: true });
}
