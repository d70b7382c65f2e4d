import { isAbsolute, join, normalize } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';

type Inputs = NonNullable<TargetConfiguration['inputs']>;

/** What the plugin reads of a build target's options; nothing is certain about them yet. */
interface RawOptions {
  platform?: unknown;
  build_runner_config?: { docker?: unknown };
}

/**
 * What the archive depends on: the package's files but our own outputs, the platform's, the Dockerfile and its
 * context where they lie outside of the package. Options and `env` are part of every task's hash anyway.
 */
export function inputsOf(root: string, options: RawOptions, roots: Map<string, string>): Inputs {
  return [
    'default',
    '!{projectRoot}/.nerves/**/*',
    '!{projectRoot}/build.log',
    '!{projectRoot}/build.log.1',
    ...platformInputs(options.platform, roots),
    ...dockerInputs(root, options.build_runner_config?.docker),
  ];
}

/** A platform that is no Nx project is often a fetched, ignored folder: its files count all the same. */
function platformInputs(platform: unknown, roots: Map<string, string>): Inputs {
  if (typeof platform !== 'string') return [];
  if (roots.has(platform)) return [{ input: 'default', projects: [platform] }];
  return outside(platform) ? [] : [all(normalize(platform))];
}

function dockerInputs(root: string, docker: unknown): Inputs {
  const { dockerfile, context } = Array.isArray(docker)
    ? { dockerfile: docker[0], context: undefined }
    : ((docker ?? {}) as { dockerfile?: unknown; context?: unknown });
  const inputs: Inputs = [];
  const elsewhere = (path: unknown): path is string =>
    typeof path === 'string' &&
    join(root, path).startsWith('..') === false &&
    normalize(path).startsWith('..');
  if (elsewhere(dockerfile)) inputs.push(`{workspaceRoot}/${join(root, dockerfile)}`);
  if (elsewhere(context)) inputs.push(all(join(root, context)));
  return inputs;
}

function outside(path: string): boolean {
  return isAbsolute(path) || normalize(path).startsWith('..');
}

function all(directory: string): Inputs[number] {
  return {
    fileset: `{workspaceRoot}/${directory.replace(/\/$/, '')}/**/*`,
    includeIgnored: true,
  } as Inputs[number];
}
