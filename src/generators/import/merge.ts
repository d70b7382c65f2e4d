import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../../util/is-object.js';
import type { JsonEdit, JsonObject } from '../shared/json-file.js';

/** An option to which project.json gives another value. */
export interface Conflict {
  option: string;
  has: unknown;
  mixfile: unknown;
}

interface Merge {
  /** Paths from the target's options. */
  edits: JsonEdit[];
  kept: Conflict[];
}

/**
 * What has to change in a target's options so that they say what was read. What they say otherwise is kept unless
 * `overwrite`; what they say besides always is.
 */
export function mergeOptions(existing: unknown, read: JsonObject, overwrite: boolean): Merge {
  const merge: Merge = { edits: [], kept: [] };
  for (const { path, value } of leavesOf(read)) {
    const { at, has } = find(existing, path);
    if (has === undefined || (overwrite && at.length === path.length)) {
      if (!isDeepStrictEqual(has, value)) merge.edits.push({ path, value });
    } else if (!isDeepStrictEqual(has, value))
      merge.kept.push({ option: at.join('.') || 'options', has, mixfile: value });
  }
  return merge;
}

interface Leaf extends JsonEdit {
  path: string[];
}

/** Values by their paths; a list is one value. */
function leavesOf(value: JsonObject, path: string[] = []): Leaf[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    const own = [...path, key];
    return isObject(inner) ? leavesOf(inner, own) : { path: own, value: inner };
  });
}

/** What stands at a path, or on the way to it where that is not an object. */
function find(value: unknown, path: string[]): { at: string[]; has: unknown } {
  let has = value;
  for (const [index, key] of path.entries()) {
    if (has !== undefined && !isObject(has)) return { at: path.slice(0, index), has };
    has = has?.[key];
  }
  return { at: path, has };
}
