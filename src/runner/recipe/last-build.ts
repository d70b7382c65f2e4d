import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Package } from '../../artifact/package.js';
import { freshCommand } from '../../conventions/plugin-names.js';
import type { FreshOn } from '../../options/types.js';
import type { Recipe } from './recipe.js';

/** What a volume remembers of the last build that began in it: all that make does not notice when it changes. */
export type LastBuild = Record<FreshOn, string>;

/** What a build now would be remembered as. @param imageId "sha256:..." */
export async function lastBuildOf(pkg: Package, { parts }: Recipe, imageId: string): Promise<LastBuild> {
  const defconfig = join(pkg.root, pkg.options.platform_config.defconfig);
  return {
    platform_version: pkg.platform?.version ?? '',
    image: imageId,
    env: JSON.stringify(parts.env),
    make_args: JSON.stringify(pkg.options.build_runner_opts.make_args) + valuesOf(parts.caller_env),
    defconfig: hashOf(await readFile(defconfig).catch(() => Buffer.alloc(0))),
  };
}

/** Nothing for none, as in the volumes of older versions. */
function valuesOf(callerEnv: Record<string, string>): string {
  return Object.keys(callerEnv).length > 0 ? JSON.stringify(callerEnv) : '';
}

function hashOf(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** What has changed since the build that a volume remembers; nothing where it remembers none. */
export function changesSince(remembered: string, now: LastBuild): FreshOn[] {
  try {
    const before = JSON.parse(remembered) as Partial<LastBuild>;
    return (Object.keys(now) as FreshOn[]).filter(
      (name) => before[name] !== undefined && before[name] !== now[name],
    );
  } catch {
    return []; // none yet, or of another version
  }
}

/** Why a build starts from an empty build directory; undefined when it goes on with what is there. */
export function whyFresh(
  changes: readonly FreshOn[],
  { fresh, freshOn }: { fresh: boolean; freshOn: readonly FreshOn[] },
): string | undefined {
  if (fresh) return '--fresh';
  const named = changes.filter((name) => freshOn.includes(name));
  return named.length > 0 ? `${listed(named)} changed (build_runner_opts.fresh_on)` : undefined;
}

/** A line for the user about a build that goes on with objects of other settings. */
export function notice(changes: readonly FreshOn[], image: string, target: string): string | undefined {
  if (changes.length === 0) return undefined;
  const pin = changes.includes('image') && !image.includes('@') ? ` (${image} is not pinned)` : '';
  return `note: ${listed(changes)} changed since the last build in this build directory${pin}, which keeps what it has; \`${freshCommand(target)}\` empties it first`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
