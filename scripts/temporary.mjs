import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A directory for the time of `work`; an interrupt ends the process and takes the directory along, too.
 * @template T
 * @param {(dir: string) => T | Promise<T>} work
 */
export async function withTemporary(work) {
  const dir = mkdtempSync(join(tmpdir(), 'nx-docker-artifact-'));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    return await work(dir);
  } finally {
    process.off('exit', remove);
    remove();
  }
}
