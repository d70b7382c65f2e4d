import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ARTIFACTS_DIR } from '../../conventions/own-outputs.js';
import { isGone } from '../../util/files/mount-point.js';
import { isSkipped } from './living-ids.js';

/** Where a target names its image, and what an archive says of the image that it was built in. */
const NAMING = /^(?:project\.json|package\.json|nx\.json)$|\.provenance\.json$/;

/**
 * Whether any file of these workspaces that may name an image has one of these words in it. It may be so in one that cannot be
 * looked at now, as its disk is not mounted.
 * @param workspaces with their mount points
 */
export async function mentionedIn(
  workspaces: ReadonlyMap<string, string | undefined>,
  words: readonly string[],
): Promise<boolean> {
  for (const [workspace, mount] of workspaces) {
    const isThere = await readdir(workspace).then(
      () => true,
      () => false,
    );
    if (isThere ? await mentionedBelow(workspace, words, 0) : !(await isGone(workspace, mount))) return true;
  }
  return false;
}

async function mentionedBelow(directory: string, words: readonly string[], depth: number): Promise<boolean> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isFile() && NAMING.test(entry.name)) {
      const text = await readFile(path, 'utf8').catch(() => '');
      if (words.some((word) => text.includes(word))) return true;
    }
    // an artifact has tens of thousands of files
    const isFolder =
      entry.isDirectory() && !isSkipped(entry.name, depth) && !path.endsWith(`/${ARTIFACTS_DIR}`);
    if (isFolder && (await mentionedBelow(path, words, depth + 1))) return true;
  }
  return false;
}
