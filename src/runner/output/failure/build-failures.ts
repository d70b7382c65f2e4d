import { HINTS, type Hint } from '../../../conventions/hints.js';

/**
 * What makes builds fail most often, as the programs themselves say it: Buildroot (support/dependencies/dependencies.sh,
 * support/download/check-hash, support/scripts/check-bin-arch, Makefile, Makefile.legacy), wget, curl, gnulib's configure,
 * crosstool-NG, coreutils.
 */
const COMMON: readonly Omit<Hint, 'source'>[] = [
  {
    match: /has wrong \w+ hash:|^ERROR: No hash found for /,
    code: 'HASH_MISMATCH',
    hint: 'What was downloaded is not what the package\'s .hash file names. Is it an error page of a proxy, or another version? Correct the .hash file, or name a mirror that has the file: make_args: ["BR2_PRIMARY_SITE=..."].',
  },
  {
    match: /ERROR 404|returned error: 404/,
    code: 'DOWNLOAD_FAILED',
    hint: 'The server does not have that file. Name a mirror that has it (make_args: ["BR2_PRIMARY_SITE=..."]), or put the file into the download cache (dl_dir), where the log says.',
  },
  {
    match: /^You (must|may have to) install |^You have .+ installed\. .* is required$/,
    code: 'HOST_TOOL_MISSING',
    hint: 'The image lacks that program, or has one that is too old: install it in a Dockerfile of your own, "build_runner_config": {"docker": ["Dockerfile", "name:tag"]}.',
  },
  {
    match: /should not run configure as root|must NOT be root/,
    code: 'ROOT_REFUSED',
    hint: 'Have the steps run as another user: a USER in the image\'s Dockerfile with "build_runner_config": {"user": "image"}.',
  },
  {
    match: /^Your PATH contains spaces|^PATH environment variable\. This doesn't work/,
    code: 'ENVIRONMENT_BAD',
    hint: 'Correct PATH, in the image (ENV PATH=...) or in the option "env": no spaces, no empty entry, no ".".',
  },
  {
    match: /^LD_LIBRARY_PATH environment variable\. This doesn't work/,
    code: 'ENVIRONMENT_BAD',
    hint: 'Remove LD_LIBRARY_PATH from the image or from the option "env", or at least its empty entries and ".".',
  },
  {
    match: /^ERROR: architecture for ".*" is ".*", should be "/,
    code: 'WRONG_ARCHITECTURE',
    hint: 'That package installs a file for another processor. If the target has changed, build from an empty directory (--fresh); if the file is firmware, its package may leave it out of the check: <PACKAGE>_BIN_ARCH_EXCLUDE.',
  },
  {
    match: /You have legacy configuration in your \.config/,
    code: 'CONFIG_BAD',
    hint: 'The defconfig sets what this version of Buildroot no longer has: see "Legacy config options" in `make menuconfig` in a shell (`nx run <project>:shell`), then `make savedefconfig`.',
  },
  {
    match: /is in the dependency chain of .* without selecting it or depending on it from Config\.in/,
    code: 'CONFIG_BAD',
    hint: 'The first package needs "select" or "depends on" for the second in its Config.in, beside its _DEPENDENCIES.',
  },
  {
    match:
      /cannot (create|open|remove|touch|stat|chmod|move) .*: Permission denied|^(mkdir|install|cp|mv|rm|ln|touch): .*: Permission denied/,
    code: 'FILE_ACCESS',
    hint: 'The user of the steps may not write there. Did another user build in this build directory before? Then `nx run <project>:clean`, or "build_runner_config.user".',
  },
];

const OF_STEPS = HINTS.filter(({ source }) => source === 'engine');

/** In this order: a full disk or memory makes everything else fail; what is known by little comes last. */
export const STEP_HINTS: readonly Hint[] = [
  ...OF_STEPS.filter(({ code }) => code !== 'BUILD_FAILED'),
  ...COMMON.map((failure) => ({ ...failure, source: 'engine' as const })),
  ...OF_STEPS.filter(({ code }) => code === 'BUILD_FAILED'),
];

/** Lines of these that look like no error. Anchored or literal: it is tried on each line of a million. */
export const UNLIKE_ERRORS =
  /^You (?:must|may have to|have) |^Your PATH |^(?:LD_LIBRARY_)?PATH environment variable\. |ERROR 404|: \*\*\* |^\[ERROR\]/;
