import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { ContainerPlan } from '../../../src/backend/plans.js';
import { connect } from '../../../src/docker/connection/connect.js';
import { withSession } from '../../../src/docker/container/session.js';
import { terminateProcesses } from '../../../src/docker/container/stop.js';
import { ArtifactError } from '../../../src/errors.js';
import { DEADLINES } from '../../../src/util/deadlines.js';
import { engineProxy } from '../../support/engine-proxy.js';
import { testImage } from '../../support/image.js';
import { containersOf, testEngine } from '../../support/runner.js';
import { collector, imageCalled, inSession, lock, sessionSpec } from '../../support/session.js';
import { until } from '../../support/wait.js';
import { BUSYBOX, TOOLBOX } from '../../support/workspace.js';

const sh = (script: string) => ({ argv: ['sh', '-c', script] });
const nothing = async () => {};
const interrupted = new ArtifactError('INTERRUPTED', { tried: 'x', cause: 'y' });

async function left(spec: { labels: Record<string, string> }): Promise<string[]> {
  return await containersOf(await testEngine(), spec.labels['nx-docker-artifact.workspace'] ?? '');
}

test('withSession(): the container is there, named and labelled, while it is used, and gone afterwards', async () => {
  const [engine, spec] = [await testEngine(), await sessionSpec()];
  const seen = await withSession(engine, spec, lock(), ({ container }) => container.inspect());
  expect(seen).toMatchObject({
    Name: `/${spec.name}`,
    State: { Running: true },
    Config: { Labels: spec.labels },
  });
  expect(await left(spec)).toEqual([]);
});

test('withSession(): when its work is done, its main process ends by itself, and the engine need not kill it', async () => {
  let ended: Promise<unknown> | undefined;
  await inSession(async ({ container, exec }) => {
    await exec({ ...sh('sleep 300 &'), user: '0', series: 'scripts' }, () => {});
    ended = container.wait();
    await sleep(100); // it is to be asked before
  });
  expect(await ended).toMatchObject({ StatusCode: 0 });
});

test('withSession(): it is gone after a failure, too, which comes out as it is', async () => {
  const [engine, spec] = [await testEngine(), await sessionSpec()];
  const failure = new Error('of the use');
  const run = withSession(engine, spec, lock(), () => Promise.reject(failure));
  await expect(run).rejects.toBe(failure);
  expect(await left(spec)).toEqual([]);
});

test.each([
  [
    'a bind mount of nothing',
    { mounts: [{ type: 'bind', source: '/no/such/path', target: '/x' }] },
    /\/no\/such\/path/,
  ],
  ['too little memory', { limits: { memory: 1000 } }, /memory/i],
  [
    'a network that is not there',
    { limits: { network: 'nx-docker-artifact-no-such' } },
    /network.*not found/,
  ],
] as const)('withSession(): %s is an error with the engine’s own words', async (_, more, words) => {
  const [engine, spec] = [await testEngine(), await sessionSpec(more as object)];
  const run = withSession(engine, spec, lock(), nothing);
  await expect(run).rejects.toMatchObject({ code: 'CONTAINER_START', message: expect.stringMatching(words) });
  expect(await left(spec)).toEqual([]);
});

test('withSession(): the container is made for the platform that was asked for, and for none where none was', async () => {
  const { docker } = await testEngine();
  const { Architecture } = await docker.getImage(BUSYBOX).inspect();
  const [own, other] = [`linux/${Architecture}`, Architecture === 'arm64' ? 'linux/amd64' : 'linux/arm64'];
  const proxy = await engineProxy();
  const engine = await connect(proxy.env);
  const created = () => proxy.requests.filter((request) => /^POST \/containers\/create/.test(request));

  await withSession(engine, await sessionSpec({ platform: own }), lock(), nothing);
  expect(created().at(-1)).toContain(`platform=${encodeURIComponent(own)}`);
  await withSession(engine, await sessionSpec(), lock(), nothing);
  expect(created().at(-1)).not.toContain('platform');
  const asOther = withSession(engine, await sessionSpec({ platform: other }), lock(), nothing);
  await expect(asOther).rejects.toMatchObject({
    code: 'CONTAINER_START',
    message: expect.stringMatching(/does not match the specified platform|wanted platform/),
  });
});

test('withSession(): an ENTRYPOINT that fails is an error with its last lines', async () => {
  const image = await testImage('ENTRYPOINT ["sh", "-c", "echo UID is not set; exit 1"]');
  const [engine, spec] = [await testEngine(), await sessionSpec({ image: await imageCalled(image) })];
  await expect(withSession(engine, spec, lock(), nothing)).rejects.toMatchObject({
    code: 'CONTAINER_START',
    message: expect.stringContaining('| UID is not set'),
  });
  expect(await left(spec)).toEqual([]);
});

test('withSession(): a slow ENTRYPOINT has done its work before the container is used', async () => {
  const image = await testImage(`ENTRYPOINT ["sh", "-c", "sleep 1; touch /tmp/mapped; exec \\"$@\\"", "sh"]`);
  const out = collector();
  await inSession(({ exec }) => exec(sh('ls /tmp'), out.sink), { spec: { image: await imageCalled(image) } });
  expect(out.text()).toBe('mapped\n');
});

test('withSession(): an ENTRYPOINT that prints megabytes, and for ever, does not stop or slow what runs beside it', async () => {
  const script = [
    'echo "runs: $*"; yes | head -c 3000000',
    'while :; do echo noise; done &',
    'sleep 1; touch /tmp/mapped; exec "$@"',
  ].join('\n');
  const image = await testImage(`ENTRYPOINT ${JSON.stringify(['sh', '-c', script, 'sh'])}`);
  const out = collector();
  const lines = await inSession(
    async ({ exec, container }) => {
      const code = await exec(
        sh('ls /tmp; for i in 1 2 3; do echo line $i; sleep 0.3; done; exit 7'),
        out.sink,
      );
      const { HostConfig } = await container.inspect();
      return [code, HostConfig.LogConfig?.Type];
    },
    { spec: { image: await imageCalled(image) } },
  );
  expect(lines).toEqual([7, 'none']); // the engine keeps none of it on its disk
  expect(out.text()).toBe('mapped\nline 1\nline 2\nline 3\n');
});

test('withSession(): when the process that holds it is cut off, the container goes within 5 s, and with it all that runs', async () => {
  const [proxy, spec] = [await engineProxy(), await sessionSpec()];
  const run = withSession(await connect(proxy.env), spec, lock(), ({ exec }) =>
    exec(sh(`trap '' HUP TERM; echo up; while :; do sleep 1; done`), proxy.cut),
  );
  await expect(run).rejects.toMatchObject({ code: 'ENGINE_LOST' });
  await until(async () => (await left(spec)).length === 0, 5_000);
});

test('withSession(): an engine that does not remove the container is said to, and not waited for long', async () => {
  const [proxy, spec] = [await engineProxy(), await sessionSpec()];
  proxy.on(/^DELETE \/containers\//, () => true);
  const options = lock({ limits: { remove: 1_000 } });
  expect(await withSession(await connect(proxy.env), spec, options, async () => 'built')).toBe('built');
  expect(options.notes).toEqual([
    `Waiting for the engine to remove the container ${spec.name}`,
    expect.stringMatching(
      `^warning: the container ${spec.name} is not removed: the engine did not answer within 1 s; .*docker rm -f`,
    ),
  ]);
  await until(async () => (await left(spec)).length === 0, 5_000); // with its standard input
});

/** A container with a volume at /v, which outlives it. */
async function withVolume(image = BUSYBOX): Promise<ContainerPlan> {
  const spec = await sessionSpec({ image: await imageCalled(image) });
  const { docker } = await testEngine();
  await docker.createVolume({ Name: spec.name, Labels: spec.labels });
  return { ...spec, mounts: [{ type: 'volume', source: spec.name, target: '/v' }] };
}

const CLEANS_UP = sh(
  `trap 'sleep 0.5; echo term >/v/marker; exit 143' TERM; echo up; while :; do sleep 0.1; done`,
);

/** What the command left in the volume when it got its TERM. */
async function marker(spec: ContainerPlan): Promise<string> {
  const out = collector();
  await withSession(await testEngine(), spec, lock(), ({ exec }) => exec(sh('cat /v/marker'), out.sink));
  return out.text();
}

test('withSession(): an interrupt sends TERM to what runs and lets it clean up', async () => {
  const [controller, spec] = [new AbortController(), await withVolume()];
  const run = withSession(await testEngine(), spec, lock({ signal: controller.signal }), ({ exec }) =>
    exec(CLEANS_UP, () => controller.abort(interrupted)),
  );
  await expect(run).rejects.toBe(interrupted);
  expect(await left(spec)).toEqual([]);
  expect(await marker(spec)).toBe('term\n');
});

test('withSession(): a failure of our own while it runs, as that of a full disk, does so, too', async () => {
  const spec = await withVolume();
  const full = new ArtifactError('DISK_FULL', { tried: 'x', cause: 'y' });
  const run = withSession(await testEngine(), spec, lock(), ({ exec }) =>
    exec(CLEANS_UP, () => Promise.reject(full)),
  );
  await expect(run).rejects.toBe(full);
  expect(await marker(spec)).toBe('term\n');
});

/** An image whose ENTRYPOINT gives up the rights of root, as gosu, su-exec and setpriv do. */
const dropsRoot = () =>
  testImage('ENTRYPOINT ["setpriv", "--reuid", "1234", "--regid", "1234", "--clear-groups"]', {}, TOOLBOX);

test.each([
  ['busybox as its sh', async () => BUSYBOX],
  ['dash as its sh', async () => TOOLBOX],
  ['an ENTRYPOINT that drops root', dropsRoot],
])(
  'withSession(): what runs also gets a TERM when the process that holds it is cut off, with %s',
  async (_, image) => {
    const [proxy, spec] = [await engineProxy(), await withVolume(await image())];
    const run = withSession(await connect(proxy.env), spec, lock(), ({ exec }) => exec(CLEANS_UP, proxy.cut));
    await expect(run).rejects.toMatchObject({ code: 'ENGINE_LOST' });
    await until(async () => (await left(spec)).length === 0, 5_000);
    expect(await marker(spec)).toBe('term\n');
  },
);

test.each([
  ['busybox', BUSYBOX],
  ['dash', TOOLBOX],
])(
  'withSession(): and when the engine stops the container, as it does when it is restarted, with %s',
  async (_, image) => {
    const spec = await withVolume(image);
    let at = 0;
    let stopping: Promise<unknown> | undefined;
    const run = withSession(await testEngine(), spec, lock(), ({ container, exec }) =>
      exec(CLEANS_UP, () => {
        at ||= performance.now();
        stopping ??= container.stop(); // waits as long as the container says
      }),
    );
    await expect(run).rejects.toMatchObject({ code: 'ENGINE_LOST' });
    await stopping?.catch(() => {}); // removed by itself in the meantime
    expect(performance.now() - at).toBeLessThan(5_000);
    expect(await marker(spec)).toBe('term\n');
  },
);

test('withSession(): what ignores TERM is killed within 5 s of the interrupt', async () => {
  const controller = new AbortController();
  let at = 0;
  const run = inSession(
    ({ exec }) =>
      exec(sh(`trap '' TERM INT HUP; echo up; while :; do sleep 1; done`), () => {
        at = performance.now();
        controller.abort(interrupted);
      }),
    { signal: controller.signal },
  );
  await expect(run).rejects.toBe(interrupted);
  expect(performance.now() - at).toBeLessThan(5_000);
});

test.each([
  ['created', /^POST \/containers\/create/],
  ['attached', /^POST \/containers\/.*\/attach/],
  ['started', /^POST \/containers\/.*\/start/],
])('withSession(): an interrupt while it is %s leaves no container', async (_, request) => {
  const [proxy, spec, controller] = [await engineProxy(), await sessionSpec(), new AbortController()];
  proxy.on(request, () => controller.abort(interrupted));
  const run = withSession(await connect(proxy.env), spec, lock({ signal: controller.signal }), nothing);
  await expect(run).rejects.toBe(interrupted);
  expect(await left(spec)).toEqual([]);
});

test('withSession(): an interrupt while the engine takes ever to start it ends within 5 s', async () => {
  const [proxy, spec, controller] = [await engineProxy(), await sessionSpec(), new AbortController()];
  let at = 0;
  proxy.on(/^POST \/containers\/.*\/start/, () => {
    at = performance.now();
    controller.abort(interrupted);
    return true;
  });
  const run = withSession(await connect(proxy.env), spec, lock({ signal: controller.signal }), nothing);
  await expect(run).rejects.toBe(interrupted);
  expect(performance.now() - at).toBeLessThan(5_000);
  expect(await left(spec)).toEqual([]);
});

test('terminateProcesses() waits no longer than the processes live', async () => {
  await inSession(async ({ container }) => {
    const at = performance.now();
    await terminateProcesses(container);
    expect(performance.now() - at).toBeLessThan(DEADLINES.grace - 100);
    expect((await container.inspect()).State.Running).toBe(true);
  });
});

test('withSession() leaves no listener on the signal of its run', async () => {
  const { signal } = new AbortController();
  await inSession(async (session) => void session.afterInterrupt(), { signal });
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
