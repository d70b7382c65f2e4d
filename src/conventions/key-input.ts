import { isAbsolute, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = 'executors/key/program.js';

/** The command that {@link keyInput} needs, without its arguments. The same in every clone, as it is part of the key. */
export function keyCommand(workspaceRoot: string): string {
  const program = fileURLToPath(new URL(`../${PROGRAM}`, import.meta.url));
  const inWorkspace = relative(workspaceRoot, program);
  const path = isAbsolute(inWorkspace) || inWorkspace.startsWith('..') ? program : inWorkspace;
  return `node ${quoted(path)}`;
}

/**
 * The input that a cached archive target needs: what the program prints that knows all that is built from.
 * @param command see {@link keyCommand}
 * @param root of the project, relative to the workspace
 * @param target the build target
 */
export function keyInput(command: string, root: string, target: string): { runtime: string } {
  return { runtime: `${command} ${quoted(root)} ${quoted(target)}` };
}

/** Whether an input is one of {@link keyInput}. */
export function isKeyInput(input: unknown): boolean {
  const runtime = (input as { runtime?: unknown } | null)?.runtime;
  return typeof runtime === 'string' && runtime.includes(PROGRAM);
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
