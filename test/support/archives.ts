import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execaSync } from 'execa';
import { Header } from 'tar';
import { type ArchiveFile, sha256Line } from '../../src/artifact/archive/archive-file.js';
import { temporaryDirectory } from './workspace.js';

/** What tells more of the member after it. */
type Meta = 'ExtendedHeader' | 'NextFileHasLongPath';

/** A member of a tar archive, as odd as a test needs it. */
export interface Member {
  path: string;
  type?: 'File' | 'Directory' | 'SymbolicLink' | 'Link' | 'CharacterDevice' | 'BlockDevice' | 'FIFO' | Meta;
  devmaj?: number;
  devmin?: number;
  content?: string;
  /** What the header says, if that is not true. */
  size?: number;
  linkpath?: string;
  mode?: number;
  mtime?: Date;
}

export const directory = (path: string, mode = 0o755, mtime?: Date): Member => ({
  ...{ path: `${path}/`, type: 'Directory', mode, mtime },
});
export const file = (path: string, content = '', mode = 0o644, mtime?: Date): Member => ({
  ...{ path, content, mode, mtime },
});
export const link = (path: string, linkpath: string): Member => ({
  ...{ path, linkpath, type: 'SymbolicLink', mode: 0o777 },
});

/** A tar archive, block by block, so that it can hold what no tar would write. */
export function tarOf(members: readonly Member[]): Buffer {
  const blocks = members.flatMap(({ content = '', type = 'File', mtime = new Date(1e12), ...rest }) => {
    const data = Buffer.from(content);
    const header = new Header({ mode: 0o644, uid: 1234, gid: 1234, size: data.length, ...rest, type, mtime });
    const block = Buffer.alloc(512);
    if (Buffer.byteLength(rest.path) > 100) throw new Error(`${rest.path} does not fit into a plain header`);
    header.encode(block, 0);
    return [block, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

export const COMPRESSIONS = ['gz', 'xz', 'zst'];

function programOf(kind: string): string {
  return kind === 'zst' ? 'zstd' : kind;
}

export function compress(bytes: Buffer, kind: string): Buffer {
  if (kind === 'gz') return gzipSync(bytes);
  const { stdout } = execaSync(programOf(kind), ['-c', '-q'], { input: bytes, encoding: 'buffer' });
  return Buffer.from(stdout);
}

/** An archive of these bytes with its .sha256, as `storeArchive` leaves it. */
export async function storedArchive(bytes: Buffer, name = 'alpha-portable-1.0-0123456.tar.gz') {
  const path = join(await temporaryDirectory('archive'), name);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  await writeFile(path, bytes);
  await writeFile(`${path}.sha256`, sha256Line(sha256, name));
  const archive: ArchiveFile = { file: name, path, sha256, size: bytes.length };
  return archive;
}

export async function archiveOf(members: readonly Member[], kind = 'gz'): Promise<ArchiveFile> {
  return await storedArchive(compress(tarOf(members), kind), `alpha-portable-1.0-0123456.tar.${kind}`);
}

/** Every entry below a directory in one line: "dir 755", "file 644 content", "link -> target". */
export async function listing(root: string): Promise<Record<string, string>> {
  const names = await readdir(root, { recursive: true, encoding: 'utf8' });
  const lines: Record<string, string> = {};
  for (const name of names.sort()) {
    const path = join(root, name);
    const stat = await lstat(path);
    const mode = (stat.mode & 0o7777).toString(8);
    if (stat.isDirectory()) lines[name] = `dir ${mode}`;
    else if (stat.isSymbolicLink()) lines[name] = `link -> ${await readlink(path)}`;
    else lines[name] = `file ${mode} ${await readFile(path, 'utf8')}`;
  }
  return lines;
}

/** The environment for a process that finds no program but those given. */
export async function onlyPrograms(programs: Record<string, string> = {}): Promise<NodeJS.ProcessEnv> {
  const bin = await temporaryDirectory('bin');
  await mkdir(bin, { recursive: true });
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return { PATH: bin };
}
