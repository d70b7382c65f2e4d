import { existsSync } from 'node:fs';
import type Docker from 'dockerode';
import type { ContainerPlan, Mount } from '../../backend/plans.js';
import type { Engine } from '../connection/connect.js';
import { startFailed } from './start.js';

/**
 * The mounts of a container as objects, as a comma or a space in a path breaks the `--mount` strings of the CLI. Podman makes
 * such strings of the objects: there a path with a comma is a "bind", which in turn has no colon in a path.
 */
export function mountsOf(mounts: readonly Mount[], isPodman: boolean): Docker.HostConfig {
  const isBind = ({ type, source, target }: Mount) =>
    isPodman && type !== 'tmpfs' && `${source}${target}`.includes(',');
  const binds = mounts.filter(isBind).map(bindOf);
  const objects = mounts.filter((mount) => !isBind(mount)).map(mountOf);
  return { Mounts: objects, ...(binds.length > 0 && { Binds: binds }) };
}

function mountOf({ type, source, target, readonly }: Mount): Docker.MountSettings {
  return { Type: type, Source: source, Target: target, ReadOnly: readonly };
}

function bindOf({ source, target, readonly }: Mount): string {
  return `${source}:${target}${readonly ? ':ro' : ''}`;
}

/**
 * Docker refuses a bind mount of what is not there; Podman would make a directory of root's in its place.
 * @throws ArtifactError CONTAINER_START
 */
export function checkBindSources(
  { isPodman, capabilities }: Engine,
  { mounts, imageName }: ContainerPlan,
): void {
  if (!isPodman || !capabilities.sharesFiles) return;
  const missing = mounts.find(({ type, source }) => type === 'bind' && !existsSync(source));
  if (missing) throw startFailed(imageName, new Error(`bind source path does not exist: ${missing.source}`));
}
