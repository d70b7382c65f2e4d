import type { TargetConfiguration } from '@nx/devkit';
import { keyInput } from '../conventions/key-input.js';
import { ARCHIVE_DIR, CURRENT_STATE } from '../conventions/own-outputs.js';
import { EXECUTORS } from '../conventions/plugin-names.js';
import type { Build } from './build-target.js';
import { escaped, fileset } from './glob.js';
import { type Inputs, inputsOf } from './inputs.js';
import { type Builder, madeWith } from './made-with.js';
import { variants } from './option-variants.js';
import type { ProjectFile } from './project-file.js';

/** Options of the plugin in nx.json: other names for the inferred targets. */
export interface PluginOptions {
  archive_target?: string;
  clean_target?: string;
  shell_target?: string;
  status_target?: string;
  timing_target?: string;
}

export interface Inference {
  project: ProjectFile;
  build: Build;
  /** Roots of the workspace's projects, by name. */
  roots: Map<string, string>;
  /** Names that stand in a project.json. */
  named: Set<string>;
  options: PluginOptions;
  builder: Builder;
  /** See {@link keyInput}. */
  keyCommand: string;
}

/** Nx Cloud may hash only the files that a recorded run has read (Nx 24), and an incremental copy reads few. */
const EVERY_INPUT = { ultracache: { mode: 'off' } } as const;

type Targets = Record<string, TargetConfiguration>;

/**
 * The targets that follow from a build target. The archive is what Nx caches: one file survives every cache, where
 * an unpacked tree with absolute links is dropped by remote ones, and hardlinks and sparse files are lost in all.
 */
export function inferTargets(inference: Inference): Targets {
  const { project, build, roots, builder, keyCommand } = inference;
  const { name, own, target } = build;
  const { archive_target = 'archive', clean_target = 'clean' } = inference.options;
  const { shell_target = 'shell', status_target = 'status', timing_target = 'timing' } = inference.options;
  const all = variants(target);
  const inputs = unique(all.flatMap((variant) => inputsOf(project.root, variant, roots)));
  const from = readsFrom(project, build);
  return {
    [name]: {
      // Nx looks for defaults by the executor first: with one, it would not find those that name it
      ...(own.executor && { executor: EXECUTORS.build }),
      dependsOn: [archive_target],
      inputs,
      outputs: [output(project.root, CURRENT_STATE)], // for those who use it: small, and never of another version
      cache: false,
      metadata: metadata('Unpacks the artifact, built in Docker or taken from the cache', name, project),
    },
    [archive_target]: {
      executor: EXECUTORS.archive,
      ...from,
      options: { ...from.options, made_with: madeWith(builder, all) },
      inputs: [...inputs, keyInput(keyCommand, project.root, name)],
      outputs: [output(project.root, ARCHIVE_DIR)],
      cache: true,
      ...EVERY_INPUT,
      metadata: metadata('Builds the archive of the artifact in Docker', archive_target, project),
    },
    [clean_target]: {
      executor: EXECUTORS.clean,
      ...from,
      cache: false,
      metadata: metadata(
        'Removes container, volumes, unused images, artifact and archive',
        clean_target,
        project,
      ),
    },
    [shell_target]: {
      executor: EXECUTORS.shell,
      ...from,
      cache: false,
      metadata: metadata('Opens a shell in the build directory', shell_target, project),
    },
    [status_target]: {
      executor: EXECUTORS.status,
      ...from,
      cache: false,
      metadata: metadata('Shows image, volumes, last build and artifact', status_target, project),
    },
    [timing_target]: {
      executor: EXECUTORS.timing,
      ...from,
      cache: false,
      metadata: metadata('Shows how long the last build took, and what took longest', timing_target, project),
    },
  };
}

function unique(inputs: Inputs): Inputs {
  const byText = new Map(
    inputs.map((input) => [typeof input === 'string' ? input : JSON.stringify(input), input]),
  );
  return [...byText.values()];
}

/** Nx's token, for a project whose name stands in another file than its targets. */
const OWN_NAME = '{projectName}';

/**
 * Where a target reads the package's options. Nx runs a dependency in the configuration that was asked for, if it
 * has one of that name.
 */
function readsFrom(
  { name: project = OWN_NAME }: ProjectFile,
  { name, target }: Build,
): Pick<TargetConfiguration, 'options' | 'configurations' | 'defaultConfiguration'> {
  const names = Object.keys(target.configurations ?? {});
  const of = (configuration: string) => ({ build_target: `${project}:${name}:${configuration}` });
  return {
    ...(name === 'build-artifact' ? {} : { options: { build_target: name } }),
    ...(names.length > 0 && { configurations: Object.fromEntries(names.map((key) => [key, of(key)])) }),
    ...(target.defaultConfiguration && { defaultConfiguration: target.defaultConfiguration }),
  };
}

/** In a directory with brackets, which Nx takes for a glob, `{projectRoot}` would name nothing. */
function output(root: string, path: string): string {
  return escaped(root) === root ? `{projectRoot}/${path}` : fileset(root, path);
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
