import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildImage } from '../../../src/docker/image/build.js';
import type { ImageBuild } from '../../../src/docker/image/builder.js';
import { ArtifactError } from '../../../src/errors.js';
import { buildKitEnv } from '../../support/buildkit.js';
import { imageTag } from '../../support/image.js';
import { testEngine } from '../../support/runner.js';
import { testAgent } from '../../support/ssh-agent.js';
import { until } from '../../support/wait.js';
import { BUSYBOX, type Files, temporaryDirectory, writeFiles } from '../../support/workspace.js';

const SECRET = 'planted-build-secret';
const RUN_WITH_SECRET = 'RUN --mount=type=secret,id=token';

/** A build by a docker CLI that has BuildKit; no step of it is in the engine's build cache. */
async function building(dockerfile: string, more: Partial<ImageBuild> = {}, files: Files = {}, env = {}) {
  const context = await temporaryDirectory('context');
  const text = `FROM ${BUSYBOX}\nARG RUN=${randomUUID()}\n${dockerfile}\n`;
  await writeFiles(context, { ...files, 'context/Dockerfile': text });
  const [lines, controller, tag]: [string[], AbortController, string] = [
    [],
    new AbortController(),
    imageTag(),
  ];
  const source = { dockerfile: join(context, 'context/Dockerfile'), context: join(context, 'context') };
  const built = buildImage(
    await testEngine(),
    { ...source, contextGiven: true, tag, labels: { of: 'a test' }, pull: false, cwd: context, ...more },
    {
      env: { ...(await buildKitEnv()), ...env },
      signal: controller.signal,
      onLine: (line) => lines.push(line),
    },
  );
  built.catch(() => {});
  return { built, lines, controller, tag };
}

/** An image and its history, as text. */
async function imageText(tag: string): Promise<string> {
  const image = (await testEngine()).docker.getImage(tag);
  return JSON.stringify([await image.inspect(), await image.history()]);
}

test.each([
  ['a file, relative to the package', 'id=token,src=secret.txt'],
  ['a variable', 'id=token,env=TOKEN'],
])('findBuildKit(): a secret from %s is there in its step, and nowhere else', async (_, secret) => {
  const step = `${RUN_WITH_SECRET} wc -c < /run/secrets/token`;
  const secrets = { secrets: [secret] };
  const { built, lines, tag } = await building(step, secrets, { 'secret.txt': SECRET }, { TOKEN: SECRET });
  await built;
  expect(lines.join('\n')).toMatch(new RegExp(` ${SECRET.length}\\n`));
  expect(`${lines.join('\n')}${await imageText(tag)}`).not.toContain(SECRET);
});

test('findBuildKit(): a step that fails is told with its last lines and its exit code, without the secret', async () => {
  const step = `${RUN_WITH_SECRET} echo "the registry said no"; exit 7`;
  const { built } = await building(step, { secrets: ['id=token,env=TOKEN'] }, {}, { TOKEN: SECRET });
  const error: ArtifactError = await built.then(
    () => expect.unreachable(),
    (thrown) => thrown,
  );
  expect(error.message).toMatch(/IMAGE_BUILD_FAILED[\s\S]*the registry said no[\s\S]*exit code: 7/);
  expect(error.message).not.toContain(SECRET);
});

test('findBuildKit(): a secret whose file is not there is told by its name', async () => {
  const { built } = await building('RUN true', { secrets: ['id=token,src=not-there.txt'] });
  await expect(built).rejects.toThrow(/IMAGE_BUILD_FAILED[\s\S]*not-there\.txt/);
});

test('findBuildKit(): an SSH agent is there in its step', async () => {
  const step = 'RUN --mount=type=ssh test -S "$SSH_AUTH_SOCK" && echo an agent';
  const { built, lines } = await building(step, { ssh: ['default'] }, {}, await testAgent());
  await built;
  expect(lines.join('\n')).toMatch(/ an agent\n/);
});

test('findBuildKit(): build arguments and labels arrive as they are', async () => {
  const value = `a "b" 'c' $d, ä=1`;
  const more = { build_args: { VALUE: value }, secrets: ['id=token,env=TOKEN'] };
  const { built, lines, tag } = await building('ARG VALUE\nRUN echo "<$VALUE>"', more, {}, { TOKEN: 'x' });
  await built;
  expect(lines.join('\n')).toContain(`<${value}>`);
  const { docker } = await testEngine();
  expect((await docker.getImage(tag).inspect()).Config.Labels).toMatchObject({ of: 'a test' });
});

test('findBuildKit(): an interrupt ends a build, and what ran in it', async () => {
  const { built, lines, controller, tag } = await building(
    `${RUN_WITH_SECRET} echo begun; sleep 60`,
    { secrets: ['id=token,env=TOKEN'] },
    {},
    { TOKEN: 'x' },
  );
  await until(() => lines.some((line) => / begun$/.test(line)));
  const interrupted = new ArtifactError('INTERRUPTED', { tried: 'x', cause: 'y' });
  controller.abort(interrupted);
  await expect(built).rejects.toBe(interrupted);
  await expect((await testEngine()).docker.getImage(tag).inspect()).rejects.toThrow('no such image');
});
