import type { Package } from '../../artifact/package.js';
import type { Backend, Connect, Resources } from '../../backend/types.js';
import { LABEL, type Labels } from '../../conventions/labels.js';
import { reason } from '../../errors.js';
import { imagePlan } from '../plan/image.js';
import { type Run, withBackend } from '../run.js';
import { findVolumes } from '../volumes.js';
import type { HolderStatus, ImageStatus, Status, VolumeStatus } from './types.js';

type OnEngine = Pick<Status, 'engine' | 'image' | 'volumes' | 'holder'>;

/** What of a package is on the engine. Without an engine that is what it says, and no error. */
export async function engineStatus(
  pkg: Package,
  run: Pick<Run, 'host' | 'signal'> & { connect: Connect },
): Promise<OnEngine> {
  try {
    return await withBackend(run, pkg.options.build_runner_config.engine, async (backend) => {
      const volumes = await volumesOf(backend, pkg);
      const holder = volumes[0] ? await holderOf(backend.resources, pkg, volumes[0].name) : null;
      return { engine: { reachable: true }, image: await imageOf(backend, pkg), volumes, holder };
    });
  } catch (error) {
    run.signal.throwIfAborted();
    const [first = ''] = reason(error).split('\n');
    return { engine: { reachable: false, error: first }, image: null, volumes: [], holder: null };
  }
}

async function imageOf(backend: Backend, pkg: Package): Promise<ImageStatus | null> {
  const found = await backend.findImage(imagePlan(pkg));
  if (!found) return null;
  const { id, created, size, outdated } = found;
  return { id, created: created.toISOString(), size, current: outdated === undefined, why: outdated ?? null };
}

/** The build volume first. */
async function volumesOf(backend: Backend, pkg: Package): Promise<VolumeStatus[]> {
  const volumes = await findVolumes(backend, pkg);
  if (volumes.length === 0) return [];
  const sizes = await backend.resources.sizes().catch(() => new Map<string, number>());
  return volumes.map(({ name, labels }) => ({
    name,
    role: labels[LABEL.role] ?? '',
    created: labels[LABEL.created] ?? '',
    size: sizes.get(name) ?? null,
  }));
}

/** A build's container has the name of its volume, and lives no longer than the build. */
async function holderOf(resources: Resources, pkg: Package, volume: string): Promise<HolderStatus | null> {
  const labels = { [LABEL.workspace]: pkg.workspaceRoot, [LABEL.project]: pkg.project };
  const all = await resources.list(labels);
  const found = all.find(
    ({ kind, name, state }) => kind === 'container' && name === volume && state === 'running',
  );
  return found ? holderIn(found.labels) : null;
}

function holderIn(labels: Labels): HolderStatus {
  return {
    project: labels[LABEL.project] ?? '',
    target: labels[LABEL.task] ?? '',
    pid: Number(labels[LABEL.pid]),
    host: labels[LABEL.host] ?? '',
    since: labels[LABEL.created] ?? '',
  };
}
