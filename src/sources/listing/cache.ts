import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { digestsOf, type Listing } from '../digest.js';
import { TreeBuilder, treeOf } from '../tree-builder.js';
import { listTree } from './list-tree.js';
import { bytesOfListing, listingFrom, type Remembered } from './remembered.js';

/**
 * A file that was written within this time, in ms, before it was listed may be written again without getting another
 * time, as file systems count in steps (FAT in 2 s): git's "racily clean".
 */
const TOO_NEW = 2_500;

/** Where listings are remembered, and until when; processes may share it. */
export interface ListingCache {
  directory: string;
  now: () => Date;
  /** Remember nothing new. */
  readOnly?: boolean;
}

/** {@link listTree} with {@link withListing}. @throws as {@link listTree} */
export async function listRemembered(
  root: string,
  cache: ListingCache,
  signal: AbortSignal,
  exclude: readonly string[] = [],
): Promise<Listing> {
  return await withListing([root, exclude], cache, (known) =>
    listTree(root, known, signal, { exclude, isAlone: true }),
  );
}

/**
 * Lists with what is remembered of the last time. A cache that cannot be read or written costs time only.
 * @param what is listed, as nothing else is called
 * @param list gives what it gets, itself, where nothing differs from that
 */
export async function withListing(
  what: unknown,
  cache: ListingCache,
  list: (known: Remembered) => Promise<Remembered>,
): Promise<Listing> {
  const name = createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 24);
  const file = join(cache.directory, `${name}.listing`);
  const known = readListing(file);
  const started = cache.now().getTime();
  const listing = listingOf(await list(known));
  if (listing !== known && !cache.readOnly)
    await writeListing(file, withoutNew(listing, started - TOO_NEW)).catch(() => {});
  return listing;
}

/** The same with its digests: itself where they are known. */
export function listingOf(remembered: Remembered): Listing {
  return isListing(remembered) ? remembered : { tree: remembered.tree, ...digestsOf(remembered.tree) };
}

function isListing(remembered: Remembered): remembered is Listing {
  return remembered.digest !== undefined && remembered.copyDigest !== undefined;
}

function readListing(file: string): Remembered {
  const none = { tree: treeOf([]) };
  try {
    return listingFrom(readFileSync(file)) ?? none; // asynchronously it takes 8 ms of a megabyte
  } catch {
    return none; // yet
  }
}

/** What may be remembered of a listing; the digests only where that is all of it. */
function withoutNew(listing: Listing, before: number): Remembered {
  const { tree } = listing;
  const isNew = (_: string, index: number) => tree.lastChangeAt(index) >= before;
  if (!tree.paths.some(isNew)) return listing;
  const old = new TreeBuilder({ isOrdered: true });
  for (const [index, path] of tree.paths.entries()) if (!isNew(path, index)) old.addFrom(tree, index);
  return { tree: old.build() };
}

async function writeListing(file: string, listing: Remembered): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.${randomBytes(4).toString('hex')}`;
  try {
    await writeFile(temporary, bytesOfListing(listing));
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}
