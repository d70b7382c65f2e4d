import { posix } from 'node:path';
import type { Package } from '../../artifact/package.js';
import { PLUGIN } from '../../conventions/plugin-names.js';
import { ArtifactError } from '../../errors.js';
import type { FileRuleOption } from '../../options/types.js';
import { ignorePattern } from '../../sources/context/ignore-pattern.js';

/** Where the archive is made, in the build directory: no pattern matches it, and each packing begins without it. */
export const PACK_DIR = `.${PLUGIN}`;

/** What of the build directory goes into the artifact. Paths are relative to the two, in normal form. */
export interface PackPlan {
  rules: PackRule[];
  leftOut: ((path: string) => boolean)[];
  /** Where to look for all of it: paths in the build directory, none below another. */
  searched: string[];
  /** The one directory in the archive, and the archive's file. */
  artifact: string;
  file: string;
}

export interface PackRule {
  /** As the user wrote it. */
  from: string;
  matches: (path: string) => boolean;
  /** Undefined where each entry keeps its path. `.` is the artifact itself. */
  to?: { path: string; isDirectory: boolean };
}

/**
 * The plan of what packs an artifact by the option `files`; undefined without it.
 * @throws ArtifactError BAD_OPTION for a pattern that is not one
 */
export function planPack({ options, downloadName, archiveFile }: Package): PackPlan | undefined {
  const { files } = options.build_runner_opts;
  if (!files) return undefined;
  const isLeftOut = (rule: FileRuleOption) => typeof rule === 'string' && rule.startsWith('!');
  const rules = files.filter((rule) => !isLeftOut(rule));
  return {
    rules: rules.map(ruleOf),
    leftOut: files.filter(isLeftOut).map((rule) => matcher(String(rule).slice(1))),
    searched: withoutNested(rules.map((rule) => fixedPart(patternOf(rule)))),
    artifact: downloadName,
    file: archiveFile,
  };
}

/** What of a plan decides the archive's content, for the recipe. */
export function packRecipe(pkg: Package): Record<string, string[]> {
  if (!planPack(pkg)) return {};
  const rules = pkg.options.build_runner_opts.files?.map((rule) =>
    typeof rule === 'string' ? rule : `${rule.from} -> ${rule.to}`,
  );
  return { pack: [pkg.archiveFile, ...(rules ?? [])] };
}

function ruleOf(rule: FileRuleOption): PackRule {
  const pattern = patternOf(rule);
  if (typeof rule === 'string') return { from: rule, matches: matcher(pattern) };
  const path = normal(rule.to);
  const isDirectory = rule.to.endsWith('/') || path === '.';
  return { from: rule.from, matches: matcher(pattern), to: { path, isDirectory } };
}

function patternOf(rule: FileRuleOption): string {
  return typeof rule === 'string' ? rule : rule.from;
}

function normal(path: string): string {
  return posix.normalize(path).replace(/(.)\/$/, '$1');
}

function matcher(pattern: string): (path: string) => boolean {
  const path = normal(pattern);
  try {
    return ignorePattern(path === '.' ? '**' : path);
  } catch (cause) {
    throw new ArtifactError('BAD_OPTION', {
      tried: 'read "build_runner_opts.files"',
      cause,
      hint: 'A pattern is as in a .dockerignore: write \\[ for a bracket that stands for itself.',
    });
  }
}

/** The components before the first that is a pattern. */
function fixedPart(pattern: string): string {
  const components = normal(pattern).split('/');
  const first = components.findIndex((component) => /[*?[\]\\]/.test(component));
  return (first < 0 ? components : components.slice(0, first)).join('/') || '.';
}

function withoutNested(paths: string[]): string[] {
  const isBelow = (path: string, other: string) => other === '.' || path.startsWith(`${other}/`);
  const all = [...new Set(paths)];
  return all.filter((path) => !all.some((other) => other !== path && isBelow(path, other)));
}
