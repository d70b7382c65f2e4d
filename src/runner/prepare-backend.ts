import type { Package } from '../artifact/package.js';
import type { ContainerPlan } from '../backend/plans.js';
import type { Backend, LockRequest } from '../backend/types.js';
import { ownerLabels } from '../conventions/labels.js';
import { taskText } from '../conventions/names.js';
import { mountPointOf } from '../util/files/mount-point.js';
import { checkDockerfile } from './host/check-sources.js';
import type { Report } from './output/reporter.js';
import type { BuildPlan } from './plan/build-plan.js';
import { planContainer } from './plan/container.js';
import { type BuildUser, buildUser, type ImageUser } from './plan/user.js';
import type { Run } from './run.js';
import { ensureDownloads, ensureVolumes } from './volumes.js';

/** A plan whose image and volumes are there. */
export interface Prepared {
  plan: BuildPlan;
  container: ContainerPlan;
  /** The user of the steps. */
  user: BuildUser | ImageUser;
  lock: LockRequest;
}

/** What a build and a shell both need before their container: the image and the volumes. */
export async function prepareBackend(
  backend: Backend,
  pkg: Package,
  plan: BuildPlan,
  { host, settings }: Run,
  report: Report,
): Promise<Prepared> {
  checkDockerfile(plan.image, pkg);
  const labels = ownerLabels(pkg, {
    toolVersion: host.toolVersion,
    now: host.now(),
    host: host.name,
    mount: await mountPointOf(pkg.workspaceRoot),
  });
  const image = await backend.ensureImage(plan.image, {
    labels,
    who: taskText({ ...pkg, ...host }),
    onStep: (text) => report.phase(text),
    onLine: (line) => void report.output([{ data: Buffer.from(`${line}\n`) }]),
    onWait: (text) => report.note(text),
  });
  const volumes = await ensureVolumes(backend, pkg, labels);
  if (plan.downloads.inVolume) await ensureDownloads(backend, labels);
  const user = buildUser(image, plan.caller, plan.user);
  return {
    plan,
    user,
    container: planContainer(plan, { image, volumes, user, labels, process: host }),
    lock: {
      wait: settings.wait,
      onWait: (holder) => report.note(`Waiting for ${holder}: it holds the build volume`),
    },
  };
}
