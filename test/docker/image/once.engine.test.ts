import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import type { ImagePlan } from '../../../src/backend/plans.js';
import { connect } from '../../../src/docker/connection/connect.js';
import { ensureImage } from '../../../src/docker/image/ensure.js';
import { ArtifactError } from '../../../src/errors.js';
import { compile, writeScript } from '../../support/compiled.js';
import { type EngineProxy, engineProxy } from '../../support/engine-proxy.js';
import { imageDeps, imageTag, removeImage } from '../../support/image.js';
import { testEngine } from '../../support/runner.js';
import { until } from '../../support/wait.js';
import { BUSYBOX, temporaryDirectory } from '../../support/workspace.js';

let dist = '';
beforeAll(async () => {
  dist = await compile({ engine: 'docker/connection/connect', image: 'docker/image/ensure' });
}, 60_000);

const BUILD = /^POST \/build/;
const PULL = /^POST \/images\/create/;

/** An image whose build takes a second. */
async function slowImage(run = 'sleep 1', tag = imageTag()): Promise<ImagePlan> {
  const context = await temporaryDirectory('context');
  const dockerfile = join(context, 'Dockerfile');
  // never from the builder's cache, which knows the same lines of another run
  await writeFile(dockerfile, `FROM ${BUSYBOX}\nRUN echo ${tag}; ${run}\n`);
  return { tag, pull: 'missing', build: { dockerfile, context, contextGiven: false } };
}

/** Makes sure of it by the proxy's engine; the image goes with the test. */
function ensuring(env: NodeJS.ProcessEnv, spec: ImagePlan, more: Parameters<typeof imageDeps>[0] = {}) {
  const { deps, ...said } = imageDeps({ env, ...more });
  const image = connect(env).then((engine) => ensureImage(engine, spec, deps));
  image.then(
    ({ Id }) => spec.build && onTestFinished(() => removeImage(Id)),
    () => {},
  );
  return { image, ...said };
}

/** Does the same in a process of its own, which prints what it says. */
async function otherProcess(env: NodeJS.ProcessEnv, spec: ImagePlan) {
  const script = await writeScript(
    dist,
    `import { connect } from './engine.js';
    import { ensureImage } from './image.js';
    const say = (text) => console.log(text);
    const image = await ensureImage(await connect(process.env), JSON.parse(process.argv[2]), {
      env: process.env, labels: {}, signal: new AbortController().signal,
      who: 'other:archive (pid ' + process.pid + ')', wait: true, onStep: say, onWait: say, onLine() {},
    });
    console.log(image.Id);
    process.exit();`,
  );
  const child = execa(process.execPath, [script, JSON.stringify(spec)], { env, reject: false, all: true });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child };
}

test('three processes that need it at once build it once', async () => {
  const [proxy, spec] = [await engineProxy(), await slowImage()];
  const others = await Promise.all([1, 2, 3].map(() => otherProcess(proxy.env, spec)));
  const texts = await Promise.all(others.map(async ({ child }) => (await child).all ?? ''));
  expect(proxy.requests.filter((request) => BUILD.test(request))).toHaveLength(1);
  const { Id } = await (await testEngine()).docker.getImage(spec.tag).inspect();
  onTestFinished(() => removeImage(Id));
  for (const text of texts) expect(text).toContain(Id);
  expect(texts.filter((text) => text.includes(`Building image ${spec.tag}`))).toHaveLength(1);
  const waiting = new RegExp(
    `^Waiting for image ${spec.tag}, which other:archive \\(pid \\d+\\) is building$`,
    'm',
  );
  expect(texts.filter((text) => waiting.test(text))).toHaveLength(2);
});

/** A registry that takes a second for an image. */
function slowRegistry(proxy: EngineProxy, tag: string): () => number {
  proxy.on(PULL, (response) => {
    const [repo = '', name = ''] = tag.split(':');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"status":"Pulling"}\n');
    const arrive = async () => {
      await sleep(1_000);
      await (await testEngine()).docker.getImage(BUSYBOX).tag({ repo, tag: name });
      response.end();
    };
    void arrive();
    return true;
  });
  return () => proxy.requests.filter((request) => PULL.test(request)).length;
}

test.each(['missing', 'always'] as const)('one that is pulled when "%s" is pulled once', async (pull) => {
  const [proxy, tag] = [await engineProxy(), imageTag()];
  const pulls = slowRegistry(proxy, tag);
  const all = [1, 2, 3].map(() => ensuring(proxy.env, { tag, pull }));
  for (const { image } of all) expect((await image).RepoTags).toContain(tag);
  expect(pulls()).toBe(1);
  expect(all.flatMap(({ steps }) => steps)).toEqual([`Pulling image ${tag}`]);
  const waited = `Waiting for image ${tag}, which alpha:archive (pid 4321) is pulling`;
  expect(all.flatMap(({ waits }) => waits)).toEqual([waited, waited]);
  // and what was not there to wait for is asked for anew when that is wanted
  await ensuring(proxy.env, { tag, pull }).image;
  expect(pulls()).toBe(pull === 'always' ? 2 : 1);
});

test('when the process that builds it dies, the next one builds it', async () => {
  const [proxy, spec] = [await engineProxy(), await slowImage('sleep 2')];
  const builds = () => proxy.requests.filter((request) => BUILD.test(request)).length;
  const { child } = await otherProcess(proxy.env, spec);
  await until(() => builds() === 1);
  const { image, waits, steps } = ensuring(proxy.env, spec);
  await until(() => waits.length > 0);
  child.kill('SIGKILL');
  expect((await image).RepoTags).toContain(spec.tag);
  expect(steps).toEqual([`Building image ${spec.tag}`]);
  expect(builds()).toBe(2);
});

test('without waiting it is LOCKED while another process builds it, also by one that is suspended', async () => {
  const [{ env }, spec] = [await engineProxy(), await slowImage()];
  const first = ensuring(env, spec);
  await until(() => first.steps.length > 0);
  await expect(ensuring(env, spec, { wait: false }).image).rejects.toMatchObject({
    code: 'LOCKED',
    message: expect.stringContaining(
      `make sure of the image ${spec.tag}: alpha:archive (pid 4321) is building it`,
    ),
  });
  await first.image;
  const suspended = await slowImage('sleep 5');
  const { child } = await otherProcess(env, suspended);
  await once(child.stdout, 'data'); // it is building
  child.kill('SIGSTOP');
  await expect(ensuring(env, suspended, { wait: false }).image).rejects.toMatchObject({
    code: 'LOCKED',
    message: expect.stringMatching(
      /a process that does not answer \(pid \d+, suspended, since \S+\) is building it/,
    ),
  });
});

test('an interrupt ends the waiting, and the building goes on', async () => {
  const [{ env }, spec, controller] = [await engineProxy(), await slowImage(), new AbortController()];
  const first = ensuring(env, spec);
  await until(() => first.steps.length > 0);
  const second = ensuring(env, spec, { signal: controller.signal });
  await until(() => second.waits.length > 0);
  const interrupted = new ArtifactError('INTERRUPTED', { tried: 'x', cause: 'y' });
  controller.abort(interrupted);
  await expect(second.image).rejects.toBe(interrupted);
  expect((await first.image).RepoTags).toContain(spec.tag);
});

test('one that cannot be built fails for each, with its own error', async () => {
  const [{ env }, spec] = [await engineProxy(), await slowImage('sleep 1; exit 3')];
  const both = [ensuring(env, spec), ensuring(env, spec)];
  for (const { image } of both) await expect(image).rejects.toMatchObject({ code: 'IMAGE_BUILD_FAILED' });
  expect(both.flatMap(({ waits }) => waits)).toHaveLength(1);
});

test('another content of the same tag is built after the first, and each gets its own', async () => {
  const [{ env }, one] = [await engineProxy(), await slowImage()];
  const other = await slowImage('sleep 1; true', one.tag);
  const [first, second] = [ensuring(env, one), ensuring(env, other)];
  const ids = [(await first.image).Id, (await second.image).Id];
  expect(ids[0]).not.toBe(ids[1]);
  expect([...first.waits, ...second.waits]).toHaveLength(1);
  expect([...first.steps, ...second.steps]).toHaveLength(2);
});
