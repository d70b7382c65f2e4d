import { expect, test } from 'vitest';
import { baseImages } from '../../../src/generators/pin/base-images.js';

const found = (text: string, args: Record<string, string> = {}) =>
  baseImages(text, args).map(({ line, image }) => `${line} ${image}`);

test('baseImages() has each FROM that names an image, with its line', () => {
  const text = '# syntax=docker/dockerfile:1\n\nFROM debian:12 AS base\nRUN true\n  from  host:5000/a/b\n';
  expect(found(text)).toEqual(['3 debian:12', '5 host:5000/a/b']);
});

test('baseImages() leaves out stages, scratch, what is pinned already and what only the build knows', () => {
  const pinned = `debian:12@sha256:${'0'.repeat(64)}`;
  const text = `FROM debian:12 AS Base\nFROM base\nFROM scratch\nFROM ${pinned}\nARG X\nFROM $X\nFROM x$X:1\n`;
  expect(found(text)).toEqual(['1 debian:12']);
});

test('baseImages() knows the value of an ARG before the first FROM: a build argument, else its default', () => {
  const text =
    'ARG NAME=debian\nARG TAG="12"\nFROM $NAME:$<TAG>\nARG TAG=13\nFROM $<NAME>:$TAG\nFROM $<OTHER:-alpine>:$<TAG:-1>\n'
      .replaceAll('<', '{')
      .replaceAll('>', '}');
  expect(found(text)).toEqual(['3 debian:12', '5 debian:12', '6 alpine:12']);
  expect(found(text, { TAG: '11', OTHER: 'x' })).toEqual(['3 debian:11', '5 debian:11', '6 alpine:11']);
});

test('baseImages() has what stands around the image, for the line that pins it', () => {
  const [base] = baseImages('FROM --platform=linux/arm64 debian:12 \\\n  AS base\n', {});
  expect(base?.lineWith('debian:12@sha256:1')).toBe('FROM --platform=linux/arm64 debian:12@sha256:1 AS base');
});
