import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Nerves' file with the id of the build volume (Nerves.Artifact.BuildRunners.Docker); others' names begin with it. */
export const DOCKER_ID = '.docker_id';

/**
 * The file in an artifact that has the id of a configuration's volume: Nerves' own for the default configuration,
 * `.docker_id.<name>` for another, with what is not fit for a file's name as in a URL.
 */
export function dockerIdFile(configuration?: string): string {
  return configuration === undefined ? DOCKER_ID : `${DOCKER_ID}.${encodeURIComponent(configuration)}`;
}

/** Whether a file of that name in an artifact has the id of a volume, of whatever configuration. */
export function isDockerIdFile(name: string): boolean {
  return name === DOCKER_ID || /^\.docker_id\../.test(name);
}

/** The id in such a file, or undefined when there is none or it is not one. */
export async function readId(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return /^[a-z0-9]{16}$/.test(text.trim()) ? text.trim() : undefined;
}

/** The ids of all configurations' volumes that an artifact names. */
export async function idsIn(artifact: string): Promise<string[]> {
  const names = (await readdir(artifact).catch(() => [])).filter(isDockerIdFile);
  const ids = await Promise.all(names.map((name) => readId(join(artifact, name))));
  return ids.filter((id) => id !== undefined);
}
