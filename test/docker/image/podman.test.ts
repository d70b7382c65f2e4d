import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildImage } from '../../../src/docker/image/build.js';
import { onlyPrograms } from '../../support/archives.js';
import { fakePodman } from '../../support/podman.js';
import { temporaryDirectory, writeFiles } from '../../support/workspace.js';

/** On a machine with buildx, whose command must not run: it would start a BuildKit of a public registry. */
async function building(more: { secrets?: string[]; build_args?: Record<string, string> } = {}) {
  const { engine, fake } = await fakePodman((request, response) => {
    request.resume();
    request.on('end', () => response.end('{"aux":{"ID":"sha256:1"}}\n'));
  });
  const context = await temporaryDirectory('context');
  await writeFiles(context, { Dockerfile: 'FROM scratch\n' });
  const source = { dockerfile: join(context, 'Dockerfile'), context, contextGiven: true };
  const env = await onlyPrograms({ docker: 'echo "docker $*" >&2; [ "$2" = version ]' });
  const { signal } = new AbortController();
  const build = { ...source, tag: 'alpha:1', labels: {}, pull: false, ...more };
  const built = buildImage(engine, build, { env, signal, onLine: () => {} });
  return { built, requests: fake.requests };
}

test('buildImage(): Podman gets a classic build, with no empty options, which it refuses', async () => {
  const { built, requests } = await building();
  await built;
  expect(requests).toEqual([expect.stringMatching(/^POST \/v1\.44\/build\?/)]);
  expect(requests[0]).not.toMatch(/buildargs|target|platform|pull|=(&|$)/);
});

test('buildImage(): Podman gets the arguments of a build', async () => {
  const { built, requests } = await building({ build_args: { A: 'b' } });
  await built;
  expect(new URL(requests[0]?.split(' ')[1] ?? '', 'http://x').searchParams.get('buildargs')).toBe(
    '{"A":"b"}',
  );
});

test('buildImage(): secrets on Podman are an error that says what to do', async () => {
  const { built, requests } = await building({ secrets: ['id=token,env=TOKEN'] });
  await expect(built).rejects.toMatchObject({
    code: 'IMAGE_BUILD_FAILED',
    message: expect.stringMatching(/BuildKit, which Podman does not have[\s\S]*podman build/),
  });
  expect(requests).toEqual([]);
});
