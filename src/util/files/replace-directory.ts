import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from '../../errors.js';
import { hasTagEnded, processTag } from '../process-identity.js';
import { syncDirectory } from './durable.js';
import { removeTree } from './remove-tree.js';

/** `.<name>.<process tag>-<random>.<kind>`: what a directory is made in, or moved away to, beside its final place. */
const LEFTOVER = /^\.(.+)\.([0-9a-f]{8}-\d+-\w+)-[0-9a-f]{8}\.(new|old)$/;
/** What another machine, or another boot of this one, has left, of whose processes nobody here can tell: a day. */
const FOREIGN_MS = 24 * 60 * 60 * 1000;

/**
 * Makes a new directory beside `target`, has it filled, and puts what `fill` returns (that directory, or one in
 * it) in `target`'s place: a reader sees the old one, briefly none, or the new one, but never a partial one.
 * Whatever fails, the old one stays. The names are on the disk afterwards; the content is the filler's business.
 *
 * The moment without one is between two renames. Linux could exchange the two in one step (renameat2(2),
 * RENAME_EXCHANGE), but Node cannot ask for it, and `mv --exchange` came with coreutils 9.5.
 */
export async function replaceDirectory(
  target: string,
  fill: (directory: string) => Promise<string>,
): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await removeLeftovers(target);
  const fresh = sibling(target, 'new');
  try {
    await mkdir(fresh);
    const filled = await fill(fresh);
    await syncDirectory(filled);
    await swap(filled, target);
    await syncDirectory(dirname(target));
  } finally {
    await removeTree(fresh);
  }
}

/** How often to retry before a concurrent replacement counts as an error. */
const MOST_TRIES = 100;

/** Renames `fresh` to `target`. Another process may do the same at the same time: then the last one stays. */
async function swap(fresh: string, target: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const old = sibling(target, 'old');
    try {
      await rename(target, old).catch(ignore('ENOENT'));
      await rename(fresh, target).catch(async (error) => {
        await rename(old, target).catch(ignore('ENOENT', 'ENOTEMPTY', 'EEXIST'));
        throw error;
      });
      return;
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '') || tries === MOST_TRIES) throw error;
      await sleep(Math.random() * 20); // apart from the others, who try at the same time
    } finally {
      await removeTree(old);
    }
  }
}

/** A name beside `target` for what is to take its place, or has to leave it. */
export function sibling(target: string, kind: 'new' | 'old'): string {
  const unique = `${processTag()}-${randomBytes(4).toString('hex')}`;
  return join(dirname(target), `.${basename(target)}.${unique}.${kind}`);
}

/** What a killed process left beside `target`: nobody else would ever remove it. */
export async function removeLeftovers(target: string): Promise<void> {
  for (const path of await leftoversOf(target)) await removeTree(path);
}

/** What is beside `target` that was to take its place, or had to leave it, and whose process has ended. */
export async function leftoversOf(target: string): Promise<string[]> {
  return await leftoversIn(dirname(target), (name) => name === basename(target));
}

/** What is in a directory that was to take the place of anything in it, or had to leave it, and whose process has ended. */
export async function leftoversIn(directory: string, isOf = (_name: string) => true): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(directory).catch(() => [])) {
    const [, of, tag = ''] = LEFTOVER.exec(name) ?? [];
    const path = join(directory, name);
    if (of && isOf(of) && (hasTagEnded(tag) ?? (await isOld(path)))) found.push(path);
  }
  return found;
}

async function isOld(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > FOREIGN_MS;
}

function ignore(...codes: string[]): (error: unknown) => void {
  return (error) => {
    if (!codes.includes(systemCode(error) ?? '')) throw error;
  };
}
