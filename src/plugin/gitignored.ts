import { readFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TargetConfiguration } from '@nx/devkit';

type Inputs = NonNullable<TargetConfiguration['inputs']>;

/** How files are made inputs that git ignores. */
export type IgnoredFiles = (directory: string, filesets: string[]) => Inputs;

/** Nx 22 ignores `includeIgnored`: there the hash that a program prints is the input. */
export function ignoredFiles(workspaceRoot: string): IgnoredFiles {
  if (knowsIncludeIgnored(workspaceRoot)) {
    return (_, filesets) => filesets.map((fileset) => ({ fileset, includeIgnored: true })) as Inputs;
  }
  const program = fileURLToPath(new URL('./hash-directory.js', import.meta.url));
  const inWorkspace = relative(workspaceRoot, program); // the same in every clone, as it is part of the key
  const path = isAbsolute(inWorkspace) || inWorkspace.startsWith('..') ? program : inWorkspace;
  return (directory) => [{ runtime: `node ${quoted(path)} ${quoted(directory)}` }];
}

/** What the installed Nx knows is in its schema; one that cannot be read is taken for a new one. */
function knowsIncludeIgnored(workspaceRoot: string): boolean {
  try {
    const schema = readFileSync(join(workspaceRoot, 'node_modules/nx/schemas/project-schema.json'), 'utf8');
    return schema.includes('includeIgnored');
  } catch {
    return true;
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
