import { expect, test } from 'vitest';
import { withoutLeftOut } from '../../src/sources/left-out-paths.js';
import { temporaryDirectory, writeFiles } from '../support/workspace.js';

test('withoutLeftOut() keeps what a listing would have, by the names of the host and of the copy', async () => {
  const root = await temporaryDirectory('left-out');
  await writeFiles(root, { 'mix.exs': '', 'unpacked/.archive_sha256': '', 'nested/.nerves/x': '' });
  const out = ['.git/hooks/x', 'a/.git', '.nerves', 'build.log', 'build.log.1', 'node_modules/x/y'];
  out.push(
    'deps/x',
    '_build',
    'unpacked/images',
    'nested/build.log',
    'made/.docker_id',
    'made/x',
    'platform/x',
  );
  const kept = ['a', 'a/b', 'a/build.log', 'a/deps', 'nested', 'nested/x', 'platforms', 'ä/x', '.github/x'];
  expect(await withoutLeftOut(root, [...out, ...kept].sort(), ['platform'])).toEqual(kept.toSorted());
});
