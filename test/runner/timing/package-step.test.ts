import { expect, test } from 'vitest';
import { packageStep, stepText } from '../../../src/runner/timing/package-step.js';

test.each([
  ['>>> busybox 1.36.1 Building', ['busybox', '1.36.1', 'build']],
  ['>>> host-gcc-final 13.2.0 Installing to host directory', ['host-gcc-final', '13.2.0', 'install-host']],
  ['>>> zlib 1.3 Installing to staging directory', ['zlib', '1.3', 'install-staging']],
  ['>>> linux 6.6 Installing to images directory', ['linux', '6.6', 'install-image']],
  ['>>> busybox 1.36.1 Installing to target', ['busybox', '1.36.1', 'install-target']],
  ['>>> toolchain  Extracting', ['toolchain', '', 'extract']],
  ['>>> own custom Syncing from source dir /x', ['own', 'custom', 'rsync']],
])('packageStep() reads %s', (headline, [name, version, step]) => {
  expect(packageStep(headline)).toEqual({ name, version, step });
});

test.each([
  '>>>   Finalizing target directory',
  '>>>   Executing post-build script Building',
  '>>> busybox 1.36.1 Collecting legal info',
  '>>> rootfs Generating rootfs.squashfs',
  '[INFO ]  Installing final gcc compiler',
])('packageStep() finds no package in %s', (headline) => {
  expect(packageStep(headline)).toBeUndefined();
});

test.each([
  ['build', 'building'],
  ['install-target', 'installing'],
  ['actual-download', 'downloading'],
  ['legal-info', 'legal-info'],
])('stepText() of %s is %s', (step, text) => {
  expect(stepText(step)).toBe(text);
});
