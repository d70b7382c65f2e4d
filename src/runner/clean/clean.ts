import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DOCKER_ID, UNPACKED_FROM } from '../../artifact/archive/marker-files.js';
import { LABEL, type Labels } from '../../conventions/labels.js';
import { ARCHIVE_DIR, ARTIFACTS_DIR } from '../../conventions/own-outputs.js';
import type { Engine } from '../../docker/connection/connect.js';
import { removeResource } from '../../docker/resources/listing.js';
import { ArtifactError, reason } from '../../errors.js';
import { removeTree } from '../../util/remove-tree.js';
import { describe, factsOf, NO_FACTS } from './listing.js';
import { type CleanScope, type Owner, resourcesToRemove } from './selection.js';

export type { CleanScope } from './selection.js';

export interface CleanDeps {
  /** Connects to the engine; a project without anything built needs none. */
  connect: () => Promise<Engine>;
  print: (line: string) => void;
  /** Aborted by an interrupt: nothing more is removed then. */
  signal: AbortSignal;
  /** For ages in listings. */
  now: () => Date;
  toolVersion: string;
}

/** A project; `artifactDir` is its `artifact_dir` option, absolute. */
type Target = Owner & { root: string; artifactDir?: string };

/**
 * Removes what this tool made: containers and volumes that carry our labels, and the project's artifacts and
 * archive. What is gone already is fine, and one part that fails does not keep the others.
 * @throws ArtifactError CLEAN_INCOMPLETE that lists what could not be removed and why, INTERRUPTED
 */
export async function clean(target: Target, scope: CleanScope, deps: CleanDeps): Promise<void> {
  try {
    await removeAll(target, scope, deps);
  } catch (error) {
    const { aborted, reason: cause } = deps.signal;
    if (!aborted) throw error;
    throw cause instanceof ArtifactError ? cause.as(cause.code, 'Run clean again for what is left.') : cause;
  }
}

async function removeAll(target: Target, scope: CleanScope, deps: CleanDeps): Promise<void> {
  const failures: string[] = [];
  let found = 0;
  const act = async (what: string, remove: () => Promise<void>) => {
    deps.signal.throwIfAborted();
    found++;
    if (scope.dry_run) return deps.print(`would remove ${what}`);
    await remove().then(
      () => deps.print(`removed ${what}`),
      (error) => {
        deps.signal.throwIfAborted();
        failures.push(`${what}: ${reason(error)}`);
      },
    );
  };
  const wholeEngine = scope.orphans || scope.all;
  try {
    const engine = await deps.connect();
    const removals = await resourcesToRemove(engine, target, scope, await artifacts(target));
    // counting takes the engine a while: only for who looks before they leap
    const isListing = scope.dry_run || wholeEngine;
    const facts = isListing ? await factsOf(engine, removals, listingLabels(deps)) : NO_FACTS;
    for (const removal of removals)
      await act(describe(removal, facts, deps.now()), () => removeResource(engine, removal.resource));
  } catch (error) {
    deps.signal.throwIfAborted();
    failures.push(`containers and volumes: ${reason(error)}`);
  }
  for (const path of wholeEngine ? [] : await ownFiles(target)) {
    await act(path, () => removeTree(path));
  }
  if (failures.length > 0) throw incomplete(target, failures);
  if (found === 0) deps.print('nothing to remove');
}

function incomplete({ project }: Target, failures: string[]): ArtifactError {
  return new ArtifactError('CLEAN_INCOMPLETE', {
    tried: `clean ${project}`,
    cause: 'not everything could be removed',
    details: failures,
    hint: 'What is listed is still there; the rest is gone. Run clean again when the cause is mended.',
  });
}

function listingLabels({ now, toolVersion }: CleanDeps): Labels {
  return {
    [LABEL.created]: now().toISOString(),
    [LABEL.toolVersion]: toolVersion,
    [LABEL.host]: hostname(),
  };
}

/** The artifacts of all versions; of a directory of the user's own only one that we have unpacked or begun. */
async function artifacts({ root, artifactDir }: Target): Promise<string[]> {
  const base = join(root, ARTIFACTS_DIR);
  const paths = (await readdir(base).catch(() => [])).map((name) => join(base, name));
  const marked =
    artifactDir && [DOCKER_ID, UNPACKED_FROM].some((mark) => existsSync(join(artifactDir, mark)));
  return marked ? [...paths, artifactDir] : paths;
}

/** What a build leaves in the package, but for the log. */
async function ownFiles(target: Target): Promise<string[]> {
  const paths = [...(await artifacts(target)), join(target.root, ARCHIVE_DIR)];
  return paths.filter((path) => existsSync(path));
}
