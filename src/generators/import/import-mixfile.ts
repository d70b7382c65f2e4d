import { posix } from 'node:path';
import { readNxJson, type Tree } from '@nx/devkit';
import { editJsonFile, type JsonObject, readJsonFile, writeJsonFile } from '../shared/json-file.js';
import { newProjectJson } from '../shared/project-json.js';
import type { Report } from '../shared/report.js';
import { badOption, inWorkspace, isDirectory, pathInWorkspace, projectRoots } from '../shared/workspace.js';
import { packageNameIn } from '../system/platform.js';
import { mixfileError } from './mix/errors.js';
import { type Mixfile, readMixfile } from './mix/mixfile.js';
import { BUILD_SCRIPT, ownBuild } from './mix/own-build.js';
import { platformOf } from './mix/platform.js';
import type { ImportOptions } from './options.js';
import { reportOf } from './report.js';
import { changeTarget } from './target.js';

/**
 * Copies the literal parts of a mix.exs to the project.json next to it.
 * @throws ArtifactError BAD_OPTION, FILE_ACCESS, MIXFILE_BAD; nothing is written then
 */
export function importMixfile(tree: Tree, { mixfile: given, overwrite }: ImportOptions): Report {
  const from = pathInWorkspace(tree, given, 'mixfile');
  const source = tree.isFile(from) ? tree.read(from, 'utf8') : null;
  if (source === null)
    throw badOption('mixfile', `there is no file ${from}`, 'Give its path from the workspace root.');
  const directory = posix.dirname(from);
  const mixfile = readMixfile(source, from, {
    contentOf: (path) => contentOf(tree, posix.join(directory, path)),
    exists: (path) => tree.isFile(posix.join(directory, path)),
  });
  const to = posix.join(directory, 'project.json');
  const project = readJsonFile(tree, to);
  const roots = projectRoots(tree);
  const workspace = {
    roots,
    inWorkspace,
    isDirectory: (path: string) => isDirectory(tree, path),
    packageIn: (root: string) => packageNameIn(tree, root),
  };
  const own = ownBuild(mixfile, tree.isFile(posix.join(directory, BUILD_SCRIPT)));
  const options = own
    ? { ...optionsOf(mixfile, undefined), ...own }
    : optionsOf(mixfile, platformOf(mixfile, directory, workspace));
  const targetDefaults = readNxJson(tree)?.targetDefaults;
  const place = { file: from, root: directory, targetDefaults };
  const change = changeTarget(project ?? {}, options, overwrite, place);
  if (project) editJsonFile(tree, to, change.edits);
  else writeJsonFile(tree, to, newProjectJson(directory, newName(mixfile, directory, roots, from), options));
  const hasChecksum =
    mixfile.nervesPackage.checksum?.length !== 0 || change.kept.some(({ option }) => option === 'checksum');
  if (!hasChecksum)
    mixfile.findings.warnings.push('with an empty "checksum", changes to files do not change the artifact');
  return reportOf({ from, to, change, findings: mixfile.findings });
}

/** In the order of docs/options.md. What was not read is left to its default. */
function optionsOf({ app, version, nervesPackage }: Mixfile, platform: string | undefined): JsonObject {
  const { type, defconfig, checksum, docker, make_args } = nervesPackage;
  const all = {
    ...{ package: app, version, type, platform },
    platform_config: defconfig === undefined ? undefined : { defconfig },
    checksum,
    build_runner_config: docker && { docker },
    build_runner_opts: make_args && { make_args },
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** The project's name, where nothing but its directory and perhaps a package.json gives it one yet. */
function newName(
  { app }: Mixfile,
  directory: string,
  roots: Map<string, string>,
  file: string,
): string | undefined {
  if ([...roots.values()].includes(directory) || app === undefined) return undefined;
  const other = roots.get(app);
  if (other === undefined) return app;
  const hint = `Make ${posix.join(directory, 'project.json')} with another "name", and import again.`;
  throw mixfileError(file, `the project at ${other} is called ${app} already`, hint);
}

/** Content short enough for a version: longer files hold something else. */
function contentOf(tree: Tree, path: string): string | undefined {
  const inside = inWorkspace(path);
  const text = inside !== undefined && tree.isFile(inside) ? tree.read(inside, 'utf8')?.trim() : undefined;
  return text && text.length <= 100 ? text : undefined;
}
