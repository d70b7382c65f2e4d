import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Package } from '../../../src/artifact/package.js';
import { LABEL } from '../../../src/conventions/labels.js';
import { connectDocker } from '../../../src/docker/backend.js';
import { listResources } from '../../../src/docker/resources/listing.js';
import { build } from '../../../src/runner/build.js';
import { clean } from '../../../src/runner/clean/clean.js';
import { imageTag, removeImage, testImage } from '../../support/image.js';
import { testEngine, testHost, testRun } from '../../support/runner.js';
import { BUSYBOX, busyboxOptions, testPackage } from '../../support/workspace.js';

/** A package with a Dockerfile, which is built in that image. */
async function packageWith(tag: string, text: string, workspaceRoot?: string): Promise<Package> {
  const options = busyboxOptions('true', { build_runner_config: { docker: ['Dockerfile', tag] } });
  const files = { VERSION: '0.1.0\n', nerves_defconfig: '', Dockerfile: dockerfile(text) };
  const pkg = await testPackage({ workspaceRoot, files, options });
  await build(pkg, { ...testRun(pkg), archived: false });
  return pkg;
}

const dockerfile = (text: string) => `FROM ${BUSYBOX}\nRUN echo ${text} >/made\n`;

async function cleaned(pkg: Package, { imageTags, ...more }: { imageTags: string[]; dry_run?: boolean }) {
  const { workspaceRoot, project, root } = pkg;
  const flags = { dry_run: false, orphans: false, all: false, yes: false, ...more };
  const lines: string[] = [];
  await clean(
    pkg,
    { ...flags, workspaceRoot, imageTags, projectRoots: { [project]: root } },
    {
      connect: connectDocker,
      print: (line) => void lines.push(line),
      signal: new AbortController().signal,
      host: testHost(),
    },
  );
  return lines.filter((line) => line.includes(' image '));
}

async function imagesOf({ workspaceRoot }: Package): Promise<string[]> {
  const all = await listResources(await testEngine(), { [LABEL.workspace]: workspaceRoot });
  return all.filter(({ kind }) => kind === 'image').map(({ name }) => name);
}

test('clean() removes the image whose Dockerfile was edited, and keeps the one that a target names', async () => {
  const tag = imageTag();
  const pkg = await packageWith(tag, 'one');
  const [first] = await imagesOf(pkg);
  await writeFile(join(pkg.root, 'Dockerfile'), dockerfile('two'));
  await build(pkg, { ...testRun(pkg), archived: false });
  const [current] = (await imagesOf(pkg)).filter((id) => id !== first);

  const listed = await cleaned(pkg, { imageTags: [tag], dry_run: true });
  const short = first?.slice(0, 'sha256:'.length + 12);
  expect(listed).toEqual([
    expect.stringMatching(
      `^would remove image ${short}, once ${tag} \\(alpha in ${pkg.workspaceRoot}, version 0\\.1\\.0; [\\d.]+ MB; made [^;]+; a newer one has its tag\\)$`,
    ),
  ]);
  expect(await imagesOf(pkg)).toHaveLength(2);
  expect(await cleaned(pkg, { imageTags: [tag] })).toEqual([listed[0]?.replace('would remove', 'removed')]);
  expect(await imagesOf(pkg)).toEqual([current]);
});

test('clean() removes the image of a tag that no target names any more', async () => {
  const tag = imageTag();
  const pkg = await packageWith(tag, 'old tag');
  expect(await cleaned(pkg, { imageTags: [`${tag}0`] })).toEqual([
    expect.stringMatching(`^removed image ${tag} \\(.*; no target names it\\)$`),
  ]);
  expect(await imagesOf(pkg)).toEqual([]);
});

test('clean() keeps a container that somebody made of an image of ours, and the image, says why, and does not fail', async () => {
  const tag = imageTag();
  const pkg = await packageWith(tag, 'used');
  const { docker } = await testEngine();
  const container = await docker.createContainer({ Image: tag, Cmd: ['true'] });
  onTestFinished(() => container.remove().catch(() => {}));
  expect(await cleaned(pkg, { imageTags: [] })).toEqual([
    expect.stringMatching(`^kept image ${tag} \\(.*\\): .*container`),
  ]);
  expect(await imagesOf(pkg)).toHaveLength(1);
  expect((await container.inspect()).Config.Labels[LABEL.workspace], 'it has our labels').toBe(
    pkg.workspaceRoot,
  );
  await container.remove();
  expect(await cleaned(pkg, { imageTags: [] })).toHaveLength(1);
});

test('clean() keeps what somebody has built on one of ours, and the one below it', async () => {
  const tag = imageTag();
  const pkg = await packageWith(tag, 'base');
  const derived = await testImage('RUN echo mine >/mine', {}, tag);
  const { docker } = await testEngine();
  const { Id, Config } = await docker.getImage(derived).inspect();
  onTestFinished(() => removeImage(Id));
  expect(Config.Labels[LABEL.workspace], 'it has our labels').toBe(pkg.workspaceRoot);
  const [line, ...more] = await cleaned(pkg, { imageTags: [] });
  expect(line).toMatch(new RegExp(`^(kept|removed) image ${tag} `)); // the classic builder knows its children
  expect(more).toEqual([]);
  expect((await docker.getImage(derived).inspect()).Id).toBe(Id);
});
