import { isMarker, NERVES_DIR, OWN_OUTPUTS } from '../conventions/own-outputs.js';

/** What a directory is to the tools of the host, as its names show it. */
interface Place {
  names: readonly string[];
  /** The top of the tree that is listed. */
  isTop: boolean;
  /** The tree is a complete workspace, in which other packages lie. */
  ofWorkspace: boolean;
}

/**
 * The names in a directory that no build sees: our own outputs, what belongs to git and Nx, what npm and mix have
 * installed or built for the host, and artifacts that were unpacked there. In a tree that is a complete workspace the
 * same goes for the packages in it.
 */
export function leftOut({ names, isTop, ofWorkspace }: Place): (name: string) => boolean {
  const has = (name: string) => names.includes(name);
  if (!isTop && names.some(isMarker)) return () => true;
  const isPackage = isTop || (ofWorkspace && ['project.json', 'package.json', 'mix.exs'].some(has));
  const out = new Set(['.git']);
  if (isPackage || has(NERVES_DIR)) for (const name of OWN_OUTPUTS) out.add(name);
  if (isPackage) out.add('node_modules');
  if (isTop || has('nx.json')) out.add('.nx');
  if (isPackage && has('mix.exs')) for (const name of ['deps', '_build']) out.add(name);
  return (name) => out.has(name);
}

/** Whether the names at the top of a tree are those of a workspace. */
export function isWorkspace(names: readonly string[]): boolean {
  return names.includes('nx.json');
}
