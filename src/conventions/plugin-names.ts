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
} as const;
