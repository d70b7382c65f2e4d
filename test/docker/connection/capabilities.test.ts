import { expect, test } from 'vitest';
import { capabilitiesOf, isSurelyHere } from '../../../src/docker/connection/capabilities.js';
import { connect } from '../../../src/docker/connection/connect.js';
import type { Endpoint } from '../../../src/docker/connection/transports/transport.js';
import { fakeEngine, json, versioned } from '../../support/fake-engine.js';

const endpoint = (local: boolean): Endpoint => ({ address: '/x', source: 'x', local, options: {} });
const about = { Version: '28.5.2' } as Parameters<typeof capabilitiesOf>[1];
const seccomp = 'name=seccomp,profile=builtin';

test.each([
  ['Docker', { SecurityOptions: [seccomp, 'name=cgroupns'] }, 'same'],
  ['Docker, rootless', { SecurityOptions: [seccomp, 'name=rootless'] }, 'rootless'],
  [
    'Podman, rootless',
    { SecurityOptions: ['name=seccomp,profile=default', 'name=rootless'], Rootless: true },
    'rootless',
  ],
  ['Docker with userns-remap', { SecurityOptions: [seccomp, 'name=userns'] }, 'remapped'],
  ['an engine that does not say', {}, 'same'],
  ['an engine without any', { SecurityOptions: null }, 'same'],
])('capabilitiesOf(): the users of %s', (_, info, users) => {
  expect(capabilitiesOf(endpoint(true), about, info).users).toBe(users);
});

test('capabilitiesOf(): with userns-remap our files are not of use to a container, wherever the engine is', () => {
  const sharesFiles = (local: boolean, name: string) =>
    capabilitiesOf(endpoint(local), about, { SecurityOptions: [`name=${name}`] }).sharesFiles;
  expect([sharesFiles(true, 'userns'), sharesFiles(false, 'userns')]).toEqual([false, false]);
  expect([sharesFiles(true, 'rootless'), sharesFiles(false, 'rootless')]).toEqual([true, false]);
});

test.each([
  // as a rootless Docker 28.5 and a rootless Podman 5.8 with cgroup v1 say it
  [{ MemoryLimit: false, CpuCfsQuota: false, SecurityOptions: ['name=rootless'] }, ['memory', 'cpus']],
  [{ MemoryLimit: true, CgroupVersion: '1', SecurityOptions: ['name=rootless'] }, ['memory', 'cpus']],
  [{ MemoryLimit: true, CgroupVersion: '2', SecurityOptions: ['name=rootless'] }, []],
  [{ MemoryLimit: true, CpuCfsQuota: true }, []],
  [{}, []],
])('capabilitiesOf(): an engine that says %j ignores %j', (info, ignored) => {
  expect(capabilitiesOf(endpoint(true), about, info).ignoredLimits).toEqual(ignored);
});

test.each([
  ['of this machine', true, { Name: 'here', DockerRootDir: '/var/lib/docker' }, true],
  ['behind a socket that is forwarded', true, { Name: 'there', DockerRootDir: '/var/lib/docker' }, false],
  ['of the host of this container, by its name', true, { Name: 'here', DockerRootDir: '/elsewhere' }, false],
  ['that does not say', true, {}, false],
  ['behind a port', false, { Name: 'here', DockerRootDir: '/var/lib/docker' }, false],
])('isSurelyHere(): an engine %s', (_, local, info, isHere) => {
  const machine = { name: 'here', has: (path: string) => path === '/var/lib/docker' };
  expect(isSurelyHere(endpoint(local), about, info, machine)).toBe(isHere);
});

test('isSurelyHere(): Docker Desktop has our files in its virtual machine', () => {
  const desktop = { ...about, Platform: { Name: 'Docker Desktop 4.34.0 (165256)' } };
  const info = { Name: 'docker-desktop', DockerRootDir: '/var/lib/docker' };
  expect(isSurelyHere(endpoint(true), desktop, info, { name: 'mac', has: () => false })).toBe(true);
});

const version = { version: '28.5.2', min: '1.24', max: '1.44' };

test('connect() asks the engine for its users', async () => {
  const info = { SecurityOptions: ['name=rootless'] };
  const fake = await fakeEngine(versioned(version, (_, response) => json(response, 200, info)));
  expect((await connect(fake.env)).capabilities).toMatchObject({ sharesFiles: true, users: 'rootless' });
  expect(fake.requests).toEqual(['GET /version', 'GET /info']);
});

test('connect() takes an engine behind a proxy that does not let GET /info through for a common one', async () => {
  const refused = versioned(version, (_, response) => json(response, 403, { message: 'forbidden' }));
  expect((await connect((await fakeEngine(refused)).env)).capabilities.users).toBe('same');
});

test('connect() fails on an engine that hangs or goes when it is asked for its users', async () => {
  const hangs = await fakeEngine(versioned(version, () => {}));
  await expect(connect(hangs.env, { timeoutMs: 200 })).rejects.toMatchObject({
    code: 'ENGINE_UNREACHABLE',
    message: expect.stringContaining('it did not answer within 0.2 s'),
  });
  const goes = await fakeEngine(versioned(version, (request) => request.socket.destroy()));
  await expect(connect(goes.env)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
});
