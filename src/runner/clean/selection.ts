import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DOCKER_ID } from '../../artifact/archive/marker-files.js';
import type { Package } from '../../artifact/package.js';
import type { Resource, Resources } from '../../backend/types.js';
import { LABEL, type Labels } from '../../conventions/labels.js';
import { readId } from '../volumes.js';

export interface CleanScope {
  dry_run: boolean;
  /** Things of workspaces or projects that are gone from this machine. */
  orphans: boolean;
  /** What belongs to any workspace. */
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
  resources: Resources,
  owner: Owner,
  scope: CleanScope & { host: string },
  artifacts: readonly string[],
): Promise<Removal[]> {
  if (scope.all) return (await resources.list({})).map((resource) => ({ resource, why: 'all are removed' }));
  if (!scope.orphans)
    return (await ownResources(resources, owner, artifacts)).map((resource) => ({ resource }));
  return (await resources.list({})).flatMap((resource) => {
    const why = orphaned(resource.labels, scope);
    return why ? [{ resource, why }] : [];
  });
}

/** By labels, and by the ids that the artifacts name: those of a workspace that was moved have its old path. */
async function ownResources(
  resources: Resources,
  owner: Owner,
  artifacts: readonly string[],
): Promise<Resource[]> {
  const own = { [LABEL.workspace]: owner.workspaceRoot, [LABEL.project]: owner.project };
  const ids = await Promise.all(artifacts.map((path) => readId(join(path, DOCKER_ID))));
  const queries = [own, ...ids.flatMap((id) => (id ? [{ [LABEL.id]: id }] : []))];
  const found = (await Promise.all(queries.map((labels) => resources.list(labels)))).flat();
  const ours = found.filter(({ labels }) => isAtHome(labels, owner));
  const unique = new Map(ours.map((resource) => [`${resource.kind} ${resource.name}`, resource]));
  return [...unique.values()].sort((a, b) => a.kind.localeCompare(b.kind));
}

/** A copy of a workspace names the volumes of the original, which are not its own while the original is there. */
function isAtHome(labels: Labels, { workspaceRoot }: Owner): boolean {
  const home = labels[LABEL.workspace];
  return home !== undefined && (home === workspaceRoot || !existsSync(home));
}

/** Why nobody needs it; undefined while somebody may. Only a workspace of this host can be seen to be gone. */
function orphaned(
  labels: Labels,
  { workspaceRoot, projectRoots, host }: CleanScope & { host: string },
): string | undefined {
  const home = labels[LABEL.workspace];
  if (labels[LABEL.role] === 'listing') return 'a listing was killed';
  if (labels[LABEL.host] !== host || !home) return undefined;
  if (!existsSync(home)) return 'its workspace is gone';
  const isKnown = home !== workspaceRoot || Object.hasOwn(projectRoots, labels[LABEL.project] ?? '');
  return isKnown ? undefined : 'its project is gone';
}
