import { posix } from 'node:path';
import { above, type Selected, type Selection } from './selection.js';

/** From where in the build directory an entry goes to where in the artifact. */
export interface Placed {
  from: string;
  to: string;
}

export interface Placement {
  /** A directory of the artifact comes before what is put into it. */
  placed: Placed[];
  /** Paths in the artifact that are left out of what was placed. */
  removed: string[];
  /** Directories that were made for it, or changed by it: their time is that of no entry. */
  directories: string[];
  /** Two entries that would have one path in the artifact. */
  conflict?: [Placed, Placed];
}

/** Where each selected entry goes. What already comes with a directory above it is not placed once more. */
export function placementOf({ selected, leftOut }: Pick<Selection, 'selected' | 'leftOut'>): Placement {
  const byPlace = new Map<string, Placed>();
  let conflict: Placement['conflict'];
  for (const one of selected) {
    const placed = { from: one.path, to: placeOf(one) };
    const other = byPlace.get(placed.to);
    if (other && other.from !== placed.from)
      conflict ??= compare(other.from, placed.from) < 0 ? [other, placed] : [placed, other];
    byPlace.set(placed.to, placed);
  }
  const placed = [...byPlace.values()].filter((one) => !comesAnyway(one, byPlace)).sort(byDirectory);
  const places = new Map<string, string[]>();
  for (const { from, to } of placed) places.set(from, [...(places.get(from) ?? []), to]);
  const removed = leftOut.flatMap((path) =>
    [path, ...above(path)].flatMap((from) =>
      (places.get(from) ?? []).map((to) => to + path.slice(from.length)),
    ),
  );
  const directories = new Set([...placed.map(({ to }) => to), ...removed].flatMap(above));
  return { placed, removed, directories: [...directories].sort(), conflict };
}

function placeOf({ path, rule: { to } }: Selected): string {
  if (!to) return path;
  return to.isDirectory ? posix.join(to.path, posix.basename(path)) : to.path;
}

/** Whether a directory above it is placed so that it comes to the same place. */
function comesAnyway({ from, to }: Placed, byPlace: ReadonlyMap<string, Placed>): boolean {
  return above(to).some((directory) => {
    const other = byPlace.get(directory);
    return other !== undefined && other.from + to.slice(directory.length) === from;
  });
}

function byDirectory(a: Placed, b: Placed): number {
  const [one, other] = [a, b].map(({ to }) => (to.includes('/') ? posix.dirname(to) : ''));
  return compare(one!, other!) || compare(a.to, b.to);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
