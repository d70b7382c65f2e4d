import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import type { ContainerPlan } from '../../../src/backend/plans.js';
import { LABEL, type Labels } from '../../../src/conventions/labels.js';
import { connect } from '../../../src/docker/connection/connect.js';
import { describeHolder } from '../../../src/docker/container/holder.js';
import type { LockOptions } from '../../../src/docker/container/lock.js';
import { type Session, withSession } from '../../../src/docker/container/session.js';
import { ArtifactError } from '../../../src/errors.js';
import { DEADLINES } from '../../../src/util/deadlines.js';
import { processIdentity } from '../../../src/util/process-identity.js';
import { engineProxy } from '../../support/engine-proxy.js';
import { testEngine } from '../../support/runner.js';
import { lock, sessionSpec } from '../../support/session.js';
import { until } from '../../support/wait.js';

const nothing = async () => {};

/** A container as a process that was killed left it. */
async function leftBehind({ name, image, labels }: ContainerPlan, Cmd = ['true']) {
  const { docker } = await testEngine();
  return await docker.createContainer({
    name,
    Image: image.id,
    Cmd,
    Labels: labels,
    HostConfig: { Init: true },
  });
}

/** As labels, a process of this machine that has ended. */
async function deadHolder(): Promise<Labels> {
  const child = spawn('sleep', ['60']);
  const life = processIdentity(child.pid ?? 0) ?? '';
  const over = once(child, 'exit');
  child.kill('SIGKILL');
  await over;
  return { [LABEL.pid]: String(child.pid), [LABEL.life]: life };
}

const me = { [LABEL.pid]: String(process.pid) };
const ownLife = { [LABEL.life]: processIdentity(process.pid) ?? '' };
const elsewhere = { [LABEL.life]: '00000000-0000-0000-0000-000000000000 pid:[4026531836] 1' };

const idOf = async ({ container }: Session) => container.id;

/** Takes the lock without waiting. */
async function lockAtOnce(spec: ContainerPlan, limits: LockOptions['limits'] = {}): Promise<string> {
  return await withSession(await testEngine(), spec, lock({ wait: false, limits }), idOf);
}

test('createLocked(): a second one waits for the first, and is told who holds the lock', async () => {
  const [engine, spec] = [await testEngine(), await sessionSpec()];
  const events: string[] = [];
  const second = lock();
  let running: Promise<void> | undefined;
  await withSession(engine, spec, lock(), async () => {
    running = withSession(engine, spec, second, async () => void events.push('second'));
    await until(() => second.waited.length > 0);
    events.push('first');
  });
  await running;
  expect(events).toEqual(['first', 'second']);
  expect(second.waited).toEqual([
    {
      project: 'alpha',
      task: 'test',
      pid: '4321',
      host: hostname(),
      workspace: spec.labels['nx-docker-artifact.workspace'],
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    },
  ]);
});

test('createLocked(): five at once run one after the other', async () => {
  const [engine, spec] = [await testEngine(), await sessionSpec()];
  let running = 0;
  const most: number[] = [];
  const use = async ({ exec }: Session) => {
    most.push(++running);
    await exec({ argv: ['true'] }, () => {});
    running--;
  };
  await Promise.all(Array.from({ length: 5 }, () => withSession(engine, spec, lock(), use)));
  expect(most).toEqual([1, 1, 1, 1, 1]);
});

test('createLocked(): without waiting it is LOCKED, and the message says by whom', async () => {
  const [engine, spec] = [await testEngine(), await sessionSpec()];
  await withSession(engine, spec, lock(), async () => {
    const second = withSession(engine, spec, lock({ wait: false }), nothing);
    await expect(second).rejects.toMatchObject({
      code: 'LOCKED',
      message: expect.stringMatching(
        new RegExp(`alpha:test \\(pid 4321 on host ${hostname()} in \\S+, since \\d{4}-\\S+Z\\)`),
      ),
    });
  });
});

test('createLocked(): the message names the configuration of the holder, where it is not the default one', async () => {
  const [engine, spec] = [await testEngine(), await sessionSpec()];
  const labels = { ...spec.labels, [LABEL.configuration]: 'debug' };
  await withSession(engine, { ...spec, labels }, lock(), async () => {
    const second = withSession(engine, spec, lock({ wait: false }), nothing);
    await expect(second).rejects.toThrow('it is held by alpha:test (configuration debug, pid 4321 on host ');
  });
});

test('createLocked(): an interrupt ends the waiting, and the holder stays', async () => {
  const [engine, spec] = [await testEngine(), await sessionSpec()];
  const interrupted = new ArtifactError('INTERRUPTED', { tried: 'x', cause: 'y' });
  await withSession(engine, spec, lock(), async ({ container }) => {
    const controller = new AbortController();
    const onWait = () => controller.abort(interrupted);
    const second = withSession(engine, spec, lock({ signal: controller.signal, onWait }), nothing);
    await expect(second).rejects.toBe(interrupted);
    expect((await container.inspect()).State.Running).toBe(true);
  });
});

test('createLocked(): a container that has ended is reaped', async () => {
  const [engine, spec] = [await testEngine(), await sessionSpec()];
  const dead = await leftBehind(spec);
  await dead.start();
  await dead.wait();
  const taken = lock();
  expect(await withSession(engine, spec, taken, async ({ container }) => container.id)).not.toBe(dead.id);
  expect(taken.waited).toEqual([]);
});

describe('createLocked(): a container that was created and never started', () => {
  async function neverStarted(holder: Labels) {
    const spec = await sessionSpec();
    const { id } = await leftBehind({ ...spec, labels: { ...spec.labels, ...holder } });
    return { id, spec };
  }

  test.each([
    ['has ended', deadHolder],
    ['has the number of another process now', async () => ({ ...(await deadHolder()), ...me })],
  ])('is reaped at once when its process %s', async (_, holder) => {
    const { id, spec } = await neverStarted(await holder());
    expect(await lockAtOnce(spec)).not.toBe(id);
  });

  test('stays while its process lives, however late the engine starts it', async () => {
    const { spec } = await neverStarted({ ...me, ...ownLife });
    await expect(lockAtOnce(spec, { neverStarted: 0 })).rejects.toMatchObject({ code: 'LOCKED' });
  });

  test.each([
    ['on another host', { ...me, ...elsewhere }],
    ['of which nothing is known', {}],
  ])('is reaped after a minute, not before, when its process is one %s', async (_, holder) => {
    const { id, spec } = await neverStarted(holder);
    await expect(lockAtOnce(spec)).rejects.toMatchObject({ code: 'LOCKED' });
    expect(await lockAtOnce(spec, { neverStarted: 0 })).not.toBe(id);
  });

  test.each([-1, 1])(
    'stays for that minute also when the clock of the engine differs by %i day',
    async (days) => {
      const { spec } = await neverStarted({ ...me, ...elsewhere });
      const proxy = await engineProxy();
      const there = (time: unknown) => new Date(Date.parse(String(time)) + days * 86_400_000).toISOString();
      proxy.rewrite(/^GET \/info/, (info) => ({ ...info, SystemTime: there(info.SystemTime) }));
      proxy.rewrite(/^GET \/containers\//, (found) => ({ ...found, Created: there(found.Created) }));
      const engine = await connect(proxy.env);
      await expect(withSession(engine, spec, lock({ wait: false }), nothing)).rejects.toMatchObject({
        code: 'LOCKED',
      });
      await withSession(engine, spec, lock({ wait: false, limits: { neverStarted: 0 } }), nothing);
    },
  );
});

test('createLocked(): each container tells which life of its process holds it', async () => {
  const [engine, spec] = [await testEngine(), await sessionSpec()];
  const labels = { ...spec.labels, ...me };
  const seen = await withSession(engine, { ...spec, labels }, lock(), ({ container }) => container.inspect());
  expect(seen.Config.Labels).toMatchObject(ownLife);
});

test.each([true, false])(
  'createLocked(): a container that runs on, of a process that has ended, is given some time and then a TERM; wait: %s',
  async (wait) => {
    const [engine, spec] = [await testEngine(), await sessionSpec()];
    const labels = { ...spec.labels, ...(await deadHolder()) };
    const outliving = await leftBehind({ ...spec, labels }, ['sleep', '60']);
    await outliving.start();
    const at = performance.now();
    const taken = lock({ wait, limits: wait ? { orphan: 2_500 } : {} });
    expect(await withSession(engine, spec, taken, idOf)).not.toBe(outliving.id);
    expect(performance.now() - at).toBeGreaterThan(wait ? 2_500 : DEADLINES.orphanNoWait);
    expect(taken.waited).toMatchObject([{ ended: true }]);
    expect(describeHolder(taken.waited[0]!)).toContain('that process has ended');
  },
);

test('createLocked(): one that runs for a process on another host is waited for', async () => {
  const [engine, spec] = [await testEngine(), await sessionSpec()];
  const other = await leftBehind({ ...spec, labels: { ...spec.labels, ...elsewhere } }, ['sleep', '4']);
  await other.start();
  const taken = lock({ limits: { orphan: 500, unattended: 500 } });
  const at = performance.now();
  expect(await withSession(engine, spec, taken, idOf)).not.toBe(other.id);
  expect(performance.now() - at).toBeGreaterThan(3_000);
  expect(taken.waited).toMatchObject([{ ended: undefined }]);
});

test.each(['created', 'running', 'exited'])(
  'createLocked(): a stranger’s container of that name, %s, is left alone',
  async (state) => {
    const [engine, spec] = [await testEngine(), await sessionSpec()];
    const { docker } = engine;
    const stranger = await docker.createContainer({
      name: spec.name,
      Image: spec.image.id,
      Cmd: state === 'running' ? ['sleep', '60'] : ['true'],
      HostConfig: { Init: true },
    });
    try {
      if (state !== 'created') await stranger.start();
      if (state === 'exited') await stranger.wait();
      await expect(withSession(engine, spec, lock(), nothing)).rejects.toMatchObject({
        code: 'CONTAINER_START',
        message: expect.stringMatching(
          /that this tool did not create[\s\S]*docker inspect nx-docker-artifact-/,
        ),
      });
      expect((await stranger.inspect()).State.Status).toBe(state);
    } finally {
      await stranger.remove({ force: true });
    }
  },
);

test('createLocked(): an engine that keeps the name of a container it has lost gives an error, no endless wait', async () => {
  const proxy = await engineProxy();
  const message = 'Conflict. The container name "/x" is already in use by container "1234".';
  const answer = (status: number) => (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
    return true;
  };
  proxy.on(/^POST \/containers\/create/, answer(409));
  proxy.on(/^GET \/containers\/.*\/json/, answer(404));
  const run = withSession(await connect(proxy.env), await sessionSpec(), lock(), nothing);
  await expect(run).rejects.toMatchObject({
    code: 'CONTAINER_START',
    message: expect.stringContaining(message),
  });
});
