import { isAbsolute, posix, relative } from 'node:path';
import type { ExecutorContext, TargetConfiguration } from '@nx/devkit';
import type { Package } from '../../artifact/package.js';
import { isKeyInput, keyCommand, keyInput } from '../../conventions/key-input.js';
import { ArtifactError } from '../../errors.js';
import type { BuildTarget } from './target-lookup.js';

type Input = NonNullable<TargetConfiguration['inputs']>[number];

/** Of the executor's context, what says how a task is cached. */
type Context = Pick<
  ExecutorContext,
  'root' | 'target' | 'targetName' | 'projectName' | 'projectsConfigurations' | 'nxJsonConfiguration'
>;

/**
 * Refuses to build what would be cached under a key that does not know the platform: its change would be a hit with the
 * old archive. Inferred targets have an input for all that is built from; one that is written out may lack it.
 * @throws ArtifactError BAD_OPTION
 */
export function checkInputs(context: Context, pkg: Package, from: BuildTarget): void {
  const { platform } = pkg;
  if (!context.target?.cache || !platform) return;
  const inputs = expanded(context, context.target.inputs ?? ['default', '^default']);
  if (inputs.some((input) => isKeyInput(input) || covers(context, pkg, platform.root, input))) return;
  throw new ArtifactError('BAD_OPTION', {
    tried: `build ${pkg.project} from the platform in ${platform.root}`,
    cause: `${context.targetName} is cached, and its inputs do not have that platform: a change of it would be a hit with the old archive`,
    hint: `Add ${JSON.stringify(keyInputOf(context, from))} to the "inputs" of ${pkg.project}:${context.targetName}.`,
  });
}

/** The input that a target which is written out needs. */
export function keyInputOf(
  { root, projectsConfigurations }: Pick<Context, 'root' | 'projectsConfigurations'>,
  { project, target }: Pick<BuildTarget, 'project' | 'target'>,
): { runtime: string } {
  return keyInput(keyCommand(root), projectsConfigurations.projects[project]?.root ?? '.', target);
}

/** Inputs with the named ones replaced by what they name (Nx: "Inputs and Named Inputs"). */
function expanded(context: Context, inputs: readonly Input[], seen: readonly string[] = []): Input[] {
  const { projectsConfigurations, projectName = '', nxJsonConfiguration } = context;
  const named: Record<string, readonly Input[]> = {
    default: ['{projectRoot}/**/*'],
    ...nxJsonConfiguration?.namedInputs,
    ...projectsConfigurations.projects[projectName]?.namedInputs,
  };
  return inputs.flatMap((input) => {
    const list = typeof input === 'string' && !seen.includes(input) ? named[input] : undefined;
    return list ? expanded(context, list, [...seen, input as string]) : [input];
  });
}

function covers(context: Context, pkg: Package, platformRoot: string, input: Input): boolean {
  const { projects } = context.projectsConfigurations;
  const place = relative(context.root, platformRoot);
  if (typeof input === 'string' && input.startsWith('^')) return dependsOn(context, pkg, platformRoot);
  if (typeof input === 'string') return isBelow(context, pkg, platformRoot, input);
  if ('runtime' in input) return place !== '' && input.runtime.includes(place);
  if ('fileset' in input) return isBelow(context, pkg, platformRoot, input.fileset);
  if (!('input' in input)) return false;
  const others = 'projects' in input ? [input.projects ?? []].flat() : [];
  if (others.some((name) => projects[name] && projects[name].root === place)) return true;
  return 'dependencies' in input && Boolean(input.dependencies) && dependsOn(context, pkg, platformRoot);
}

/** Whether the platform is a project that the package's own names as what it depends on. */
function dependsOn({ root, projectsConfigurations }: Context, pkg: Package, platformRoot: string): boolean {
  const { projects } = projectsConfigurations;
  const names = projects[pkg.project]?.implicitDependencies ?? [];
  return names.some((name) => projects[name] && posix.join(root, projects[name].root) === platformRoot);
}

/** Whether a fileset has all files of the platform: only patterns for a complete directory are understood. */
function isBelow(
  { root, projectsConfigurations }: Context,
  pkg: Package,
  platformRoot: string,
  fileset: string,
) {
  const directory = /^(\{projectRoot\}|\{workspaceRoot\})((?:\/[^*?[\]{}!]+)*)\/\*\*(?:\/\*)?$/.exec(fileset);
  if (!directory) return false;
  const [, token, path = ''] = directory;
  const way = relative(posix.join(token === '{projectRoot}' ? pkg.root : root, path), platformRoot);
  if (way.startsWith('..') || isAbsolute(way)) return false;
  // Nx gives the files of a nested project to that project alone
  const others = Object.values(projectsConfigurations.projects).map((other) => posix.join(root, other.root));
  return token === '{workspaceRoot}' || !others.includes(platformRoot);
}
