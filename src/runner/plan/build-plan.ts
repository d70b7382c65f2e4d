import type { Package } from '../../artifact/package.js';
import type { Image, ImagePlan, Mount } from '../../backend/plans.js';
import { DL_DIR, HOST_ARTIFACTS_DIR } from '../../conventions/container-paths.js';
import { containerLimits } from '../../options/schema.js';
import type { ContainerLimits } from '../../options/types.js';
import { type Compression, compressing, compressionOf } from '../compress/compression.js';
import { type DownloadsPlan, planDownloads } from '../downloads/plan.js';
import type { HostFacts } from '../host/facts.js';
import { buildEnv } from './environment.js';
import { imagePlan, workdirOf } from './image.js';
import { PACK_DIR, type PackPlan, planPack } from './pack.js';
import { packageDir, type Source, sourcesOf } from './sources.js';
import { buildSteps, type Step } from './steps.js';
import { type BuildUser, buildUser, type ImageUser, mayWriteAs } from './user.js';
import { userChoice } from './user-choice.js';

/** What a build is going to do, in an image that is there. */
export interface BuildPlan {
  image: ImagePlan;
  /** Whose the files are that reach the host, as the engine's containers number users. */
  caller: { uid: number; gid: number };
  /** Who the steps run as. */
  user: BuildUser | ImageUser;
  /** The build directory in the container. */
  workdir: string;
  sources: Source[];
  steps: Step[];
  /** What is packed after them, where no step does that. */
  pack?: PackPlan;
  /** What takes the place of gzip in the step that makes the archive. */
  compress?: Compression;
  /** Where the archive is then. */
  archiveDir: string;
  /** All but the volumes of the package itself. */
  mounts: Mount[];
  limits: ContainerLimits;
  /** "NAME=value", as every step finds it. */
  env: string[];
  downloads: DownloadsPlan;
  /** Directories of the host, by their paths in the container, that a step may write to. */
  hostDirectories: string[];
  /** Paths in the container that belong to root, and that every user may have to write to. */
  worldWritable: string[];
}

/** Makes a plan. Pure: what it needs to know of the host are `facts`, which say what the engine sees of it. */
export type Planner = (pkg: Package, facts: HostFacts, image: Image) => BuildPlan;

/** The plan of a build. */
export const planBuild: Planner = (pkg, facts, image) => {
  const user = buildUser(image, facts.user, userChoice(pkg, facts.callerIsRoot));
  const downloads = planDownloads(facts.downloads, mayWriteAs(user, facts.user), facts.travelling);
  const workdir = workdirOf(pkg);
  const pack = planPack(pkg);
  const compress = compressionOf(pkg);
  return {
    image: imagePlan(pkg),
    caller: facts.user,
    user,
    workdir,
    sources: sourcesOf(pkg),
    steps: buildSteps(pkg, workdir, facts.env).map((step) =>
      step.name === 'make system' ? compressing(step, compress) : step,
    ),
    pack,
    compress,
    archiveDir: pack ? `${workdir}/${PACK_DIR}` : workdir,
    mounts: [downloads.mount, ...artifactMounts(facts), ...facts.agent.mounts, ...facts.mounts],
    limits: containerLimits.parse(pkg.options.build_runner_config),
    env: [...buildEnv(pkg, facts), ...facts.agent.env],
    downloads,
    hostDirectories: downloads.kept === 'host' ? [DL_DIR] : [],
    worldWritable: facts.agent.worldWritable,
  };
};

/**
 * The plan of a shell: the package's own directory is mounted in place of its copy, where the engine sees it and the shell may
 * write to it.
 */
export const planShell: Planner = (pkg, facts, image) => {
  const plan = planBuild(pkg, facts, image);
  if (!facts.sharesFiles || !mayWriteAs(plan.user, facts.user)) return plan;
  return {
    ...plan,
    mounts: [...plan.mounts, { type: 'bind', source: pkg.root, target: packageDir(pkg), relabel: true }],
    sources: plan.sources.filter(({ from }) => from !== pkg.root),
    hostDirectories: [...plan.hostDirectories, packageDir(pkg)],
  };
};

function artifactMounts({ artifacts }: HostFacts): Mount[] {
  if (artifacts === undefined) return [];
  return [{ type: 'bind', source: artifacts, target: HOST_ARTIFACTS_DIR, readonly: true, relabel: true }];
}
