import { expect, test } from 'vitest';
import type { ImagePlan } from '../../../src/backend/plans.js';
import { ArtifactError, type ErrorCode } from '../../../src/errors.js';
import { pinBy, pinIfThere } from '../../../src/generators/pin/digest.js';

const [one, other] = [`sha256:${'0a'.repeat(32)}`, `sha256:${'0b'.repeat(32)}`];
const plan: ImagePlan = { tag: 'debian:12', pull: 'missing' };
const request = { labels: {}, who: 'x', wait: true, onStep() {}, onLine() {}, onWait() {} };

/** As an engine with an image of these digests. */
const pinWith = (...digests: string[]) =>
  pinBy({ ensureImage: async () => ({ id: 'sha256:1', digests, user: '', entrypoint: [] }) }, request);

test('pinBy() takes the digest of the very repository, as Docker or Podman writes it', async () => {
  expect(await pinWith(`mirror/debian@${other}`, `debian@${one}`)(plan)).toBe(`debian:12@${one}`);
  expect(await pinWith(`docker.io/library/debian@${one}`)(plan)).toBe(`debian:12@${one}`);
});

test('pinBy() has no digest of an image that came from no registry, or under another name', async () => {
  expect(await pinWith()(plan)).toBeUndefined();
  expect(await pinWith(`mirror/debian@${other}`)(plan)).toBeUndefined();
});

test('pinIfThere() passes on what fails, but for an image that is missing', async () => {
  const failing = (code: ErrorCode) => () =>
    Promise.reject(new ArtifactError(code, { tried: 'x', cause: 'y' }));
  expect(await pinIfThere(failing('IMAGE_MISSING'), plan)).toBeUndefined();
  await expect(pinIfThere(failing('ENGINE_LOST'), plan)).rejects.toMatchObject({ code: 'ENGINE_LOST' });
});
