import { type Stats, statSync } from 'node:fs';

/** What is at a path, links followed; undefined where nothing is, or nothing can be seen (`throwIfNoEntry` throws then). */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
