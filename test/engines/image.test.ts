import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Package } from '../../src/artifact/package.js';
import { ArtifactError } from '../../src/errors.js';
import { archive } from '../../src/runner/archive.js';
import { buildKitEnv, noDockerEnv } from '../support/buildkit.js';
import { imageTag } from '../support/image.js';
import { testEngine, testRun } from '../support/runner.js';
import { stepOutput } from '../support/step-output.js';
import { until } from '../support/wait.js';
import { BUSYBOX, busyboxOptions, testPackage } from '../support/workspace.js';

/** A package with a Dockerfile, whose content a step prints. */
async function withDockerfile(more: { lines?: string; secrets?: string[] } = {}): Promise<Package> {
  const { lines = '', secrets } = more;
  const docker = {
    dockerfile: 'Dockerfile',
    tag: imageTag(),
    build_args: { GREETING: 'hello, "world"' },
    secrets,
  };
  const Dockerfile = `FROM ${BUSYBOX}\nARG GREETING\nENV AT=${randomUUID()}\n${lines}\nCOPY what /what\nRUN echo "$GREETING" >>/what\n`;
  return await testPackage({
    files: { VERSION: '0.1.0\n', nerves_defconfig: '', Dockerfile, what: 'first\n' },
    options: busyboxOptions('cat /what', { build_runner_config: { docker } }),
  });
}

/** What the build said and what its step printed. */
async function building(pkg: Package, env: NodeJS.ProcessEnv = process.env) {
  const run = testRun(pkg, { env, verbose: true });
  await archive(pkg, run);
  return { said: run.stdout.text, log: await stepOutput(pkg.paths.log) };
}

/** Those of a machine with a docker command that has BuildKit, and of one with none. */
const BUILDERS: [string, () => Promise<NodeJS.ProcessEnv>][] = [
  ['with a docker command that has BuildKit', buildKitEnv],
  ['without a docker command', noDockerEnv],
];

for (const [which, env] of BUILDERS) {
  const tags = env === buildKitEnv ? ['quick'] : [];
  test(`ensureImage() builds from a Dockerfile ${which}, and again when a file changed`, {
    tags,
  }, async () => {
    const pkg = await withDockerfile();
    const first = await building(pkg, await env());
    expect(first.log).toBe('first\nhello, "world"\n');
    expect(first.said).toContain('Building image');
    expect((await building(pkg, await env())).said).not.toContain('Building image');
    await writeFile(join(pkg.root, 'what'), 'second\n');
    expect((await building(pkg, await env())).log).toBe('second\nhello, "world"\n');
  });
}

test.each(BUILDERS)('ensureImage(): a Dockerfile that fails is told with its lines, %s', async (_, env) => {
  const pkg = await withDockerfile({ lines: 'RUN echo the registry said no; exit 7' });
  await expect(building(pkg, await env())).rejects.toMatchObject({
    code: 'IMAGE_BUILD_FAILED',
    message: expect.stringMatching(/\| .*the registry said no/),
  });
});

test.each(BUILDERS)(
  'ensureImage(): an interrupt ends the build of an image within 5 s, %s',
  async (_, env) => {
    const pkg = await withDockerfile({ lines: 'RUN echo in the image; sleep 60' });
    const [controller, interrupted] = [
      new AbortController(),
      new ArtifactError('INTERRUPTED', { tried: 'x', cause: 'y' }),
    ];
    const run = testRun(pkg, { env: await env(), signal: controller.signal, verbose: true });
    const building = archive(pkg, run).catch((error: unknown) => error);
    await until(() => /^(#\d+ [\d.]+ |.*\] )?in the image$/m.test(run.stdout.text), 60_000);
    controller.abort(interrupted);
    const at = performance.now();
    expect(await building).toBe(interrupted);
    expect(performance.now() - at).toBeLessThan(5_000);
  },
);

test('archive(): a secret of the image is there in its step alone; an engine without BuildKit says so', async () => {
  const step = 'RUN --mount=type=secret,id=token echo "$(wc -c < /run/secrets/token) bytes"';
  const pkg = await withDockerfile({ lines: step, secrets: ['id=token,env=TOKEN'] });
  const env = { ...(await buildKitEnv()), TOKEN: 'planted-build-secret' };
  if ((await testEngine()).isPodman) {
    await expect(building(pkg, env)).rejects.toMatchObject({
      code: 'IMAGE_BUILD_FAILED',
      message: expect.stringMatching(/BuildKit, which Podman does not have/),
    });
    return;
  }
  const { said } = await building(pkg, env);
  expect(said).toMatch(/ 20 bytes\n/);
  expect(said).not.toContain('planted');
});

test('archive(): a pull that fails is told in the words of the engine', async () => {
  const docker = { tag: `localhost:1/nx-docker-artifact-test/${randomUUID()}:1` };
  const pkg = await testPackage({ options: busyboxOptions('true', { build_runner_config: { docker } }) });
  await expect(building(pkg)).rejects.toMatchObject({
    code: 'IMAGE_MISSING',
    message: expect.stringMatching(/refused|could not|cannot/),
  });
});
