import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { DockerfileBuild } from '../../../backend/plans.js';
import type { ContextListing } from '../../../sources/context/files.js';

/** What `docker build` is called with. */
export interface LocalContext {
  dockerfile: string;
  directory: string;
}

/**
 * Has BuildKit take the context from its directory, so that it sends, by its own rules, what a `docker build` would.
 * What must stay out is excluded by rules that stand in a .dockerignore beside a copy of the Dockerfile: only there
 * they are neither part of the context nor written into the user's files.
 */
export async function withLocalContext<T>(
  build: DockerfileBuild,
  { files, leftOut, rules }: ContextListing,
  use: (local: LocalContext) => Promise<T>,
): Promise<T> {
  const directory = build.context;
  if (files.length > 0 && leftOut.length === 0) return await use({ dockerfile: build.dockerfile, directory });
  const temporary = await mkdtemp(join(tmpdir(), 'nx-docker-artifact-image-'));
  try {
    const dockerfile = join(temporary, basename(build.dockerfile));
    await copyFile(build.dockerfile, dockerfile);
    const ignore = files.length > 0 ? [rules.text, ...leftOut.map(asRule)] : ['**'];
    await writeFile(`${dockerfile}.dockerignore`, `${ignore.join('\n')}\n`);
    return await use({ dockerfile, directory });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The rule that excludes one path; a slash in front takes the meaning from `#`, `!` and spaces, `?` is a line's end. */
function asRule(path: string): string {
  return `/${path.replace(/[\\*?[\]]/g, '\\$&').replace(/[\r\n]/g, '?')}`;
}
