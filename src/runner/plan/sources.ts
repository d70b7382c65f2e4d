import { relative } from 'node:path';
import type { Package } from '../../artifact/package.js';
import { ENV_DIR } from '../../conventions/container-paths.js';

/** A directory of the host and the name of its copy below {@link ENV_DIR}. */
export interface Source {
  from: string;
  name: string;
  /** A directory in it that is not copied, relative to it. */
  exclude?: string;
}

/** The name of the platform's copy; no package may be called so. */
export const PLATFORM_NAME = 'platform';

/** What a build gets a copy of: the platform, if it has one, and the package. */
export function sourcesOf(pkg: Package): Source[] {
  const own = { from: pkg.root, name: pkg.package };
  if (!pkg.platform) return [own];
  const within = relative(pkg.root, pkg.platform.root); // where mix deps.get has fetched it to
  const isWithin = within !== '..' && !within.startsWith('../');
  return [{ from: pkg.platform.root, name: PLATFORM_NAME }, isWithin ? { ...own, exclude: within } : own];
}

/** Where the copy is in the container. */
export function copyDir({ name }: Pick<Source, 'name'>): string {
  return `${ENV_DIR}/${name}`;
}

/** The package's directory in the container (Nerves.Artifact.BuildRunners.Docker: `env/<app>`). */
export function packageDir(pkg: Package): string {
  return copyDir({ name: pkg.package });
}
