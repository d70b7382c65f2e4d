import { ENV_DIR } from '../../conventions/container-paths.js';

/** The short checksum in an archive's name, as a shell pattern. */
export const SHORT_CHECKSUM = '[0-9A-F]'.repeat(7);

/** What is known of the copies, next to them in the same volume. */
export const MEMORY = `${ENV_DIR}/.nx-docker-artifact`;

/** Beside the manifests: what create-build last ran for, see configure.ts. */
export const CONFIGURED = 'configured';
/** And the recipe of the last build, see last-build.ts. */
export const LAST_BUILD = 'last-build.json';

/** The file in {@link MEMORY} with what a copy has: its manifest, a tree in JSON. */
export function manifestFile({ name }: { name: string }): string {
  return `${name}.json`;
}

/**
 * The file in {@link MEMORY} with the entries of which nobody knows what the copy has, while it is being changed; empty when it
 * is not. They are complete before the change begins, and count instead of the manifest's until there is a new one.
 */
export function doubtFile({ name }: { name: string }): string {
  return `${name}.doubt.json`;
}

/** The file in {@link MEMORY} with the state of a copy's files when they were right, see copy-state.ts. */
export function stateFile({ name }: { name: string }): string {
  return `${name}.state`;
}

/** The file in {@link MEMORY} with the state of the package's copy when a shell began, until its changes are on the host. */
export function shellFile({ name }: { name: string }): string {
  return `${name}.shell`;
}

/** The file in {@link MEMORY} with the state of another copy when a shell began, see made-by-shell.ts. */
export function beforeShellFile({ name }: { name: string }): string {
  return `${name}.before-shell`;
}

/** A list of the files that a shell changed, while they come back. */
export const FILES_OF_SHELL = 'files-of-shell';
