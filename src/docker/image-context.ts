import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { create } from 'tar';
import { type BuildSource, contextFiles, dockerfileInContext } from './build-context.js';
import { tarStream } from './files.js';

/** A build context as both builders take it. */
export interface Context {
  tar: Readable;
  /** The Dockerfile's path inside `tar`. */
  dockerfile: string;
}

/** A Dockerfile that is not part of its context goes in front of it under a name of its own. */
export async function packContext(build: BuildSource, staging: string): Promise<Context> {
  const files = await contextFiles(build);
  const inside = dockerfileInContext(build, files);
  if (inside) return { tar: tarOf(build.context, files), dockerfile: inside };
  const name = `.${basename(build.dockerfile)}.nx-docker-artifact`;
  await copyFile(build.dockerfile, join(staging, name));
  if (files.length === 0) return { tar: tarOf(staging, [name]), dockerfile: name };
  const single = join(staging, 'dockerfile.tar');
  await create({ cwd: staging, portable: true, file: single }, [name]);
  // "@file" is the tar package's way to put another archive's entries in front
  return { tar: tarOf(build.context, files, [`@${single}`]), dockerfile: name };
}

function tarOf(cwd: string, files: readonly string[], archives: string[] = []): Readable {
  const names = files.map((file) => `./${file}`); // a leading "@" would name an archive
  return tarStream({ cwd, portable: true, noDirRecurse: true }, [...archives, ...names]);
}
