import type { Package } from '../artifact/package.js';
import { DL_DIR } from '../conventions/container-paths.js';
import { connect } from '../docker/connection/connect.js';
import { runShell, type Terminal } from '../docker/container/interactive.js';
import { withSession } from '../docker/container/session.js';
import { lockOptions, prepareEngine } from './archive.js';
import type { RunnerDeps } from './deps.js';
import { startReport } from './output/report.js';
import { containerSpec } from './plan/container.js';
import { packageDir, shellSpec, sourcesOf } from './plan/steps.js';
import { prepare, restoreOwnership } from './prepare.js';
import { toRunError } from './run-error.js';

export interface ShellDeps extends RunnerDeps {
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
export async function shell(pkg: Package, deps: ShellDeps): Promise<number> {
  const report = startReport(deps);
  try {
    const engine = await connect(deps.env, deps.signal);
    const input = await prepareEngine(engine, pkg, deps, report);
    const mounted = engine.sharesFiles ? pkg.root : undefined;
    const mounts = mounted ? [{ Type: 'bind' as const, Source: mounted, Target: packageDir(pkg) }] : [];
    const spec = containerSpec(input, deps, mounts);
    return await withSession(engine, spec, lockOptions(deps, report), async (session) => {
      const { user } = input;
      const sources = sourcesOf(pkg).filter(({ from }) => from !== mounted);
      const volumes = mounted ? [] : [DL_DIR];
      const prepared = {
        workdir: input.workdir,
        artifact: '',
        sources,
        volumes,
        worldWritable: input.agent.worldWritable,
      };
      await prepare(session, user, prepared, deps.signal);
      report.end();
      const command = shellSpec(input.workdir, user, deps.command);
      try {
        return await runShell(session.container, command, deps.terminal, deps.signal);
      } finally {
        if (!deps.signal.aborted)
          await restoreOwnership(session, user, deps.user, [DL_DIR, ...(mounted ? [packageDir(pkg)] : [])]);
      }
    });
  } catch (error) {
    throw toRunError(error, `open a shell for ${pkg.project}`, deps.signal);
  } finally {
    report.end();
  }
}
