import { isUtf8 } from 'node:buffer';
import { Header } from 'tar';

const BLOCK = 512;
/** The longest name and link target that a header takes. */
const MOST_NAME = 99;

/** What ends a tar archive. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

/** What a tar archive says of an entry; name and link target are bytes of any kind. */
export interface TarHeader {
  path: Buffer;
  kind: 'file' | 'dir' | 'link';
  mode: number;
  uid: number;
  gid: number;
  /** Of a file's content. */
  size: number;
  /** In ms since 1970. */
  mtime?: number;
  linkTarget?: Buffer;
}

/** A file in a tar archive, root's, from parts in memory: a temporary file would stay when this process is killed. */
export function tarEntry(path: string, parts: readonly Buffer[]): Buffer[] {
  const about = { path: Buffer.from(path), kind: 'file', mode: 0o644, uid: 0, gid: 0 } as const;
  const size = parts.reduce((sum, { length }) => sum + length, 0);
  return [tarHeader({ ...about, size }), ...parts, Buffer.alloc(paddedSize(size) - size)];
}

const EMPTY = Buffer.alloc(0);
const TYPES = { file: 'File', dir: 'Directory', link: 'SymbolicLink' } as const;
const LONG_NAME = 'NextFileHasLongPath';
const LONG_LINK = 'NextFileHasLongLinkpath';
type Type = (typeof TYPES)[keyof typeof TYPES] | typeof LONG_NAME | typeof LONG_LINK;

/** What stands in front of an entry's content; what is too long goes before it in a record of its own, as GNU tar does. */
export function tarHeader(about: TarHeader): Buffer {
  const { path, kind, linkTarget = EMPTY } = about;
  const header = block(TYPES[kind], about);
  if (fits(path) && fits(linkTarget)) return header;
  return Buffer.concat([...longRecord(LONG_NAME, path), ...longRecord(LONG_LINK, linkTarget), header]);
}

function longRecord(type: typeof LONG_NAME | typeof LONG_LINK, text: Buffer): Buffer[] {
  if (fits(text)) return [];
  const content = Buffer.concat([text, Buffer.from([0])]);
  const path = Buffer.from('././@LongLink');
  return [block(type, { path, size: content.length, mode: 0, uid: 0, gid: 0 }), padded(content)];
}

/** How long what follows a header is, with the zeros that fill its last block. */
export function paddedSize(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc(paddedSize(content.length) - content.length)]);
}

function block(
  type: Type,
  { path, linkTarget = EMPTY, mtime = 0, ...numbers }: Omit<TarHeader, 'kind'>,
): Buffer {
  const header = Buffer.alloc(BLOCK);
  const names = { path: nameIn(path), linkpath: nameIn(linkTarget) };
  new Header({ ...names, ...numbers, type, mtime: new Date(mtime) }).encode(header, 0);
  return header;
}

/** The header has a text; what does not fit, or is none, is in a record before it. */
function nameIn(name: Buffer): string {
  return fits(name) ? name.toString() : 'name';
}

const fits = (name: Buffer) => name.length <= MOST_NAME && isUtf8(name);
