import { expect, test } from 'vitest';
import type { BuildRecord } from '../../../../src/runner/timing/record.js';
import { adviceOf } from '../../../../src/runner/timing/report/advice.js';
import { analyze } from '../../../../src/runner/timing/report/analysis.js';
import { buildRecord, packageTime } from '../../../support/build-record.js';

const SETTINGS = { ccache: true, per_package_directories: true, internal_toolchain: false, mirror: false };

const advice = (changes: Partial<BuildRecord>, settings: Partial<typeof SETTINGS> = {}) =>
  adviceOf(analyze(buildRecord({ buildroot: { ...SETTINGS, ...settings }, ...changes })));

const texts = (...parameters: Parameters<typeof advice>) => advice(...parameters).map(({ text }) => text);

test('adviceOf() names a mirror or dl_dir where downloads took more than a tenth', () => {
  const packages = [packageTime('zlib', 'actual-download', 2, 11), packageTime('zlib', 'build', 11, 20)];
  expect(texts({ packages })).toEqual([
    'Downloads took 0:09, 15 % of the build: keep them in a directory (dl_dir), or name a mirror near by (make_args: ["BR2_PRIMARY_SITE=..."]).',
  ]);
  expect(texts({ packages }, { mirror: true })[0]).toMatch(/keep them in a directory \(dl_dir\)\.$/);
  expect(texts({ packages: [packageTime('zlib', 'download', 2, 8)] })).toEqual([]);
});

test('adviceOf() names ccache where it is off and compiling took long, and not where nobody knows', () => {
  const packages = [packageTime('zlib', 'build', 2, 32)];
  expect(texts({ packages }, { ccache: false })).toEqual([
    'ccache is off, and 0:30, 50 % of the build, were spent in build steps: with BR2_CCACHE=y the next build from an empty directory compiles only what has changed.',
  ]);
  expect(texts({ packages })).toEqual([]);
  expect(texts({ packages, buildroot: null })).toEqual([]);
});

test('adviceOf() names an external toolchain where it is built from source', () => {
  const packages = [
    packageTime('host-gcc-initial', 'configure', 2, 8),
    packageTime('glibc', 'build', 8, 14),
    packageTime('zlib', 'build', 14, 16),
  ];
  expect(texts({ packages }, { internal_toolchain: true })).toEqual([
    'The toolchain took 0:12, 20 % of the build: an external one (BR2_TOOLCHAIN_EXTERNAL) is only downloaded.',
  ]);
  expect(texts({ packages })).toEqual([]);
});

test('adviceOf() names per-package directories where one package holds all others up', () => {
  const packages = [
    packageTime('llvm', 'build', 2, 22),
    packageTime('zlib', 'build', 22, 25),
    packageTime('mesa', 'build', 25, 45),
  ];
  const dependencies = { llvm: [], zlib: [], mesa: ['llvm'] };
  const serial = { per_package_directories: false };
  expect(texts({ packages, dependencies }, serial)).toEqual([
    'llvm took 0:20, 50 % of the critical path, and nothing was built beside it: BR2_PER_PACKAGE_DIRECTORIES=y and make_args: ["-j4"] build other packages meanwhile.',
  ]);
  expect(texts({ packages, dependencies }), 'it is on').toEqual([]);
  expect(texts({ packages }, serial), 'without a critical path').toEqual([]);
  const parallel = [...packages, packageTime('png', 'build', 2, 20)];
  expect(texts({ packages: parallel, dependencies }, serial), 'others were built beside it').toEqual([]);
});

test('adviceOf() names memory that was nearly full, in any build', () => {
  const usage = (memory: number) => ({
    ...{ cores: 2, memory_limit: 4e9 },
    samples: [{ at_ms: 5000, cpu_ms: 1, memory }],
  });
  expect(texts({ usage: usage(3.8e9), buildroot: null })).toEqual([
    '95 % of the memory were in use, 3.8 GB of 4.0 GB: let fewer jobs run at once (make_args: ["PARALLEL_JOBS=2"]), or give the container more.',
  ]);
  expect(texts({ usage: usage(3.5e9) })).toEqual([]);
  expect(texts({ usage: { ...usage(1), memory_limit: 0 } }), 'an engine that does not say').toEqual([]);
});

test('adviceOf() has at most three, what is about most of the build first', () => {
  const packages = [
    packageTime('host-gcc-final', 'download', 2, 14),
    packageTime('host-gcc-final', 'build', 14, 50),
  ];
  const settings = { ccache: false, internal_toolchain: true, per_package_directories: false };
  const all = advice({ packages, dependencies: { 'host-gcc-final': [] } }, settings);
  expect(all.map(({ id }) => id)).toEqual(['per-package-directories', 'external-toolchain', 'ccache']);
});
