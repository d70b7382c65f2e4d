import { posix } from 'node:path';
import { readNxJson, type Tree } from '@nx/devkit';
import { EXECUTORS } from '../../conventions/plugin-names.js';
import { findBuild } from '../../plugin/build-target.js';
import { isObject } from '../../util/is-object.js';
import { editJsonFile, type JsonObject, readJsonFile } from '../shared/json-file.js';
import { keptLine, placeOfPackage, writeMissing } from '../shared/new-package.js';
import { newProjectJson } from '../shared/project-json.js';
import type { Report } from '../shared/report.js';
import { dockerfile, example, inTreeOptions, outOfTreeOptions } from './files.js';
import type { PackageOptions } from './options.js';

/**
 * Creates the files of a package that make builds; existing ones are kept, but for a project.json that has no such target
 * yet. A Makefile that is there is built as it is.
 * @throws ArtifactError BAD_OPTION, FILE_ACCESS; nothing is written then
 */
export function createPackage(tree: Tree, options: PackageOptions): Report {
  const { name } = options;
  const root = placeOfPackage(tree, name, options.directory ?? `packages/${name}`);
  const makefile = ownMakefile(tree, root, name);
  const buildOptions = makefile === undefined ? outOfTreeOptions(name) : inTreeOptions(name);
  const file = posix.join(root, 'project.json');
  const isNewProject = !tree.exists(file);
  const isAdded = !isNewProject && addTarget(tree, root, name, buildOptions);
  const { isNew, kept } = writeMissing(tree, root, {
    ...(!isAdded && {
      'project.json': `${JSON.stringify(newProjectJson(root, name, buildOptions), null, 2)}\n`,
    }),
    Dockerfile: dockerfile(name),
    ...(makefile === undefined && example(name)),
  });
  return {
    lines: [
      isNew || isAdded
        ? `${name} is now in ${root}. To build it: nx run ${name}:build-artifact`
        : `${name} is already in ${root}.`,
      ...(isAdded ? [`Added the target build-artifact to ${file}.`] : []),
      ...(makefile && (isNewProject || isAdded)
        ? [
            `${makefile} is kept, and runs in a copy of the package. Write into ${file} what it makes ("files", now "${name}"), and into ${posix.join(root, 'Dockerfile')} what it needs.`,
          ]
        : []),
      ...keptLine(kept),
    ],
    warnings: [],
  };
}

/** A Makefile that make would find, and that is not the one of a new package. */
function ownMakefile(tree: Tree, root: string, name: string): string | undefined {
  const paths = ['GNUmakefile', 'makefile', 'Makefile'].map((one) => posix.join(root, one));
  const found = paths.find((path) => tree.exists(path));
  return found !== undefined && tree.read(found, 'utf8') !== example(name).Makefile ? found : undefined;
}

/** @returns whether the project.json had no such target, nor another one of its name */
function addTarget(tree: Tree, root: string, name: string, options: JsonObject): boolean {
  const file = posix.join(root, 'project.json');
  const project = readJsonFile(tree, file) ?? {};
  const { targets = {} } = project;
  const isFree = isObject(targets) && targets['build-artifact'] === undefined;
  if (!isFree || findBuild({ ...project, name, root }, readNxJson(tree)?.targetDefaults)) return false;
  const value = { executor: EXECUTORS.build, options };
  editJsonFile(tree, file, [{ path: ['targets', 'build-artifact'], value }]);
  return true;
}
