import { join } from 'node:path';
import { expect, test } from 'vitest';
import { basesUseContext } from '../../../src/docker/image/onbuild.js';
import { imageTag, testImage } from '../../support/image.js';
import { testEngine } from '../../support/runner.js';
import { BUSYBOX, temporaryDirectory, writeFiles } from '../../support/workspace.js';

async function uses(dockerfile: string, platform?: string): Promise<boolean> {
  const context = await temporaryDirectory('context');
  await writeFiles(context, { Dockerfile: dockerfile });
  const build = { dockerfile: join(context, 'Dockerfile'), context, contextGiven: false, platform };
  return await basesUseContext(await testEngine(), build);
}

test.each([
  ['ONBUILD COPY . /c', true],
  ['ONBUILD ADD f /c', true],
  ['ONBUILD RUN true', false],
  ['ONBUILD COPY --from=x /a /a', false],
  ['ENV A=b', false],
])('basesUseContext(): of a base image with %j: %s', async (line, expected) => {
  const base = await testImage(line);
  expect(await uses(`FROM ${BUSYBOX}\nFROM ${base}\n`)).toBe(expected);
});

test('basesUseContext(): rather yes, of a base image that is not known', async () => {
  const { Architecture } = await (await testEngine()).docker.getImage(BUSYBOX).inspect();
  const other = Architecture === 'arm64' ? 'linux/amd64' : 'linux/arm64';
  expect(await uses(`FROM ${imageTag()}`)).toBe(true);
  expect(await uses('FROM Not:A:Name')).toBe(true);
  expect(await uses(`FROM ${BUSYBOX}-$TARGETARCH`)).toBe(true);
  expect(await uses(`FROM ${BUSYBOX}`, other)).toBe(true);
  expect(await uses(`FROM ${BUSYBOX}`)).toBe(false);
  expect(await uses('FROM scratch')).toBe(false);
});
