import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Package } from '../artifact/package.js';
import type { BuildContainer } from '../backend/types.js';
import { debug } from '../util/debug.js';
import { remember } from './copy/in-container.js';
import { CONFIGURED } from './copy/places.js';
import type { BuildPlan } from './plan/build-plan.js';
import type { Step } from './plan/steps.js';

/** What the build directory is configured from, and what it was configured from. */
export interface Configuration {
  /** The step that configures; undefined for a build that has none. */
  step: Step | undefined;
  /** Of platform, defconfig and command: 64 hex digits. */
  fingerprint: string;
  isCurrent: boolean;
}

/**
 * Finds out whether create-build has run for what there is now. A shell works on the configuration that the build
 * directory has: with an older one, `make savedefconfig` would write the last build's defconfig over the user's edit.
 * @param platform digest of the platform's tree; '' where there is none
 * @param recorded the fingerprint that the volume has
 */
export async function configurationOf(
  pkg: Package,
  plan: BuildPlan,
  { platform, recorded, fresh }: { platform: string; recorded: string; fresh: boolean },
): Promise<Configuration> {
  const step = plan.steps.find(({ name }) => name === 'create-build');
  const defconfig = await readFile(join(pkg.root, pkg.options.platform_config.defconfig)).catch(() => '');
  const hash = createHash('sha256')
    .update(JSON.stringify([step?.argv, platform]))
    .update(defconfig);
  const fingerprint = hash.digest('hex');
  const isCurrent = !fresh && recorded === fingerprint;
  debug(
    'configuration: %s, recorded: %s',
    fingerprint.slice(0, 12),
    fresh ? 'nothing built' : recorded.slice(0, 12),
  );
  return { step, fingerprint, isCurrent };
}

/** Records, beside the copies of the sources, that create-build has run. */
export async function recordConfiguration(
  container: BuildContainer,
  { fingerprint, isCurrent }: Configuration,
): Promise<void> {
  if (isCurrent) return;
  await remember(container, [CONFIGURED, [Buffer.from(fingerprint)]]);
}
