import { accessSync, constants } from 'node:fs';
import { join, relative } from 'node:path';
import type { Package } from '../../artifact/package.js';
import { ENV_DIR, PLATFORM_DIR } from '../../conventions/container-paths.js';
import { NERVES_ARTIFACT_NAME } from '../../conventions/nerves-variables.js';
import type { ExecSpec } from '../../docker/container/exec.js';
import { ArtifactError } from '../../errors.js';
import { statOf } from '../../util/stat-of.js';
import type { Source } from '../sync-sources.js';
import { fillTemplate } from './template.js';
import type { BuildUser } from './user.js';

/** One command of a build. */
export interface Step {
  name: 'create-build' | 'make' | 'make system';
  spec: ExecSpec;
}

const NERVES = {
  create_build: ['{platform_dir}/create-build.sh', '{defconfig}', '{workdir}'],
  make: ['make', '{make_args}'],
  archive: ['make', 'system', `${NERVES_ARTIFACT_NAME}={artifact_name}`],
};

/** The package's directory in the container (Nerves.Artifact.BuildRunners.Docker: `env/<app>`). */
export function packageDir(pkg: Package): string {
  return `${ENV_DIR}/${pkg.package}`;
}

/** What a build gets a copy of: the platform, if it has one, and the package. */
export function sourcesOf(pkg: Package): Source[] {
  const own = { from: pkg.root, name: pkg.package };
  if (!pkg.platform) return [own];
  const within = relative(pkg.root, pkg.platform.root); // where mix deps.get has fetched it to
  return [
    { from: pkg.platform.root, name: 'platform' },
    { ...own, exclude: within },
  ];
}

/** The command of `shell`: the user's one command line, or the best shell that the image has. */
export function shellSpec(workdir: string, { uid, gid }: BuildUser, command?: string): ExecSpec {
  const interactive = 'if command -v bash >/dev/null; then exec bash; else exec sh; fi';
  return { argv: ['sh', '-c', command ?? interactive], workdir, user: `${uid}:${gid}` };
}

/**
 * The commands of a build: the package's own, else Nerves' three (Nerves.Artifact.BuildRunners.Docker). Without a
 * platform there is no create-build but the package's own.
 */
export function buildSteps(pkg: Package, workdir: string, user: string): Step[] {
  const values = {
    package_dir: packageDir(pkg),
    platform_dir: PLATFORM_DIR,
    defconfig: `${packageDir(pkg)}/${pkg.options.platform_config.defconfig}`,
    workdir,
    artifact_name: pkg.downloadName,
    make_args: pkg.options.build_runner_opts.make_args,
  };
  const own = pkg.options.build_runner_opts.commands;
  const step = (name: Step['name'], argv: readonly string[]): Step => ({
    name,
    spec: { argv: fillTemplate(argv, values), workdir, user },
  });
  const createBuild = own?.create_build ?? (pkg.platform && NERVES.create_build);
  return [
    ...(createBuild ? [step('create-build', createBuild)] : []),
    step('make', own?.make ?? NERVES.make),
    step('make system', own?.archive ?? NERVES.archive),
  ];
}

/**
 * Looks at what Nerves' own commands need before anything is started.
 * @throws ArtifactError PLATFORM_MISSING, CREATE_BUILD_NOT_EXECUTABLE, DEFCONFIG_MISSING
 */
export function checkSources(pkg: Package): void {
  const { platform, options } = pkg;
  if (!platform || options.build_runner_opts.commands?.create_build) return;
  const script = join(platform.root, 'create-build.sh');
  const tried = `prepare the build of ${pkg.project}`;
  if (!statOf(script)) {
    const hint = 'Is the option "platform" right, and the platform fetched whole?';
    throw new ArtifactError('PLATFORM_MISSING', { tried, cause: `${script} does not exist`, hint });
  }
  try {
    accessSync(script, constants.X_OK);
  } catch {
    const hint = `chmod +x ${script} (and commit it: git update-index --chmod=+x)`;
    throw new ArtifactError('CREATE_BUILD_NOT_EXECUTABLE', {
      tried,
      cause: `${script} is not executable`,
      hint,
    });
  }
  const defconfig = join(pkg.root, options.platform_config.defconfig);
  if (!statOf(defconfig)?.isFile()) {
    const hint = 'Correct "platform_config.defconfig", a path inside the package.';
    throw new ArtifactError('DEFCONFIG_MISSING', { tried, cause: `${defconfig} does not exist`, hint });
  }
}
