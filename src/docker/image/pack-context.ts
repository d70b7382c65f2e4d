import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { DockerfileBuild } from '../../backend/plans.js';
import { TAR_END, tarEntry } from '../../util/tar-entry.js';
import { tarStream } from '../../util/tar-stream.js';
import { contextFiles, dockerfileInContext } from './context.js';

/** A build context as both builders take it. */
export interface Context {
  tar: Readable;
  /** The Dockerfile's path inside `tar`. */
  dockerfile: string;
}

/** The name of a Dockerfile that is not part of its context. */
const FROM_ELSEWHERE = '.Dockerfile.nx-docker-artifact';

export async function packContext(build: DockerfileBuild): Promise<Context> {
  const files = await contextFiles(build);
  const inside = dockerfileInContext(build, files);
  if (inside) return { tar: tarOf(build.context, files), dockerfile: inside };
  const entry = tarEntry(FROM_ELSEWHERE, await readFile(build.dockerfile));
  const rest = () => (files.length > 0 ? tarOf(build.context, files) : [TAR_END]);
  return { tar: Readable.from(inFront(entry, rest), { objectMode: false }), dockerfile: FROM_ELSEWHERE };
}

/** The rest starts only when it is read: before that, nobody would see an error in it. */
async function* inFront(entry: Buffer, rest: () => AsyncIterable<Buffer> | Buffer[]) {
  yield entry;
  yield* rest();
}

function tarOf(cwd: string, files: readonly string[]): Readable {
  const names = files.map((file) => `./${file}`); // a leading "@" would name an archive
  return tarStream({ cwd, portable: true, noDirRecurse: true }, names);
}
