import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Package } from '../artifact/package.js';
import type { Engine } from '../docker/engine.js';
import { LABEL, type Labels } from '../docker/labels.js';
import { engineThings, removeThing, type Thing } from '../docker/things.js';
import { ArtifactError, reason } from '../errors.js';

export interface CleanDeps {
  /** Connects to the engine; a project without anything built needs none. */
  connect: () => Promise<Engine>;
  print: (line: string) => void;
}

export interface CleanScope {
  dry_run: boolean;
  /** Things of workspaces or projects that are gone from this machine. */
  orphans: boolean;
  /** Things of every workspace. */
  all: boolean;
  workspaceRoot: string;
  /** Roots of the workspace's projects, by name. */
  projectRoots: Record<string, string>;
}

type Target = Pick<Package, 'project' | 'root' | 'workspaceRoot'> & { artifactDir?: string };

/**
 * Removes what this tool made: containers and volumes that carry our labels, and the project's artifacts and
 * archive. What is gone already is fine, and one part that fails does not keep the others.
 * @throws ArtifactError CLEAN_INCOMPLETE that lists what could not be removed and why
 */
export async function clean(target: Target, scope: CleanScope, deps: CleanDeps): Promise<void> {
  const failures: string[] = [];
  const act = async (what: string, remove: () => Promise<void>) => {
    if (scope.dry_run) return deps.print(`would remove ${what}`);
    await remove().then(
      () => deps.print(`removed ${what}`),
      (error) => failures.push(`${what}: ${reason(error)}`),
    );
  };
  const wholeEngine = scope.orphans || scope.all;
  try {
    const engine = await deps.connect();
    for (const thing of await thingsToRemove(engine, target, scope)) {
      await act(describe(thing), () => removeThing(engine, thing));
    }
  } catch (error) {
    failures.push(`containers and volumes: ${reason(error)}`);
  }
  for (const path of wholeEngine ? [] : await ownFiles(target)) {
    await act(path, () => rm(path, { recursive: true, force: true }));
  }
  if (failures.length > 0) {
    throw new ArtifactError('CLEAN_INCOMPLETE', {
      tried: `clean ${target.project}`,
      cause: 'not everything could be removed',
      details: failures,
      hint: 'What is listed is still there; the rest is gone. Run clean again when the cause is mended.',
    });
  }
}

async function thingsToRemove(engine: Engine, target: Target, scope: CleanScope): Promise<Thing[]> {
  if (scope.all) return await engineThings(engine, {});
  if (scope.orphans) return (await engineThings(engine, {})).filter(({ labels }) => isOrphan(labels, scope));
  return await engineThings(engine, {
    [LABEL.workspace]: target.workspaceRoot,
    [LABEL.project]: target.project,
  });
}

/** Only a workspace of this host can be seen to be gone. */
function isOrphan(labels: Labels, { workspaceRoot, projectRoots }: CleanScope): boolean {
  const home = labels[LABEL.workspace];
  if (labels[LABEL.host] !== hostname() || !home) return false;
  if (home !== workspaceRoot) return !existsSync(home);
  return !Object.hasOwn(projectRoots, labels[LABEL.project] ?? '');
}

function describe({ kind, name, labels, state }: Thing): string {
  const of = `${labels[LABEL.project]} in ${labels[LABEL.workspace]}, version ${labels[LABEL.version]}`;
  return `${kind} ${name} (${of}, made ${labels[LABEL.created]}${state ? `, ${state}` : ''})`;
}

/** The artifacts of all versions, and the archive; the directories that held them when they are empty then. */
async function ownFiles({ root, artifactDir }: Target): Promise<string[]> {
  const below = async (directory: string) =>
    (await readdir(directory).catch(() => [])).map((name) => join(directory, name));
  const paths = [...(await below(join(root, '.nerves/artifacts'))), join(root, '.nerves/archive')];
  return [...(artifactDir ? [artifactDir] : []), ...paths].filter((path) => existsSync(path));
}
