import type { Package } from '../../artifact/package.js';
import { DL_DIR } from '../../conventions/container-paths.js';
import { HOST_ARCH, HOST_OS, NERVES_BR_DL_DIR } from '../../conventions/nerves-variables.js';
import type { HostFacts } from '../host/facts.js';

/**
 * What a step finds in its environment: Nerves' variables and the listed ones, nothing else of the caller's. A toolchain's
 * scripts build for the host that the caller names, as the artifact is called after it.
 */
export function buildEnv(
  { options, type }: Package,
  { env, user }: Pick<HostFacts, 'env' | 'user'>,
): string[] {
  return [
    `UID=${user.uid}`,
    `GID=${user.gid}`,
    `TERM=${env.TERM || 'xterm'}`,
    `${NERVES_BR_DL_DIR}=${DL_DIR}`,
    ...(type === 'toolchain' ? [HOST_OS, HOST_ARCH] : []).flatMap((name) =>
      env[name] ? [`${name}=${env[name]}`] : [],
    ),
    ...Object.entries(options.env).flatMap(([name, listed]) => {
      const value = listed ?? env[name];
      return value === undefined ? [] : [`${name}=${value}`];
    }),
  ];
}

/** GNU's configure scripts (tar's, coreutils') fail as root without it. */
export const ROOT_IS_MEANT = 'FORCE_UNSAFE_CONFIGURE=1';
