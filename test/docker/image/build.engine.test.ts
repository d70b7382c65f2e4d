import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connect } from '../../../src/docker/connection/connect.js';
import { buildImage } from '../../../src/docker/image/build.js';
import type { ImageBuild } from '../../../src/docker/image/builder.js';
import { ArtifactError } from '../../../src/errors.js';
import { type EngineProxy, engineProxy } from '../../support/engine-proxy.js';
import { imageTag, removeImage } from '../../support/image.js';
import { testRegistry } from '../../support/registry.js';
import { testEngine } from '../../support/runner.js';
import { until } from '../../support/wait.js';
import { BUSYBOX, type Files, temporaryDirectory, writeFiles } from '../../support/workspace.js';

/** By the engine's own builder, also where the docker CLI has buildx: its environment finds no docker. */
async function building(
  dockerfile: string,
  files: Files = {},
  more: Partial<ImageBuild> = {},
  proxy?: EngineProxy,
  env: NodeJS.ProcessEnv = {},
) {
  const context = await temporaryDirectory('context');
  await writeFiles(context, { ...files, Dockerfile: `FROM ${BUSYBOX}\n${dockerfile}\n` });
  const [lines, controller]: [string[], AbortController] = [[], new AbortController()];
  const source = { dockerfile: join(context, 'Dockerfile'), context, contextGiven: true };
  const built = buildImage(
    await connect({ ...(proxy?.env ?? process.env), ...env }),
    { ...source, tag: imageTag(), labels: { of: 'a test' }, pull: false, ...more },
    { env: { PATH: '/nonexistent', ...env }, signal: controller.signal, onLine: (line) => lines.push(line) },
  );
  built.catch(() => {});
  return { built, lines, controller, context };
}

test('buildImage(): build arguments and labels arrive as they are', async () => {
  const tag = imageTag();
  const value = `a "b" 'c' $d, ä=1`;
  const { built, lines } = await building(
    'ARG VALUE\nRUN echo "<$VALUE>"',
    {},
    { tag, build_args: { VALUE: value } },
  );
  await built;
  expect(lines).toContain(`<${value}>`);
  const { docker } = await testEngine();
  expect((await docker.getImage(tag).inspect()).Config.Labels).toMatchObject({ of: 'a test' });
});

test('buildImage(): a line that is written in pieces is one line', async () => {
  const { built, lines } = await building(
    'RUN printf a; sleep 0.3; printf "b\\r\\nc"; sleep 0.3; echo d; exit 1',
  );
  await expect(built).rejects.toThrow(/IMAGE_BUILD_FAILED[\s\S]* {2}\| ab\n {2}\| cd\n/);
  expect(lines).toEqual(expect.arrayContaining(['ab', 'cd']));
});

test('buildImage(): a context with odd names arrives', async () => {
  const files = { '@at': '1', '-dash': '2', 'a b': '3', 'ä/ö': '4', 'new\nline': '5' };
  const { built, lines } = await building(
    'COPY . /c\nRUN cat /c/@at /c/-dash "/c/a b" /c/ä/ö /c/new*; echo',
    files,
  );
  await built;
  expect(lines).toContain('12345');
});

test('buildImage(): an interrupt ends a build, and what ran in it', async () => {
  const { built, lines, controller } = await building('RUN sleep 60');
  await until(() => lines.some((line) => line.includes('Running in')));
  const id = lines.join('\n').match(/Running in ([0-9a-f]{12})/)?.[1] ?? '';
  const interrupted = new ArtifactError('INTERRUPTED', { tried: 'x', cause: 'y' });
  controller.abort(interrupted);
  await expect(built).rejects.toBe(interrupted);
  const { docker } = await testEngine();
  const isGone = () =>
    docker
      .getContainer(id)
      .inspect()
      .then(
        () => false,
        () => true,
      );
  await until(isGone, 5_000);
});

test('buildImage(): a file of the context that vanishes is an error of the build, not of the process', async () => {
  const proxy = await engineProxy();
  const names = Array.from({ length: 300 }, (_, index) => `f${index}`);
  const files = Object.fromEntries(names.map((name) => [name, 'x'.repeat(50_000)]));
  let context = '';
  proxy.on(/^POST \/build/, () => rm(context, { recursive: true }));
  const run = building('COPY . /c', files, {}, proxy);
  context = (await run).context;
  await expect((await run).built).rejects.toMatchObject({
    code: 'IMAGE_BUILD_FAILED',
    message: expect.stringContaining('ENOENT'),
  });
});

test('buildImage(): an engine that goes in the middle is no fault of the Dockerfile', async () => {
  const proxy = await engineProxy();
  const { built, lines } = await building('RUN sleep 60', {}, {}, proxy);
  await until(() => lines.some((line) => line.includes('Running in')));
  proxy.cut();
  await expect(built).rejects.toMatchObject({ code: 'ECONNRESET' }); // the run makes ENGINE_LOST of it
});

/** The directory of a docker CLI's configuration. */
async function cliConfigWith(config: object): Promise<string> {
  const directory = await temporaryDirectory('cli');
  await writeFiles(directory, { 'config.json': JSON.stringify(config) });
  return directory;
}

test("buildImage(): a base image of a private registry is pulled with the user's credentials", async () => {
  const { address } = await testRegistry('me:planted-password');
  const dockerfile = `FROM ${address}/private/base:1\nCOPY Dockerfile /`;
  const auth = Buffer.from('me:planted-password').toString('base64');
  const DOCKER_CONFIG = await cliConfigWith({ auths: { [address]: { auth }, 'other.example': { auth } } });
  const denied = await building(dockerfile);
  await expect(denied.built).rejects.toMatchObject({ code: 'IMAGE_BUILD_FAILED' });
  const tag = imageTag();
  const { built, lines } = await building(dockerfile, {}, { tag }, undefined, { DOCKER_CONFIG });
  await built;
  const { docker } = await testEngine();
  const about = JSON.stringify([await docker.getImage(tag).inspect(), await docker.getImage(tag).history()]);
  expect(`${about}${lines.join()}`).not.toContain('planted');
  await removeImage(`${address}/private/base:1`);
});

test('buildImage(): a build has the proxies of the docker CLI, which stay in no image', async () => {
  const proxies = { default: { httpProxy: 'http://me:planted@proxy:1', noProxy: 'a.example' } };
  const DOCKER_CONFIG = await cliConfigWith({ proxies });
  const [tag, more] = [imageTag(), { build_args: { NO_PROXY: 'mine' } }];
  const { built, lines } = await building(
    'RUN echo "is $http_proxy $HTTP_PROXY $NO_PROXY"',
    {},
    { tag, ...more },
    undefined,
    { DOCKER_CONFIG },
  );
  await built;
  expect(lines).toContain('is http://me:planted@proxy:1 http://me:planted@proxy:1 mine');
  const { docker } = await testEngine();
  const about = [await docker.getImage(tag).inspect(), await docker.getImage(tag).history()];
  expect(JSON.stringify(about)).not.toContain('planted');
});
