import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { buildImage } from '../../src/docker/image/build.js';
import type { ImageDeps } from '../../src/docker/image/wanted.js';
import { testEngine } from './runner.js';
import { BUSYBOX, type Files, temporaryDirectory, writeFiles } from './workspace.js';

/** A tag of the test's own; the image that is then there goes with the test. */
export function imageTag(): string {
  const tag = `nx-docker-artifact-test/${randomBytes(6).toString('hex')}:1`;
  onTestFinished(() => removeImage(tag));
  return tag;
}

/** Deps for an image; what is said of it is kept. */
export function imageDeps(more: Partial<ImageDeps> = {}) {
  const [steps, lines, waits]: [string[], string[], string[]] = [[], [], []];
  const deps: ImageDeps = {
    env: process.env,
    signal: new AbortController().signal,
    labels: {},
    who: 'alpha:archive (pid 4321)',
    wait: true,
    onStep: (text) => steps.push(text),
    onLine: (line) => lines.push(line),
    onWait: (text) => waits.push(text),
    ...more,
  };
  return { deps, steps, lines, waits };
}

/** By its tag, or by its id: an image that was built again has lost its tag. */
export async function removeImage(name: string): Promise<void> {
  const { docker } = await testEngine();
  await docker
    .getImage(name)
    .remove({ force: true })
    .catch(() => {});
}

/** Builds an image on top of the busybox one, or of `from`, by the lines of a Dockerfile. */
export async function testImage(dockerfile: string, files: Files = {}, from = BUSYBOX): Promise<string> {
  const context = await temporaryDirectory('image');
  await writeFiles(context, { ...files, Dockerfile: `FROM ${from}\n${dockerfile}\n` });
  const tag = imageTag();
  const source = { dockerfile: `${context}/Dockerfile`, context, contextGiven: true };
  await buildImage(
    await testEngine(),
    { ...source, tag, labels: {}, pull: false },
    { env: process.env, signal: new AbortController().signal, onLine: () => {} },
  );
  return tag;
}
