import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connect } from '../../../src/docker/connection/connect.js';
import { createOptions } from '../../../src/docker/container/create-options.js';
import { withSession } from '../../../src/docker/container/session.js';
import { CONTAINER_PLAN as plan } from '../../support/container-plan.js';
import { fakeEngine, json, versioned } from '../../support/fake-engine.js';
import { lock } from '../../support/session.js';
import { temporaryDirectory } from '../../support/workspace.js';

test('createOptions() labels for SELinux what is for builds, and nothing that a user mounts', () => {
  const bind = (source: string, more = {}) => ({ type: 'bind' as const, source, target: '/t', ...more });
  const mounts = [
    bind('/dl, "x"', { relabel: true }),
    bind('/artifacts', { relabel: true, readonly: true }),
    bind('/a:b', { relabel: true }),
    bind('/run/agent.sock'),
  ];
  const config = (hasSelinux: boolean, isPodman = false) =>
    createOptions({ ...plan, mounts }, { isPodman, hasSelinux }).body.HostConfig;
  const object = (Source: string, ReadOnly?: boolean) => ({ Type: 'bind', Source, Target: '/t', ReadOnly });
  expect(config(true)).toMatchObject({
    Binds: ['/dl, "x":/t:z', '/artifacts:/t:ro,z'],
    Mounts: [object('/a:b'), object('/run/agent.sock')],
  });
  expect(config(true, true)).toMatchObject({ Binds: ['/dl, "x":/t:z', '/artifacts:/t:ro,z'] });
  expect(config(false)?.Binds).toBeUndefined();
  expect(config(false, true)).toMatchObject({ Binds: ['/dl, "x":/t'] });
});

/** As a Docker of Fedora says it. */
const INFO = { SecurityOptions: ['name=seccomp,profile=builtin', 'name=selinux', 'name=cgroupns'] };
const version = { version: '28.5.2', min: '1.24', max: '1.51' };

test('withSession(): a directory that is not there is refused before an engine with SELinux, which would make it, is asked', async () => {
  const fake = await fakeEngine(versioned(version, (_, response) => json(response, 200, INFO)));
  const engine = await connect(fake.env);
  expect(engine.hasSelinux).toBe(true);
  fake.requests.length = 0;
  const source = join(await temporaryDirectory('mount'), 'not-there');
  const mounts = [{ type: 'bind' as const, source, target: '/x', relabel: true }];
  const run = withSession(engine, { ...plan, mounts }, lock(), async () => {});
  await expect(run).rejects.toMatchObject({
    code: 'CONTAINER_START',
    message: expect.stringContaining(source),
  });
  expect([fake.requests, existsSync(source)]).toEqual([[], false]);
});
