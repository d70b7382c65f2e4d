import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkArtifactDir, ownArtifactAt } from '../../artifact/artifact-dir.js';
import { currentFiles, isCurrent } from '../../artifact/current.js';
import type { Backend, Resources } from '../../backend/types.js';
import { LABEL, type Labels } from '../../conventions/labels.js';
import { ARCHIVE_DIR, ARTIFACTS_DIR, NERVES_DIR, TIMING_DIR } from '../../conventions/own-outputs.js';
import { ArtifactError, reason } from '../../errors.js';
import { removeTree } from '../../util/files/remove-tree.js';
import { leftoversOf } from '../../util/files/replace-directory.js';
import { type Run, withBackend } from '../run.js';
import { isAgreed } from './agree.js';
import { describe, factsOf, NO_FACTS } from './listing.js';
import { type CleanScope, type Owner, resourcesToRemove } from './selection.js';

export type { CleanScope } from './selection.js';

export interface CleanRun extends Pick<Run, 'host' | 'signal' | 'connect'> {
  print: (line: string) => void;
  /** Asks the user a question that "yes" answers; undefined where nobody is there to ask. */
  confirm?: (question: string) => Promise<boolean>;
}

/** A project; with what its `artifact_dir` option (absolute) and its `engine` option are in any configuration. */
type Target = Owner & {
  root: string;
  artifactDirs?: readonly string[];
  engines?: readonly (string | undefined)[];
};

/**
 * Removes what this tool made: containers, volumes and unused images that carry our labels, and the project's artifacts
 * and archive. What is gone already is fine, and a failure to remove one does not stop the others.
 * @throws ArtifactError CLEAN_INCOMPLETE that lists what could not be removed and why, INTERRUPTED
 */
export async function clean(target: Target, scope: CleanScope, run: CleanRun): Promise<void> {
  try {
    await removeAll(target, scope, run);
  } catch (error) {
    const { aborted, reason: cause } = run.signal;
    if (!aborted) throw error;
    throw cause instanceof ArtifactError
      ? cause.as(cause.code, 'Run clean again to remove the rest.')
      : cause;
  }
}

async function removeAll(target: Target, scope: CleanScope, run: CleanRun): Promise<void> {
  const failures: string[] = [];
  let found = 0;
  const act = async (what: string, remove: () => Promise<string | undefined>) => {
    run.signal.throwIfAborted();
    found++;
    if (scope.dry_run) return run.print(`would remove ${what}`);
    await remove().then(
      (why) => run.print(why === undefined ? `removed ${what}` : `kept ${what}: ${why}`),
      (error) => {
        run.signal.throwIfAborted();
        failures.push(`${what}: ${reason(error)}`);
      },
    );
  };
  const wholeEngine = scope.orphans || scope.all;
  for (const engine of target.engines ?? [undefined]) {
    try {
      const clean = ({ resources }: Backend) => cleanEngine(resources, target, scope, run, act);
      if (!(await withBackend(run, engine, clean))) return;
    } catch (error) {
      run.signal.throwIfAborted();
      if (error instanceof ArtifactError && error.code === 'BAD_OPTION') throw error;
      failures.push(`containers, images and volumes: ${reason(error)}`);
    }
  }
  for (const path of wholeEngine ? [] : await currentFiles(target.root)) {
    await act(path, async () => void (await rm(path, { force: true }))); // the link itself, and first, as it leads to an artifact
  }
  for (const path of wholeEngine ? [] : await ownFiles(target, scope)) {
    await act(path, async () => void (await removeOwn(path)));
  }
  if (failures.length > 0) throw incomplete(target, failures);
  if (found === 0) run.print('nothing to remove');
}

/** Whether the user has agreed. */
async function cleanEngine(
  resources: Resources,
  target: Target,
  scope: CleanScope,
  run: CleanRun,
  act: (what: string, remove: () => Promise<string | undefined>) => Promise<void>,
): Promise<boolean> {
  const within = { ...scope, host: run.host.name };
  const removals = await resourcesToRemove(resources, target, within, await artifacts(target, scope));
  const wholeEngine = scope.orphans || scope.all;
  // counting takes the engine a while: only for a listing or a large removal
  const isListing = scope.dry_run || wholeEngine;
  const facts = isListing ? await factsOf(resources, removals, listingLabels(run)) : NO_FACTS;
  const described = removals.map((removal) => ({
    what: describe(removal, facts, run.host.now()),
    remove: () => resources.remove(removal.resource),
  }));
  const names = described.map(({ what }) => what);
  if (wholeEngine && !scope.dry_run && !(await isAgreed(names, scope, run))) return false;
  for (const { what, remove } of described) await act(what, remove);
  return true;
}

function incomplete({ project }: Target, failures: string[]): ArtifactError {
  return new ArtifactError('CLEAN_INCOMPLETE', {
    tried: `clean ${project}`,
    cause: 'not everything could be removed',
    details: failures,
    hint: 'What is listed is still there; the rest is gone. Run clean again once the cause is fixed.',
  });
}

function listingLabels({ host }: CleanRun): Labels {
  return {
    [LABEL.created]: host.now().toISOString(),
    [LABEL.toolVersion]: host.toolVersion,
    [LABEL.host]: host.name,
  };
}

/** The artifacts of all versions; of directories of the user's own only those that we have unpacked or begun. */
async function artifacts({ root, artifactDirs = [] }: Target, scope: CleanScope): Promise<string[]> {
  const base = join(root, ARTIFACTS_DIR);
  const names = (await readdir(base).catch(() => [])).filter((name) => !isCurrent(name));
  const paths = names.map((name) => join(base, name));
  for (const directory of artifactDirs) if (await isOurs(directory, root, scope)) paths.push(directory);
  return paths;
}

async function isOurs(
  directory: string,
  root: string,
  { workspaceRoot, projectRoots }: CleanScope,
): Promise<boolean> {
  const roots = Object.values(projectRoots).map((path) => resolve(workspaceRoot, path));
  const others = roots.filter((one) => one !== root).map((one) => join(one, NERVES_DIR));
  if ((await ownArtifactAt(directory)) === undefined) return false;
  return await checkArtifactDir(directory, { keep: [workspaceRoot, ...roots], others }).then(
    () => true,
    () => false,
  );
}

/** Behind a link of the user's the artifact goes, and the link stays for the next one. */
async function removeOwn(path: string): Promise<void> {
  await removeTree((await ownArtifactAt(path)) ?? path);
}

/** What a build leaves in the package, but for the log, and what one that was killed left there or beside an `artifact_dir`. */
async function ownFiles(target: Target, scope: CleanScope): Promise<string[]> {
  const archive = join(target.root, ARCHIVE_DIR);
  const left = await Promise.all([archive, ...(target.artifactDirs ?? [])].map(leftoversOf));
  const paths = [...(await artifacts(target, scope)), archive, join(target.root, TIMING_DIR), ...left.flat()];
  return paths.filter((path) => existsSync(path));
}
