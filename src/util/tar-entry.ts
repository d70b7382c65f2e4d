import { Header, Pax } from 'tar';

const BLOCK = 512;

/** What ends a tar archive. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

/** A file in a tar archive, root's, from memory: a temporary file would stay when this process is killed. */
export function tarEntry(path: string, content: Buffer): Buffer {
  const header = Buffer.alloc(BLOCK);
  const about = { path, type: 'File', mode: 0o644, uid: 0, gid: 0, size: content.length } as const;
  const isLong = new Header({ ...about, mtime: new Date(0) }).encode(header, 0);
  const long = isLong ? [new Pax({ path }).encode()] : [];
  return Buffer.concat([...long, header, padded(content)]);
}

/** An entry whose name, or link target, is bytes of any kind. */
export interface OddEntry {
  path: Buffer;
  kind: 'file' | 'dir' | 'link';
  mode: number;
  uid: number;
  gid: number;
  /** In ms since 1970. */
  mtime?: number;
  linkTarget: Buffer;
  content: Buffer;
}

const TYPES = { file: 'File', dir: 'Directory', link: 'SymbolicLink' } as const;

/** An entry in a tar archive; the name goes before it in a record of its own, as GNU tar does with a long one. */
export function oddEntry({ path, kind, mode, uid, gid, mtime = 0, linkTarget, content }: OddEntry): Buffer {
  const header = Buffer.alloc(BLOCK);
  const about = { path: 'name', linkpath: 'target', type: TYPES[kind], mode, uid, gid } as const;
  new Header({ ...about, size: content.length, mtime: new Date(mtime) }).encode(header, 0);
  return Buffer.concat([
    gnuRecord('NextFileHasLongPath', path),
    ...(kind === 'link' ? [gnuRecord('NextFileHasLongLinkpath', linkTarget)] : []),
    header,
    padded(content),
  ]);
}

function gnuRecord(type: 'NextFileHasLongPath' | 'NextFileHasLongLinkpath', text: Buffer): Buffer {
  const header = Buffer.alloc(BLOCK);
  const content = Buffer.concat([text, Buffer.from([0])]);
  new Header({ path: '././@LongLink', type, size: content.length, mode: 0, uid: 0, gid: 0 }).encode(
    header,
    0,
  );
  return Buffer.concat([header, padded(content)]);
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}
