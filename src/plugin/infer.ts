import type { TargetConfiguration } from '@nx/devkit';
import { escaped, fileset } from './glob.js';
import { inputsOf } from './inputs.js';
import type { ProjectFile } from './project-file.js';

/** Options of the plugin in nx.json: other names for the inferred targets. */
export interface PluginOptions {
  archive_target?: string;
  clean_target?: string;
  shell_target?: string;
}

export interface Inference {
  project: ProjectFile;
  /** The build target's name and what project.json says of it. */
  name: string;
  target: TargetConfiguration | undefined;
  /** Roots of the workspace's projects, by name. */
  roots: Map<string, string>;
  options: PluginOptions;
}

type Targets = Record<string, TargetConfiguration>;

/**
 * The targets that follow from a build target. The archive is what Nx caches: one file survives every cache, where
 * an unpacked tree with absolute links is dropped by remote ones and takes ten times as long to restore.
 */
export function inferTargets({ project, name, target, roots, options }: Inference): Targets {
  const { archive_target = 'archive', clean_target = 'clean', shell_target = 'shell' } = options;
  const inputs = inputsOf(project.root, target?.options ?? {}, roots);
  const from = name === 'build-artifact' ? {} : { options: { build_target: name } };
  return {
    [name]: {
      executor: 'nx-docker-artifact:build',
      dependsOn: [archive_target],
      inputs,
      cache: false,
      metadata: metadata('Unpacks the artifact, built in Docker or taken from the cache', name, project),
    },
    [archive_target]: {
      executor: 'nx-docker-artifact:archive',
      ...from,
      inputs,
      outputs: [archiveOutput(project.root)],
      cache: true,
      metadata: metadata('Builds the archive of the artifact in Docker', archive_target, project),
    },
    [clean_target]: {
      executor: 'nx-docker-artifact:clean',
      ...from,
      cache: false,
      metadata: metadata('Removes container, volumes, artifact and archive', clean_target, project),
    },
    [shell_target]: {
      executor: 'nx-docker-artifact:shell',
      ...from,
      cache: false,
      metadata: metadata('Opens a shell in the build directory', shell_target, project),
    },
  };
}

/** In a directory with brackets, which Nx takes for a glob, `{projectRoot}` would cache nothing. */
function archiveOutput(root: string): string {
  const output = '.nerves/archive';
  return escaped(root) === root ? `{projectRoot}/${output}` : fileset(root, output);
}

function metadata(
  description: string,
  target: string,
  { name, root }: ProjectFile,
): TargetConfiguration['metadata'] {
  return {
    technologies: ['docker'],
    description,
    help: { command: `npx nx run ${name ?? root}:${target} --help`, example: {} },
  };
}
