import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { DockerfileBuild } from '../../backend/plans.js';
import { gitDirectories, gitState, isOfGit } from './git-state.js';

/** Counted up when an image that was made before would not be right any more. */
const FORMAT = 2;

/**
 * The content hash of everything an image is built from: Dockerfile, context (names, modes, link targets, contents;
 * of a `.git` only its state), build arguments, target, platform. 64 hex digits.
 */
export async function contentHash(source: DockerfileBuild, files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  const { target, build_args, platform } = source;
  const args = Object.entries(build_args ?? {}).sort();
  const dockerfile = await readFile(source.dockerfile, 'utf8');
  hash.update(JSON.stringify({ format: FORMAT, target, args, platform, dockerfile }));
  const git = gitDirectories(files);
  for (const file of files) if (!isOfGit(file, git)) await addFile(hash, source.context, file);
  for (const each of git) hash.update(JSON.stringify([each, await gitState(join(source.context, each))]));
  return hash.digest('hex');
}

async function addFile(hash: Hash, context: string, file: string): Promise<void> {
  const path = join(context, file);
  const stat = await lstat(path);
  const link = stat.isSymbolicLink() ? await readlink(path) : undefined;
  const kind = stat.isDirectory() && 'dir';
  hash.update(JSON.stringify([file, stat.mode & 0o7777, link ?? kind, stat.isFile() && stat.size]));
  if (!stat.isFile()) return;
  for await (const chunk of createReadStream(path)) hash.update(chunk);
}
