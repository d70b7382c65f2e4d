import { idsIn } from '../../artifact/docker-id.js';
import type { Package } from '../../artifact/package.js';
import type { Resource, Resources } from '../../backend/types.js';
import { LABEL, type Labels } from '../../conventions/labels.js';
import { isGone } from '../../util/files/mount-point.js';
import { isOwnImage, othersAmong, whyUnused } from './images.js';
import { livingIds } from './living-ids.js';

export interface CleanScope {
  dry_run: boolean;
  /** Resources of workspaces or projects that are gone from this machine. */
  orphans: boolean;
  /** What belongs to any workspace. */
  all: boolean;
  /** Do not ask before something of other projects is removed. */
  yes: boolean;
  workspaceRoot: string;
  /** Roots of the workspace's projects, by name. */
  projectRoots: Record<string, string>;
  /** The images that targets of the workspace name. */
  imageTags: readonly string[];
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
  if (scope.all) {
    const all = (await resources.list({})).filter(isOurs);
    return all.map((resource) => ({ resource, why: 'all are removed' }));
  }
  if (scope.orphans) return await orphans((await resources.list({})).filter(isOurs), scope);
  const own = await ownResources(resources, owner, scope, artifacts);
  const others = own.filter(({ kind }) => kind !== 'image').map((resource) => ({ resource }));
  return [...others, ...(await unusedImages(resources, own, owner, scope))];
}

const isOurs = (resource: Resource) => resource.kind !== 'image' || isOwnImage(resource);

/** The image that a target names stays: the next build would only have to build it again. */
async function unusedImages(
  resources: Resources,
  own: readonly Resource[],
  { workspaceRoot }: Owner,
  { imageTags, host }: CleanScope & { host: string },
): Promise<Removal[]> {
  const images = own.filter((one) => isOwnImage(one) && one.labels[LABEL.host] === host);
  if (images.length === 0) return [];
  const others = othersAmong(await resources.list({}), workspaceRoot, host);
  const reasons = await Promise.all(images.map((image) => whyUnused(image, imageTags, others)));
  return images.flatMap((resource, index) => {
    const why = reasons[index];
    return why === undefined ? [] : [{ resource, why }];
  });
}

/**
 * By labels, and by the ids that the artifacts name: those of a workspace that was moved have its old path, and those
 * of a project that was renamed its old name. Projects that share an `artifact_dir` name each other's.
 */
async function ownResources(
  resources: Resources,
  owner: Owner,
  { projectRoots }: CleanScope,
  artifacts: readonly string[],
): Promise<Resource[]> {
  const own = { [LABEL.workspace]: owner.workspaceRoot, [LABEL.project]: owner.project };
  const ids = (await Promise.all(artifacts.map(idsIn))).flat();
  const queries = [own, ...ids.map((id) => ({ [LABEL.id]: id }))];
  const found = (await Promise.all(queries.map((labels) => resources.list(labels)))).flat();
  const isOthers = (project = '') => project !== owner.project && Object.hasOwn(projectRoots, project);
  const candidates = found.filter(({ labels }) => !isOthers(labels[LABEL.project]));
  const atHome = await Promise.all(candidates.map(({ labels }) => isAtHome(labels, owner)));
  const ours = candidates.filter((_, index) => atHome[index]);
  const unique = new Map(ours.map((resource) => [`${resource.kind} ${resource.name}`, resource]));
  return [...unique.values()].sort((a, b) => a.kind.localeCompare(b.kind));
}

/** A copy of a workspace names the volumes of the original, which are not its own while the original is there. */
async function isAtHome(labels: Labels, { workspaceRoot }: Owner): Promise<boolean> {
  const home = labels[LABEL.workspace];
  if (home === undefined || home === workspaceRoot) return home !== undefined;
  return await isGone(home, labels[LABEL.mount]);
}

/** Those that nobody needs, for certain. Only a workspace of this host can be seen to be gone. */
async function orphans(
  all: readonly Resource[],
  { workspaceRoot, projectRoots, imageTags, host }: CleanScope & { host: string },
): Promise<Removal[]> {
  const others = othersAmong(all, workspaceRoot, host);
  const own = all.filter(({ labels }) => labels[LABEL.host] === host);
  const homes = new Set(own.flatMap(({ labels }) => labels[LABEL.workspace] ?? []));
  const living = await livingIds(new Set([workspaceRoot, ...homes])); // those that are gone have none
  const whyGone = async ({ labels }: Resource): Promise<string | undefined> => {
    const home = labels[LABEL.workspace];
    if (labels[LABEL.role] === 'listing') return 'a listing was killed';
    if (labels[LABEL.host] !== host || !home || living.has(labels[LABEL.id] ?? '')) return undefined;
    if (await isGone(home, labels[LABEL.mount])) return 'its workspace is gone';
    const isKnown = home !== workspaceRoot || Object.hasOwn(projectRoots, labels[LABEL.project] ?? '');
    return isKnown ? undefined : 'its project is gone';
  };
  const why = async (resource: Resource): Promise<string | undefined> => {
    const gone = await whyGone(resource);
    const isUsed = gone && resource.kind === 'image' && !(await whyUnused(resource, imageTags, others));
    return isUsed ? undefined : gone;
  };
  const reasons = await Promise.all(all.map(why));
  return all.flatMap((resource, index) => {
    const reason = reasons[index];
    return reason === undefined ? [] : [{ resource, why: reason }];
  });
}
