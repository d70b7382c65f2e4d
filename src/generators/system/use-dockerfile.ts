import { posix } from 'node:path';
import { readNxJson, type TargetConfiguration, type Tree } from '@nx/devkit';
import { EXECUTORS } from '../../conventions/plugin-names.js';
import { VERSION_FILE } from '../../conventions/versions.js';
import { findBuild } from '../../plugin/build-target.js';
import { isObject } from '../../util/is-object.js';
import { editJsonFile, type JsonEdit, type JsonObject, readJsonFile } from '../shared/json-file.js';
import { DOCKERFILE, imageTag, VERSION } from './files.js';
import { versionOf } from './platform.js';

/**
 * Has a project that is there already build in the image of its Dockerfile. Another image that it has is kept.
 * @returns lines for the report
 * @throws ArtifactError FILE_ACCESS; nothing is written then
 */
export function useDockerfile(tree: Tree, root: string, name: string): string[] {
  const file = posix.join(root, 'project.json');
  const project = readJsonFile(tree, file) ?? {};
  const build = findBuild({ ...project, name, root }, readNxJson(tree)?.targetDefaults);
  const notUsed = `${posix.join(root, DOCKERFILE)} is not used, as`;
  if (!build) return [`${notUsed} ${file} has no target on ${EXECUTORS.build}`];
  const [own, full] = [optionsOf(build.own), optionsOf(build.target)];
  const config = isObject(full.build_runner_config) ? full.build_runner_config : {};
  const { docker = [DOCKERFILE, imageTag(name, versionIn(tree, root))] } = config;
  if (dockerfileOf(docker) !== DOCKERFILE)
    return [`${notUsed} ${build.name} has build_runner_config.docker = ${JSON.stringify(docker)}`];
  const edits = [...imageEdits(own, config, docker), ...checksumEdits(full)];
  if (edits.length === 0) return [];
  const path = ['targets', build.name, 'options'];
  editJsonFile(
    tree,
    file,
    edits.map((edit) => ({ ...edit, path: [...path, ...edit.path] })),
  );
  return [
    `Set in ${file}, target ${build.name}:`,
    ...edits.map(({ path, value }) => `  ${path.join('.')} = ${JSON.stringify(value)}`),
  ];
}

/** That which it has when the missing files are written. */
function versionIn(tree: Tree, root: string): string {
  return tree.exists(posix.join(root, VERSION_FILE)) ? versionOf(tree, root) : VERSION;
}

function optionsOf({ options }: TargetConfiguration): JsonObject {
  return isObject(options) ? options : {};
}

function dockerfileOf(docker: unknown): string {
  const file = Array.isArray(docker) ? docker[0] : isObject(docker) ? docker.dockerfile : undefined;
  return posix.normalize(String(file));
}

/** An option of the project takes the place of that in nx.json, with all that is in it. */
function imageEdits(own: JsonObject, config: JsonObject, docker: unknown): JsonEdit[] {
  if (config.docker !== undefined) return [];
  const isInherited = !isObject(own.build_runner_config) && Object.keys(config).length > 0;
  return isInherited
    ? [{ path: ['build_runner_config'], value: { ...config, docker } }]
    : [{ path: ['build_runner_config', 'docker'], value: docker }];
}

/** Without the option all files count. */
function checksumEdits({ checksum }: JsonObject): JsonEdit[] {
  if (!Array.isArray(checksum) || checksum.includes(DOCKERFILE)) return [];
  return [{ path: ['checksum'], value: [...checksum, DOCKERFILE] }];
}
