import { existsSync } from 'node:fs';
import type Docker from 'dockerode';
import type { ContainerPlan, Mount } from '../../backend/plans.js';
import type { Engine } from '../connection/connect.js';
import { startFailed } from './start.js';

/** What of an engine decides how it is told a mount. */
export type MountRules = Pick<Engine, 'isPodman' | 'hasSelinux'>;

/**
 * The mounts of a container as objects, as a comma or a space in a path breaks the `--mount` strings of the CLI. Podman makes
 * such strings of the objects: there a path with a comma is a "bind", which in turn has no colon in a path. A label of SELinux
 * is asked for by a "bind", too; a path with a colon then goes without.
 */
export function mountsOf(mounts: readonly Mount[], { isPodman, hasSelinux }: MountRules): Docker.HostConfig {
  const isBind = ({ type, source, target, relabel }: Mount) => {
    const paths = `${source}${target}`;
    return (
      (isPodman && type !== 'tmpfs' && paths.includes(',')) || (hasSelinux && relabel && !paths.includes(':'))
    );
  };
  const binds = mounts.filter(isBind).map((mount) => bindOf(mount, hasSelinux));
  const objects = mounts.filter((mount) => !isBind(mount)).map(mountOf);
  return { Mounts: objects, ...(binds.length > 0 && { Binds: binds }) };
}

function mountOf({ type, source, target, readonly }: Mount): Docker.MountSettings {
  return { Type: type, Source: source, Target: target, ReadOnly: readonly };
}

/** With "z", the label that all containers share: others may be using the same directory. */
function bindOf({ source, target, readonly, relabel }: Mount, hasSelinux: boolean): string {
  const options = [...(readonly ? ['ro'] : []), ...(hasSelinux && relabel ? ['z'] : [])];
  return [source, target, ...(options.length > 0 ? [options.join()] : [])].join(':');
}

/**
 * Docker refuses an object for what is not there; for a "bind", and in Podman always, a directory of root's would be made.
 * @throws ArtifactError CONTAINER_START
 */
export function checkBindSources(
  { isPodman, hasSelinux, capabilities }: Engine,
  { mounts, imageName }: ContainerPlan,
): void {
  if (!(isPodman || hasSelinux) || !capabilities.sharesFiles) return;
  const missing = mounts.find(({ type, source }) => type === 'bind' && !existsSync(source));
  if (missing) throw startFailed(imageName, new Error(`bind source path does not exist: ${missing.source}`));
}
