import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import type { DockerfileBuild } from '../../../backend/plans.js';
import { type ContextListing, dockerfileInContext } from '../../../sources/context/files.js';
import { TAR_END, tarEntry } from '../../../util/tar/entry.js';
import { tarStream } from '../../../util/tar/stream.js';

/** A build context as the classic builder takes it. */
export interface Context {
  tar: Readable;
  /** The Dockerfile's path inside `tar`. */
  dockerfile: string;
}

const IGNORE_FILE = '.dockerignore';
/** The name of a Dockerfile that is not part of its context. */
const FROM_ELSEWHERE = '.Dockerfile.nx-docker-artifact';

/**
 * The context as a tar, with the Dockerfile in it, as the classic builder knows no other place for it. One that is
 * not part of the context must not get into the image by a `COPY . .`: this builder removes what the .dockerignore
 * of the tar excludes, of Dockerfile and .dockerignore, as soon as it has read them. Where it cannot be the user's
 * own .dockerignore that does it, the image has none, as with the docker CLI.
 */
export async function packContext(
  build: DockerfileBuild,
  { files, rules }: ContextListing,
): Promise<Context> {
  const inside = dockerfileInContext(build, files);
  if (inside) return { tar: tarOf(build.context, files), dockerfile: inside };
  const isOwn = join(build.context, basename(build.dockerfile)) === build.dockerfile;
  const ignoresIt = isOwn && rules.path === join(build.context, IGNORE_FILE);
  const dockerfile = ignoresIt ? basename(build.dockerfile) : FROM_ELSEWHERE;
  const ignore = ignoresIt ? rules.text : `${IGNORE_FILE}\n${FROM_ELSEWHERE}\n`;
  const front = [
    ...tarEntry(dockerfile, [await readFile(build.dockerfile)]),
    ...tarEntry(IGNORE_FILE, [Buffer.from(ignore)]),
  ];
  const others = files.filter((file) => file !== IGNORE_FILE);
  const rest = () => (others.length > 0 ? tarOf(build.context, others) : [TAR_END]);
  return { tar: Readable.from(inFront(front, rest), { objectMode: false }), dockerfile };
}

/** The rest starts only when it is read: before that, nobody would see an error in it. */
async function* inFront(front: Buffer[], rest: () => AsyncIterable<Buffer> | Buffer[]) {
  yield* front;
  yield* rest();
}

/** With the modes that the files have, and as root's, as the docker CLI sends them. */
function tarOf(cwd: string, files: readonly string[]): Readable {
  const names = files.map((file) => `./${file}`); // a leading "@" would name an archive
  const onWriteEntry = ({ stat }: { stat?: { uid: number; gid: number } }) => {
    if (stat) Object.assign(stat, { uid: 0, gid: 0 });
  };
  return tarStream({ cwd, noDirRecurse: true, onWriteEntry }, names);
}
