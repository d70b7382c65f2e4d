import { posix } from 'node:path';
import { NERVES_SYSTEM_BR, NERVES_TOOLCHAIN_CTNG } from '../../../conventions/mix-package.js';
import type { Term } from '../elixir/terms.js';
import type { Mixfile } from './mixfile.js';
import { addNotRead } from './values.js';

/** The Nerves modules of the two platforms that there are, and the packages that they come in. */
const PACKAGES: Record<string, string> = {
  'Nerves.System.BR': NERVES_SYSTEM_BR,
  'Nerves.Toolchain.CTNG': NERVES_TOOLCHAIN_CTNG,
};

const NO_IMAGE = `${NERVES_TOOLCHAIN_CTNG} comes without an image: name a Dockerfile in "build_runner_config.docker"`;

interface WorkspaceView {
  /** The package that a project is, as its own mix.exs calls it. */
  packageIn(root: string): string | undefined;
  /** Roots of the projects, by name. */
  roots: Map<string, string>;
  isDirectory(path: string): boolean;
  /** A path from the workspace root in its shortest form; undefined when it leads out. */
  inWorkspace(path: string): string | undefined;
}

/**
 * The option `platform` for the module that a mix.exs names: where its dependency's `path:` leads, else the project
 * that is this package, else where Mix fetches it to.
 * @param directory that of the mix.exs, from the workspace root
 */
export function platformOf(
  mixfile: Mixfile,
  directory: string,
  workspace: WorkspaceView,
): string | undefined {
  const { nervesPackage, pathDependencies, depsPath, findings } = mixfile;
  const { platform } = nervesPackage;
  if (!platform) return undefined;
  const name = packageOf(platform);
  if (name === undefined) {
    addNotRead(platform, 'platform', 'not a known platform: set the option yourself', findings);
    return undefined;
  }
  if (name === NERVES_TOOLCHAIN_CTNG && !nervesPackage.docker) findings.warnings.push(NO_IMAGE);
  const dependency = pathDependencies.get(name);
  const project = dependency === undefined ? projectOf(name, workspace) : undefined;
  if (project !== undefined) return project;
  const path = workspace.inWorkspace(posix.join(directory, dependency ?? posix.join(depsPath, name)));
  if (path === undefined) {
    findings.addNotRead('platform', platform, `${name} lies outside the workspace`);
    return undefined;
  }
  if (!workspace.isDirectory(path)) findings.warnings.push(`the platform is not there yet: ${path}`);
  const [found = path] = [...workspace.roots].find(([, root]) => root === path) ?? [];
  return found;
}

/** The project that is a package, whatever it is called; without one, the project that is called so. */
function projectOf(name: string, { roots, packageIn }: WorkspaceView): string | undefined {
  const [project] = [...roots].find(([, root]) => packageIn(root) === name) ?? [];
  return project ?? (roots.has(name) ? name : undefined);
}

export function isKnownPlatform(module: string): boolean {
  return Object.hasOwn(PACKAGES, module);
}

function packageOf(platform: Term): string | undefined {
  return platform.kind === 'module' ? PACKAGES[platform.value] : undefined;
}
