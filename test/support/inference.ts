import { dirname } from 'node:path';
import { expect } from 'vitest';
import { createNodes } from '../../src/plugin.js';
import { temporaryDirectory, writeFiles } from './workspace.js';

export const BUILD = 'nx-docker-artifact:build';
export const [glob, infer] = createNodes;

/** What the plugin infers in a workspace of these files, by project root: the targets. */
export async function inferred(...parameters: Parameters<typeof inferredProjects>) {
  const projects = await inferredProjects(...parameters);
  return Object.fromEntries(
    Object.entries(projects).map(([root, project]) => [root, project?.targets ?? {}]),
  );
}

export async function inferredProjects(
  files: Record<string, unknown>,
  options?: Parameters<typeof infer>[1],
  nxJsonConfiguration?: Parameters<typeof infer>[2]['nxJsonConfiguration'],
) {
  const workspaceRoot = await temporaryDirectory('workspace');
  const texts = Object.entries(files).map(([name, json]) => [
    name,
    typeof json === 'string' ? json : JSON.stringify(json),
  ]);
  await writeFiles(workspaceRoot, Object.fromEntries(texts));
  const results = await infer(Object.keys(files), options, { workspaceRoot, nxJsonConfiguration });
  for (const [file, { projects = {} }] of results) expect(Object.keys(projects)).toEqual([dirname(file)]);
  return Object.fromEntries(
    results.map(([file, { projects }]) => [dirname(file), projects?.[dirname(file)]]),
  );
}

/** A project with a build target of these options. */
export const project = (options: object = {}, more: object = {}) => ({
  ...{ name: 'alpha', targets: { 'build-artifact': { executor: BUILD, options } }, ...more },
});
