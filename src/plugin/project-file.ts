import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import { isObject } from '../util/is-object.js';
import { mergeTargets } from './merge-targets.js';

type Targets = Record<string, TargetConfiguration>;

/** What the plugin reads of a project. */
export interface ProjectFile {
  /** Relative to the workspace. */
  file: string;
  root: string;
  name?: string;
  /** Whether the name stands in a project.json: then it is certain that Nx calls the project so. */
  isNamed: boolean;
  tags: unknown;
  targets: Targets;
}

/**
 * The projects of a workspace by their files: a package.json and the project.json beside it are one, in which the latter
 * has the last word. What cannot be read is left out, as Nx itself reports it.
 */
export async function readProjects(workspaceRoot: string, files: readonly string[]): Promise<ProjectFile[]> {
  const projects = new Map<string, ProjectFile>();
  const inOrder = [...files.filter(isPackage), ...files.filter((file) => !isPackage(file))];
  for (const file of inOrder) {
    const own = await readProject(workspaceRoot, file);
    if (own) projects.set(own.root, merged(projects.get(own.root), own));
  }
  return [...projects.values()];
}

function isPackage(file: string): boolean {
  return basename(file) === 'package.json';
}

/** A project.json, or a package.json with its `nx` key; undefined when it is neither or unreadable. */
async function readProject(workspaceRoot: string, file: string): Promise<ProjectFile | undefined> {
  try {
    const json = await parsed(readFileSync(join(workspaceRoot, file), 'utf8'));
    const own = isPackage(file) ? (json.nx ?? {}) : json;
    if (!isObject(own)) return undefined;
    const name = [own.name, json.name].find((name) => typeof name === 'string');
    const isNamed = !isPackage(file) && name !== undefined;
    const targets = isObject(own.targets) ? own.targets : {};
    const scripts = isPackage(file) ? scriptsOf(json.scripts, own.includedScripts) : {};
    return { file, root: dirname(file), name, isNamed, tags: own.tags, targets: over(scripts, targets) };
  } catch {
    return undefined;
  }
}

/**
 * Few files have comments or trailing commas, which Nx allows. Every nx command waits for this: JSON.parse is several times
 * as fast as what reads those, which takes longer to load than all else of the plugin.
 */
async function parsed(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    const { parse } = await import('jsonc-parser');
    return parse(text, [], { allowTrailingComma: true });
  }
}

/** What Nx makes of the scripts of a package.json. */
function scriptsOf(scripts: unknown, included: unknown): Targets {
  const names = Array.isArray(included) ? included : Object.keys(isObject(scripts) ? scripts : {});
  return Object.fromEntries(
    names.map((script) => [script, { executor: 'nx:run-script', options: { script } }]),
  );
}

function merged(base: ProjectFile | undefined, own: ProjectFile): ProjectFile {
  if (!base) return own;
  const tags = [base.tags, own.tags].flat();
  return { ...own, name: own.name ?? base.name, tags, targets: over(base.targets, own.targets) };
}

function over(base: Targets, own: Record<string, unknown>): Targets {
  const targets = Object.entries(own).filter((entry): entry is [string, TargetConfiguration] =>
    isObject(entry[1]),
  );
  const mergedWith = (under: TargetConfiguration | undefined, target: TargetConfiguration) =>
    under ? mergeTargets(under, target) : target;
  return {
    ...base,
    ...Object.fromEntries(targets.map(([name, target]) => [name, mergedWith(base[name], target)])),
  };
}

/** The roots of the workspace's projects by name; one without a name is called as its directory, as in Nx. */
export function projectNames(projects: readonly ProjectFile[]): Map<string, string> {
  return new Map(projects.map(({ name, root }) => [name ?? basename(root), root]));
}
