import { Readable } from 'node:stream';
import type { BuildContainer } from '../../backend/types.js';
import { ArtifactError, type ErrorCode } from '../../errors.js';
import { bytesOf, isEscaped } from '../../sources/path-bytes.js';
import { MEMORY } from './places.js';

/** Puts files into {@link MEMORY}, in their order. */
export async function remember(
  container: BuildContainer,
  ...files: readonly (readonly [name: string, content: Buffer | string])[]
): Promise<void> {
  const { TAR_END, tarEntry } = await import('../../util/tar/entry.js'); // most builds find nothing changed
  const entries = files.map(([name, content]) => tarEntry(name, Buffer.from(content)));
  await container.writeTar(Readable.from([...entries, TAR_END]), MEMORY);
}

/** Puts lists of paths into files of {@link MEMORY}, each path ended by a NUL byte, as `xargs -0` reads it; their paths. */
export async function listPaths(
  container: BuildContainer,
  lists: Record<string, readonly string[]>,
): Promise<string[]> {
  const bytes = (path: string) => [bytesOf(`./${path}`), Buffer.from([0])];
  const files = Object.entries(lists).map(
    ([name, paths]) => [name, Buffer.concat(paths.flatMap(bytes))] as const,
  );
  await remember(container, ...files);
  return Object.keys(lists).map((name) => `${MEMORY}/${name}`);
}

/** How a script that fails is reported. */
interface Failure {
  code: ErrorCode;
  hint: string;
}

const COPY_FAILED: Failure = {
  code: 'FILE_ACCESS',
  hint: 'The image needs a POSIX shell with find, readlink, rm, sha256sum, sort, stat, touch, uniq and xargs.',
};

/** Runs a script of sh as root; its output. @throws ArtifactError FILE_ACCESS, or what `failure` says */
export async function runScript(
  container: BuildContainer,
  tried: string,
  script: string,
  args: readonly string[] = [],
  { code: failed, hint } = COPY_FAILED,
): Promise<Buffer> {
  const output: Record<1 | 2, Buffer[]> = { 1: [], 2: [] };
  const code = await container.exec(
    { argv: ['sh', '-c', script, 'sh', ...args], tried, user: '0', series: 'scripts' },
    (chunks) => {
      for (const { source, data } of chunks) output[source].push(data);
    },
  );
  if (code === 0) return Buffer.concat(output[1]);
  throw new ArtifactError(failed, {
    tried,
    hint,
    cause: `a script in the container ended with exit code ${code}`,
    details: Buffer.concat(output[2]).toString().trim().split('\n').slice(-5),
  });
}

/** Characters of paths that go with a command; a list of more goes into a file, which is a request of its own. */
const MOST_ARGUMENTS = 16_000;

/** Runs a command with the paths of some files of a directory as its arguments. @throws as {@link runScript} */
export async function forAll(
  container: BuildContainer,
  directory: string,
  command: string,
  paths: readonly string[],
): Promise<void> {
  if (paths.length === 0) return;
  const names = paths.map((path) => `./${path}`);
  const isFew = names.join('').length < MOST_ARGUMENTS && !paths.some(isEscaped);
  const args = isFew ? names : await listPaths(container, { paths });
  const script = isFew ? `cd "$1" && shift && ${command} "$@"` : `cd "$1" && xargs -0 ${command} <"$2"`;
  await runScript(container, `change ${directory}`, script, [directory, ...args]);
}
