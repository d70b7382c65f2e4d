import { spawn } from 'node:child_process';
import type { ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import type { ContainerPlan } from '../../../src/backend/plans.js';
import { LABEL } from '../../../src/conventions/labels.js';
import { connect } from '../../../src/docker/connection/connect.js';
import { describeHolder } from '../../../src/docker/container/holder.js';
import { type Session, withSession } from '../../../src/docker/container/session.js';
import { processIdentity } from '../../../src/util/process-identity.js';
import { type EngineProxy, engineProxy } from '../../support/engine-proxy.js';
import { testEngine } from '../../support/runner.js';
import { lock, sessionSpec } from '../../support/session.js';

const idOf = async ({ container }: Session) => container.id;
const elsewhere = { [LABEL.life]: '00000000-0000-0000-0000-000000000000 pid:[4026531836] 1' };

/** A container that runs for somebody else, and the plan of another one with its name. */
async function running(labels: Record<string, string>) {
  const spec = await sessionSpec();
  const { docker } = await testEngine();
  const container = await docker.createContainer({
    ...{ name: spec.name, Image: spec.image.id, Cmd: ['sleep', '3600'], HostConfig: { Init: true } },
    Labels: { ...spec.labels, ...labels },
  });
  onTestFinished(async () => {
    await container.remove({ force: true }).catch(() => {}); // which a test may have done
  });
  await container.start();
  return { container, spec };
}

/** As labels, a living process of this machine, which is suspended. */
async function suspended() {
  const child = spawn('sleep', ['60']);
  onTestFinished(() => void child.kill('SIGKILL'));
  child.kill('SIGSTOP');
  return { [LABEL.pid]: String(child.pid), [LABEL.life]: processIdentity(child.pid ?? 0) ?? '' };
}

/** Waits for the lock for some seconds, in which everything has passed that could make a container abandoned. */
async function stays(env: NodeJS.ProcessEnv, spec: ContainerPlan) {
  const interrupt = new AbortController();
  const limits = { orphan: 500, unattended: 500, neverStarted: 0 };
  const waiting = lock({ limits, signal: interrupt.signal });
  const timer = setTimeout(() => interrupt.abort(new Error('it stays')), 2_500);
  await expect(withSession(await connect(env), spec, waiting, idOf)).rejects.toThrow('it stays');
  clearTimeout(timer);
  return waiting.waited;
}

/** An engine that was restarted while its containers went on. */
async function liveRestore(): Promise<EngineProxy> {
  const proxy = await engineProxy();
  proxy.rewrite(/^GET \/info/, (info) => ({ ...info, LiveRestoreEnabled: true }));
  return proxy;
}

test('isAbandoned(): a container that has lost its holder with a restart of the engine, on another host', async () => {
  const { container, spec } = await running(elsewhere);
  const { env } = await liveRestore();
  const waiting = lock({ limits: { unattended: 1_500 } });
  const at = performance.now();
  expect(await withSession(await connect(env), spec, waiting, idOf)).not.toBe(container.id);
  expect(performance.now() - at).toBeGreaterThan(1_500);
  expect(waiting.waited).toMatchObject([{ ended: undefined }]);
});

test('isAbandoned(): one stays that has a command, whose engine goes with its containers, whose holder is suspended', async () => {
  const { env } = await liveRestore();
  const [inUse, other, stopped] = [
    await running(elsewhere),
    await running(elsewhere),
    await running(await suspended()),
  ];
  const command = await inUse.container.exec({ Cmd: ['sleep', '60'], AttachStdout: true });
  (await command.start({ hijack: false, stdin: false })).resume();
  const [, , [holder]] = await Promise.all([
    stays(env, inUse.spec),
    stays(process.env, other.spec),
    stays(env, stopped.spec),
  ]);
  expect(holder && describeHolder(holder)).toMatch(/since .*; that process is suspended\)$/);
});

const busy = (response: ServerResponse) => {
  const message = 'removal of container x is already in progress';
  response.writeHead(409, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
  return true;
};

test.each([
  ['does not answer', () => true, /did not answer within 1 s/],
  ['says for ever that it does so', busy, /already in progress/],
])(
  'reap(): an engine that is to remove what somebody has left, and %s, is not waited for long',
  async (_, rule, why) => {
    const spec = await sessionSpec();
    const { docker } = await testEngine();
    const { name, image, labels } = spec;
    const left = await docker.createContainer({ name, Image: image.id, Cmd: ['true'], Labels: labels });
    await left.start();
    await left.wait();
    const proxy = await engineProxy();
    proxy.on(/^DELETE \/containers\//, rule);
    const waiting = lock({ limits: { reap: 1_000 } });
    await expect(withSession(await connect(proxy.env), spec, waiting, idOf)).rejects.toMatchObject({
      code: 'ENGINE_LOST',
      message: expect.stringMatching(
        new RegExp(
          `could not remove the container ${name}, which alpha:test .*${why.source}[^]*docker rm -f ${name}`,
        ),
      ),
    });
    expect(waiting.notes).toEqual([
      expect.stringMatching(
        new RegExp(`^Waiting for the engine to remove the container ${name} of alpha:test \\(pid`),
      ),
    ]);
  },
);
