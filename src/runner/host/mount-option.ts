import { resolve } from 'node:path';
import type { Package } from '../../artifact/package.js';
import type { Mount } from '../../backend/plans.js';
import type { MountOption } from '../../options/types.js';
import { type Private, refusePrivate } from './private-places.js';

/**
 * A mount of `build_runner_config.mounts`.
 * @throws ArtifactError BAD_OPTION for what is never given to a build, see {@link refusePrivate}
 */
export function userMount(
  { type, source, target, readonly }: MountOption,
  pkg: Pick<Package, 'root'>,
  of: Private,
): Mount {
  if (type !== 'bind') return { type, source: source ?? '', target, readonly };
  const path = resolve(pkg.root, source ?? '.');
  const hint = 'For SSH keys use "ssh_agent": true; for secrets of an image build "secrets".';
  refusePrivate(path, { tried: `mount ${path}`, hint }, of);
  return { type, source: path, target, readonly };
}
