import type { Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';

/** Nx's tree of an empty workspace with these files, and no formatter. */
export function testTree(files: Record<string, string> = {}): Tree {
  const tree = createTreeWithEmptyWorkspace({ formatter: 'none' });
  for (const [path, content] of Object.entries(files)) tree.write(path, content);
  return tree;
}

/** Every file of it. */
export function filesIn(tree: Tree): Record<string, string> {
  return Object.fromEntries(tree.listChanges().map(({ path, content }) => [path, String(content)]));
}

/** What a generator that throws says; nothing may be written then. */
export async function refusal(tree: Tree, run: () => unknown): Promise<string> {
  const before = filesIn(tree);
  try {
    await run();
  } catch (error) {
    if (JSON.stringify(filesIn(tree)) !== JSON.stringify(before)) throw new Error('it has written something');
    return (error as Error).message;
  }
  throw new Error('it did not refuse');
}
