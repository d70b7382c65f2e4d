import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ARTIFACTS_DIR } from '../../conventions/own-outputs.js';
import { isSkipped } from './living-ids.js';

/** Where a target names its image, and what an archive says of the image that it was built in. */
const ARTIFACTS = basename(ARTIFACTS_DIR); // of tens of thousands of files
const NAMING = /^(?:project\.json|package\.json|nx\.json)$|\.provenance\.json$/;

/** Whether any file of these workspaces that may name an image has one of these words in it. */
export async function mentionedIn(workspaces: Iterable<string>, words: readonly string[]): Promise<boolean> {
  const visit = async (directory: string, depth: number): Promise<boolean> => {
    const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(directory, entry.name);
      if (entry.isFile() && NAMING.test(entry.name)) {
        const text = await readFile(path, 'utf8').catch(() => '');
        if (words.some((word) => text.includes(word))) return true;
      }
      const isFolder = entry.isDirectory() && !isSkipped(entry.name, depth) && entry.name !== ARTIFACTS;
      if (isFolder && (await visit(path, depth + 1))) return true;
    }
    return false;
  };
  for (const workspace of workspaces) if (await visit(workspace, 0)) return true;
  return false;
}
