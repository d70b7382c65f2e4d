import { execFileSync } from 'node:child_process';
import { chown, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { removeTree } from '../../../src/util/files/remove-tree.js';
import { compile, NOBODY, runScript } from '../../support/compiled.js';
import { temporaryDirectory } from '../../support/workspace.js';

let dist = '';
beforeAll(async () => {
  dist = await compile({ remove: 'util/files/remove-tree' });
}, 60_000);

/** Paths of 10,000 bytes, which only a process that goes down step by step can make; here two from one directory. */
const DEEP = `
mkdir top; cd top; name=$(printf 'd%.0s' $(seq 100))
for side in a b; do (for i in $(seq 100); do mkdir $name$side; cd $name$side; done; echo x >file; ln -s / link); done`;

/** Directories that nobody may read, write or enter, and names that are not UTF-8, at every depth. */
const CLOSED = `${DEEP}
mkdir -p $'latin\\xff/x' closed/a/b; echo x >closed/a/b/file; ln -s /etc closed/link; chmod 000 closed/a/b closed/a closed $'latin\\xff'
chmod 500 d*`;

async function tree(script: string) {
  const place = await temporaryDirectory('tree');
  if (NOBODY.uid) await chown(place, NOBODY.uid, NOBODY.gid);
  execFileSync('bash', ['-ec', script], { cwd: place, ...NOBODY });
  return place;
}

test('removeTree() removes a tree that is deeper than PATH_MAX', async () => {
  const place = await tree(DEEP);
  await removeTree(join(place, 'top'));
  expect(await readdir(place)).toEqual([]);
});

test('removeTree() removes directories without any permission, as their owner', async () => {
  const place = await tree(CLOSED);
  const script = `import { removeTree } from './remove.js'; await removeTree(process.argv[2]);`;
  const { stderr } = await runScript(dist, script, [join(place, 'top')], NOBODY);
  expect(stderr).toBe('');
  expect(await readdir(place)).toEqual([]);
});

test('removeTree() does not follow links, and accepts what is not there', async () => {
  const place = await tree('mkdir -p keep top; echo x >keep/file; ln -s ../keep top/link; ln -s keep link');
  await removeTree(join(place, 'top'));
  await removeTree(join(place, 'link'));
  await removeTree(join(place, 'none'));
  expect(await readdir(join(place, 'keep'))).toEqual(['file']);
  expect(await readdir(place)).toEqual(['keep']);
});
