import type { JsonObject } from '../../shared/json-file.js';
import type { Mixfile } from './mixfile.js';
import { isKnownPlatform } from './platform.js';

/** What a toolchain has itself instead of a platform: the script of Nerves' toolchains since 2026. */
export const BUILD_SCRIPT = 'build.sh';

const NEEDS =
  'build.sh refuses root and needs elixir: name a Dockerfile that has it, and a USER, in "build_runner_config.docker"';

/**
 * The options of a toolchain with a build.sh of its own, whose "platform" is an empty module: `build.sh <work directory>
 * <output directory>` leaves the archive by the name that the artifact has.
 * @returns undefined for any other package
 */
export function ownBuild({ nervesPackage, findings }: Mixfile, hasScript: boolean): JsonObject | undefined {
  const { type, platform, docker } = nervesPackage;
  if (!hasScript || type !== 'toolchain' || platform?.kind !== 'module' || isKnownPlatform(platform.value))
    return undefined;
  if (!docker) findings.warnings.push(NEEDS);
  return {
    build_runner_config: { ...(docker && { docker }), user: 'image' },
    build_runner_opts: {
      commands: {
        // it removes its work directory before it builds
        make: [`{package_dir}/${BUILD_SCRIPT}`, '{workdir}/toolchain', '{workdir}'],
        archive: ['ls', '-l', '{artifact_name}.tar.xz'],
      },
    },
  };
}
