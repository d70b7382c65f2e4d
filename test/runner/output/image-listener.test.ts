import { expect, test } from 'vitest';
import type { BuildEvent } from '../../../src/runner/output/events.js';
import { imageListener } from '../../../src/runner/output/image-listener.js';

test.each([
  ['http_proxy=http://me:secret@proxy:3128/', 'http_proxy=http://***@proxy:3128/'],
  [
    'Looking in https://token@pypi.example/simple, http://a:b@c',
    'Looking in https://***@pypi.example/simple, http://***@c',
  ],
  [
    'Get:1 http://deb.debian.org/debian bookworm/main @ 12',
    'Get:1 http://deb.debian.org/debian bookworm/main @ 12',
  ],
])('imageListener() reports no password of an address: %s', (line, expected) => {
  const events: BuildEvent[] = [];
  imageListener({ emit: (event) => void events.push(event) }).onLine(line);
  expect(events).toEqual([
    {
      type: 'text',
      phase: 'image',
      chunks: [{ data: Buffer.from(`${expected}\n`) }],
      lines: 1,
      last: expected,
    },
  ]);
});
