import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MIX_FILE, mixPackageName } from '../conventions/mix-package.js';
import { isPackageName, packageNameOf } from '../conventions/names.js';
import { isVersion, VERSION_FILE, versionFrom } from '../conventions/versions.js';
import { ArtifactError } from '../errors.js';
import type { BuildOptions } from '../options/types.js';
import { type Shared, sharedOr } from '../util/shared.js';
import { checksum, checksumOfFiles } from './checksum/checksum.js';
import { trackedFiles } from './checksum/tracked-files.js';
import { artifactExtension, artifactName, downloadName, type PackageType } from './names.js';
import { type PackagePaths, packagePaths } from './paths.js';

/** Where a package lies; all roots absolute. */
export interface Location {
  workspaceRoot: string;
  /** Nx project name. */
  project: string;
  root: string;
  /** Roots of all projects of the workspace: none of them is ever replaced by an artifact. */
  projectRoots?: readonly string[];
  /** What the `platform` option names: an Nx project, or a directory. */
  platformAt?: { name: string; root: string };
  /** Nx's configuration, where it is another than the default one of the build target: it has a build volume of its own. */
  configuration?: string;
}

/** The platform of a package: where its create-build.sh and Makefile are. */
export interface Platform {
  /** That of its package (mix.exs); without one that of its Nx project or directory. */
  name: string;
  root: string;
  version: string;
}

/** A package with everything that follows from its options and its files. */
export interface Package extends Location {
  package: string;
  version: string;
  type: PackageType;
  platform?: Platform;
  /** 64 upper-case hex digits (Nerves.Artifact.checksum/2). */
  checksum: string;
  /** `<package>-<host tuple>-<version>` */
  name: string;
  /** `<name>-<first 7 of the checksum>` */
  downloadName: string;
  /** `<download name><ext>` */
  archiveFile: string;
  paths: PackagePaths;
  options: BuildOptions;
}

export interface PackageDeps {
  env: NodeJS.ProcessEnv;
  warn: (message: string) => void;
  /** Checksums of packages of one moment, for who resolves several. */
  checksums?: Shared<string>;
}

/**
 * Resolves names, version, checksum and paths of a package. Needs neither Docker nor Nx.
 * @throws ArtifactError BAD_OPTION, PLATFORM_MISSING
 */
export async function resolvePackage(
  options: BuildOptions,
  location: Location,
  deps: PackageDeps,
): Promise<Package> {
  const { root, project, workspaceRoot } = location;
  const identity = {
    package: packageName(options.package, project),
    version: checkVersion(options.version ?? (await versionOf(root)), project),
    type: options.type,
  };
  const sum = await sharedOr(deps.checksums, [root, options.checksum ?? null], () =>
    checksumOf(root, options.checksum, deps),
  );
  const name = artifactName(identity, deps.env);
  const download = downloadName({ ...identity, checksum: sum }, deps.env);
  return {
    ...location,
    ...identity,
    platform: await resolvePlatform(options, location),
    checksum: sum,
    name,
    downloadName: download,
    archiveFile: download + artifactExtension(identity),
    paths: packagePaths(root, name, workspaceRoot, options.artifact_dir),
    options,
  };
}

async function checksumOf(
  root: string,
  patterns: readonly string[] | undefined,
  { env, warn }: PackageDeps,
): Promise<string> {
  if (patterns) return await checksum(root, patterns, { warn });
  return await checksumOfFiles(await trackedFiles(root, env));
}

function packageName(option: string | undefined, project: string): string {
  const name = option ?? packageNameOf(project);
  if (isPackageName(name)) return name;
  throw new ArtifactError('BAD_OPTION', {
    tried: `use "${name}" as the package name of ${project}`,
    cause:
      'it must consist of letters, digits, "_", "." and "-", start with a letter or digit, and not be "platform"',
    hint: 'Set the option "package".',
  });
}

function checkVersion(version: string, project: string): string {
  if (isVersion(version)) return version;
  throw new ArtifactError('BAD_OPTION', {
    tried: `use "${version}" as the version of ${project}`,
    cause: 'a version consists of letters, digits, ".", "+", "_", "~" and "-"',
    hint: 'Set the option "version", or fix the file VERSION.',
  });
}

/** The version of a directory, see {@link versionFrom}. */
export async function versionOf(root: string): Promise<string> {
  return versionFrom(await textOf(join(root, VERSION_FILE)), await textOf(join(root, 'package.json')));
}

async function textOf(file: string): Promise<string | undefined> {
  return await readFile(file, 'utf8').catch(() => undefined);
}

async function resolvePlatform(options: BuildOptions, location: Location): Promise<Platform | undefined> {
  const { platformAt, project } = location;
  if (!platformAt) {
    const { commands, files } = options.build_runner_opts;
    if (commands || files) return undefined;
    throw new ArtifactError('BAD_OPTION', {
      tried: `read the options of ${project}`,
      cause: 'neither "platform" nor "build_runner_opts.commands" or "files" is set',
      hint: 'Name the platform (an Nx project, or a path from the workspace root), or the commands that build.',
    });
  }
  const { root } = platformAt;
  const isDirectory = await stat(root).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isDirectory) {
    const name = mixPackageName(await textOf(join(root, MIX_FILE))) ?? platformAt.name;
    return { name, root, version: await versionOf(root) };
  }
  throw new ArtifactError('PLATFORM_MISSING', {
    tried: `find the platform "${options.platform}" of ${project}`,
    cause: `no Nx project has that name, and ${root} is not a directory`,
    hint: 'Correct the option "platform", or fetch the platform (a git submodule, or mix deps.get).',
  });
}
