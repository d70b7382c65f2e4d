import { offsetFromRoot } from '@nx/devkit';
import { EXECUTORS } from '../../conventions/plugin-names.js';
import type { JsonObject } from './json-file.js';

/** A project.json with nothing but a target that builds an artifact. */
export function newProjectJson(root: string, name: string | undefined, options: JsonObject): JsonObject {
  return {
    $schema: `${offsetFromRoot(root)}node_modules/nx/schemas/project-schema.json`,
    ...(name === undefined ? {} : { name }),
    targets: { 'build-artifact': { executor: EXECUTORS.build, options } },
  };
}
