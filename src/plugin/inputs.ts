import { basename, dirname, isAbsolute, join, normalize, relative } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import { escaped, fileset } from './glob.js';

export type Inputs = NonNullable<TargetConfiguration['inputs']>;

/** What the plugin reads of a build target's options; nothing is certain about them yet. */
interface RawOptions {
  platform?: unknown;
  build_runner_config?: { docker?: unknown };
}

/** What this tool writes into a package: never an input. */
const OWN_OUTPUTS = ['.nerves/**/*', 'build.log', 'build.log.1'];

/**
 * What the archive depends on: the package's files but our own outputs, the platform's, the Dockerfile and its
 * context where they lie outside of the package. Options and `env` are part of every task's hash anyway.
 */
export function inputsOf(root: string, options: RawOptions, roots: Map<string, string>): Inputs {
  return [
    ...projectInputs(root),
    ...platformInputs(root, options.platform, roots),
    ...dockerInputs(root, options.build_runner_config?.docker),
  ];
}

/** Nx takes the root of a project for a glob: one with brackets would match nothing, or be an error. */
function projectInputs(root: string): Inputs {
  if (escaped(root) === root) return ['default', ...OWN_OUTPUTS.map((path) => `!{projectRoot}/${path}`)];
  return [fileset(root, '**/*'), ...OWN_OUTPUTS.map((path) => `!${fileset(root, path)}`)];
}

/** A platform that is no Nx project is often a fetched, ignored folder: its files count all the same. */
function platformInputs(root: string, platform: unknown, roots: Map<string, string>): Inputs {
  if (typeof platform !== 'string' || platform === '') return [];
  const project = roots.get(platform);
  if (project === undefined) return isElsewhere(platform) ? [] : directoryInputs(root, normalize(platform));
  if (escaped(project) !== project) return projectInputs(project);
  return [{ input: 'default', projects: [platform] }];
}

/** Without a context Docker gets the Dockerfile's directory. */
function dockerInputs(root: string, docker: unknown): Inputs {
  const { dockerfile, context } = Array.isArray(docker)
    ? { dockerfile: docker[0], context: undefined }
    : ((docker ?? {}) as { dockerfile?: unknown; context?: unknown });
  const file = outsideOf(root, dockerfile);
  const directory = context === undefined ? file && dirname(file) : outsideOf(root, context);
  return [
    ...(file === undefined ? [] : [fileset(dirname(file), escaped(basename(file)))]),
    ...(directory === undefined ? [] : directoryInputs(root, directory)),
  ];
}

/** Where a path that leads out of the package leads to in the workspace. */
function outsideOf(root: string, path: unknown): string | undefined {
  if (typeof path !== 'string' || !isAbove(normalize(path))) return undefined;
  return isElsewhere(join(root, path)) ? undefined : join(root, path);
}

/** All files below a directory; ignored ones too, unless that would be our own outputs and what else is made there. */
function directoryInputs(root: string, directory: string): Inputs {
  if (!isAbove(relative(directory, root))) return [fileset(directory, '**/*')];
  const own = OWN_OUTPUTS.map((path) => `!${fileset(directory, `**/${path}`)}`);
  return [fileset(directory, '**/*'), ...own].map((files) => ({
    fileset: files,
    includeIgnored: true,
  })) as Inputs;
}

/** Nx sees nothing outside of the workspace. */
function isElsewhere(path: string): boolean {
  return isAbsolute(path) || isAbove(normalize(path));
}

function isAbove(path: string): boolean {
  return path === '..' || path.startsWith('../');
}
