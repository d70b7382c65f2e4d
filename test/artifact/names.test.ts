import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  artifactExtension,
  artifactName,
  downloadName,
  hostTuple,
  type PackageType,
} from '../../src/artifact/names.js';

interface NameVector {
  id: string;
  type: PackageType;
  app: string;
  version: string;
  env: Record<string, string>;
  checksumShort: number | null;
  checksumCase: string;
  expected: { name: string; downloadName: string; ext: string };
}

const vectors = JSON.parse(
  readFileSync(new URL('../fixtures/nerves-artifact.json', import.meta.url), 'utf8'),
) as { names: NameVector[]; cases: { id: string; expected: { checksum: string } }[] };

/** The host on which the vectors were calculated. */
const vectorHost = { HOST_OS: 'linux', HOST_ARCH: 'x86_64' };

describe('artifactName() and downloadName() as calculated by Nerves', () => {
  it.each(vectors.names)('$id', ({ type, app, version, env, checksumShort, checksumCase, expected }) => {
    const { checksum } = vectors.cases.find(({ id }) => id === checksumCase)!.expected;
    const pkg = { package: app, version, type, checksum };
    const full = { ...vectorHost, ...env };
    expect(artifactName(pkg, full)).toBe(expected.name);
    expect(downloadName(pkg, full, checksumShort ?? undefined)).toBe(expected.downloadName);
    expect(artifactExtension(pkg)).toBe(expected.ext);
  });
});

describe('hostTuple()', () => {
  const tuple = (platform: string, arch: string, env = {}) => hostTuple('toolchain', env, { platform, arch });

  it.each([
    ['linux', 'x64', 'linux_x86_64'],
    ['linux', 'arm64', 'linux_aarch64'],
    ['linux', 'arm', 'linux_arm'],
    ['darwin', 'x64', 'darwin_x86_64'],
    ['darwin', 'arm64', 'darwin_arm'],
    ['win32', 'x64', 'win_x86_64'],
    ['win32', 'arm64', 'win_x86_64'],
  ])('names %s on %s as Nerves does', (platform, arch, expected) => {
    expect(tuple(platform, arch)).toBe(expected);
  });

  it('calls an architecture Nerves has no name for x86_64, as Nerves does', () => {
    expect(tuple('linux', 'riscv64')).toBe('linux_x86_64');
  });

  it('takes the override of either half alone, even an empty one', () => {
    expect(tuple('linux', 'x64', { HOST_OS: 'darwin' })).toBe('darwin_x86_64');
    expect(tuple('linux', 'x64', { HOST_ARCH: 'arm' })).toBe('linux_arm');
    expect(tuple('linux', 'x64', { HOST_ARCH: '' })).toBe('linux_');
  });

  it('is portable for a system on any host', () => {
    expect(hostTuple('system', {}, { platform: 'sunos', arch: 'x64' })).toBe('portable');
  });

  it('refuses a host Nerves does not know, and says what to set', () => {
    expect(() => tuple('freebsd', 'x64')).toThrow(/BAD_OPTION.*freebsd[\s\S]*HOST_OS/);
    expect(tuple('freebsd', 'x64', { HOST_OS: 'linux' })).toBe('linux_x86_64');
  });

  it('reads the machine it runs on by default', () => {
    expect(hostTuple('package')).toMatch(/^\w+_\w+$/);
  });
});
