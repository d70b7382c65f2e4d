import { Header, Pax } from 'tar';

const BLOCK = 512;

/** What ends a tar archive. */
export const TAR_END = Buffer.alloc(2 * BLOCK);

/** A file in a tar archive, root's, from memory: a temporary file would stay when this process is killed. */
export function tarEntry(path: string, content: Buffer): Buffer {
  const header = Buffer.alloc(BLOCK);
  const about = { path, type: 'File', mode: 0o644, uid: 0, gid: 0, size: content.length } as const;
  const isLong = new Header({ ...about, mtime: new Date(0) }).encode(header, 0);
  const fill = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
  const long = isLong ? [new Pax({ path }).encode()] : [];
  return Buffer.concat([...long, header, content, fill]);
}
