import type { Image } from '../backend/plans.js';
import type { Backend, BackendDeps, Connect, Resources, Volume, Volumes } from '../backend/types.js';
import { connect, type Engine } from './connection/connect.js';
import { engineFailure } from './connection/errors.js';
import { describeHolder, type Holder } from './container/holder.js';
import { withSession } from './container/session.js';
import { ensureImage, lookUpImage } from './image/ensure.js';
import type { ImageInfo } from './image/inspect.js';
import { lastUses } from './resources/last-use.js';
import { listResources, removeResource } from './resources/listing.js';
import { sharesDirectories } from './resources/shared-directories.js';
import { createVolume, findVolume, listVolumes, volumeSizes } from './resources/volumes.js';

/** Connects to the engine that is named, else to the one that the docker CLI would use. */
export const connectDocker: Connect = async (deps) => dockerBackend(await connect(deps.env, deps), deps);

/** The build backend of an engine that is connected. */
function dockerBackend(engine: Engine, deps: BackendDeps): Backend {
  return {
    capabilities: engine.capabilities,
    close: engine.close,
    volumes: volumesOf(engine),
    resources: resourcesOf(engine),
    sees: async (directories, labels) =>
      engine.capabilities.sharesFiles &&
      (engine.isSurelyHere ||
        (await answered('ask what the engine sees', () => sharesDirectories(engine, directories, labels)))),
    ensureImage: (plan, request) =>
      answered(`get the image ${plan.tag}`, async () =>
        imageOf(
          await ensureImage(engine, plan, {
            ...request,
            env: { ...deps.env, ...engine.cli },
            signal: deps.signal,
          }),
        ),
      ),
    findImage: (plan) =>
      answered(`look for the image ${plan.tag}`, async () => {
        const known = await lookUpImage(engine, plan);
        if (!known) return undefined;
        const { Id, Created, Size } = known.found;
        return { id: Id, created: new Date(Created), size: Size, outdated: known.outdated };
      }),
    withContainer: (plan, { wait, onWait, note }, use) => {
      const { signal } = deps;
      const lock = { wait, signal, note, onWait: (holder: Holder) => onWait(describeHolder(holder)) };
      return withSession(engine, plan, lock, use);
    },
  };
}

function imageOf({ Id, Config, RepoDigests }: ImageInfo): Image {
  return {
    id: Id,
    digests: RepoDigests ?? [],
    user: Config.User || '',
    entrypoint: [Config.Entrypoint ?? []].flat(),
  };
}

function volumesOf(engine: Engine): Volumes {
  return {
    find: (name) =>
      answered(`look for the volume ${name}`, async () => {
        const found = await findVolume(engine, name);
        return found && volumeOf(found);
      }),
    list: (labels) =>
      answered('list the volumes', async () => (await listVolumes(engine, labels)).map(volumeOf)),
    create: (name, labels) => answered(`create the volume ${name}`, () => createVolume(engine, name, labels)),
  };
}

function volumeOf({ Name, Labels }: { Name: string; Labels: Record<string, string> | null }): Volume {
  return { name: Name, labels: Labels ?? {} };
}

function resourcesOf(engine: Engine): Resources {
  return {
    list: (labels) => answered('list containers, images and volumes', () => listResources(engine, labels)),
    remove: (resource) => removeResource(engine, resource),
    sizes: () => answered('ask for the sizes of volumes', () => volumeSizes(engine)),
    lastUses: (volumes, labels) =>
      answered('ask for the last uses of volumes', () => lastUses(engine, volumes, labels)),
  };
}

/** What the engine itself fails with, as an error of ours that says what it was asked for. */
async function answered<T>(tried: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw engineFailure(tried, error);
  }
}
