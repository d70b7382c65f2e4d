import type { Package } from '../../artifact/package.js';
import { imagePlan } from '../plan/image.js';
import type { Run } from '../run.js';
import { engineStatus } from './engine.js';
import { homeStatus } from './home.js';
import { archiveStatus, artifactStatus, logsOf } from './host.js';
import { lastBuildOf, progressOf } from './last-build.js';
import type { Status } from './types.js';

export type { Status } from './types.js';

/**
 * What there is of a package in its configuration, on the engine and on the host. Makes and changes nothing, and works
 * without an engine as far as it can.
 * @throws ArtifactError INTERRUPTED
 */
export async function status(
  pkg: Package,
  run: Pick<Run, 'host' | 'signal' | 'connect' | 'dataDirectory'>,
): Promise<Status> {
  const { env } = run.host;
  const [onEngine, { provenance, ...archive }] = await Promise.all([
    engineStatus(pkg, run),
    archiveStatus(pkg, { ...run, readOnly: true }),
  ]);
  return {
    version: 1,
    project: pkg.project,
    configuration: pkg.configuration ?? null,
    package: pkg.package,
    package_version: pkg.version,
    image_tag: imagePlan(pkg).tag,
    ...onEngine,
    progress: onEngine.holder && (await progressOf(pkg, onEngine.holder)),
    last_build: await lastBuildOf(pkg, provenance, onEngine.holder),
    archive,
    artifact: await artifactStatus(pkg, archive, env),
    logs: await logsOf(pkg),
    home: await homeStatus(pkg, env),
  };
}
