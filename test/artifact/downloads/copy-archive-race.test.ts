import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { storedArchive } from '../../support/archives.js';
import { until } from '../../support/wait.js';
import { archiveOf, archivesOf, downloadCache } from './downloads.js';

const ROUNDS = 4;

test('copyArchive() puts an archive back that a build elsewhere finds there while it is being removed', async () => {
  // hashing so much before it is removed takes a while
  const old = await storedArchive(Buffer.alloc(60_000_000), 'alpha-portable-0-0123456.tar.gz');
  const [one, other] = await archivesOf('1', '2');
  const cache = await downloadCache();
  await cache.build(old, 'gone');
  await cache.unpack(other!, 'gone');
  await cache.unpack(old, 'back');
  const removing = cache.build(one!, 'mine', { keep: 0 });
  await until(() => existsSync(cache.path(one!)));
  expect((await cache.copy(old, 'back')).copied).toBeUndefined();
  expect((await removing).removed).toEqual([]);
  expect(await cache.archives()).toEqual([old.file, one!.file]);
});

test('copyArchive(): whatever checkouts build at once, each has its archive, and the rest is limited', async () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((seed / 2 ** 31) * below);
  };
  const archives = await archivesOf(...Array.from({ length: 9 }, (_, index) => `${index}`));
  for (let round = 0; round < ROUNDS; round++) {
    const cache = await downloadCache();
    const current = new Map<string, string>();
    const keep = random(3);
    for (let step = 0; step < 12; step++) {
      const builds = Array.from({ length: 1 + random(3) }, (_, index) => {
        const archive = archives[random(archives.length)]!;
        current.set(`checkout-${index}`, archive.file);
        return cache.build(archive, `checkout-${index}`, { keep });
      });
      await Promise.all(builds);
      const left = await cache.archives();
      for (const file of current.values()) expect(left).toContain(file);
    }
    await cache.build(await archiveOf('last'), 'checkout-0', { keep });
    expect((await cache.archives()).length).toBeLessThanOrEqual(keep + 3);
  }
});
