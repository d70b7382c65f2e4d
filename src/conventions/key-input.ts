import { isAbsolute, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = 'executors/key/program.js';

/**
 * The input that a cached archive target needs: what the program prints that knows all that is built from. The same in
 * every clone, as it is part of the key.
 * @param root of the project, relative to the workspace
 * @param target the build target
 */
export function keyInput(workspaceRoot: string, root: string, target: string): { runtime: string } {
  const program = fileURLToPath(new URL(`../${PROGRAM}`, import.meta.url));
  const inWorkspace = relative(workspaceRoot, program);
  const path = isAbsolute(inWorkspace) || inWorkspace.startsWith('..') ? program : inWorkspace;
  return { runtime: ['node', ...[path, root, target].map(quoted)].join(' ') };
}

/** Whether an input is one of {@link keyInput}. */
export function isKeyInput(input: unknown): boolean {
  const runtime = (input as { runtime?: unknown } | null)?.runtime;
  return typeof runtime === 'string' && runtime.includes(PROGRAM);
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
