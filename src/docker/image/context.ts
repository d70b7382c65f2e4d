import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { isAbsolute, join, relative } from 'node:path';
import type { DockerfileBuild } from '../../backend/plans.js';
import { NERVES_DIR, OWN_OUTPUTS } from '../../conventions/own-outputs.js';
import { applyRules, ignoreRules, type Matched, mayBringBack } from './context/ignore-rules.js';

/** Our own outputs and the repository's database: no build needs them, and they would change every hash. */
const NEVER_SENT = ['.git', ...OWN_OUTPUTS];

/**
 * The files of the context as paths relative to it, sorted, directories too, without those that `.dockerignore`
 * (or `<dockerfile>.dockerignore`) excludes. Empty when the Dockerfile takes nothing from the context: then an
 * edited source file does not rebuild the image.
 */
export async function contextFiles(source: DockerfileBuild): Promise<string[]> {
  const text = await readFile(source.dockerfile, 'utf8');
  if (!source.contextGiven && !usesContext(text)) return [];
  const rules = ignoreRules(await ignoreText(source));
  const files: string[] = [];
  const walk = async (directory: string, above?: Matched): Promise<void> => {
    const entries = await readdir(join(source.context, directory), { withFileTypes: true });
    // also of packages further down, when the context is the entire workspace
    const isPackage = directory === '' || entries.some(({ name }) => name === NERVES_DIR);
    for (const entry of entries) {
      const path = join(directory, entry.name);
      if (isPackage && NEVER_SENT.includes(entry.name)) continue;
      const { ignored, matched } = applyRules(rules, path, above);
      const before = files.length;
      if (entry.isDirectory() && (!ignored || mayBringBack(rules, path))) await walk(path, matched);
      if (!ignored || files.length > before) files.push(path);
    }
  };
  await walk('');
  return files.sort();
}

function usesContext(dockerfile: string): boolean {
  return /^\s*(ONBUILD\s+)?(COPY(?!\s+--from)|ADD)\s|^\s*#\s*syntax\s*=|--mount=/im.test(dockerfile);
}

async function ignoreText({ dockerfile, context }: DockerfileBuild): Promise<string> {
  for (const path of [`${dockerfile}.dockerignore`, join(context, '.dockerignore')]) {
    const rules = await readFile(path, 'utf8').catch(() => undefined);
    if (rules !== undefined) return rules;
  }
  return '';
}

/** The Dockerfile's name inside the context, or undefined when it is not part of what is sent. */
export function dockerfileInContext(source: DockerfileBuild, files: readonly string[]): string | undefined {
  const path = relative(source.context, source.dockerfile);
  return isAbsolute(path) || !files.includes(path) ? undefined : path;
}

/**
 * The content hash of everything an image is built from: Dockerfile, context (names, modes, link targets,
 * contents), build arguments, target, platform. 64 hex digits.
 */
export async function contentHash(source: DockerfileBuild, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  const { target, build_args, platform } = source;
  const args = Object.entries(build_args ?? {}).sort();
  hash.update(
    JSON.stringify({ target, args, platform, dockerfile: await readFile(source.dockerfile, 'utf8') }),
  );
  for (const file of files) await addFile(hash, source.context, file);
  return hash.digest('hex');
}

async function addFile(hash: Hash, context: string, file: string): Promise<void> {
  const path = join(context, file);
  const stat = await lstat(path);
  const link = stat.isSymbolicLink() ? await readlink(path) : undefined;
  hash.update(
    JSON.stringify([file, stat.isDirectory() ? 'dir' : stat.mode & 0o777, link, stat.isFile() && stat.size]),
  );
  if (!stat.isFile()) return;
  for await (const chunk of createReadStream(path)) hash.update(chunk);
}
