import type { Package } from '../artifact/package.js';
import type { ContainerPlan } from '../backend/plans.js';
import type { Backend, LockRequest } from '../backend/types.js';
import { workerText } from '../conventions/names.js';
import { checkDockerfile } from './host/check-sources.js';
import type { HostFacts } from './host/facts.js';
import { labelsOf } from './host/labels.js';
import { imageListener } from './output/image-listener.js';
import { inPhase } from './output/in-phase.js';
import type { Report } from './output/reporter.js';
import type { BuildPlan, Planner } from './plan/build-plan.js';
import { planContainer } from './plan/container.js';
import { imagePlan } from './plan/image.js';
import type { Run } from './run.js';
import { ensureDownloads, ensureVolumes } from './volumes.js';

/** A plan whose image and volumes are there. */
export interface Prepared {
  plan: BuildPlan;
  container: ContainerPlan;
  lock: LockRequest;
}

/** What a build and a shell both need before their container: the image and the volumes. */
export async function prepareBackend(
  backend: Backend,
  pkg: Package,
  { facts, planner }: { facts: HostFacts; planner: Planner },
  { host, settings }: Run,
  report: Report,
): Promise<Prepared> {
  const wanted = imagePlan(pkg);
  checkDockerfile(wanted, pkg);
  const labels = await labelsOf(pkg, host);
  for (const name of backend.capabilities.ignoredLimits)
    if (pkg.options.build_runner_config[name] !== undefined)
      report.emit({ type: 'warning', text: `the engine cannot limit "${name}", and ignores it` });
  const who = workerText({ ...pkg, ...host }, host.now());
  const image = await inPhase(
    report,
    { phase: 'image' },
    () => backend.ensureImage(wanted, { labels, who, wait: settings.wait, ...imageListener(report) }),
    // as Docker shortens it
    ({ id }) => `Image ${wanted.tag} (${id.replace('sha256:', '').slice(0, 12)})`,
  );
  const plan = planner(pkg, facts, image);
  const volumes = await ensureVolumes(backend, pkg, labels);
  if (plan.downloads.kept === 'engine') await ensureDownloads(backend, labels);
  return {
    plan,
    container: planContainer(plan, { image, volumes, labels, process: host }),
    lock: {
      wait: settings.wait,
      onWait: (holder) =>
        report.emit({ type: 'note', text: `Waiting for ${holder}: it holds the build volume` }),
      note: (text) => report.emit({ type: 'note', text }),
    },
  };
}
