import type { Package } from '../artifact/package.js';
import type { Command, Terminal } from '../backend/types.js';
import { DL_DIR } from '../conventions/container-paths.js';
import { checkOwnDirectory } from './host/check-sources.js';
import { hostFacts } from './host/facts.js';
import { planShell } from './plan/build-plan.js';
import { packageDir } from './plan/sources.js';
import type { BuildUser } from './plan/user.js';
import { prepareBackend } from './prepare-backend.js';
import { prepareContainer, restoreOwnership } from './prepare-container.js';
import { connectFor, type Run } from './run.js';
import { toRunError } from './run-error.js';

export interface ShellRun extends Run {
  /** The user's terminal for an interactive shell; without it, input is what `stdin` gives. */
  terminal: Terminal;
  /** One command line for sh instead of an interactive shell. */
  command?: string;
}

/**
 * Runs a shell, or one command, in the build directory of a package, with the mounts and the user of a build. The
 * package's own directory is mounted writable, for menuconfig and savedefconfig; nothing else of the host is.
 * @returns the exit code of the shell
 */
export async function shell(pkg: Package, run: ShellRun): Promise<number> {
  await checkOwnDirectory(pkg);
  const report = run.reporter.start();
  const { host, signal } = run;
  try {
    const backend = await connectFor(run);
    const facts = hostFacts(pkg, host, backend.capabilities);
    const prepared = await prepareBackend(backend, pkg, planShell(pkg, facts), run, report);
    const { user, plan } = prepared;
    return await backend.withContainer(prepared.container, prepared.lock, async (container) => {
      await prepareContainer(container, prepared, { artifact: '', signal });
      report.end(); // the terminal is the shell's from here on
      try {
        return await container.interactive(shellCommand(plan.workdir, user, run.command), run.terminal);
      } finally {
        const written = facts.packageIsShared ? [DL_DIR, packageDir(pkg)] : [DL_DIR];
        if (!signal.aborted) await restoreOwnership(container, user, host.user, written);
      }
    });
  } catch (error) {
    throw toRunError(error, signal);
  } finally {
    report.end();
  }
}

/** The user's one command line, or the best shell that the image has. */
export function shellCommand(
  workdir: string,
  { uid, gid }: Pick<BuildUser, 'uid' | 'gid'>,
  command?: string,
): Command {
  const interactive = 'if command -v bash >/dev/null; then exec bash; else exec sh; fi';
  return { argv: ['sh', '-c', command ?? interactive], workdir, user: `${uid}:${gid}` };
}
