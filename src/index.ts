/** The public API (DESIGN.md section 4). Everything else is internal. */
export { checksum } from './artifact/checksum/checksum.js';
export {
  artifactExtension,
  artifactName,
  downloadName,
  hostTuple,
  type PackageIdentity,
  type PackageType,
} from './artifact/names.js';
export { type Location, type Package, type PackageDeps, resolvePackage } from './artifact/package.js';
export { parseDockerVersion } from './docker/connection/version.js';
export { ArtifactError, type ErrorCode } from './errors.js';
export type {
  ArchiveOptions,
  BuildOptions,
  BuildOptionsInput,
  CleanOptions,
  ShellOptions,
} from './options/schema.js';
export { archive } from './runner/archive.js';
export { type BuildResult, build } from './runner/build.js';
export { type CleanDeps, type CleanScope, clean } from './runner/clean/clean.js';
export type { RunnerDeps } from './runner/deps.js';
export { type ShellDeps, shell } from './runner/shell.js';
