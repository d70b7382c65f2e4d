import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { relative } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ArtifactError } from '../../errors.js';
import { bad } from './archive-file.js';

const SLASH = Buffer.from('/');
const SETID = 0o6000;
/** Directories to read before yielding to the event loop, so that signals get through. */
const TURN = 64;

/**
 * Makes sure that an unpacked archive holds only files, directories and links (tar as root also makes devices), and
 * strips the setuid and setgid bits of files, which would run as whoever unpacked them, root above all.
 * @throws ArtifactError ARCHIVE_CORRUPT that names a device, a FIFO or a socket
 */
export async function sanitize(archive: string, root: string): Promise<void> {
  const directories = [Buffer.from(root)];
  for (let count = 1, directory = directories.pop(); directory; directory = directories.pop(), count++) {
    if (count % TURN === 0) await setImmediate();
    for (const entry of readdirSync(directory, { withFileTypes: true, encoding: 'buffer' })) {
      const path = Buffer.concat([directory, SLASH, entry.name]); // whose bytes need not be UTF-8
      if (entry.isDirectory()) directories.push(path);
      else if (entry.isFile()) withoutSetId(path);
      else if (!entry.isSymbolicLink()) throw special(archive, relative(root, path.toString()));
    }
  }
}

function withoutSetId(path: Buffer): void {
  const { mode } = lstatSync(path);
  if (mode & SETID) chmodSync(path, mode & 0o7777 & ~SETID);
}

function special(archive: string, name: string): ArtifactError {
  return bad(archive, `${JSON.stringify(name)} in it is a device, a FIFO or a socket; an artifact has none`);
}
