import { kindOf } from '../../sources/digest.js';
import type { Tree, TreeEntry } from '../../sources/tree.js';
import type { Recipe, RecipeParts } from './recipe.js';

/** The entries of a tree as a provenance has them: "file 0123456789abcdef", "link target", by path. */
export type Files = Record<string, string>;

/** What a recipe was at another time. */
export interface PastRecipe {
  digest: string;
  parts: RecipeParts;
  /** By the name of the tree. */
  files: Record<string, Files>;
}

/** Paths that are named of one part. */
const MOST_NAMED = 5;
/** Hex digits of a content hash that are kept: enough to tell two contents of one path apart. */
const SHORT = 16;

/** The same, one after the other. */
export function* eachFile(tree: Tree): Generator<[path: string, brief: string]> {
  for (const [path, entry] of tree) yield [path, brief(entry)];
}

function filesOf(tree: Tree): Files {
  const files: Files = Object.create(null); // any name may be that of an entry
  for (const [path, file] of eachFile(tree)) files[path] = file;
  return files;
}

function brief(entry: TreeEntry): string {
  const { kind, content } = entry;
  if (!content) return kindOf(entry);
  return `${kindOf(entry)} ${kind === 'link' ? content : content.slice(0, SHORT)}`;
}

export function pastOf({ digest, parts, trees }: Recipe): PastRecipe {
  return {
    digest,
    parts,
    files: Object.fromEntries(trees.map(({ name, listing }) => [name, filesOf(listing.tree)])),
  };
}

/** What differs between two recipes, a line for each part: "platform: rules.mk, src/a.c", "env: COLOUR". */
export function differences(before: PastRecipe, after: PastRecipe): string[] {
  if (before.digest === after.digest) return [];
  const parts = Object.keys({ ...before.parts, ...after.parts }) as (keyof RecipeParts)[];
  const trees = Object.keys({ ...before.files, ...after.files });
  return [
    ...trees.map((name) => named(name, keysThatDiffer(before.files[name], after.files[name]))),
    ...parts.map((name) => partThatDiffers(name, before.parts[name], after.parts[name])),
  ].filter((line) => line !== undefined);
}

function partThatDiffers(name: string, before: unknown, after: unknown): string | undefined {
  if (JSON.stringify(before) === JSON.stringify(after)) return undefined;
  if (isRecord(before) && isRecord(after)) return named(name, keysThatDiffer(before, after));
  return `${name}: ${String(before)} became ${String(after)}`;
}

/** A part that an older version does not know is an empty one. */
function isRecord(part: unknown): part is object | undefined {
  return part === undefined || typeof part === 'object';
}

function keysThatDiffer(before: object | null | undefined, after: object | null | undefined): string[] {
  const [a, b] = [before ?? {}, after ?? {}] as Record<string, unknown>[];
  const keys = new Set([...Object.keys(a ?? {}), ...Object.keys(b ?? {})]);
  return [...keys].filter((key) => JSON.stringify(a?.[key]) !== JSON.stringify(b?.[key])).sort();
}

/** "platform: rules.mk, src/a.c and 2 more"; undefined where there is nothing to name. */
export function named(part: string, keys: string[]): string | undefined {
  if (keys.length === 0) return undefined;
  const more = keys.length > MOST_NAMED ? ` and ${keys.length - MOST_NAMED} more` : '';
  return `${part}: ${keys.slice(0, MOST_NAMED).join(', ')}${more}`;
}
