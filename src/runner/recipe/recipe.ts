import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Package } from '../../artifact/package.js';
import type { ListingCache } from '../../sources/listing/cache.js';
import { compressRecipe } from '../compress/compression.js';
import { imagePlan, workdirOf } from '../plan/image.js';
import { packRecipe } from '../plan/pack.js';
import { buildSteps } from '../plan/steps.js';
import { callerEnv, recipeEnv } from './environment.js';
import { listSources, type SharedTrees, type SourceTree } from './source-trees.js';

/** What of a build decides its archive's content, but for the source trees. Its JSON is canonical: keys in this order. */
export interface RecipeParts {
  /** "nx-docker-artifact 0.1" */
  tool: string;
  /** Of the image: "linux/arm64", or the machine's as Node names it. */
  architecture: string;
  image: {
    /** With its digest, where it is pinned. */
    reference: string;
    /** SHA-256 of the Dockerfile; '' where there is none. Its context is one of the trees. */
    dockerfile: string;
    target: string;
    build_args: Record<string, string>;
  };
  workdir: string;
  defconfig: string;
  /** By name; the SHA-256 of each value. */
  env: Record<string, string>;
  /** The caller's variables that make_args name, as `env` has its own; those that are set. */
  caller_env: Record<string, string>;
  /** The argv of each step, by its name, `{env:NAME}` as it stands; of `pack` what it packs, of `compress` by which program. */
  steps: Record<string, string[]>;
}

/** The recipe of a build (docs/caching.md): one digest of all that decides what its archive holds. */
export interface Recipe {
  /** 64 lower-case hex digits. */
  digest: string;
  parts: RecipeParts;
  trees: SourceTree[];
}

/** What a recipe takes from the machine. */
export interface RecipeDeps {
  env: NodeJS.ProcessEnv;
  /** `process.arch` */
  arch: string;
  toolVersion: string;
  /** Where listings are remembered. */
  listings: ListingCache;
  shared?: SharedTrees;
  signal: AbortSignal;
}

/**
 * Calculates the recipe of a package as it is now.
 * @param known trees that were listed already; what has not changed in them since is not read again
 * @throws ArtifactError FILE_ACCESS, SOURCES_CHANGED
 */
export async function recipeOf(
  pkg: Package,
  deps: RecipeDeps,
  known: readonly SourceTree[] = [],
): Promise<Recipe> {
  const parts = await partsOf(pkg, deps);
  const trees = await listSources(pkg, deps, known);
  const digests = Object.fromEntries(trees.map(({ name, listing }) => [name, listing.digest]));
  const digest = createHash('sha256')
    .update(JSON.stringify({ ...parts, trees: digests }))
    .digest('hex');
  return { digest, parts, trees };
}

async function partsOf(pkg: Package, { env, arch, toolVersion }: RecipeDeps): Promise<RecipeParts> {
  const { tag, platform, build } = imagePlan(pkg);
  const workdir = workdirOf(pkg);
  const dockerfile = build && (await readFile(build.dockerfile).catch(() => undefined));
  return {
    tool: `nx-docker-artifact ${minorOf(toolVersion)}`,
    architecture: platform ?? arch,
    image: {
      reference: tag,
      dockerfile: dockerfile ? createHash('sha256').update(dockerfile).digest('hex') : '',
      target: build?.target ?? '',
      build_args: sorted(build?.build_args ?? {}),
    },
    workdir,
    defconfig: pkg.options.platform_config.defconfig,
    env: sorted(recipeEnv(pkg.options.env, env)),
    caller_env: sorted(callerEnv(pkg.options.build_runner_opts.make_args, env)),
    steps: {
      ...Object.fromEntries(buildSteps(pkg, workdir, env).map(({ name, shown }) => [name, shown])),
      ...packRecipe(pkg),
      ...compressRecipe(pkg),
    },
  };
}

/** "0.1" of "0.1.7": a patch release builds the same archives. */
function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

function sorted(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
