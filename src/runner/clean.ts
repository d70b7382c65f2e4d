import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DOCKER_ID, UNPACKED_FROM } from '../artifact/marks.js';
import type { Package } from '../artifact/package.js';
import { removeTree } from '../artifact/remove-tree.js';
import type { Engine } from '../docker/engine.js';
import { LABEL, type Labels } from '../docker/labels.js';
import { engineThings, removeThing, type Thing } from '../docker/things.js';
import { ArtifactError, reason } from '../errors.js';
import { readId } from './volumes.js';

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

/** A project; `artifactDir` is its `artifact_dir` option, absolute. */
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
    await act(path, () => removeTree(path));
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
  const own = { [LABEL.workspace]: target.workspaceRoot, [LABEL.project]: target.project };
  const queries = [own, ...(await knownIds(target)).map((id) => ({ [LABEL.id]: id }))];
  const found = (await Promise.all(queries.map((labels) => engineThings(engine, labels)))).flat();
  const ours = found.filter(({ labels }) => isAtHome(labels, target));
  const things = new Map(ours.map((thing) => [`${thing.kind} ${thing.name}`, thing]));
  return [...things.values()].sort((a, b) => a.kind.localeCompare(b.kind)); // containers hold volumes
}

/** A copy of a workspace names the volumes of the original, which are not its own while the original is there. */
function isAtHome(labels: Labels, { workspaceRoot }: Target): boolean {
  const home = labels[LABEL.workspace];
  return home !== undefined && (home === workspaceRoot || !existsSync(home));
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

/** The ids of the build volumes that the artifacts name: those of a workspace that was moved have its old path. */
async function knownIds(target: Target): Promise<string[]> {
  const ids = await Promise.all((await artifacts(target)).map((path) => readId(join(path, DOCKER_ID))));
  return ids.filter((id) => id !== undefined);
}

/** The artifacts of all versions; of a directory of the user's own only one that we have unpacked or begun. */
async function artifacts({ root, artifactDir }: Target): Promise<string[]> {
  const base = join(root, '.nerves/artifacts');
  const paths = (await readdir(base).catch(() => [])).map((name) => join(base, name));
  const marked =
    artifactDir && [DOCKER_ID, UNPACKED_FROM].some((mark) => existsSync(join(artifactDir, mark)));
  return marked ? [...paths, artifactDir] : paths;
}

/** What a build leaves in the package, but for the log. */
async function ownFiles(target: Target): Promise<string[]> {
  const paths = [...(await artifacts(target)), join(target.root, '.nerves/archive')];
  return paths.filter((path) => existsSync(path));
}
