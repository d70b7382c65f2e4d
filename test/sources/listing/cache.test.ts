import {
  chmod,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listingOf, listRemembered } from '../../../src/sources/listing/cache.js';
import { listTree } from '../../../src/sources/listing/list-tree.js';
import { bytesOfListing, listingFrom, type Remembered } from '../../../src/sources/listing/remembered.js';
import { treeOf } from '../../../src/sources/tree-builder.js';
import { entriesOf, tree as treeFrom } from '../../support/trees.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

const { signal } = new AbortController();

/** What a listing has, as it can be compared. */
const plain = ({ tree, ...digests }: Remembered) => ({ tree: entriesOf(tree), ...digests });

/** Of no file. */
const REMEMBERED = '5'.repeat(64);
const TOO_NEW = 2_500;

/** As if the files were listed a minute after they were written. */
const later = async () => ({
  directory: join(await temporaryDirectory('cache'), 'listings'),
  now: () => new Date(Date.now() + 60_000),
});

test('listRemembered() takes over what has the same size, times and inode, and reads the rest', async () => {
  const root = await temporaryDirectory('tree');
  await writeFiles(root, { same: 'x', other: 'x' });
  const cache = await later();
  await listRemembered(root, cache, signal);
  const [name = ''] = await readdir(cache.directory);
  const file = join(cache.directory, name);
  const { tree: known } = listingFrom(await readFile(file)) ?? { tree: treeFrom() };
  const changed = entriesOf(known).map(([path, entry]) => [path, { ...entry, content: REMEMBERED }] as const);
  await writeFile(file, bytesOfListing({ tree: treeOf(changed) }));
  const { atime, mtime } = await stat(join(root, 'other'));
  await writeFile(join(root, 'other'), 'y');
  await utimes(join(root, 'other'), atime, mtime);
  const { tree } = await listRemembered(root, cache, signal);
  expect(tree.get('same')?.content).toBe(REMEMBERED);
  expect(tree.get('other')?.content).toMatch(/^a1fce436/);
});

test('listRemembered() remembers nothing that may be written again at the same time', async () => {
  const root = await temporaryDirectory('tree');
  await writeFiles(root, { new: 'x' });
  const cache = { ...(await later()), now: () => new Date() };
  await listRemembered(root, cache, signal);
  const [name = ''] = await readdir(cache.directory);
  const remembered = listingFrom(await readFile(join(cache.directory, name)));
  expect(remembered && plain(remembered)).toEqual({ tree: [] });
});

test('listRemembered() takes no digest over from a listing of which a part was too new, even when that part is gone', async () => {
  const root = await temporaryDirectory('tree');
  await writeFiles(root, { old: 'x' });
  await sleep(20);
  await writeFiles(root, { new: 'x' });
  const now = Math.floor((await stat(join(root, 'new'))).ctimeMs); // the kernel's clock may be some ms behind
  const directory = join(await temporaryDirectory('cache'), 'listings');
  const cache = { directory, now: () => new Date(now + TOO_NEW) };
  await listRemembered(root, cache, signal);
  const [name = ''] = await readdir(directory);
  expect(listingFrom(await readFile(join(directory, name)))?.tree.paths).toEqual(['old']);
  await rm(join(root, 'new'));
  expect(plain(await listRemembered(root, cache, signal))).toEqual(
    plain(listingOf(await listTree(root, { tree: treeFrom() }, signal))),
  );
});

test.each(['', '{', 'complete', 'x'.repeat(200)])(
  'listRemembered() ignores a cache with %j in it',
  async (content) => {
    const root = await temporaryDirectory('tree');
    await writeFiles(root, { a: 'x' });
    const cache = await later();
    const listing = await listRemembered(root, cache, signal);
    const [name = ''] = await readdir(cache.directory);
    const file = join(cache.directory, name);
    const bytes = await readFile(file);
    await writeFile(file, content === 'complete' ? bytes.subarray(0, -1) : content);
    expect(plain(await listRemembered(root, cache, signal))).toEqual(plain(listing));
  },
);

/** What may happen to a directory between two listings; some of it changes nothing that a listing sees. */
const HAPPENINGS: Record<string, (at: string, content: string) => Promise<unknown>> = {
  write: (at, content) => writeFile(at, content),
  'write, and set the time back': async (at, content) => {
    await writeFile(at, content);
    await utimes(at, 1, 1);
  },
  'replace by a copy': async (at, content) => {
    await writeFile(`${at}~`, content);
    await rename(`${at}~`, at);
  },
  chmod: (at, content) => chmod(at, content === 'a' ? 0o755 : 0o600),
  remove: (at) => rm(at, { recursive: true }),
  'make a directory': (at) => mkdir(at),
  link: (at, content) => symlink(content, at),
  touch: (at) => utimes(at, new Date(), new Date()),
  nothing: async () => {},
};

test('listRemembered() gives what a listing without a cache gives, whatever happens between', async () => {
  const path = fc.constantFrom('a', 'b', '1', 'd/a', 'd/e/b', 'd', 'd/\u00e4', '__proto__');
  const happening = fc.record({
    what: fc.constantFrom(...Object.keys(HAPPENINGS)),
    path,
    content: fc.constantFrom('a', 'b', ''),
  });
  const life = fc.array(fc.array(happening, { maxLength: 3 }), { minLength: 2, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(life, async (rounds) => {
      const root = await temporaryDirectory('tree');
      await writeFiles(root, { a: 'a', 'd/a': 'a', 'd/e/b': 'b' });
      const cache = await later();
      for (const happenings of rounds) {
        for (const { what, path, content } of happenings)
          await HAPPENINGS[what]?.(join(root, path), content).catch(() => {}); // there may be something else
        const expected = plain(listingOf(await listTree(root, { tree: treeFrom() }, signal)));
        expect(plain(await listRemembered(root, cache, signal))).toEqual(expected);
      }
    }),
    { numRuns: 60 },
  );
});
