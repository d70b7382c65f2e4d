import type { Inference } from './infer.js';
import { variants } from './option-variants.js';

/**
 * The platforms of a package that are projects, as what it depends on: for `nx graph`, and for `affected`, which
 * before Nx 24 follows dependencies and not inputs. Nx treats an unknown name, or a pattern that matches nothing,
 * as an error of the entire workspace: only names that stand in a project.json are certain.
 */
export function platformDependencies({
  project,
  build,
  named,
}: Pick<Inference, 'project' | 'build' | 'named'>): string[] {
  const platforms = variants(build.target).map(({ platform }) => platform);
  return [...new Set(platforms)].filter(
    (name): name is string =>
      typeof name === 'string' && named.has(name) && name !== project.name && /^[@\w][\w./@-]*$/.test(name),
  );
}
