import { hostname } from 'node:os';
import { basename } from 'node:path';
import { onTestFinished } from 'vitest';
import type { ContainerPlan } from '../../src/backend/plans.js';
import type { OutputChunk } from '../../src/backend/types.js';
import { LABEL, ownerLabels } from '../../src/conventions/labels.js';
import { connect } from '../../src/docker/connection/connect.js';
import type { Holder } from '../../src/docker/container/holder.js';
import type { LockOptions } from '../../src/docker/container/lock.js';
import { type Session, withSession } from '../../src/docker/container/session.js';
import { removeFromEngine, testEngine } from './runner.js';
import { BUSYBOX, NETWORK, temporaryDirectory } from './workspace.js';

/** A container of the test's own, named like its temporary workspace; what is left of it goes with the test. */
export async function sessionSpec(more: Partial<ContainerPlan> = {}): Promise<ContainerPlan> {
  const workspaceRoot = await temporaryDirectory('session');
  onTestFinished(() => removeFromEngine(workspaceRoot));
  const owner = { workspaceRoot, project: 'alpha', package: 'alpha', version: '0.1.0' };
  const labels = {
    ...ownerLabels(owner, { toolVersion: '0.0.0-test', now: new Date(), host: hostname(), mount: '/' }),
    [LABEL.pid]: '4321',
    [LABEL.task]: 'test',
  };
  return {
    name: basename(workspaceRoot),
    image: await imageCalled(BUSYBOX),
    imageName: BUSYBOX,
    labels,
    env: [],
    mounts: [],
    limits: { network: NETWORK },
    privileges: true,
    ...more,
  };
}

/** An image by its tag, as the backend describes it. */
export async function imageCalled(tag: string): Promise<ContainerPlan['image']> {
  const { Id, Config } = await (await testEngine()).docker.getImage(tag).inspect();
  return { id: Id, digests: [], user: '', entrypoint: [Config.Entrypoint ?? []].flat() };
}

/** How a test waits for the lock; `waited` has who it waited for. */
export function lock(more: Partial<LockOptions> = {}): LockOptions & { waited: Holder[]; notes: string[] } {
  const waited: Holder[] = [];
  const notes: string[] = [];
  const signal = new AbortController().signal;
  return {
    wait: true,
    signal,
    onWait: (holder) => waited.push(holder),
    note: (line) => notes.push(line),
    waited,
    notes,
    ...more,
  };
}

export interface InSession {
  env?: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  spec?: Partial<ContainerPlan>;
}

/** Runs `use` with a container on the real engine, or on the one of `env`. */
export async function inSession<T>(
  use: (session: Session) => Promise<T>,
  { env = process.env, signal, spec }: InSession = {},
): Promise<T> {
  const engine = await connect(env);
  return await withSession(engine, await sessionSpec(spec), lock(signal && { signal }), use);
}

/** A sink that keeps what it gets. */
export function collector() {
  const chunks: Buffer[] = [];
  return {
    sink: (pieces: OutputChunk[]) => {
      for (const { data } of pieces) chunks.push(data);
    },
    text: () => Buffer.concat(chunks).toString(),
    bytes: () => Buffer.concat(chunks),
  };
}
