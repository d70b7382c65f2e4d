import { offsetFromRoot, readNxJson, type Tree } from '@nx/devkit';
import { withDefaults } from '../../plugin/target-defaults.js';
import { isObject } from '../../util/is-object.js';
import { editJsonFile, type JsonEdit, type JsonObject, writeJsonFile } from '../shared/json-file.js';
import type { Report } from '../shared/report.js';
import { badOption } from '../shared/workspace.js';
import { type ArtifactSource, artifactSource } from './artifact-source.js';
import { ignoreOutput } from './ignore-output.js';
import type { ConsumerOptions } from './options.js';
import { type ProjectPlace, placeOf } from './project-place.js';
import { missingIn, newTarget, outputOf } from './target.js';

/**
 * Adds to a project, or to a new one, what has a target built again when the artifact of another project is another
 * one, and has `affected` select it. What is there stays.
 * @throws ArtifactError BAD_OPTION, FILE_ACCESS; nothing is written then
 */
export function addConsumer(tree: Tree, options: ConsumerOptions): Report {
  const { project, system } = options;
  if (project === system)
    throw badOption('system', `${project} would use its own artifact`, 'Name another project.');
  const source = artifactSource(tree, system);
  const place = placeOf(tree, project, options.directory);
  const { lines, warnings } = place.config
    ? merge(tree, options, place, source)
    : create(tree, options, place, source);
  return {
    lines: [...lines, `The artifact of ${system} is in ${source.path}, whatever its version.`],
    warnings: [...warnings, ...source.warnings],
  };
}

function create(tree: Tree, options: ConsumerOptions, place: ProjectPlace, source: ArtifactSource): Report {
  const { project, system, target } = options;
  writeJsonFile(tree, place.file, {
    $schema: `${offsetFromRoot(place.root)}node_modules/nx/schemas/project-schema.json`,
    name: project,
    projectType: 'application',
    implicitDependencies: [system],
    targets: { [target]: newTarget(tree, options, place, source) },
  });
  return {
    lines: [
      `${project} is now in ${place.root}. To build it: nx run ${project}:${target}`,
      ...ignoreOutput(tree, place.root, outputOf(tree, options, place.root)),
    ],
    warnings: [],
  };
}

function merge(tree: Tree, options: ConsumerOptions, place: ProjectPlace, source: ArtifactSource): Report {
  const { project, target } = options;
  const { file, path, config = {}, scripts } = place;
  const targets = isObject(config.targets) ? config.targets : {};
  const known = isObject(targets[target]) ? targets[target] : scripts[target] === undefined ? undefined : {};
  const at = { name: project, root: place.root, tags: config.tags };
  const full = known && withDefaults(known, target, at, readNxJson(tree)?.targetDefaults);
  const values = full ? missingIn(full, source) : newTarget(tree, options, place, source);
  const edits: JsonEdit[] = Object.entries(values).map(([key, value]) => {
    return { path: [...path, 'targets', target, key], value };
  });
  edits.push(...edge(config, path, source));
  if (edits.length > 0) editJsonFile(tree, file, edits);
  const isCached = ({ ...full, ...values } as JsonObject).cache === true;
  return {
    lines: [
      ...(edits.length > 0
        ? [
            `Set in ${file}:`,
            ...edits.map(({ path, value }) => `  ${path.join('.')} = ${JSON.stringify(value)}`),
          ]
        : [`${project}:${target} already uses the artifact of ${source.project}.`]),
      ...(full ? [] : ignoreOutput(tree, place.root, outputOf(tree, options, place.root))),
      ...(isCached ? [] : [`${project}:${target} is not cached ("cache": true), and so runs every time.`]),
    ],
    warnings: unused(options, known !== undefined),
  };
}

/** What only something new is made with. */
function unused({ project, target, ...options }: ConsumerOptions, isTargetThere: boolean): string[] {
  const names = [...(isTargetThere ? (['command', 'output'] as const) : []), 'directory' as const];
  const given = names.filter((name) => options[name] !== undefined).map((name) => `--${name}`);
  const what = isTargetThere ? `${project}:${target}` : project;
  return given.length > 0 ? [`not used, as ${what} is there already: ${given.join(', ')}`] : [];
}

/** Before Nx 24 `affected` follows projects and what they depend on, and not inputs. */
function edge(config: JsonObject, path: string[], { project }: ArtifactSource): JsonEdit[] {
  const known = Array.isArray(config.implicitDependencies) ? config.implicitDependencies : [];
  if (known.includes(project)) return [];
  return [{ path: [...path, 'implicitDependencies'], value: [...known, project] }];
}
