import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DOCKER_ID } from '../../artifact/archive/marker-files.js';
import type { Package } from '../../artifact/package.js';
import { LABEL, type Labels } from '../../conventions/labels.js';
import type { Engine } from '../../docker/connection/connect.js';
import { listResources, type Resource } from '../../docker/resources/listing.js';
import { readId } from '../volumes.js';

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

/** A project whose resources are its own. */
export type Owner = Pick<Package, 'project' | 'workspaceRoot'>;

export interface Removal {
  resource: Resource;
  /** Why it goes, where that is more than "this project is cleaned". */
  why?: string;
}

/** What an engine has for a scope to remove, containers first, as they hold volumes. `artifacts`: where ids may be. */
export async function resourcesToRemove(
  engine: Engine,
  owner: Owner,
  scope: CleanScope,
  artifacts: readonly string[],
): Promise<Removal[]> {
  if (scope.all)
    return (await listResources(engine, {})).map((resource) => ({ resource, why: 'all are removed' }));
  if (!scope.orphans) return (await ownResources(engine, owner, artifacts)).map((resource) => ({ resource }));
  return (await listResources(engine, {})).flatMap((resource) => {
    const why = orphaned(resource.labels, scope);
    return why ? [{ resource, why }] : [];
  });
}

/** By labels, and by the ids that the artifacts name: those of a workspace that was moved have its old path. */
async function ownResources(engine: Engine, owner: Owner, artifacts: readonly string[]): Promise<Resource[]> {
  const own = { [LABEL.workspace]: owner.workspaceRoot, [LABEL.project]: owner.project };
  const ids = await Promise.all(artifacts.map((path) => readId(join(path, DOCKER_ID))));
  const queries = [own, ...ids.flatMap((id) => (id ? [{ [LABEL.id]: id }] : []))];
  const found = (await Promise.all(queries.map((labels) => listResources(engine, labels)))).flat();
  const ours = found.filter(({ labels }) => isAtHome(labels, owner));
  const resources = new Map(ours.map((resource) => [`${resource.kind} ${resource.name}`, resource]));
  return [...resources.values()].sort((a, b) => a.kind.localeCompare(b.kind));
}

/** A copy of a workspace names the volumes of the original, which are not its own while the original is there. */
function isAtHome(labels: Labels, { workspaceRoot }: Owner): boolean {
  const home = labels[LABEL.workspace];
  return home !== undefined && (home === workspaceRoot || !existsSync(home));
}

/** Why nobody needs it; undefined while somebody may. Only a workspace of this host can be seen to be gone. */
function orphaned(labels: Labels, { workspaceRoot, projectRoots }: CleanScope): string | undefined {
  const home = labels[LABEL.workspace];
  if (labels[LABEL.role] === 'listing') return 'a listing was killed';
  if (labels[LABEL.host] !== hostname() || !home) return undefined;
  if (!existsSync(home)) return 'its workspace is gone';
  const isKnown = home !== workspaceRoot || Object.hasOwn(projectRoots, labels[LABEL.project] ?? '');
  return isKnown ? undefined : 'its project is gone';
}
