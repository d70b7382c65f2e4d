import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { OWN_OUTPUTS } from '../conventions/own-outputs.js';

/*
 * A program: prints a hash of the files below the directory that it is called with. It is a runtime input where Nx
 * (before 23) hashes no file that git ignores. Left out is what `inputs.ts` leaves out there.
 */
async function addDirectory(
  hash: Hash,
  directory: string,
  isLeftOut: (name: string) => boolean,
): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (isLeftOut(entry.name)) continue;
    hash.update(`\0${entry.name}\0`);
    if (entry.isDirectory()) await addDirectory(hash, path, (name) => OWN_OUTPUTS.includes(name));
    else if (entry.isSymbolicLink()) hash.update(await readlink(path));
    else if (entry.isFile()) hash.update(await sha256(path));
  }
  hash.update('\0/');
}

async function sha256(path: string): Promise<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest();
}

const [, , directory = '.'] = process.argv;
const unpacks = basename(directory) === 'nerves_system_br';
const hash = createHash('sha256');
await addDirectory(
  hash,
  directory,
  (name) => OWN_OUTPUTS.includes(name) || (unpacks && /^buildroot/.test(name)),
);
process.stdout.write(hash.digest('hex'));
