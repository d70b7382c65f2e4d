import { createHash, type Hash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readlinkSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { DockerfileBuild } from '../../backend/plans.js';
import { gitDirectories, gitState, isOfGit } from './git-state.js';

/** Counted up when an image that was made before would not be right any more. */
const FORMAT = 2;

/** Bytes read at once. */
const BUFFER_SIZE = 1024 * 1024;
/** Files to read before yielding to the event loop. */
const TURN = 64;

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
  const others = files.filter((file) => !isOfGit(file, git));
  await addFiles(hash, source.context, others);
  for (const each of git) hash.update(JSON.stringify([each, await gitState(join(source.context, each))]));
  return hash.digest('hex');
}

/** Read in place, as a stream for each file takes several times as long; the event loop has its turn in between. */
async function addFiles(hash: Hash, context: string, files: readonly string[]): Promise<void> {
  const buffer = Buffer.allocUnsafe(BUFFER_SIZE);
  for (const [index, file] of files.entries()) {
    if (index % TURN === TURN - 1) await setImmediate();
    const path = join(context, file);
    const stat = lstatSync(path);
    const link = stat.isSymbolicLink() ? readlinkSync(path) : undefined;
    const kind = stat.isDirectory() && 'dir';
    hash.update(JSON.stringify([file, stat.mode & 0o7777, link ?? kind, stat.isFile() && stat.size]));
    if (stat.isFile()) await addContent(hash, path, buffer);
  }
}

async function addContent(hash: Hash, path: string, buffer: Buffer): Promise<void> {
  const descriptor = openSync(path, 'r');
  try {
    for (let size = -1; size !== 0; ) {
      if (size === buffer.length) await setImmediate();
      size = readSync(descriptor, buffer, 0, buffer.length, null);
      hash.update(buffer.subarray(0, size));
    }
  } finally {
    closeSync(descriptor);
  }
}
