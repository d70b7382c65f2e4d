import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { NO_ENGINE, type Workspace } from '../workspace.js';
import type { Action } from './actions.js';
import { change, copyOver, edit } from './host-files.js';
import {
  ASSETS,
  artifactOf,
  type Configuration,
  expected,
  type Facts,
  PACKAGE,
  PLATFORM,
  project,
  usersFiles,
} from './model.js';

/** One of the clones, and what of its options the test has set. */
export interface Clone {
  workspace: Workspace;
  env: NodeJS.ProcessEnv;
  facts: Facts;
  /**
   * Others may not get what it builds: it has built with --fresh, Nx's own hash of a file is of what was there before
   * (it looks at size and time alone; our digest is right, so that the key is one that nobody else has), or a run was
   * ended between the local cache and the remote one.
   */
  hasOwnKeys: boolean;
}

/** Does it; whatever says that an artifact was built is compared with the model. */
export async function perform(action: Action, clones: readonly [Clone, Clone]): Promise<void> {
  const own = clones[action.clone];
  const { workspace } = own;
  switch (action.does) {
    case 'edit':
      own.hasOwnKeys ||= action.how === 'same size and time';
      return await edit(workspace.path(action.path), action.content, action.how);
    case 'remove':
    case 'directory':
    case 'link':
    case 'chmod':
      return await change(workspace.path(action.path), action.does);
    case 'option':
      own.facts = action.facts;
      return await workspace.write({ [`${PACKAGE}/project.json`]: project(action.facts) });
    case 'build':
      return await build(own, action.configuration);
    case 'build --fresh':
      own.hasOwnKeys = true;
      return await build(own, action.configuration, ['--fresh']);
    case 'share':
      return await share(own, clones[action.clone === 0 ? 1 : 0], action.configuration);
    case 'interrupt':
      own.hasOwnKeys = true;
      return await interrupt(own, action.configuration, action.after, action.signal);
    case 'edit while it builds':
      return await editWhileBuilding(own, action);
    case 'shell':
      return await shell(own, action.script);
    case 'lose .nerves':
      return await rm(workspace.path(`${PACKAGE}/.nerves`), { recursive: true, force: true });
  }
}

const target = (which: Configuration) => `alpha:build-artifact:${which}`;

/** Builds, or gets it from a cache; the artifact is the model's, and nothing of the user's has changed. */
export async function build(
  { workspace, env, facts: options }: Clone,
  which: Configuration,
  args: string[] = [],
): Promise<void> {
  const before = await usersFiles(workspace);
  const { code, text } = await workspace.nxWith({ env }, 'run', target(which), ...args);
  expect(code, text).toBe(0);
  expect(await artifactOf(workspace), text).toEqual(await expected(workspace, options, which));
  expect(await usersFiles(workspace), text).toBe(before);
}

/** The other one gets the files of this one, and its artifact from the cache that they share. */
async function share(from: Clone, to: Clone, which: Configuration): Promise<void> {
  await build(from, which);
  for (const root of [PACKAGE, PLATFORM, ASSETS]) {
    const filter = (path: string) => !/\/(\.nerves|build\.log)/.test(path.slice(from.workspace.root.length));
    await copyOver(from.workspace.path(root), to.workspace.path(root), filter);
  }
  to.facts = from.facts;
  const cached = !from.hasOwnKeys && !to.hasOwnKeys;
  await build(cached ? { ...to, env: { ...to.env, ...NO_ENGINE } } : to, which);
}

async function interrupt(
  { workspace, env }: Clone,
  which: Configuration,
  ms: number,
  signal: NodeJS.Signals,
): Promise<void> {
  const running = workspace.start(['run', target(which)], { env });
  await sleep(ms);
  try {
    process.kill(running.pid, signal);
  } catch {
    // it has come to its end before
  }
  await running.exitCode();
  await expect.poll(() => workspace.containers(), { timeout: 10_000 }).toEqual([]);
}

/** It may fail; where it succeeds, the artifact is of what was there before or of what is there after. */
async function editWhileBuilding(
  { workspace, env, facts: options }: Clone,
  {
    configuration: which,
    after: ms,
    path: edited,
    content,
  }: Extract<Action, { does: 'edit while it builds' }>,
): Promise<void> {
  const before = await expected(workspace, options, which);
  const running = workspace.start(['run', target(which)], { env });
  await sleep(ms);
  await edit(workspace.path(edited), content, 'written');
  const code = await running.exitCode();
  if (code !== 0) {
    expect(running.text()).toMatch(/^(SOURCES_CHANGED|ARCHIVE_STALE): /m);
    return;
  }
  const now = await expected(workspace, options, which);
  expect([before, now], running.text()).toContainEqual(await artifactOf(workspace));
}

async function shell({ workspace, env }: Clone, script: string): Promise<void> {
  const before = await usersFiles(workspace);
  const args = ['run', 'alpha:shell', '--no-configure', '--command', script];
  const { code, text } = await workspace.nxWith({ env }, ...args);
  expect([0, 1], text).toContain(code); // of a script that another one has taken the files from
  expect(await usersFiles(workspace), text).toBe(before);
}
