const BLOCK = 512;
/** The longest name and link target that a header takes. */
const MOST_NAME = 100;

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

/** A file in a tar archive, root's, from memory: a temporary file would stay when this process is killed. */
export function tarEntry(path: string, content: Buffer): Buffer {
  const about = { path: Buffer.from(path), kind: 'file', mode: 0o644, uid: 0, gid: 0 } as const;
  return Buffer.concat([tarHeader({ ...about, size: content.length }), padded(content)]);
}

const TYPES = { file: '0', dir: '5', link: '2' } as const;
const LONG_NAME = 'L';
const LONG_LINK = 'K';

/** What stands in front of an entry's content; what is too long goes before it in a record of its own, as GNU tar does. */
export function tarHeader(about: TarHeader): Buffer {
  const { path, kind, linkTarget = Buffer.alloc(0) } = about;
  const header = block(TYPES[kind], about);
  if (path.length <= MOST_NAME && linkTarget.length <= MOST_NAME) return header;
  return Buffer.concat([...longRecord(LONG_NAME, path), ...longRecord(LONG_LINK, linkTarget), header]);
}

function longRecord(type: string, text: Buffer): Buffer[] {
  if (text.length <= MOST_NAME) return [];
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

/** One header block (POSIX.1-1988, ustar). */
function block(type: string, about: Omit<TarHeader, 'kind'>): Buffer {
  const { path, mode, uid, gid, size, mtime = 0, linkTarget } = about;
  const header = Buffer.alloc(BLOCK);
  path.copy(header, 0, 0, MOST_NAME);
  putNumber(header, 100, 8, mode);
  putNumber(header, 108, 8, uid);
  putNumber(header, 116, 8, gid);
  putNumber(header, 124, 12, size);
  putNumber(header, 136, 12, Math.floor(mtime / 1000));
  header.write(`        ${type}`, 148, 'latin1'); // the sum counts its own place as spaces
  linkTarget?.copy(header, 157, 0, MOST_NAME);
  header.write('ustar\x0000', 257, 'latin1');
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** Octal digits; of a number that has too many, or is negative, its bytes in two's complement, as GNU tar does. */
function putNumber(header: Buffer, at: number, length: number, value: number): void {
  const digits = value.toString(8);
  if (value >= 0 && digits.length < length) {
    header.write(digits.padStart(length - 1, '0'), at, 'latin1');
    return;
  }
  let rest = BigInt(value);
  for (let index = length - 1; index >= 0; index--) {
    header[at + index] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  header[at] = (header[at] ?? 0) | 0x80;
}
