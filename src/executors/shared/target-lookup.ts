import { basename, isAbsolute, join } from 'node:path';
import type { ExecutorContext, TargetConfiguration } from '@nx/devkit';
import type { Location } from '../../artifact/package.js';
import { withoutScope } from '../../conventions/names.js';
import { EXECUTORS } from '../../conventions/plugin-names.js';
import { ArtifactError } from '../../errors.js';
import type { BuildOptions } from '../../options/types.js';

/** The roots of a workspace's projects, by name, relative to the workspace. */
type Projects = ExecutorContext['projectsConfigurations']['projects'];

/** A workspace as Nx's executor context has it. */
interface Workspace {
  root: string;
  projectsConfigurations: { projects: Projects };
}

/** Where the project of the running target lies, and its platform. */
export function locate(context: Workspace, project: string, options: BuildOptions): Location {
  const { projects } = context.projectsConfigurations;
  const root = projects[project]?.root;
  if (root === undefined) throw missing(`${project}`, 'there is no such project in the workspace');
  return {
    workspaceRoot: context.root,
    project,
    root: join(context.root, root),
    projectRoots: Object.values(projects).map((other) => join(context.root, other.root)),
    platformAt:
      options.platform === undefined ? undefined : platformAt(context.root, projects, options.platform),
  };
}

function platformAt(workspaceRoot: string, projects: Projects, platform: string) {
  const project = Object.hasOwn(projects, platform) ? projects[platform] : undefined;
  if (project) return { name: withoutScope(platform), root: join(workspaceRoot, project.root) };
  const root = isAbsolute(platform) ? platform : join(workspaceRoot, platform);
  return { name: basename(root), root };
}

export function currentProject(context: ExecutorContext): string {
  if (context.projectName !== undefined) return context.projectName;
  throw missing('a project', 'Nx did not say for which project this runs');
}

/** A target with our options: its project, and its options as they stand in the workspace. */
export interface BuildTarget {
  project: string;
  target: string;
  /** "alpha:build-artifact", for messages. */
  name: string;
  options: unknown;
  /** The configuration, where it is another than the target's default one. */
  configuration?: string;
}

/** A target with its configuration, as `nx run` takes it. */
export function taskName({ name, configuration }: Pick<BuildTarget, 'name' | 'configuration'>): string {
  return configuration === undefined ? name : `${name}:${configuration}`;
}

/**
 * The target that `build_target` names: "target", whose name may have colons, or "project:target[:configuration]".
 * @throws ArtifactError TARGET_MISSING
 */
export function findBuildTarget(context: ExecutorContext, text: string): BuildTarget {
  const { projects } = context.projectsConfigurations;
  const own = currentProject(context);
  const isOwn = !text.includes(':') || Object.hasOwn(projects[own]?.targets ?? {}, text);
  const [project, target, configuration] = isOwn ? [own, text] : text.split(':');
  const name = `${project}:${target}`;
  const found = projects[project ?? '']?.targets?.[target ?? ''];
  if (!project || !target || !found) throw missing(name, 'there is no such target');
  if (!isBuild(found)) throw missing(name, `its executor is ${found.executor}, not ${EXECUTORS.build}`);
  const chosen = configuration ? found.configurations?.[configuration] : undefined;
  if (configuration && !chosen) throw missing(`${name}:${configuration}`, 'there is no such configuration');
  return {
    ...{ project, target, name, options: { ...found.options, ...chosen } },
    configuration: unlessDefault(configuration, found),
  };
}

function isBuild(target: TargetConfiguration): boolean {
  return target.executor === EXECUTORS.build;
}

/** Whether Nx runs an `archive` target before this one, so that the archive is in its place already. */
export function dependsOnArchive(context: ExecutorContext, project: string): boolean {
  const targets = context.projectsConfigurations.projects[project]?.targets ?? {};
  const dependencies = targets[context.targetName ?? '']?.dependsOn ?? [];
  const names = dependencies.map((dependency) => ownTarget(dependency, project));
  return names.some((name) => name !== undefined && targets[name]?.executor === EXECUTORS.archive);
}

/** The configuration that this target runs with, where it is another than its default one. */
export function otherConfiguration(
  { configurationName, projectsConfigurations, targetName }: ExecutorContext,
  project: string,
): string | undefined {
  const target = projectsConfigurations.projects[project]?.targets?.[targetName ?? ''];
  return unlessDefault(configurationName, target);
}

function unlessDefault(
  configuration: string | undefined,
  target: TargetConfiguration | undefined,
): string | undefined {
  return configuration === target?.defaultConfiguration ? undefined : configuration;
}

type Dependency = NonNullable<TargetConfiguration['dependsOn']>[number];

/** The target of this very project that an entry of its `dependsOn` names, in any of Nx's forms. */
function ownTarget(dependency: Dependency, project: string): string | undefined {
  const entry = typeof dependency === 'string' ? { target: dependency } : dependency;
  const { target, dependencies, projects = [] } = entry;
  const list = [projects].flat();
  if (dependencies || target.startsWith('^')) return undefined;
  if (list.length > 0 && !list.some((name) => ['self', '{self}', project].includes(name))) return undefined;
  return target.startsWith(`${project}:`) ? target.slice(project.length + 1) : target;
}

function missing(name: string, cause: string): ArtifactError {
  return new ArtifactError('TARGET_MISSING', {
    tried: `find ${name}`,
    cause,
    hint: `Set "build_target" to the target whose executor is ${EXECUTORS.build}.`,
  });
}
