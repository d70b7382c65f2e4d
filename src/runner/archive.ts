import { relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ArchiveFile } from '../artifact/archive/archive-file.js';
import type { Package } from '../artifact/package.js';
import type { BuildContainer } from '../backend/types.js';
import { sizeText } from '../options/units.js';
import { finishCompression } from './compress/finish.js';
import { prepareCompression } from './compress/prepare.js';
import { recordConfiguration } from './configure.js';
import { knownUser } from './copy/known-user.js';
import { giveBackDownloads } from './downloads/give-back.js';
import { sendDownloads } from './downloads/send.js';
import { builtAnew, rememberAnew } from './fresh.js';
import { holdOutputs } from './hold-outputs.js';
import { capabilitiesFor } from './host/capabilities.js';
import { checkOwnDirectory, checkSources } from './host/check-sources.js';
import { withHostFacts } from './host/facts.js';
import { RunningFile } from './output/handlers/running-file.js';
import { headlines } from './output/headline.js';
import { inPhase } from './output/in-phase.js';
import { runStep, stepsOf } from './output/run-step.js';
import { type Logged, withLog } from './output/with-log.js';
import { packFiles } from './pack/pack-files.js';
import { planBuild } from './plan/build-plan.js';
import { NO_SCRIPT } from './plan/user.js';
import { type Prepared, prepareBackend } from './prepare-backend.js';
import { prepareBuild } from './prepare-build.js';
import { restoreOwnership } from './prepare-container.js';
import { gitOf } from './recipe/git.js';
import { provenanceOf } from './recipe/provenance.js';
import { type Recipe, recipeOf } from './recipe/recipe.js';
import { checkKey } from './recipe/unchanged.js';
import { type Run, recipeDeps, targetName, withBackend } from './run.js';
import { toRunError } from './run-error.js';

export interface ArchiveRun extends Run {
  /**
   * The digests that Nx calculated keys from in this run, one of each calculation; the archive is cached under one of
   * the keys. `digest` is the recipe's now.
   */
  keys?: (digest: string) => Promise<readonly string[]>;
}

/**
 * Builds a package and leaves its archive in Nx's output directory. The lifecycle is that of
 * Nerves.Artifact.BuildRunners.Docker: create-build, make, make system; in one container.
 * @throws ArtifactError of any code but those of unpacking
 */
export async function archive(pkg: Package, run: ArchiveRun): Promise<ArchiveFile> {
  checkSources(pkg);
  await checkOwnDirectory(pkg);
  const report = run.reporter.start();
  try {
    // 1. the recipe: what the archive is built from
    const recipe = await recipeOf(pkg, recipeDeps(run));
    checkKey(pkg, recipe, (await run.keys?.(recipe.digest)) ?? []);
    const anew = run.settings.fresh ? undefined : await builtAnew(pkg, recipe);
    if (anew) return anew;
    const made = await withLog(pkg, run, { recipe: recipe.digest, report }, (logged) =>
      buildFrom(recipe, pkg, run, logged),
    );
    if (run.settings.fresh) await rememberAnew(pkg, recipe, made, run.settings.nxRun);
    return made;
  } catch (error) {
    throw toRunError(error, run.signal);
  } finally {
    report.end();
  }
}

interface Building extends Logged {
  recipe: Recipe;
  prepared: Prepared;
  run: Run;
  end: ReturnType<typeof prepareEnd>;
}

/** To start a program holds this process up for 10 ms: that is done when the engine is busy with the container's start. */
const STARTING_MS = 100;

/** Gets what the end of a build needs, while there is nothing else to do. */
async function prepareEnd(recipe: Recipe, env: NodeJS.ProcessEnv) {
  await sleep(STARTING_MS, undefined, { ref: false });
  const { collectArchive, systemTar } = await import('./collect-archive.js');
  return { collectArchive, tar: systemTar(env), git: gitOf(recipe, env) };
}

async function buildFrom(recipe: Recipe, pkg: Package, run: Run, logged: Logged): Promise<ArchiveFile> {
  // 2. the engine, and what there is on the host
  return await withBackend(run, pkg.options.build_runner_config.engine, async (backend) => {
    const capabilities = await capabilitiesFor(backend, pkg, run.host);
    return await withHostFacts(pkg, run.host, capabilities, async (facts) => {
      // 3. the image, the plan and the volumes
      const prepared = await prepareBackend(backend, pkg, { facts, planner: planBuild }, run, logged.report);
      const end = prepareEnd(recipe, run.host.env);
      end.catch(() => {});
      // 4. the container, which is the lock
      const { waits } = logged.timing;
      const onWait = (holder: string) => {
        waits.begin();
        prepared.lock.onWait(holder);
      };
      return await backend.withContainer(prepared.container, { ...prepared.lock, onWait }, (container) => {
        waits.end();
        return holdOutputs(pkg, run, { report: logged.report, waits }, async () => {
          const running = new RunningFile(pkg, run.host);
          logged.report.add(running.handler);
          try {
            return await buildIn(container, pkg, { ...logged, recipe, prepared, run, end });
          } finally {
            await running.end();
          }
        });
      });
    });
  });
}

async function buildIn(container: BuildContainer, pkg: Package, building: Building): Promise<ArchiveFile> {
  const { recipe, prepared, run, report, log, timing, started, end } = building;
  const { plan } = prepared;
  const user = await knownUser(container, plan.user);
  if (user.script === NO_SCRIPT) container.start(stepsOf(user, plan.workdir));
  // 5. user and directories, the writable copies of platform and package, and a look at whether they are the recipe's
  const { configuration, fresh, logSize, bringDownloads } = await inPhase(
    report,
    { phase: 'sources' },
    async () => {
      await prepareCompression(container, plan, run.host.env);
      const ready = await prepareBuild(container, pkg, { ...building, user });
      return { ...ready, bringDownloads: await sendDownloads(plan.downloads, { container, user, report }) };
    },
    ({ sources }) => sources,
  );
  // 6. create-build, make, make system
  await log.open();
  timing.begin({ container, workdir: plan.workdir, user, fresh, logSize });
  const headlineOf = headlines(pkg.options.build_runner_opts.headline);
  const running = { user, report, headlineOf, target: targetName(run, pkg), log };
  try {
    for (const step of plan.steps) {
      const { name, shown } = step;
      await inPhase(report, { phase: name, text: name, argv: shown }, () =>
        name === 'make'
          ? timing.watch(step, (progress) => runStep(container, step, { ...running, progress }))
          : runStep(container, step, running),
      );
      if (step === configuration.step) await recordConfiguration(container, configuration);
    }
    if (plan.pack) await packFiles(container, plan.pack, plan, running);
    const unused = await finishCompression(container, pkg, plan);
    if (unused) report.emit({ type: 'note', text: unused });
    const kept = await giveBackDownloads(container, plan);
    if (kept) report.emit({ type: 'note', text: kept });
    await bringDownloads();
  } finally {
    await log.flush();
    if (!run.signal.aborted) await timing.takeBuildTimes();
    if (!run.signal.aborted) await restoreOwnership(container, user, plan);
  }
  // 7. the archive out of the volume, verified, and its provenance
  const { now, toolVersion } = run.host;
  const { collectArchive, tar, git } = await end;
  const facts = { toolVersion, imageId: prepared.container.image.id, fresh, started, git: await git };
  return await inPhase(
    report,
    { phase: 'archive' },
    async () =>
      collectArchive(
        container,
        pkg,
        plan.archiveDir,
        { ...run, tar },
        {
          describe: (stored) => provenanceOf(pkg, recipe, stored, { ...facts, finished: now() }),
          more: await timing.beside(),
        },
      ),
    // relative, as Nx replays this line on other machines
    ({ path, size }) => `Archive ${relative(pkg.workspaceRoot, path)} (${sizeText(size)})`,
  );
}
