import { randomBytes, randomInt } from 'node:crypto';
import { link, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { placeToReplace } from '../artifact/artifact-dir.js';
import { DOCKER_ID, dockerIdFile, readId } from '../artifact/docker-id.js';
import type { Package } from '../artifact/package.js';
import type { Backend, Volume, Volumes } from '../backend/types.js';
import { LABEL, type Labels } from '../conventions/labels.js';
import { ArtifactError, systemCode } from '../errors.js';
import { debug } from '../util/debug.js';
import { writeDurable } from '../util/files/durable.js';
import { fileError } from '../util/files/file-error.js';
import { isGone } from '../util/files/mount-point.js';
import { DL_VOLUME, type PackageVolumes, volumeNames } from './plan/volumes.js';

/** How often an engine is asked for a volume that it has made. */
const MOST_TRIES = 50;

/**
 * Finds or makes the volumes of a package in its configuration: two that shared a build directory would find each
 * other's objects in it. The id comes from `.docker_id` (see {@link dockerIdFile}) in the artifact directory; where that
 * is missing (another version, a fresh checkout) from the volume that has this workspace, project and configuration as
 * its labels.
 */
export async function ensureVolumes(
  { volumes }: Backend,
  pkg: Package,
  labels: Labels,
): Promise<PackageVolumes> {
  for (let find = () => adopt(volumes, pkg); ; find = async () => undefined) {
    const id = await settleId(pkg, async () => (await find()) ?? newId());
    const names = volumeNames(pkg.package, id);
    const make = (name: string, role: string) =>
      ensureOwn(volumes, pkg, name, { ...labels, [LABEL.id]: id, [LABEL.role]: role });
    if ((await make(names.build, 'build')) && (await make(names.env, 'env'))) return names;
    // somebody else's volume of that name: one of Nerves' own, or of the workspace this one was copied from
    await rm(idPath(pkg), { force: true });
  }
}

/** The volumes of a package in its configuration, as far as they are there. */
export async function findVolumes({ volumes }: Pick<Backend, 'volumes'>, pkg: Package): Promise<Volume[]> {
  const id = (await readId(idPath(pkg))) ?? (await adopt(volumes, pkg));
  if (id === undefined) return [];
  const { build, env } = volumeNames(pkg.package, id);
  const found = await Promise.all([build, env].map((name) => volumes.find(name)));
  const there = found.filter((volume) => volume !== undefined);
  const own = await Promise.all(there.map((volume) => isOurs(volume, pkg)));
  return there.filter((_, index) => own[index]);
}

/**
 * The download cache of an engine that does not see our file system: one volume for all packages.
 * @param labels of the package that needs it; it belongs to none
 */
export async function ensureDownloads({ volumes }: Backend, labels: Labels): Promise<void> {
  const own = [LABEL.created, LABEL.toolVersion, LABEL.host].map((key) => [key, labels[key] ?? '']);
  await volumes.create(DL_VOLUME, { ...Object.fromEntries(own), [LABEL.role]: 'downloads' });
}

/**
 * Whether the volume is ours, after making it if there is none. An engine that makes it for another build just now may say that
 * it exists, and not find it yet: that is none of somebody else's.
 * @throws ArtifactError ENGINE_LOST
 */
async function ensureOwn(volumes: Volumes, pkg: Package, name: string, labels: Labels): Promise<boolean> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const found = await volumes.find(name);
    if (found) return await isOurs(found, pkg);
    debug('volume: %s is made', name);
    if (tries > 0) await sleep(100);
    await volumes.create(name, labels);
  }
  throw new ArtifactError('ENGINE_LOST', {
    tried: `make the volume ${name}`,
    cause: 'the engine says that it exists, and does not find it',
    hint: `Does \`docker volume inspect ${name}\` show it?`,
  });
}

/** A workspace that was moved brings its id along; one that was copied must not share the original's volume. */
async function isOurs(volume: Volume, pkg: Package): Promise<boolean> {
  const home = volume.labels[LABEL.workspace];
  if (!isOfConfiguration(volume, pkg)) return false;
  if (home === undefined || home === pkg.workspaceRoot) return home !== undefined;
  return await isGone(home, volume.labels[LABEL.mount]);
}

async function adopt(volumes: Volumes, pkg: Package): Promise<string | undefined> {
  const labels = {
    [LABEL.workspace]: pkg.workspaceRoot,
    [LABEL.project]: pkg.project,
    [LABEL.package]: pkg.package,
    [LABEL.role]: 'build',
  };
  // an engine cannot be asked for those that have no label of a configuration
  const newest = (await volumes.list(labels)).find((volume) => isOfConfiguration(volume, pkg));
  debug('volume: %s', newest ? `${newest.name} is adopted, by its labels` : 'none to adopt');
  return newest?.labels[LABEL.id];
}

function isOfConfiguration({ labels }: Volume, { configuration = '' }: Package): boolean {
  return (labels[LABEL.configuration] ?? '') === configuration;
}

function idPath({ paths, configuration }: Package): string {
  return join(paths.artifact, dockerIdFile(configuration));
}

/** The id in the file, or else the one that `find` gives; the first of two processes that write it wins. */
async function settleId(pkg: Package, find: () => Promise<string>): Promise<string> {
  const path = idPath(pkg);
  const known = await readId(path);
  if (known) return known;
  const id = await find();
  // behind a link of the user's, of whose target mkdir(2) makes nothing
  await mkdir(await placeToReplace(pkg.paths.artifact), { recursive: true }).catch((error) => {
    throw fileError(error, `create ${pkg.paths.artifact}`);
  });
  const temporary = join(pkg.paths.artifact, `${DOCKER_ID}-${randomBytes(4).toString('hex')}`);
  try {
    await writeDurable(temporary, id);
    await link(temporary, path);
    return id;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST' && !(await readId(path))) await rm(path, { force: true }); // not an id at all
    // ENOENT: another build is just replacing the directory
    if (code !== 'EEXIST' && code !== 'ENOENT') throw fileError(error, `write ${path}`);
  } finally {
    await rm(temporary, { force: true });
  }
  return await settleId(pkg, find);
}

function newId(): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length: 16 }, () => alphabet[randomInt(alphabet.length)]).join('');
}
