import { join } from 'node:path';
import { type Origin, otherArtifacts, writeCurrent } from '../../artifact/current.js';
import type { Package } from '../../artifact/package.js';
import { ARTIFACTS_DIR } from '../../conventions/own-outputs.js';

/** What Nx hashes for the targets that use this artifact, and a link to it for them; `artifact_dir` has a fixed name. */
export async function offerToConsumers(
  pkg: Package,
  origin: Origin,
  artifact: string,
  note: (line: string) => void,
): Promise<void> {
  const problem = await writeCurrent(pkg, origin, pkg.options.artifact_dir ? undefined : artifact);
  if (problem) note(`warning: ${problem}`);
}

const MOST_NAMED = 5;

/** An artifact is large, and that of an earlier version stays: it may be in use. */
export async function noteOthers(pkg: Package, note: (line: string) => void): Promise<void> {
  const others = await otherArtifacts(pkg.root, pkg.paths.artifact);
  if (others.length === 0) return;
  const more = others.length > MOST_NAMED ? ` and ${others.length - MOST_NAMED} more` : '';
  const named = others.slice(0, MOST_NAMED).join(', ') + more;
  note(`note: ${join(pkg.root, ARTIFACTS_DIR)} also has ${named}; clean removes them all`);
}
