import { expect, test } from 'vitest';
import { parseReference, pinnedReference, sameRepository } from '../../src/conventions/image-reference.js';

const digest = `sha256:${'0a'.repeat(32)}`;

test.each([
  ['debian', { name: 'debian' }],
  ['debian:12', { name: 'debian', tag: '12' }],
  ['host:5000/a/b', { name: 'host:5000/a/b' }],
  ['host:5000/a/b:1', { name: 'host:5000/a/b', tag: '1' }],
  [`a/b@${digest}`, { name: 'a/b', digest }],
  [`host:5000/a/b:1@${digest}`, { name: 'host:5000/a/b', tag: '1', digest }],
])('parseReference(): %s in its parts', (text, parts) => {
  expect(parseReference(text)).toEqual(parts);
});

test.each([
  ['debian', `debian:latest@${digest}`],
  ['ghcr.io/nerves-project/x:1.33', `ghcr.io/nerves-project/x:1.33@${digest}`],
  ['a:1@sha256:old', `a:1@${digest}`],
])('pinnedReference(): %s keeps its tag, which says to people what the digest is', (text, pinned) => {
  expect(pinnedReference(parseReference(text), digest)).toBe(pinned);
});

test.each([
  ['debian', 'docker.io/library/debian', true],
  ['index.docker.io/nervesproject/x', 'nervesproject/x', true],
  ['localhost/x', 'x', true],
  ['localhost:5000/x', 'x', false],
  ['ghcr.io/a/x', 'a/x', false],
])('sameRepository(): %s and %s, as Docker and Podman call one', (one, other, same) => {
  expect(sameRepository(one, other)).toBe(same);
});
