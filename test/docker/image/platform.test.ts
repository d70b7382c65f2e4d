import { expect, test } from 'vitest';
import { isOfPlatform } from '../../../src/docker/image/platform.js';

const image = (Architecture: string, Variant?: string, Os = 'linux') => ({ Os, Architecture, Variant });

test.each([
  ['linux/amd64', image('amd64')],
  ['amd64', image('amd64')],
  ['linux/x86_64', image('amd64')],
  ['linux/arm64', image('arm64', 'v8')],
  ['linux/arm64/v8', image('arm64')],
  ['linux/aarch64', image('arm64')],
  ['linux/arm/v7', image('arm', 'v7')],
  ['linux/armhf', image('arm', 'v7')],
  ['Linux/ARM64', image('arm64')],
  ['linux/amd64', image('amd64', '', '')],
])('isOfPlatform() takes for %s %j', (wanted, found) => {
  expect(isOfPlatform(found, wanted)).toBe(true);
});

test.each([
  ['linux/arm64', image('amd64')],
  ['linux/amd64', image('arm64')],
  ['linux/arm/v6', image('arm', 'v7')],
  ['linux/386', image('amd64')],
  ['windows/amd64', image('amd64')],
])('isOfPlatform() does not take for %s %j', (wanted, found) => {
  expect(isOfPlatform(found, wanted)).toBe(false);
});
