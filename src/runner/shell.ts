import type { Package } from '../artifact/package.js';
import type { Backend, BuildContainer, Command, Terminal } from '../backend/types.js';
import { ArtifactError } from '../errors.js';
import { printable } from '../util/lines.js';
import { type Configuration, recordConfiguration } from './configure.js';
import { knownUser } from './copy/known-user.js';
import { recordBeforeShell } from './copy/made-by-shell.js';
import { capabilitiesFor } from './host/capabilities.js';
import { checkOwnDirectory } from './host/check-sources.js';
import { borrowConfigIn } from './host/config-in.js';
import { type HostFacts, withHostFacts } from './host/facts.js';
import { headlines } from './output/headline.js';
import { inPhase } from './output/in-phase.js';
import type { Report } from './output/reporter.js';
import { type Running, runStep } from './output/run-step.js';
import { planShell } from './plan/build-plan.js';
import type { BuildUser } from './plan/user.js';
import { prepareBackend } from './prepare-backend.js';
import { prepareContainer, restoreOwnership } from './prepare-container.js';
import { listSources } from './recipe/source-trees.js';
import { type Run, recipeDeps, targetName, withBackend } from './run.js';
import { toRunError } from './run-error.js';
import { copyNotes, returnChanges, type ShellCopy, withChangesBack } from './shell-copies.js';

export interface ShellRun extends Run {
  /** The user's terminal for an interactive shell; without it, input is what `stdin` gives. */
  terminal: Terminal;
  /** One command line for sh instead of an interactive shell. */
  command?: string;
  /** Run create-build first where the build directory is not configured for what there is now; true if unset. */
  configure?: boolean;
}

/**
 * Runs a shell, or one command, in the build directory of a package, with the mounts and the user of a build. The
 * package's own directory is mounted writable, for menuconfig and savedefconfig; nothing else of the host is. On an engine
 * that does not see it the shell has a copy, and its changes to that come back.
 * @returns the exit code of the shell
 */
export async function shell(pkg: Package, run: ShellRun): Promise<number> {
  await checkOwnDirectory(pkg);
  const report = run.reporter.start();
  try {
    const { engine } = pkg.options.build_runner_config;
    return await withBackend(run, engine, async (backend) => {
      const capabilities = await capabilitiesFor(backend, pkg, run.host);
      return await withHostFacts(pkg, run.host, capabilities, (facts) =>
        shellOn(backend, pkg, facts, run, report),
      );
    });
  } catch (error) {
    throw toRunError(error, run.signal);
  } finally {
    report.end();
  }
}

async function shellOn(
  backend: Backend,
  pkg: Package,
  facts: HostFacts,
  run: ShellRun,
  report: Report,
): Promise<number> {
  const { host, signal } = run;
  const prepared = await prepareBackend(backend, pkg, { facts, planner: planShell }, run, report);
  const { plan } = prepared;
  const copies: ShellCopy = {
    copy: plan.sources.find(({ from }) => from === pkg.root),
    signal,
    again: `nx run ${pkg.project}:${host.task} --command true`,
    note: (text) => note(run, report, text),
  };
  return await backend.withContainer(prepared.container, prepared.lock, async (container) => {
    const user = await knownUser(container, plan.user);
    await returnChanges(container, copies);
    const preparing = { pkg, trees: await listSources(pkg, recipeDeps(run)), artifact: '', signal };
    const { configuration, undone, settle } = await prepareContainer(container, { plan, user }, preparing);
    for (const line of undone) copies.note(line);
    await settle(() => listSources(pkg, recipeDeps(run), preparing.trees));
    const createBuild = async () => {
      if (run.configure !== false)
        await configure(container, configuration, {
          ...{ user, report, target: targetName(run, pkg) },
          headlineOf: headlines(pkg.options.build_runner_opts.headline),
        });
    };
    const giveBack = copies.copy === undefined ? await borrowConfigIn(pkg, createBuild) : await createBuild();
    for (const line of copyNotes(pkg, plan)) copies.note(line);
    for (const source of plan.sources) if (source !== copies.copy) await recordBeforeShell(container, source);
    report.end(); // the terminal is the shell's from here on
    try {
      const command = shellCommand(plan.workdir, user, run.command);
      return await withChangesBack(container, copies, () => container.interactive(command, run.terminal));
    } finally {
      await giveBack?.();
      if (!signal.aborted) await restoreOwnership(container, user, plan);
    }
  });
}

/** What a command prints may be read by a program: then our own lines are for standard error. */
function note({ terminal }: ShellRun, report: Report, text: string): void {
  if (terminal.isTTY) report.emit({ type: 'note', text });
  else terminal.stderr.write(`${printable(text)}\n`);
}

/** As Nerves does before its shell, but only where there is something to do: it discards what menuconfig has not saved. */
async function configure(
  container: BuildContainer,
  configuration: Configuration,
  running: Running,
): Promise<void> {
  const { step, isCurrent } = configuration;
  if (!step || isCurrent) return;
  const text = 'Configuring the build directory';
  await inPhase(running.report, { phase: step.name, text, argv: step.shown }, () =>
    runStep(container, step, running),
  ).catch((error: unknown) => {
    throw error instanceof ArtifactError ? error.as(error.code, OPEN_ANYHOW) : error;
  });
  await recordConfiguration(container, configuration);
}

const OPEN_ANYHOW = 'With --no-configure the shell opens on the build directory as it is.';

/** The user's one command line, or the best shell that the image has. */
export function shellCommand(
  workdir: string,
  { uid, gid }: Pick<BuildUser, 'uid' | 'gid'>,
  command?: string,
): Command {
  const interactive = 'if command -v bash >/dev/null; then exec bash; else exec sh; fi';
  const tried = command === undefined ? 'run a shell in the container' : 'run the command in the shell';
  return { argv: ['sh', '-c', command ?? interactive], tried, workdir, user: `${uid}:${gid}` };
}
