import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import type { BuildContainer } from '../../backend/types.js';
import { ArtifactError, type ErrorCode } from '../../errors.js';
import { bytesOf, isEscaped } from '../../sources/path-bytes.js';
import { MEMORY } from './places.js';

/** Bytes of arguments that go with a command; for more a request of its own, which takes an engine some 150 ms, is better. */
const MOST_ARGUMENTS = 16_000;

/** Puts files into {@link MEMORY}, in their order, each of some parts. @throws ArtifactError FILE_ACCESS */
export async function remember(
  container: BuildContainer,
  ...files: readonly (readonly [name: string, parts: readonly Buffer[]])[]
): Promise<void> {
  const sizes = files.flatMap(([, parts]) => parts.map(({ length }) => length));
  if (sizes.reduce((sum, size) => sum + size, 0) < MOST_ARGUMENTS) {
    const contents = files.map(([name, parts]) => [name, Buffer.concat(parts)] as const);
    if (contents.every(([, content]) => isUtf8(content) && !content.includes(0))) {
      const args = contents.flatMap(([name, content]) => [name, String(content)]);
      await runScript(container, 'write down what the volume has', WRITE, args);
      return;
    }
  }
  const { TAR_END, tarEntry } = await import('../../util/tar/entry.js'); // most builds find nothing changed
  const entries = files.flatMap(([name, parts]) => tarEntry(name, parts));
  await container.writeTar(Readable.from([...entries, TAR_END], { objectMode: false }), MEMORY);
}

/** Replaces a file of {@link MEMORY}: wherever that is cut off, it is the old one or the new one. Then empties others. */
export async function replace(
  container: BuildContainer,
  [name, parts]: readonly [name: string, parts: readonly Buffer[]],
  ...emptied: readonly string[]
): Promise<void> {
  await remember(container, [`${name}.new`, parts]);
  await runScript(container, 'write down what the volume has', REPLACE, [name, ...emptied]);
}

const REPLACE = `set -e
cd ${MEMORY}
mv "$1.new" "$1"
shift
for file; do : >"$file"; done`;

const WRITE = `set -e
umask 022
cd ${MEMORY}
while [ $# -gt 0 ]; do printf %s "$2" >"$1"; shift 2; done`;

/** Puts lists of paths into files of {@link MEMORY}, each path ended by a NUL byte, as `xargs -0` reads it; their paths. */
export async function listPaths(
  container: BuildContainer,
  lists: Record<string, readonly string[]>,
): Promise<string[]> {
  const bytes = (path: string) => [bytesOf(`./${path}`), Buffer.from([0])];
  const files = Object.entries(lists).map(
    ([name, paths]) => [name, [Buffer.concat(paths.flatMap(bytes))]] as const,
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

/**
 * Shell functions. What a shell sees by itself is worth no process, which takes longer than a hundred of its lines.
 * `directory DIR` makes one, `is_empty DIR` looks into one, `open_parents DIR` lets others pass through its parents, which may be in the
 * home of another user, as in the second generation's image. `content FILE` and `size FILE` are of one that may not be there.
 */
export const FILE_FUNCTIONS = `directory() { [ -d "$1" ] || mkdir -p "$1"; }
is_empty() {
  for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    if [ -e "$entry" ] || [ -L "$entry" ]; then return 1; fi
  done
}
open_parents() {
  dir=\${1%/*}; shift
  while [ -n "$dir" ]; do set -- "$@" "$dir"; dir=\${dir%/*}; done
  [ $# -eq 0 ] || chmod a+x "$@" || :
}
content() { [ ! -s "$1" ] || cat "$1" 2>/dev/null || :; }
size() { [ ! -s "$1" ] || stat -c %s "$1" 2>/dev/null || :; }`;

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
