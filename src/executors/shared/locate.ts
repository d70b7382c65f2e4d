import { basename, isAbsolute, join } from 'node:path';
import type { ExecutorContext, TargetConfiguration } from '@nx/devkit';
import type { Location } from '../../artifact/package.js';
import { ArtifactError } from '../../errors.js';
import type { BuildOptions } from '../../options.js';

/** The roots of a workspace's projects, by name, relative to the workspace. */
type Projects = ExecutorContext['projectsConfigurations']['projects'];

/** Where the project of the running target lies, and its platform. */
export function locate(context: ExecutorContext, project: string, options: BuildOptions): Location {
  const { projects } = context.projectsConfigurations;
  const root = projects[project]?.root;
  if (root === undefined) throw missing(`${project}`, 'there is no such project in the workspace');
  return {
    workspaceRoot: context.root,
    project,
    root: join(context.root, root),
    platformAt:
      options.platform === undefined ? undefined : platformAt(context.root, projects, options.platform),
  };
}

function platformAt(workspaceRoot: string, projects: Projects, platform: string) {
  const project = Object.hasOwn(projects, platform) ? projects[platform] : undefined;
  if (project)
    return { name: platform.replace(/^@/, '').replaceAll('/', '-'), root: join(workspaceRoot, project.root) };
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
  /** "alpha:build-artifact", for messages. */
  name: string;
  options: unknown;
}

/**
 * The target that `build_target` names: "target", or "project:target[:configuration]".
 * @throws ArtifactError TARGET_MISSING
 */
export function findBuildTarget(context: ExecutorContext, text: string): BuildTarget {
  const parts = text.split(':');
  const [project, target, configuration] = parts.length === 1 ? [currentProject(context), text] : parts;
  const name = `${project}:${target}`;
  const found = context.projectsConfigurations.projects[project ?? '']?.targets?.[target ?? ''];
  if (!project || !found) throw missing(name, 'there is no such target');
  if (!isBuild(found)) throw missing(name, `its executor is ${found.executor}, not nx-docker-artifact:build`);
  const chosen = configuration ? found.configurations?.[configuration] : undefined;
  if (configuration && !chosen) throw missing(`${name}:${configuration}`, 'there is no such configuration');
  return { project, name, options: { ...found.options, ...chosen } };
}

function isBuild(target: TargetConfiguration): boolean {
  return target.executor === 'nx-docker-artifact:build';
}

/** Whether Nx runs an `archive` target before this one, so that the archive is in its place already. */
export function dependsOnArchive(context: ExecutorContext, project: string): boolean {
  const targets = context.projectsConfigurations.projects[project]?.targets ?? {};
  const dependencies = targets[context.targetName ?? '']?.dependsOn ?? [];
  return dependencies.some((dependency) => {
    const name = typeof dependency === 'string' ? dependency : dependency.target;
    return targets[name]?.executor === 'nx-docker-artifact:archive';
  });
}

function missing(name: string, cause: string): ArtifactError {
  return new ArtifactError('TARGET_MISSING', {
    tried: `find ${name}`,
    cause,
    hint: 'Set "build_target" to the target whose executor is nx-docker-artifact:build.',
  });
}
