import { expect, test } from 'vitest';
import { ago, sizeText } from '../../../src/options/units.js';
import { describe as describeRemoval, NO_FACTS } from '../../../src/runner/clean/listing.js';

const now = new Date('2026-01-10T00:00:00Z');

test.each([
  ['2026-01-10T00:00:00Z', 'just now'],
  ['2026-01-10T00:00:30Z', 'just now'],
  ['2026-01-09T23:59:00Z', '1 minute ago'],
  ['2026-01-09T21:30:00Z', '2 hours ago'],
  ['2026-01-08T00:00:00Z', '2 days ago'],
  ['2025-01-10T00:00:00Z', '365 days ago'],
])('ago(): ago() of %s is %s', (time, text) => {
  expect(ago(new Date(time), now)).toBe(text);
});

test.each([
  [0, '0 kB'],
  [1, '1 kB'],
  [999_000, '999 kB'],
  [1_234_567, '1.2 MB'],
  [34_500_000_000, '34.5 GB'],
])('sizeText() of %i bytes is %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

test('describe() names the configuration of a volume, where it is not of the default one', () => {
  const labels = {
    'nx-docker-artifact.created': '2026-01-09T00:00:00Z',
    'nx-docker-artifact.workspace': '/ws',
    'nx-docker-artifact.project': 'alpha',
    'nx-docker-artifact.version': '1.0',
  };
  const text = (more: Record<string, string>) =>
    describeRemoval(
      { resource: { kind: 'volume', name: 'v', labels: { ...labels, ...more } } },
      NO_FACTS,
      now,
    );
  const label = 'nx-docker-artifact.configuration';
  expect(text({ [label]: 'debug' })).toBe(
    'volume v (alpha in /ws, configuration debug, version 1.0; made 1 day ago)',
  );
  const plain = 'volume v (alpha in /ws, version 1.0; made 1 day ago)';
  expect([text({}), text({ [label]: '' })]).toEqual([plain, plain]);
});

test('describe() handles a resource without a project, and one about which nothing is known', () => {
  const labels = { 'nx-docker-artifact.created': '2026-01-09T00:00:00Z' };
  const resource = { kind: 'volume' as const, name: 'nx-docker-artifact-dl', labels };
  expect(describeRemoval({ resource, why: 'all are removed' }, NO_FACTS, now)).toBe(
    'volume nx-docker-artifact-dl (of no project; made 1 day ago; all are removed)',
  );
});
