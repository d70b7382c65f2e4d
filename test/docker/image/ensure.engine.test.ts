import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ImagePlan } from '../../../src/backend/plans.js';
import { ensureImage } from '../../../src/docker/image/ensure.js';
import { ArtifactError } from '../../../src/errors.js';
import { buildKitEnv } from '../../support/buildkit.js';
import { imageDeps, imageTag, removeImage, testImage } from '../../support/image.js';
import { testRegistry } from '../../support/registry.js';
import { testEngine } from '../../support/runner.js';
import { BUSYBOX, type Files, temporaryDirectory, writeFiles } from '../../support/workspace.js';

/** Makes sure of an image, and tells its id and what was said of it. */
async function ensure(spec: ImagePlan, env = process.env) {
  const { deps, steps, lines } = imageDeps({ env });
  const image = await ensureImage(await testEngine(), spec, deps);
  if (spec.build) onTestFinished(() => removeImage(image.Id));
  return { id: image.Id, steps, lines, labels: image.Config.Labels };
}

async function fromDockerfile(text: string, files: Files = {}): Promise<ImagePlan & { context: string }> {
  const context = await temporaryDirectory('context');
  await writeFiles(context, { ...files, Dockerfile: `FROM ${BUSYBOX}\n${text}\n` });
  const build = { dockerfile: join(context, 'Dockerfile'), context, contextGiven: false };
  return { tag: imageTag(), pull: 'missing', build, context };
}

describe('ensureImage(): an image of a Dockerfile', () => {
  test('is built once, and has the hash of its content as a label', async () => {
    const spec = await fromDockerfile('RUN echo built >/made');
    const first = await ensure(spec);
    expect(first.steps).toEqual([`Building image ${spec.tag}`]);
    expect(first.labels['nx-docker-artifact.image-hash']).toMatch(/^[0-9a-f]{64}$/);
    expect(await ensure(spec)).toMatchObject({ id: first.id, steps: [] });
  });

  test('is built again when the Dockerfile is edited', async () => {
    const spec = await fromDockerfile('RUN echo one >/made');
    const first = await ensure(spec);
    await writeFile(join(spec.context, 'Dockerfile'), `FROM ${BUSYBOX}\nRUN echo two >/made\n`);
    const second = await ensure(spec);
    expect(second.steps).toHaveLength(1);
    expect(second.id).not.toBe(first.id);
  });

  test('is built again when a file that it copies changes, or a build argument', async () => {
    const spec = await fromDockerfile('ARG WHO=nobody\nCOPY tools /tools\nRUN echo $WHO >/who', {
      'tools/a': '1',
    });
    await ensure(spec);
    await writeFile(join(spec.context, 'tools/a'), '2');
    expect((await ensure(spec)).steps).toHaveLength(1);
    const build_args = { WHO: 'me' };
    expect((await ensure({ ...spec, build: { ...spec.build!, build_args } })).steps).toHaveLength(1);
  });

  test('is not built again when a file changes that the Dockerfile does not take', async () => {
    const spec = await fromDockerfile('RUN true', { 'src/main.c': '1' });
    await ensure(spec);
    await writeFile(join(spec.context, 'src/main.c'), '2');
    expect((await ensure(spec)).steps).toEqual([]);
  });

  test('is built again when a file changes that the ONBUILD instructions of its base image take', async () => {
    const base = await testImage('ONBUILD COPY src /src');
    const spec = await fromDockerfile('RUN true', { 'src/main.c': '1' });
    const text = `ARG BASE=nothing\nFROM $BASE AS first\nFROM first\nRUN true\n`;
    await writeFile(spec.build!.dockerfile, text);
    const onBase = { ...spec, build: { ...spec.build!, build_args: { BASE: base } } };
    await ensure(onBase);
    expect((await ensure(onBase)).steps).toEqual([]);
    await writeFile(join(spec.context, 'src/main.c'), '2');
    expect((await ensure(onBase)).steps).toHaveLength(1);
  });

  test('is not built again when its base image is known by now, and has no ONBUILD', async () => {
    const spec = await fromDockerfile('RUN true', { 'src/main.c': '1' });
    const unknown = { ...spec, build: { ...spec.build!, contextGiven: true } };
    const first = await ensure(unknown);
    expect(await ensure(spec)).toMatchObject({ id: first.id, steps: [] });
    await writeFile(join(spec.context, 'src/main.c'), '2');
    expect((await ensure(spec)).steps).toHaveLength(1);
    await writeFile(join(spec.context, 'src/main.c'), '3');
    expect((await ensure(spec)).steps).toEqual([]);
  });

  test('may lie outside of its context, and be built up to one stage', async () => {
    const spec = await fromDockerfile('COPY a /a', { 'context/a': 'x' });
    const context = join(spec.context, 'context');
    await writeFile(spec.build!.dockerfile, `FROM ${BUSYBOX} AS first\nCOPY a /a\nFROM first\nRUN false\n`);
    const made = await ensure({
      ...spec,
      build: { ...spec.build!, context, contextGiven: true, target: 'first' },
    });
    expect(made.steps).toHaveLength(1);
  });

  test('that fails shows its own message', async () => {
    const spec = await fromDockerfile('RUN echo "the compiler is missing" >&2; exit 3');
    const error = await ensure(spec).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ArtifactError);
    expect((error as ArtifactError).code).toBe('IMAGE_BUILD_FAILED');
    expect((error as ArtifactError).message).toMatch(/the compiler is missing/);
    expect((error as ArtifactError).message).toMatch(/returned a non-zero code: 3|exit code: 3/);
  });

  test('with a mistake in it shows where', async () => {
    const spec = await fromDockerfile('RUNN true');
    await expect(ensure(spec)).rejects.toThrow(/IMAGE_BUILD_FAILED[\s\S]*RUNN/);
  });

  test('is never pulled by its tag, whoever owns that on a registry', async () => {
    const spec = await fromDockerfile('RUN true');
    const { lines, steps } = await ensure(spec);
    expect(steps).toEqual([`Building image ${spec.tag}`]);
    expect(lines.join('\n')).not.toMatch(/Pulling from/);
  });

  test('secrets need BuildKit, and without it that is said', async () => {
    const spec = await fromDockerfile('RUN true');
    const { deps } = imageDeps({ env: { ...process.env, PATH: '/nonexistent' } });
    const build = { ...spec.build!, secrets: ['id=token,env=TOKEN'] };
    const ensuring = ensureImage(await testEngine(), { ...spec, build }, deps);
    await expect(ensuring).rejects.toThrow(/IMAGE_BUILD_FAILED[\s\S]*need BuildKit[\s\S]*buildx plugin/);
  });
});

/** The builder knows the base image of such a FROM, and we do not: as if it were not on the engine yet. */
const unknown = (base: string) => `FROM ${base.replace(':', '\\:')}\nRUN true\n`;

describe('ensureImage(): an image of a Dockerfile whose base image is not known', () => {
  const withBase = async (base: string) => {
    const spec = await fromDockerfile('', { 'src/main.c': '1' });
    await writeFile(spec.build!.dockerfile, unknown(base));
    const env = { ...(await buildKitEnv()), DOCKER_BUILDKIT: '1' };
    const edit = (text: string) => writeFile(join(spec.context, 'src/main.c'), text);
    return { edit, run: () => ensure(spec, env) };
  };

  test('is not built again for any file when BuildKit has not asked for the context', async () => {
    const { edit, run } = await withBase(BUSYBOX);
    const first = await run();
    expect(first.steps).toHaveLength(1);
    await edit('2');
    expect(await run()).toMatchObject({ id: first.id, steps: [] });
  });

  test('is built again for a file of the context when it has', async () => {
    const { edit, run } = await withBase(await testImage('ONBUILD COPY . /c'));
    await run();
    expect((await run()).steps).toEqual([]);
    await edit('2');
    expect((await run()).steps).toHaveLength(1);
  });
});

describe('ensureImage(): an image without a Dockerfile', () => {
  test('that is there is taken as it is', async () => {
    expect((await ensure({ tag: BUSYBOX, pull: 'missing' })).steps).toEqual([]);
  });

  test('that is not there is not pulled when that is not wanted', async () => {
    const ensuring = ensure({ tag: imageTag(), pull: 'never' });
    await expect(ensuring).rejects.toThrow(/IMAGE_MISSING[\s\S]*"never"/);
  });

  test('of another platform than the one that is asked for is not taken', async () => {
    const { docker } = await testEngine();
    const { Architecture } = await docker.getImage(BUSYBOX).inspect();
    const [own, other] = Architecture === 'arm64' ? ['arm64', 'amd64'] : [Architecture, 'arm64'];
    expect((await ensure({ tag: BUSYBOX, pull: 'never', platform: `linux/${own}` })).steps).toEqual([]);
    await expect(ensure({ tag: BUSYBOX, pull: 'never', platform: `linux/${other}` })).rejects.toMatchObject({
      code: 'IMAGE_MISSING',
      message: expect.stringContaining(
        `the one on the engine is for linux/${own}, not for linux/${other}, and its pull option is "never"`,
      ),
    });
  });

  test('that is pinned, name:tag@sha256:..., is pulled by its digest, and found by it', async () => {
    const [registry, { docker }] = [await testRegistry(), await testEngine()];
    const tag = `${registry.address}/nx-docker-artifact-test/pinned:1`;
    onTestFinished(() => removeImage(tag));
    const first = await ensure({ tag, pull: 'missing' });
    const [byDigest = ''] = (await docker.getImage(tag).inspect()).RepoDigests ?? [];
    const pinned = `${tag}@${byDigest.split('@')[1]}`;
    onTestFinished(() => removeImage(byDigest));
    expect(await ensure({ tag: pinned, pull: 'never' })).toMatchObject({ id: first.id, steps: [] });

    registry.publish(); // the tag is another image now
    await removeImage(first.id);
    const again = await ensure({ tag: pinned, pull: 'missing' });
    expect(again).toMatchObject({ id: first.id, steps: [`Pulling image ${pinned}`] });
    const moved = await ensure({ tag, pull: 'missing' });
    expect(moved.id).not.toBe(first.id);
    expect((await ensure({ tag: pinned, pull: 'never' })).id).toBe(first.id);
  });

  test('that is pinned to a digest that the registry does not have is missing', async () => {
    const { address } = await testRegistry();
    const tag = `${address}/nx-docker-artifact-test/pinned:1@sha256:${'0'.repeat(64)}`;
    await expect(ensure({ tag, pull: 'missing' })).rejects.toMatchObject({ code: 'IMAGE_MISSING' });
  });

  test('that cannot be pulled: what failed, and what to do', async () => {
    const ensuring = ensure({ tag: 'localhost:1/no/such:1', pull: 'missing' });
    await expect(ensuring).rejects.toThrow(
      /IMAGE_MISSING: could not get the image localhost:1\/no\/such:1[\s\S]*docker login/,
    );
  });

  test('of a name that is none is one clear error', async () => {
    await expect(ensure({ tag: 'Not A Name', pull: 'missing' })).rejects.toMatchObject({
      code: 'IMAGE_MISSING',
    });
  });
});
