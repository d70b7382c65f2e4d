import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { idsIn, isDockerIdFile } from '../../artifact/docker-id.js';

/** What belongs to tools, and holds no artifact. */
const SKIPPED = new Set(['.git', '.nx', 'node_modules']);
/** Below a workspace; packages lie less deep. */
const DEEPEST = 12;

/** Whether a directory in a workspace is none that is looked into. */
export function isSkipped(name: string, depth: number): boolean {
  return depth >= DEEPEST || SKIPPED.has(name);
}

/**
 * The ids of volumes that the artifacts in these workspaces name: of a project that was renamed, or in a workspace
 * that was moved, they are all that tells that somebody goes on with the volume.
 */
export async function livingIds(workspaces: Iterable<string>): Promise<Set<string>> {
  const ids = new Set<string>();
  const visit = async (directory: string, depth: number): Promise<void> => {
    const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
    if (entries.some(({ name }) => isDockerIdFile(name))) {
      for (const id of await idsIn(directory)) ids.add(id);
      return; // an artifact, of tens of thousands of files
    }
    for (const entry of entries) {
      if (entry.isDirectory() && !isSkipped(entry.name, depth)) {
        await visit(join(directory, entry.name), depth + 1);
      }
    }
  };
  for (const workspace of workspaces) await visit(workspace, 0);
  return ids;
}
