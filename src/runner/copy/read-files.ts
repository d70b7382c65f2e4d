import { createHash } from 'node:crypto';
import type { BuildContainer } from '../../backend/types.js';
import { copyDir, type Source } from '../plan/sources.js';
import { listPaths } from './in-container.js';
import { FILES_OF_SHELL } from './places.js';

/** Takes one file: its bytes in turn, then their SHA-256 as hex digits; undefined where it was cut off. */
export interface FileTarget {
  write(data: Buffer): Promise<void>;
  end(sha256: string | undefined): Promise<void>;
}

/** Sizes, one a line, a NUL byte, then the content of all: one command, whatever their number is. */
const READ = `cd "$1" && xargs -0 stat -c %s <"$2" && printf '\\000' && xargs -0 cat <"$2"`;

/** Reads regular files of a copy, one after the other: all, unless something in the container changes them meanwhile. */
export async function readFiles(
  container: BuildContainer,
  source: Source,
  paths: readonly string[],
  open: (path: string) => Promise<FileTarget>,
): Promise<void> {
  if (paths.length === 0) return;
  const lists = await listPaths(container, { [FILES_OF_SHELL]: paths });
  const argv = ['sh', '-c', READ, 'sh', copyDir(source), ...lists];
  const split = splitter(paths, open);
  try {
    const tried = `bring files of ${copyDir(source)} to the host`;
    await container.exec({ argv, tried, user: '0' }, async (chunks) => {
      for (const { source: stream, data } of chunks) if (stream === 1) await split.push(data);
    });
  } finally {
    await split.end();
  }
}

/** Cuts what {@link READ} prints into files. */
function splitter(paths: readonly string[], open: (path: string) => Promise<FileTarget>) {
  let header = Buffer.alloc(0);
  let sizes: number[] | undefined;
  let file: { target: FileTarget; hash: ReturnType<typeof createHash>; left: number } | undefined;
  let done = 0;

  const content = async (data: Buffer) => {
    let rest = data;
    while (done < paths.length) {
      file ??= {
        target: await open(paths[done] as string),
        hash: createHash('sha256'),
        left: sizes?.[done] ?? 0,
      };
      const part = rest.subarray(0, file.left);
      rest = rest.subarray(part.length);
      file.left -= part.length;
      file.hash.update(part);
      await file.target.write(part);
      if (file.left > 0) return;
      await file.target.end(file.hash.digest('hex'));
      file = undefined;
      done++;
    }
  };
  const push = async (data: Buffer) => {
    if (sizes) return await content(data);
    header = Buffer.concat([header, data]);
    const at = header.indexOf(0);
    if (at < 0) return;
    sizes = header.toString('latin1', 0, at).split('\n').slice(0, -1).map(Number);
    await content(header.subarray(at + 1));
  };
  return { push, end: async () => await file?.target.end(undefined) };
}
