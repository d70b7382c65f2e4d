import type { CreateNodesResult } from '@nx/devkit';
import { keyCommand } from './conventions/key-input.js';
import { PLUGIN_MODULE } from './conventions/plugin-names.js';
import { findBuild } from './plugin/build-target.js';
import { platformDependencies } from './plugin/dependencies.js';
import { inferTargets, type PluginOptions } from './plugin/infer.js';
import { projectNames, readProjects } from './plugin/project-file.js';
import type { TasksContext } from './plugin/summary/after-tasks.js';
import { toolVersion } from './util/tool-version.js';

interface PluginContext {
  workspaceRoot: string;
  nxJsonConfiguration?: { targetDefaults?: unknown };
}

/** As nx.json lists it. Nx before 22.7 gives a plugin without a name one, which an ES module does not take. */
export const name = PLUGIN_MODULE;

/**
 * Gives every project with a target on `nx-docker-artifact:build` the targets `archive`, `clean`, `shell` and
 * `status`, and that target its `dependsOn` and `inputs` (Nx: "Create a Tooling Plugin", createNodes). What project.json writes
 * out wins, as Nx merges it over what is inferred. Nothing here throws: that would block every nx command of the
 * workspace; the executors check the options.
 */
export const createNodes = [
  '{project.json,**/project.json,package.json,**/package.json}',
  async (files: readonly string[], options: PluginOptions | undefined, context: PluginContext) => {
    const { workspaceRoot, nxJsonConfiguration } = context;
    const projects = await readProjects(workspaceRoot, files);
    const roots = projectNames(projects);
    const named = new Set(projects.flatMap(({ name, isNamed }) => (isNamed && name ? [name] : [])));
    const shared = {
      ...{ roots, named, options: textsOf(options), keyCommand: keyCommand(workspaceRoot) },
      builder: { toolVersion: toolVersion(), os: process.platform, arch: process.arch },
    };
    const results: [string, CreateNodesResult][] = [];
    for (const project of projects) {
      const build = findBuild(project, nxJsonConfiguration?.targetDefaults);
      if (!build) continue;
      const inference = { project, build, ...shared };
      const targets = inferTargets(inference);
      const implicitDependencies = platformDependencies(inference);
      results.push([project.file, { projects: { [project.root]: { targets, implicitDependencies } } }]);
    }
    return results;
  },
] as const;

/** Tells what became of the packages of a run (Nx: postTasksExecution). */
export async function postTasksExecution(_options: unknown, context: TasksContext): Promise<void> {
  const { summarize } = await import('./plugin/summary/after-tasks.js'); // most commands of Nx run no task
  summarize(context, process.env, process.stdout);
}

/** The names in the plugin's options; what is not a string there counts as absent. */
function textsOf(options: PluginOptions | undefined): PluginOptions {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => typeof value === 'string'));
}
