import { basename, dirname, isAbsolute, join, normalize } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import { NERVES_DIR, OWN_OUTPUTS } from '../conventions/own-outputs.js';
import { environmentInputs } from './environment.js';
import { escaped, fileset } from './glob.js';
import type { RawOptions } from './raw-options.js';

export type Inputs = NonNullable<TargetConfiguration['inputs']>;

const OWN_FILES = OWN_OUTPUTS.map((name) => (name === NERVES_DIR ? `${name}/**/*` : name));

/** What nerves_system_br's create-build.sh unpacks beside itself, after it has removed all of that name. */
const UNPACKED_BUILDROOT = ['buildroot*', 'buildroot*/**/*'];

/**
 * What the archive depends on as far as project.json shows it, for `affected`, which calls no program: the package's
 * files but our own outputs, the platform's, the Dockerfile and its context where they lie outside the package,
 * variables of the caller. The key has the recipe besides, see {@link keyInput}. Options are part of every task's hash
 * anyway. npm packages do not count: without saying so, every change of a lockfile would rebuild all systems.
 */
export function inputsOf(root: string, options: RawOptions, roots: Map<string, string>): Inputs {
  return [
    ...projectInputs(root),
    ...platformInputs(options.platform, roots),
    ...dockerInputs(root, options.build_runner_config?.docker),
    ...environmentInputs(options),
    { externalDependencies: [] },
  ];
}

/** Nx takes the root of a project for a glob: one with brackets would match nothing, or be an error. */
function projectInputs(root: string): Inputs {
  if (escaped(root) === root) return ['default', ...OWN_FILES.map((path) => `!{projectRoot}/${path}`)];
  return [fileset(root, '**/*'), ...OWN_FILES.map((path) => `!${fileset(root, path)}`)];
}

/** A platform that is not an Nx project is often a fetched, ignored folder: its files count all the same. */
function platformInputs(platform: unknown, roots: Map<string, string>): Inputs {
  if (typeof platform !== 'string' || platform === '') return [];
  const project = roots.get(platform);
  if (project === undefined && isElsewhere(platform)) return [];
  if (project === undefined) {
    const unpacked = basename(platform) === 'nerves_system_br' ? UNPACKED_BUILDROOT : [];
    return directoryInputs(normalize(platform), unpacked);
  }
  if (escaped(project) !== project) return projectInputs(project);
  return [{ input: 'default', projects: [platform] }];
}

/** Without a context Docker gets the Dockerfile's directory. Beside it there may be a .dockerignore of its own. */
function dockerInputs(root: string, docker: unknown): Inputs {
  const { dockerfile, context } = Array.isArray(docker)
    ? { dockerfile: docker[0], context: undefined }
    : ((docker ?? {}) as { dockerfile?: unknown; context?: unknown });
  const file = outsideOf(root, dockerfile);
  const directory = context === undefined ? file && dirname(file) : outsideOf(root, context);
  return [
    ...(file === undefined ? [] : [file, `${file}.dockerignore`].map(fileInput)),
    ...(directory === undefined ? [] : directoryInputs(directory)),
  ];
}

/** Where a path that leads out of the package leads to in the workspace. */
function outsideOf(root: string, path: unknown): string | undefined {
  if (typeof path !== 'string' || !isAbove(normalize(path))) return undefined;
  return isElsewhere(join(root, path)) ? undefined : join(root, path);
}

function fileInput(path: string): string {
  return fileset(dirname(path), escaped(basename(path)));
}

/** All files below a directory but what this tool makes there, in packages of any depth, and `others`. */
function directoryInputs(directory: string, others: string[] = []): Inputs {
  const left = [...OWN_FILES.map((path) => `**/${path}`), ...others];
  return [fileset(directory, '**/*'), ...left.map((path) => `!${fileset(directory, path)}`)];
}

/** Nx sees nothing outside the workspace. */
function isElsewhere(path: string): boolean {
  return isAbsolute(path) || isAbove(normalize(path));
}

function isAbove(path: string): boolean {
  return path === '..' || path.startsWith('../');
}
