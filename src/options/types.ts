import type { z } from 'zod';
import type { archiveOptions, buildOptions, cleanOptions, shellOptions } from './schema.js';

declare const input: <S extends z.ZodType>() => z.input<S>;
declare const output: <S extends z.ZodType>() => z.output<S>;

/**
 * For its type alone, which the published declarations spell out, as they do with what a function returns. Types that are
 * named by zod's would make zod a dependency of every user.
 */
const options = () => ({
  buildInput: input<typeof buildOptions>(),
  build: output<typeof buildOptions>(),
  archive: output<typeof archiveOptions>(),
  clean: output<typeof cleanOptions>(),
  shell: output<typeof shellOptions>(),
});

type Options = ReturnType<typeof options>;

/** The options of `build` as a user may write them. */
export type BuildOptionsInput = Options['buildInput'];
/** The options of `build`, parsed: defaults filled in, numbers that stand for strings made strings. */
export type BuildOptions = Options['build'];
export type ArchiveOptions = Options['archive'];
export type CleanOptions = Options['clean'];
export type ShellOptions = Options['shell'];

type RunnerConfig = BuildOptions['build_runner_config'];
type RunnerOpts = BuildOptions['build_runner_opts'];

export type FreshOn = RunnerOpts['fresh_on'][number];
export type FileRuleOption = NonNullable<RunnerOpts['files']>[number];
export type MountOption = RunnerConfig['mounts'][number];
export type ContainerLimits = Pick<RunnerConfig, 'network' | 'memory' | 'shm_size' | 'cpus'>;
