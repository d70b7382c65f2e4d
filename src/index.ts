/** The public API. Everything else is internal. */
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
export type { Backend, BackendDeps, Connect } from './backend/types.js';
export { connectDocker } from './docker/backend.js';
export { parseDockerVersion } from './docker/connection/version.js';
export { ArtifactError, type ErrorCode } from './errors.js';
export type {
  ArchiveOptions,
  BuildOptions,
  BuildOptionsInput,
  CleanOptions,
  ShellOptions,
} from './options/types.js';
export { archive } from './runner/archive.js';
export { type BuildResult, type BuildRun, build } from './runner/build.js';
export { type CleanRun, type CleanScope, clean } from './runner/clean/clean.js';
export type { BuildEvent } from './runner/output/events.js';
export {
  type Handler,
  type HandlerOf,
  type Report,
  type Reporter,
  reporterOf,
} from './runner/output/reporter.js';
export { headlineReporter, jsonReporter, verboseReporter } from './runner/output/reporters.js';
export type { Host, Run, Settings } from './runner/run.js';
export { type ShellRun, shell } from './runner/shell.js';
export { type Status, status } from './runner/status/status.js';
