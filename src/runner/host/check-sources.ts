import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkArtifactDir } from '../../artifact/artifact-dir.js';
import type { Package } from '../../artifact/package.js';
import type { ImagePlan } from '../../backend/plans.js';
import { NERVES_TOOLCHAIN_CTNG } from '../../conventions/mix-package.js';
import { NERVES_DIR } from '../../conventions/own-outputs.js';
import { ArtifactError } from '../../errors.js';
import { statOf } from '../../util/files/stat-of.js';
import { platformCommands } from '../plan/platform-commands.js';

/**
 * Looks at what a platform's own commands need before anything is started.
 * @throws ArtifactError BAD_OPTION, PLATFORM_MISSING, CREATE_BUILD_NOT_EXECUTABLE, DEFCONFIG_MISSING
 */
export function checkSources(pkg: Package): void {
  const { platform, options } = pkg;
  const { create_build, make } = options.build_runner_opts.commands ?? {};
  const ofPlatform = platformCommands(pkg);
  if (!platform || create_build || (make && !ofPlatform.create_build)) return;
  const script = join(platform.root, ofPlatform.script);
  const tried = `prepare the build of ${pkg.project}`;
  if (platform.name === NERVES_TOOLCHAIN_CTNG && pkg.type !== 'toolchain') {
    const cause = `it is a "${pkg.type}", and ${platform.name} builds toolchains`;
    throw new ArtifactError('BAD_OPTION', { tried, cause, hint: 'Set the option "type" to "toolchain".' });
  }
  if (!statOf(script)) {
    const hint = 'Is the option "platform" right, and the platform complete?';
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

/**
 * Looks at the `artifact_dir` option, where there is one, before anything is built or written there.
 * @throws ArtifactError BAD_OPTION when what is there is not ours to replace
 */
export async function checkOwnDirectory(pkg: Package): Promise<void> {
  if (!pkg.options.artifact_dir) return;
  const { workspaceRoot, root, projectRoots = [], platform, paths } = pkg;
  const keep = [workspaceRoot, root, ...projectRoots, ...(platform ? [platform.root] : []), paths.archive];
  const others = projectRoots.filter((one) => one !== root).map((one) => join(one, NERVES_DIR));
  await checkArtifactDir(paths.artifact, { keep, others });
}

/** @throws ArtifactError IMAGE_BUILD_FAILED when the Dockerfile is missing */
export function checkDockerfile({ tag, build }: ImagePlan, { project }: Package): void {
  if (!build) return;
  try {
    statSync(build.dockerfile);
  } catch (cause) {
    throw new ArtifactError('IMAGE_BUILD_FAILED', {
      tried: `build the image ${tag} of ${project}`,
      cause,
      hint: 'Correct "build_runner_config.docker": the Dockerfile is named relative to the package.',
    });
  }
}
