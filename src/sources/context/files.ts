import { readdir, readFile } from 'node:fs/promises';
import { basename, isAbsolute, join, relative } from 'node:path';
import type { DockerfileBuild } from '../../backend/plans.js';
import { NERVES_DIR, OWN_OUTPUTS } from '../../conventions/own-outputs.js';
import { ArtifactError } from '../../errors.js';
import { usesContext } from './dockerfile.js';
import { applyRules, type IgnoreRule, ignoreRules, type Matched, mayBringBack } from './ignore-rules.js';

/** What Nx writes in each run, below its `.nx`. */
const NX_OUTPUTS = ['cache', 'workspace-data'];

/** What is sent of a context. Paths are relative to it. */
export interface ContextListing {
  /** Files and directories, sorted. */
  files: string[];
  /** What `docker build` would send, and we do not: our own outputs and Nx's, which would change every hash. */
  leftOut: string[];
  /** The text of its .dockerignore, and the path of that file; both '' without one. */
  rules: { text: string; path: string };
}

/**
 * The files of the context as paths relative to it, sorted, directories too, without those that `.dockerignore`
 * (or `<dockerfile>.dockerignore`) excludes. Empty when the Dockerfile takes nothing from the context: then an
 * edited source file does not rebuild the image. Needs no engine, and so knows nothing of the ONBUILD instructions
 * of base images: who does not know them either lists the context with `contextGiven`, so that all of it counts.
 * @throws ArtifactError IMAGE_BUILD_FAILED when a rule is not valid
 */
export async function contextFiles(source: DockerfileBuild): Promise<string[]> {
  return (await listContext(source)).files;
}

/** As {@link contextFiles}, and what is left out of it. */
export async function listContext(source: DockerfileBuild): Promise<ContextListing> {
  const rules = await ignoreFile(source);
  if (!(await contextCounts(source))) return { files: [], leftOut: [], rules };
  return { ...(await listTree(source.context, parsed(rules))), rules };
}

/** Whether the context counts by what is asked for and what the Dockerfile says, whatever its base images do. */
export async function contextCounts({ contextGiven, dockerfile }: DockerfileBuild): Promise<boolean> {
  return contextGiven || usesContext(await readFile(dockerfile, 'utf8'));
}

/** As BuildKit walks a context: a directory is sent for what is in it, even if a rule leaves out itself. */
async function listTree(context: string, rules: readonly IgnoreRule[]) {
  const [files, leftOut]: [string[], string[]] = [[], []];
  const walk = async (directory: string, above?: Matched): Promise<void> => {
    const entries = await readdir(join(context, directory), { withFileTypes: true });
    // also of packages further down, when the context is the entire workspace
    const isPackage = directory === '' || entries.some(({ name }) => name === NERVES_DIR);
    for (const entry of entries) {
      const path = join(directory, entry.name);
      const { ignored, matched } = applyRules(rules, path, above);
      const own = isPackage && OWN_OUTPUTS.includes(entry.name);
      if (own || (basename(directory) === '.nx' && NX_OUTPUTS.includes(entry.name))) {
        if (!ignored || mayBringBack(rules, path)) leftOut.push(path);
        continue;
      }
      const before = files.length;
      if (entry.isDirectory() && (!ignored || mayBringBack(rules, path))) await walk(path, matched);
      if (!ignored || files.length > before) files.push(path);
    }
  };
  await walk('');
  return { files: files.sort(), leftOut: leftOut.sort() };
}

async function ignoreFile({ dockerfile, context }: DockerfileBuild): Promise<ContextListing['rules']> {
  for (const path of [`${dockerfile}.dockerignore`, join(context, '.dockerignore')]) {
    const text = await readFile(path, 'utf8').catch(() => undefined);
    if (text !== undefined) return { text, path };
  }
  return { text: '', path: '' };
}

function parsed({ text, path }: ContextListing['rules']): IgnoreRule[] {
  try {
    return ignoreRules(text);
  } catch (error) {
    throw new ArtifactError('IMAGE_BUILD_FAILED', {
      tried: `read the rules of ${path}`,
      cause: error,
      hint: 'Correct the rule: a "[" needs a "]", and what is special stands behind a "\\".',
    });
  }
}

/** The Dockerfile's name inside the context, or undefined when it is not part of what is sent. */
export function dockerfileInContext(source: DockerfileBuild, files: readonly string[]): string | undefined {
  const path = relative(source.context, source.dockerfile);
  return isAbsolute(path) || !files.includes(path) ? undefined : path;
}
