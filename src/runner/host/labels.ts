import type { Package } from '../../artifact/package.js';
import { type Labels, ownerLabels } from '../../conventions/labels.js';
import { mountPointOf } from '../../util/files/mount-point.js';
import type { Host } from '../run.js';

/** What everything carries that is made for a package on an engine. */
export async function labelsOf(pkg: Package, { toolVersion, name, now }: Host): Promise<Labels> {
  const mount = await mountPointOf(pkg.workspaceRoot);
  return ownerLabels(pkg, { toolVersion, now: now(), host: name, mount });
}
