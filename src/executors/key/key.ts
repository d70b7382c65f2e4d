import { createHash } from 'node:crypto';
import { freshMarkOf } from '../../artifact/fresh-mark.js';
import { type PackageDeps, resolvePackage } from '../../artifact/package.js';
import { ArtifactError } from '../../errors.js';
import { parseOptions } from '../../options/parse.js';
import { buildOptions } from '../../options/schema.js';
import { type RecipeDeps, recipeOf } from '../../runner/recipe/recipe.js';
import { locate } from '../shared/target-lookup.js';
import type { Projects } from './graph.js';

/** The digests of a package's recipe, by configuration; '' is the target without one. */
export type Digests = Record<string, string>;

/** What the key of an archive is calculated from: 64 hex digits, and the recipes behind it. */
export interface Key {
  key: string;
  digests: Digests;
}

/**
 * Calculates a key from the recipes of a build target: all that its archive is built from, in every configuration, as
 * Nx gives an input no way to know which one runs. A recipe that was built anew has a key of its own from then on.
 * @param root of the project, relative to the workspace
 * @param target the build target
 */
export async function keyOf(
  workspace: { root: string; projects: Projects },
  { root, target }: { root: string; target: string },
  deps: RecipeDeps,
): Promise<Key> {
  const project = Object.keys(workspace.projects).find((name) => workspace.projects[name]?.root === root);
  if (project === undefined) throw new Error(`no project lies in ${root}`);
  const { options, configurations = {} } = workspace.projects[project]?.targets?.[target] ?? {};
  const variants = { '': {}, ...configurations };
  const ofThisMoment = { shared: new Map(), checksums: new Map() };
  const digests: Digests = {};
  const marks: string[] = [];
  for (const [name, own] of Object.entries(variants)) {
    const pkg = { project, options: { ...options, ...own } };
    const digest = await digestOf(workspace, pkg, { ...deps, ...ofThisMoment });
    digests[name] = digest;
    marks.push((await freshMarkOf(`${workspace.root}/${root}`, digest))?.id ?? '');
  }
  const key = createHash('sha256')
    .update(JSON.stringify([digests, marks]))
    .digest('hex');
  return { key, digests };
}

/** Options or files with which nothing can be built have a key as well, under which nothing is ever cached. */
async function digestOf(
  { root, projects }: { root: string; projects: Projects },
  { project, options }: { project: string; options: unknown },
  deps: RecipeDeps & Pick<PackageDeps, 'checksums'>,
): Promise<string> {
  try {
    const parsed = parseOptions(buildOptions, options, project);
    const location = locate({ root, projectsConfigurations: { projects } }, project, parsed);
    const pkg = await resolvePackage(parsed, location, { ...deps, warn: () => {} });
    return (await recipeOf(pkg, deps)).digest;
  } catch (error) {
    if (error instanceof ArtifactError) return error.code;
    throw error;
  }
}
