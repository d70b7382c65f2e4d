import type { ArchiveFile } from '../artifact/archive/archive-file.js';
import type { Package } from '../artifact/package.js';
import type { BuildContainer } from '../backend/types.js';
import { collectArchive } from './collect-archive.js';
import { recordConfiguration } from './configure.js';
import { checkOwnDirectory, checkSources } from './host/check-sources.js';
import { hostFacts } from './host/facts.js';
import { openBuildLog } from './output/build-log.js';
import type { Report } from './output/reporter.js';
import { runStep } from './output/run-step.js';
import { planBuild } from './plan/build-plan.js';
import { type Prepared, prepareBackend } from './prepare-backend.js';
import { prepareContainer, restoreOwnership } from './prepare-container.js';
import { connectFor, type Run } from './run.js';
import { toRunError } from './run-error.js';

/**
 * Builds a package and leaves its archive in Nx's output directory. The lifecycle is that of
 * Nerves.Artifact.BuildRunners.Docker: create-build, make, make system; in one container.
 * @throws ArtifactError of any code but those of unpacking
 */
export async function archive(pkg: Package, run: Run): Promise<ArchiveFile> {
  checkSources(pkg);
  await checkOwnDirectory(pkg);
  const report = run.reporter.start();
  try {
    // 1. the engine, and the plan
    const backend = await connectFor(run);
    const plan = planBuild(pkg, hostFacts(pkg, run.host, backend.capabilities));
    // 2. the image and the volumes
    const prepared = await prepareBackend(backend, pkg, plan, run, report);
    // 3. the container, which is the lock
    return await backend.withContainer(prepared.container, prepared.lock, (container) =>
      buildIn(container, pkg, prepared, run, report),
    );
  } catch (error) {
    throw toRunError(error, run.signal);
  } finally {
    report.end();
  }
}

async function buildIn(
  container: BuildContainer,
  pkg: Package,
  prepared: Prepared,
  run: Run,
  report: Report,
): Promise<ArchiveFile> {
  const { plan, user } = prepared;
  // 4. user and directories, the writable copies of platform and package
  const preparing = { pkg, artifact: pkg.name, signal: run.signal };
  const configuration = await prepareContainer(container, prepared, preparing);
  // 5. create-build, make, make system
  const log = await openBuildLog(pkg.paths.log, pkg.paths.previousLog);
  try {
    for (const step of plan.steps) {
      await runStep(container, step, `${user.uid}:${user.gid}`, log, report);
      if (step === configuration.step) await recordConfiguration(container, configuration);
    }
  } finally {
    await log.close();
    if (!run.signal.aborted) await restoreOwnership(container, user, plan);
  }
  // 6. the archive out of the volume, verified
  return await collectArchive(container, pkg, plan.workdir, run, report);
}
