import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import type { ArchiveFile } from '../artifact/archive/archive-file.js';
import { storeArchive } from '../artifact/archive/store.js';
import type { Package } from '../artifact/package.js';
import { DL_DIR } from '../conventions/container-paths.js';
import { ownerLabels } from '../conventions/labels.js';
import { connect, type Engine } from '../docker/connection/connect.js';
import { getFile } from '../docker/container/copy.js';
import { describeHolder, type Holder, type LockOptions } from '../docker/container/lock.js';
import { type Session, withSession } from '../docker/container/session.js';
import { ensureImage } from '../docker/image/ensure.js';
import { ArtifactError } from '../errors.js';
import { sizeText } from '../options/units.js';
import type { RunnerDeps } from './deps.js';
import { openBuildLog } from './output/build-log.js';
import { type Report, startReport } from './output/report.js';
import { runStep } from './output/run-step.js';
import { type ContainerInput, containerSpec } from './plan/container.js';
import { imageSpec, workdirOf } from './plan/image.js';
import { NO_AGENT, sshAgent } from './plan/ssh-agent.js';
import { buildSteps, checkSources, sourcesOf } from './plan/steps.js';
import { buildUser } from './plan/user.js';
import { prepare, restoreOwnership } from './prepare.js';
import { toRunError } from './run-error.js';
import { ensureDownloads, ensureVolumes } from './volumes.js';

/**
 * Builds a package in Docker and leaves its archive in Nx's output directory. The lifecycle is that of
 * Nerves.Artifact.BuildRunners.Docker: create-build, make, make system; in one container.
 * @throws ArtifactError of any code but those of unpacking
 */
export async function archive(pkg: Package, deps: RunnerDeps): Promise<ArchiveFile> {
  checkSources(pkg);
  const report = startReport(deps);
  try {
    // 1. the engine, the image, the volumes
    const engine = await connect(deps.env, deps.signal);
    const input = await prepareEngine(engine, pkg, deps, report);
    // 2. the container, which is the lock
    const spec = containerSpec(input, deps);
    return await withSession(engine, spec, lockOptions(deps, report), (session) =>
      buildIn(session, input, deps, report),
    );
  } catch (error) {
    throw toRunError(error, `build ${pkg.project}`, deps.signal);
  } finally {
    report.end();
  }
}

/** What archive and shell both need before their container: image and volumes. */
export async function prepareEngine(
  engine: Engine,
  pkg: Package,
  deps: RunnerDeps,
  report: Report,
): Promise<ContainerInput> {
  const agent = pkg.options.build_runner_config.ssh_agent ? sshAgent(deps.env, engine) : NO_AGENT;
  const labels = ownerLabels(pkg, {
    toolVersion: deps.toolVersion,
    now: new Date(),
    host: deps.process.host,
  });
  const wanted = await imageSpec(pkg);
  const image = await ensureImage(engine, wanted, {
    env: deps.env,
    signal: deps.signal,
    labels,
    onStep: (text) => report.headline(`>>> ${text}`),
    onLine: (line) => report.verbose && report.raw(Buffer.from(`${line}\n`)),
    who: `${pkg.project}:${deps.process.task} (pid ${deps.process.pid})`,
    onWait: (text) => report.note(text),
  });
  const volumes = await ensureVolumes(engine, pkg, labels);
  if (!engine.sharesFiles) await ensureDownloads(engine, labels);
  const user = buildUser(image, deps.user);
  const container = { image: image.Id, imageName: wanted.tag, workdir: workdirOf(pkg), user };
  return { engine, pkg, volumes, labels, agent, ...container };
}

/** How a run waits for the volume's lock. */
export function lockOptions({ wait, signal }: RunnerDeps, report: Report): LockOptions {
  const onWait = (holder: Holder) =>
    report.note(`Waiting for ${describeHolder(holder)}: it has the build volume`);
  return { wait, signal, onWait };
}

async function buildIn(
  session: Session,
  { engine, pkg, workdir, agent, user }: ContainerInput,
  deps: RunnerDeps,
  report: Report,
): Promise<ArchiveFile> {
  // 3. user and directories, the writable copies of platform and package
  const volumes = engine.sharesFiles ? [] : [DL_DIR];
  const prepared = {
    workdir,
    artifact: pkg.name,
    sources: sourcesOf(pkg),
    volumes,
    worldWritable: agent.worldWritable,
  };
  await prepare(session, user, prepared, deps.signal);
  // 4. create-build, make, make system
  const log = await openBuildLog(pkg.paths.log, pkg.paths.previousLog);
  try {
    for (const step of buildSteps(pkg, workdir, `${user.uid}:${user.gid}`)) {
      await runStep(session, step, log, report);
    }
  } finally {
    await log.close();
    if (!deps.signal.aborted) await restoreOwnership(session, user, deps.user, [DL_DIR]);
  }
  // 5. the archive out of the volume, verified
  return await collect(session, pkg, workdir, deps, report);
}

async function collect(session: Session, pkg: Package, workdir: string, deps: RunnerDeps, report: Report) {
  for (const file of candidates(pkg)) {
    const found = await getFile(session.container, `${workdir}/${file}`, deps.signal);
    if (!found) continue;
    const stored = await storeArchive(
      found.content,
      { file, size: found.size, directory: pkg.paths.archive },
      deps,
    );
    // relative, as Nx replays this line on other machines
    report.headline(`>>> Archive ${relative(pkg.workspaceRoot, stored.path)} (${sizeText(stored.size)})`);
    return stored;
  }
  throw new ArtifactError('ARCHIVE_MISSING', {
    tried: `take the archive ${pkg.archiveFile} out of ${workdir}`,
    cause: 'the last step succeeded but did not leave it there',
    hint: `\`make system\` (or the "archive" command) must make ${pkg.archiveFile}. ${existsSync(pkg.paths.log) ? `The whole log is in ${pkg.paths.log}` : ''}`,
  });
}

/** A platform may compress with zstd (`.tar.zst`) instead of what Nerves' names say. */
function candidates(pkg: Package): string[] {
  return [
    ...new Set([pkg.archiveFile, ...['.tar.gz', '.tar.xz', '.tar.zst'].map((ext) => pkg.downloadName + ext)]),
  ];
}
