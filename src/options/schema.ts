import { z } from 'zod';
import { SECOND_GENERATION_WORKDIR, WORKDIR } from '../conventions/container-paths.js';
import { ARTIFACTS_DIR, NERVES_DIR } from '../conventions/own-outputs.js';

/**
 * The one definition of every option. schema.json of each executor and docs/options.md are generated
 * from it (`npm run generate`), so a description here is what users and their editors read.
 * Names are the keys of `nerves_package` in a mix.exs.
 */
const text = z.string().min(1);
const argv = z.array(z.string()).min(1).superRefine(checkProgram);
/** A shell line, or the words of a program and its arguments. */
const command = z.union([text, argv]);
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const variable = z
  .union([z.string(), z.number(), z.boolean(), z.null()])
  .transform((value) => (value === null ? null : String(value)));
/** Checked by zod alone, as a schema.json has no such rule: the engine's own message names no option. */
const pathInContainer = text.refine(
  (path) => path.startsWith('/'),
  'must be an absolute path in the container',
);
const tag = z.union([text, z.number()]).transform(String);

/** ["make defconfig"] asks for a program of that name. One with a space in its name can be run by a shell line. */
function checkProgram([program = '', ...args]: string[], context: z.RefinementCtx): void {
  if (!/\s/.test(program)) return;
  const words = [...program.trim().split(/\s+/), ...args];
  const line = [program, ...args].join(' ');
  context.addIssue({
    code: 'custom',
    message: `no program is called ${JSON.stringify(program)}; write a string for a shell line, ${JSON.stringify(line)}, or a list of words, ${JSON.stringify(words)}`,
  });
}

const dockerImage = z.strictObject({
  dockerfile: text
    .optional()
    .describe('Dockerfile, relative to the package; without it the tag is used as is'),
  tag: tag.describe('Tag of the image'),
  context: text
    .optional()
    .describe("Build context, relative to the package; the Dockerfile's directory if unset"),
  target: text.optional().describe('Stage of the Dockerfile to build'),
  build_args: z.record(z.string(), scalar).optional().describe('Build arguments'),
  secrets: z
    .array(text)
    .optional()
    .describe('BuildKit secrets, each as in `docker build --secret`; files relative to the package'),
  ssh: z.array(text).optional().describe('BuildKit SSH agents or keys, each as in `docker build --ssh`'),
  platform: text.optional().describe('Platform of the image, e.g. linux/amd64'),
  pull: z
    .enum(['missing', 'always', 'never'])
    .optional()
    .describe('When to pull the image, or the base images of the Dockerfile (default: missing)'),
});

const dockerfileAndTag = z.tuple([text.describe('Dockerfile'), tag.describe('Tag')]);

const mount = z.strictObject({
  type: z.enum(['bind', 'volume', 'tmpfs']).default('volume').describe('Kind of mount'),
  source: text.optional().describe('Volume name, or host path (relative: from the package)'),
  target: pathInContainer.describe('Absolute path in the container'),
  readonly: z.boolean().default(false).describe('Mount it read-only'),
});

/** As the docker CLI takes a size. */
const size = z.union([
  z.number().int().positive(),
  z.string().regex(/^\d+(\.\d+)?[bkmgBKMG]?$/, 'must be a number, optionally followed by b, k, m or g'),
]);

/** What the container may use of its host. */
const limits = {
  network: text.optional().describe("Network of the container; the engine's default if unset"),
  memory: size.optional().describe('Memory limit, e.g. 4g; a number is bytes'),
  shm_size: size.optional().describe("Size of /dev/shm, e.g. 1g; the engine's default, 64m, if unset"),
  cpus: z.number().positive().optional().describe('CPU limit, e.g. 1.5'),
};

/** The limits alone, out of all of `build_runner_config`. */
export const containerLimits = z.object(limits);

const stepsUser = z.enum(['image', 'caller', 'root']);

const buildRunnerConfig = z.strictObject({
  docker: z
    .union([dockerfileAndTag, dockerImage])
    .optional()
    .describe("[dockerfile, tag], or an object; the platform's image if unset"),
  workdir: pathInContainer
    .optional()
    .describe(
      `Build directory in the container (default: ${WORKDIR}; ${SECOND_GENERATION_WORKDIR} for nerves_system_br >= 1.28)`,
    ),
  mounts: z.array(mount).default([]).describe('Additional mounts, e.g. a ccache volume'),
  engine: text
    .optional()
    .describe(
      'The engine to build on: an address (unix://, tcp://, ssh://), or context:NAME (default: as the docker CLI decides)',
    ),
  ...limits,
  user: stepsUser
    .optional()
    .describe(
      "Whose user the steps run as: the image's USER, the caller, root (default: the caller; where that is root, the image's USER; root in an image without USER and ENTRYPOINT; never root for nerves_toolchain_ctng)",
    ),
  ssh_agent: z.boolean().default(false).describe("Give the container the user's SSH agent"),
});

const commands = z.strictObject({
  create_build: command
    .optional()
    .describe("Prepares the build directory (default: the platform's create-build.sh; nothing without one)"),
  make: command.optional().describe('Builds (default: make {make_args})'),
  archive: command
    .optional()
    .describe(
      'Leaves <artifact_name>.tar.gz (.tar.xz for a toolchain) in the build directory (default: make system NERVES_ARTIFACT_NAME={artifact_name})',
    ),
});

/** Inside of a directory, also where a link in it leads out: links are not followed. */
const inside = (path: string) => !path.startsWith('/') && !path.split('/').includes('..');
const FROM = 'must be a path or a pattern in the build directory, without ".."';
const fileRule = z.union([
  text.refine((path) => inside(path.replace(/^!/, '')), FROM),
  z.strictObject({
    from: text
      .refine((path) => inside(path) && !path.startsWith('!'), FROM)
      .describe('Path or pattern in the build directory'),
    to: text
      .refine(inside, 'must be a path in the artifact, without ".."')
      .describe('Its path in the artifact; with a "/" at its end the directory that it gets into'),
  }),
]);

/** Only zod checks it, as JavaScript alone knows its own regular expressions. */
const pattern = text.superRefine((source, context) => {
  try {
    new RegExp(source);
  } catch (error) {
    context.addIssue({ code: 'custom', message: `is not a regular expression: ${(error as Error).message}` });
  }
});

const freshOn = z.enum(['platform_version', 'image', 'env', 'make_args', 'defconfig']);

const buildRunnerOptsShape = z.strictObject({
  make_args: z
    .array(scalar)
    .default([])
    .describe(
      "Arguments for make; {env:NAME} takes the caller's value, and without one its argument is left out",
    ),
  commands: commands
    .optional()
    .describe(
      'Commands for builds that are not a Nerves platform, each a string, which is a shell line, or a list of words; they run in the build directory. {package_dir} {platform_dir} {defconfig} {workdir} {artifact_name} {make_args} are replaced, {{name}} stands for {name}',
    ),
  files: z
    .array(fileRule)
    .min(1)
    .optional()
    .describe(
      'What goes into the artifact, instead of an archive command: paths and patterns (* ? [a-z] **) in the build directory; "!pattern" leaves out; {from, to} moves',
    ),
  compress: z
    .enum(['pigz', 'zstd'])
    .optional()
    .describe(
      "What compresses a .tar.gz archive, on all cores: a program that the image has, in place of gzip; with zstd the archive is a .tar.zst (default: the platform's, for `files` gzip)",
    ),
  fresh_on: z
    .array(freshOn)
    .default(['platform_version'])
    .describe('Changes since the last build that start from an empty build directory'),
  headline: pattern
    .optional()
    .describe(
      "Which lines of the output are headlines, as a regular expression (default: Buildroot's `>>> ` and crosstool-NG's `[INFO ]  `)",
    ),
  progress: pattern
    .refine((source) => source.includes('(?<done>'), 'must have a group (?<done>...)')
    .optional()
    .describe(
      'Which lines of the output say how far the build is, as a regular expression with the groups `(?<done>...)`, `(?<total>...)` (default: 100) and `(?<name>...)` (default: `[12/345] name` and `[ 12%] name`, as Ninja and CMake print)',
    ),
});

const buildRunnerOpts = buildRunnerOptsShape.superRefine(({ files, commands }, context) => {
  const refuse = (message: string) => context.addIssue({ code: 'custom', path: ['files'], message });
  if (files && commands?.archive !== undefined)
    refuse('it takes the place of "commands.archive": write only one of them');
  if (files?.length && files.every((rule) => typeof rule === 'string' && rule.startsWith('!')))
    refuse('it only says what to leave out');
});

const archivesToKeep = z.union([
  z.number().int().nonnegative(),
  // not a literal: as one type of several in schema.json, that would be a rule for the number, too
  z
    .string()
    .regex(/^all$/, 'must be a number or "all"')
    .transform((): 'all' => 'all'),
]);

const platformConfig = z.strictObject({
  defconfig: text.default('nerves_defconfig').describe('Path of the defconfig inside the package'),
});

const packageShape = {
  package: text
    .optional()
    .describe("Package name, used as <pkg> in paths and names (default: the Nx project's name)"),
  version: tag.optional().describe('Version (default: file VERSION, else package.json, else 0.0.0)'),
  type: z.enum(['system', 'toolchain', 'package']).default('system').describe('Kind of package'),
  platform: text.optional().describe('Nx project name of the platform, or its path from the workspace root'),
  platform_config: platformConfig.prefault({}).describe('Settings of the platform'),
  checksum: z
    .array(z.string())
    .optional()
    .describe(
      "Nerves' list of files, directories, wildcards (default: all files of the package that Nx hashes)",
    ),
  env: z
    .record(z.string(), variable)
    .default({})
    .describe('Variables for the build; null takes the value of the caller, if there is one'),
  build_runner_config: buildRunnerConfig.prefault({}).describe('Image and container'),
  build_runner_opts: buildRunnerOpts
    .prefault({})
    .describe(
      'What runs in the container, and what of it is the artifact: make_args, commands (each a string, which is a shell line, or a list of words), files, compress, fresh_on; headline, progress',
    ),
  dl_dir: text
    .optional()
    .describe(
      `Host download cache (default: NERVES_DL_DIR, else nerves/dl in $XDG_DATA_HOME, else ~/${NERVES_DIR}/dl)`,
    ),
  dl_keep: archivesToKeep
    .default(3)
    .describe(
      'How many archives of a Nerves package stay in the download cache, besides those that a checkout needs: a number, or all',
    ),
  artifact_dir: text
    .optional()
    .describe(
      `Where the artifact is unpacked, from the workspace root: a directory of its own, as the next one takes the place of all that is in it (default: {projectRoot}/${ARTIFACTS_DIR}/<name>)`,
    ),
};

const verbose = z.boolean().default(false).describe('Show the complete log, not only the headlines');
const wait = z
  .boolean()
  .default(true)
  .describe('Wait while another build of this package runs; --no-wait fails immediately');
const buildTarget = text
  .default('build-artifact')
  .describe("Target that has the package's options: target, or project:target[:configuration]");
const path = text.optional().describe('Directory that gets a copy of the archive');

const fresh = z
  .boolean()
  .default(false)
  .describe("Build anew, from an empty build directory, whatever Nx's cache has");

export const buildOptions = z.strictObject({ ...packageShape, verbose, wait, path, fresh });
export const archiveOptions = z.strictObject({
  build_target: buildTarget,
  path,
  verbose,
  wait,
  output: z
    .enum(['text', 'json'])
    .default('text')
    .describe('What it prints: lines for people, or one JSON event a line, for programs'),
  fresh: fresh.describe('Refused, as Nx would cache what it makes: build-artifact has it'),
  made_with: text
    .optional()
    .describe(
      "The plugin's version and the host: inferred, so that each has an archive of its own in Nx's cache",
    ),
});
export const cleanOptions = z.strictObject({
  build_target: buildTarget,
  dry_run: z.boolean().default(false).describe('List what would be removed, remove nothing'),
  orphans: z
    .boolean()
    .default(false)
    .describe(
      'Remove the volumes, containers and images whose workspace or project is gone from this machine',
    ),
  all: z
    .boolean()
    .default(false)
    .describe('Remove the volumes, containers and images of every workspace on this engine'),
  yes: z.boolean().default(false).describe('Do not ask before --orphans or --all remove what they list'),
});
export const shellOptions = z.strictObject({
  build_target: buildTarget,
  command: text.optional().describe('Run this one command instead of an interactive shell'),
  configure: z
    .boolean()
    .default(true)
    .describe('Run create-build first if defconfig or platform have changed; --no-configure opens at once'),
  wait,
});

export const statusOptions = z.strictObject({
  build_target: buildTarget,
  json: z.boolean().default(false).describe('Print JSON, for programs'),
});

export const timingOptions = z.strictObject({
  build_target: buildTarget,
  build: z
    .number()
    .int()
    .positive()
    .optional()
    .describe('Number of the build (default: the newest of that configuration)'),
  json: z.boolean().default(false).describe('Print JSON, for programs'),
});

/** What schema.json is generated from, by executor. */
export const executorOptions = {
  build: { schema: buildOptions, title: 'Builds the artifact in Docker and unpacks it' },
  archive: { schema: archiveOptions, title: 'Builds the archive of the artifact in Docker' },
  clean: { schema: cleanOptions, title: 'Removes container, volumes, unused images, artifact and archive' },
  shell: { schema: shellOptions, title: 'Opens a shell in the build directory' },
  status: { schema: statusOptions, title: 'Shows image, volumes, last build and artifact, and what runs' },
  timing: { schema: timingOptions, title: 'Shows how long a build took, and what took longest' },
};
