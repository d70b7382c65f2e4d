import { expect, test } from 'vitest';
import type { Pin } from '../../../src/generators/pin/digest.js';
import pinGenerator from '../../../src/generators/pin/generator.js';
import { pinImage } from '../../../src/generators/pin/pin-image.js';
import { refusal, testTree } from '../support/tree.js';

const digest = `sha256:${'0a'.repeat(32)}`;
const projectJson = (options: object, executor = 'nx-docker-artifact:build') =>
  JSON.stringify({ name: 'rpi4', targets: { image: { executor, options } } });
const withImage = (tag: string) => projectJson({ build_runner_config: { docker: { tag } } });
const noEngine = () => Promise.reject(new Error('the engine was asked'));

test.each([
  [{}, 'TARGET_MISSING: could not find the build target of rpi4: there is no such project'],
  [
    { 'rpi4/project.json': projectJson({}, 'nx:run-commands') },
    'rpi4/project.json has no target whose executor is nx-docker-artifact:build',
  ],
  [
    { 'rpi4/project.json': projectJson({ build_runner_config: { docker: 'debian' } }) },
    'BAD_OPTION: could not read the options of rpi4:image: "build_runner_config.docker"',
  ],
  [{ 'rpi4/project.json': projectJson({ platform: 'none' }) }, 'no Nx project is called "none"'],
  [
    { 'rpi4/project.json': projectJson({ build_runner_config: { docker: ['Dockerfile', 'x:1'] } }) },
    'there is no file rpi4/Dockerfile',
  ],
  [
    { 'rpi4/project.json': withImage('own:1') },
    'IMAGE_MISSING: could not pin the image own:1: it has no digest',
  ],
])('pinImage() refuses what has no image that could be pinned: %j', async (files, message) => {
  const tree = testTree(files);
  const pin = async () => undefined;
  const run = () => pinImage(tree, { project: 'rpi4', update: false }, async () => pin);
  expect(await refusal(tree, run)).toContain(message);
});

test('pinImage() leaves what is pinned as it is, without an engine', async () => {
  const pinned = `debian:12@${digest}`;
  const tree = testTree({ 'rpi4/project.json': withImage(pinned) });
  const { lines } = await pinImage(tree, { project: 'rpi4', update: false }, noEngine);
  expect(lines).toEqual([`${pinned} is pinned already; --update pins what its tag leads to now.`]);
});

test("pinImage() pins the platform's image, where a project has none of its own", async () => {
  const br = { 'br/project.json': '{ "name": "nerves_system_br" }', 'br/VERSION': '1.31.7\n' };
  const options = { platform: 'nerves_system_br', build_runner_config: { cpus: 2 } };
  const tree = testTree({ ...br, 'rpi4/project.json': projectJson(options) });
  const pin: Pin = async ({ tag, pull }) => (pull === 'missing' ? `${tag}@${digest}` : undefined);
  const { lines } = await pinImage(tree, { project: 'rpi4', update: false }, async () => pin);
  const tag = `ghcr.io/nerves-project/nerves_system_br:1.31.7@${digest}`;
  expect(JSON.parse(tree.read('rpi4/project.json', 'utf8') ?? '').targets.image.options).toEqual({
    ...{ platform: 'nerves_system_br', build_runner_config: { cpus: 2, docker: { tag } } },
  });
  expect(lines).toEqual([
    `Set in rpi4/project.json, target image:\n  build_runner_config.docker.tag = "${tag}"`,
    'Until now it was the image of its platform, whichever version that has: after an upgrade of the platform remove "docker", and pin again.',
  ]);
});

test('pinImage() pins the image of a target whose executor stands in nx.json', async () => {
  const options = { build_runner_config: { docker: { tag: 'own:1' } } };
  const targetDefaults = { image: { executor: 'nx-docker-artifact:build' } };
  const tree = testTree({
    'nx.json': JSON.stringify({ targetDefaults }),
    'rpi4/project.json': JSON.stringify({ name: 'rpi4', targets: { image: { options } } }),
  });
  const pin: Pin = async ({ tag }) => `${tag}@${digest}`;
  const { lines } = await pinImage(tree, { project: 'rpi4', update: false }, async () => pin);
  expect(lines[0]).toContain(`build_runner_config.docker.tag = "own:1@${digest}"`);
});

test('pinImage() cannot look up a digest without a tag', async () => {
  const tree = testTree({ 'rpi4/project.json': withImage(`debian@${digest}`) });
  const run = () => pinImage(tree, { project: 'rpi4', update: true }, noEngine);
  expect(await refusal(tree, run)).toMatch(/^BAD_OPTION: could not use the option "update": .*has no tag/);
});

test.each([
  [{}, /"project" is missing/],
  [{ project: 'rpi4', force: true }, /unknown option "force"/],
])('pinGenerator() refuses the options %j', async (options, expected) => {
  const tree = testTree();
  expect(await refusal(tree, () => pinGenerator(tree, options))).toMatch(expected);
});
