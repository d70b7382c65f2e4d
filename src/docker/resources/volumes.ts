import type Docker from 'dockerode';
import { LABEL, type Labels } from '../../conventions/labels.js';
import type { Engine } from '../connection/connect.js';
import { engineMessage, isStatus } from '../connection/errors.js';
import { labelFilter } from './label-filter.js';

export type Volume = Docker.VolumeInspectInfo;

/** The volume of exactly that name, or undefined (Nerves tests by prefix, and takes another's). */
export async function findVolume(engine: Engine, name: string): Promise<Volume | undefined> {
  try {
    return await engine.docker.getVolume(name).inspect();
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

/** All volumes that carry all of `labels`, newest first. */
export async function listVolumes(engine: Engine, labels: Labels): Promise<Volume[]> {
  const { Volumes } = await engine.docker.listVolumes({ filters: labelFilter(labels) });
  // the name decides where the time does not, so that a list is the same each time
  const key = (volume: Volume) => `${volume.Labels?.[LABEL.created] ?? ''} ${volume.Name}`;
  return (Volumes ?? []).sort((a, b) => (key(a) < key(b) ? 1 : -1));
}

/** Bytes of each volume, by its name (GET /system/df). The engine counts them anew each time, which takes a while. */
export async function volumeSizes({ docker }: Engine): Promise<Map<string, number>> {
  const { Volumes } = (await docker.df()) as { Volumes?: Volume[] };
  const sizes = (Volumes ?? []).map(({ Name, UsageData }) => [Name, UsageData?.Size ?? -1] as const);
  return new Map(sizes.filter(([, size]) => size >= 0));
}

/** Creates a volume; one of that name that is there already stays as it is. */
export async function createVolume(engine: Engine, name: string, labels: Labels): Promise<void> {
  try {
    await engine.docker.createVolume({ Name: name, Labels: labels });
  } catch (error) {
    // Podman, when two builds make it at once
    if (!/volume already exists/.test(engineMessage(error))) throw error;
  }
}

/** Removes a volume. Gone already is fine; in use (409) is thrown. */
export async function removeVolume(engine: Engine, name: string): Promise<void> {
  try {
    await engine.docker.getVolume(name).remove();
  } catch (error) {
    if (!isStatus(error, 404)) throw error;
  }
}
