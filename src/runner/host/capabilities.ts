import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Package } from '../../artifact/package.js';
import { downloadDir, hostArtifactsDir } from '../../artifact/paths.js';
import type { Backend, Capabilities } from '../../backend/types.js';
import type { Host } from '../run.js';
import { labelsOf } from './labels.js';

/**
 * What the engine can do for a package. One that does not see all its directories, as behind a socket that is forwarded or
 * mounted in a container, is as one elsewhere.
 */
export async function capabilitiesFor(backend: Backend, pkg: Package, host: Host): Promise<Capabilities> {
  const { capabilities } = backend;
  if (!capabilities.sharesFiles) return capabilities;
  const places = [
    pkg.root,
    downloadDir(host.env, pkg.workspaceRoot, pkg.options.dl_dir),
    hostArtifactsDir(host.env),
  ];
  const directories = [...new Set(places.map(thatIsThere))];
  const sharesFiles = await backend.sees(directories, await labelsOf(pkg, host));
  return { ...capabilities, sharesFiles };
}

/** The directory, or the one that it will be made in. */
function thatIsThere(path: string): string {
  return existsSync(path) ? path : thatIsThere(dirname(path));
}
