/** The package's name, as npm and Nx know it. */
export const PLUGIN = 'nx-docker-artifact';
/** The plugin's module, as nx.json lists it. */
export const PLUGIN_MODULE = `${PLUGIN}/plugin`;

/** The executors, as a project.json names them. */
export const EXECUTORS = {
  build: `${PLUGIN}:build`,
  archive: `${PLUGIN}:archive`,
  clean: `${PLUGIN}:clean`,
  shell: `${PLUGIN}:shell`,
  status: `${PLUGIN}:status`,
  timing: `${PLUGIN}:timing`,
} as const;

/**
 * The command that builds from an empty build directory, for messages.
 * @param target the build target: "alpha:build-artifact", with its configuration where that is not the default one
 */
export function freshCommand(target: string): string {
  return `nx run ${target} --fresh`;
}
