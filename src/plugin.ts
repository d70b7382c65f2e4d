import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CreateNodesResult, TargetConfiguration } from '@nx/devkit';
import { parse } from 'jsonc-parser';
import { EXECUTORS, PLUGIN_MODULE } from './conventions/plugin-names.js';
import { platformDependencies } from './plugin/dependencies.js';
import { inferTargets, type PluginOptions } from './plugin/infer.js';
import { type ProjectFile, projectNames } from './plugin/project-file.js';
import { toolVersion } from './util/tool-version.js';

interface PluginContext {
  workspaceRoot: string;
  nxJsonConfiguration?: {
    targetDefaults?: Record<string, TargetConfiguration | TargetConfiguration[]>;
  };
}

/** As nx.json lists it. Nx before 22.7 gives a plugin without a name one, which an ES module does not take. */
export const name = PLUGIN_MODULE;

/**
 * Gives every project with a target on `nx-docker-artifact:build` the targets `archive`, `clean` and `shell`, and
 * that target its `dependsOn` and `inputs` (Nx: "Create a Tooling Plugin", createNodes). What project.json writes
 * out wins, as Nx merges it over what is inferred. Nothing here throws: that would block every nx command of the
 * workspace; the executors check the options.
 */
export const createNodes = [
  '{project.json,**/project.json,package.json,**/package.json}',
  (files: readonly string[], options: PluginOptions | undefined, context: PluginContext) => {
    const projects = files
      .map((file) => readProject(context.workspaceRoot, file))
      .filter((read) => read !== undefined);
    const roots = projectNames(projects);
    const named = new Set(projects.flatMap(({ name, isNamed }) => (isNamed && name ? [name] : [])));
    const defaults = context.nxJsonConfiguration?.targetDefaults;
    const builder = { toolVersion: toolVersion(), os: process.platform, arch: process.arch };
    const results: [string, CreateNodesResult][] = [];
    for (const project of projects) {
      const build = Object.entries(project.targets).find(
        ([, target]) => target?.executor === EXECUTORS.build,
      );
      if (!build) continue;
      const inference = {
        project,
        name: build[0],
        target: build[1],
        defaults: [EXECUTORS.build, build[0]].flatMap((key) => defaults?.[key] ?? []).filter(Boolean),
        roots,
        named,
        options: textsOf(options),
        builder,
        workspaceRoot: context.workspaceRoot,
      };
      const targets = inferTargets(inference);
      const implicitDependencies = platformDependencies(inference);
      results.push([project.file, { projects: { [project.root]: { targets, implicitDependencies } } }]);
    }
    return results;
  },
] as const;

/** A project.json, or the `nx` key of a package.json; undefined when it is neither or unreadable. */
function readProject(workspaceRoot: string, file: string): ProjectFile | undefined {
  try {
    const json = parse(readFileSync(join(workspaceRoot, file), 'utf8'), [], { allowTrailingComma: true });
    const isPackage = file.endsWith('package.json');
    const own = isPackage ? json.nx : json;
    const targets: Record<string, TargetConfiguration> = own?.targets ?? {};
    if (typeof targets !== 'object') return undefined;
    const name = [own?.name, json.name].find((name) => typeof name === 'string');
    const isNamed = !isPackage && typeof json.name === 'string';
    return { file, root: dirname(file), name, isNamed, targets };
  } catch {
    return undefined; // Nx itself reports a broken file
  }
}

/** The names in the plugin's options; what is not a string there counts as absent. */
function textsOf(options: PluginOptions | undefined): PluginOptions {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => typeof value === 'string'));
}
