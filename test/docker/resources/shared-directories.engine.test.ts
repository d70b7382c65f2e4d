import { utimesSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sharesDirectories } from '../../../src/docker/resources/shared-directories.js';
import { testEngine } from '../../support/runner.js';
import { temporaryDirectory } from '../../support/workspace.js';

test('sharesDirectories(): those of the machine of the engine, and leaves nothing on it', async () => {
  const engine = await testEngine();
  const [one, other] = [await temporaryDirectory('a, "b"'), await temporaryDirectory()];
  utimesSync(other, 1_500_000_000, 1_500_000_000); // a time of whole seconds
  const labels = { 'nx-docker-artifact.test': one };
  expect(await sharesDirectories(engine, [one, other, '/'], labels)).toBe(true);
  const filters = { label: [`nx-docker-artifact.test=${one}`] };
  expect(await engine.docker.listContainers({ all: true, filters })).toEqual([]);
  expect(await engine.docker.listImages({ all: true, filters })).toEqual([]);
});
