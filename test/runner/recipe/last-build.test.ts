import { expect, test } from 'vitest';
import { changesSince, type LastBuild, notice, whyFresh } from '../../../src/runner/recipe/last-build.js';

const now: LastBuild = {
  platform_version: '1',
  image: 'sha256:a',
  env: '{}',
  make_args: '[]',
  defconfig: 'd',
};
const before = (changed: Partial<LastBuild>) => JSON.stringify({ ...now, ...changed });

test('changesSince() names what differs from the build that a volume remembers', () => {
  expect(changesSince(before({}), now)).toEqual([]);
  expect(changesSince(before({ image: 'sha256:b', env: '{"A":1}' }), now)).toEqual(['image', 'env']);
});

test.each(['', '{', '{}', 'null'])('changesSince() knows nothing of a volume that remembers %j', (text) => {
  expect(changesSince(text, now)).toEqual([]);
});

test('whyFresh() starts fresh for what fresh_on names, and for --fresh', () => {
  const freshOn = ['platform_version', 'image'] as const;
  expect(whyFresh(['env'], { fresh: false, freshOn })).toBeUndefined();
  expect(whyFresh([], { fresh: true, freshOn: [] })).toBe('--fresh');
  expect(whyFresh(['platform_version', 'image', 'env'], { fresh: false, freshOn })).toBe(
    'platform_version and image changed (build_runner_opts.fresh_on)',
  );
});

test('notice() is one line with the option that would start fresh, and says when the image is not pinned', () => {
  expect(notice([], 'x:1', 'alpha:build-artifact')).toBeUndefined();
  const line = notice(['image', 'make_args'], 'x:1', 'alpha:build-artifact');
  expect(line).toContain('image and make_args changed');
  expect(line).toContain('(x:1 is not pinned)');
  expect(line).toContain('`nx run alpha:build-artifact --fresh`');
  expect(line).not.toContain('\n');
  expect(notice(['image'], 'x:1@sha256:0', 'a:b')).not.toContain('pinned');
});
