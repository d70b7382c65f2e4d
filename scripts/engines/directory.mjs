import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { removeCgroups } from './cgroups.mjs';

const PREFIX = 'nx-docker-artifact-row-';

/**
 * The directory of an engine for the time of `work`: its socket and log, its images in `data`. Where tests have theirs, as
 * its path is short. An interrupt ends the process and takes it along; those of a process that was killed go here.
 * @template T
 * @param {{ uid: number, gid: number } | undefined} user whose they are, if not root's
 * @param {(directory: string) => Promise<T>} work
 */
export async function withDirectory(user, work) {
  removeLeftovers();
  const directory = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const remove = () => {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    removeCgroups(basename(directory));
  };
  process.once('exit', remove);
  try {
    chmodSync(directory, 0o755);
    for (const name of ['layer', 'data']) mkdirSync(join(directory, name));
    if (user) for (const path of [directory, join(directory, 'data')]) chownSync(path, user.uid, user.gid);
    return await work(directory);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

function removeLeftovers() {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid && !existsSync(`/proc/${pid}`)) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}
