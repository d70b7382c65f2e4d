import type { Package } from '../../artifact/package.js';
import type { ImagePlan, Mount } from '../../backend/plans.js';
import { DL_DIR, DL_VOLUME_DIR, HOST_ARTIFACTS_DIR } from '../../conventions/container-paths.js';
import { type ContainerLimits, containerLimits } from '../../options/schema.js';
import type { HostFacts } from '../host/facts.js';
import { buildEnv } from './environment.js';
import { imagePlan, workdirOf } from './image.js';
import { PACK_DIR, type PackPlan, planPack } from './pack.js';
import { packageDir, type Source, sourcesOf } from './sources.js';
import { buildSteps, type Step } from './steps.js';
import type { UserChoice } from './user.js';
import { userChoice } from './user-choice.js';
import { DL_VOLUME } from './volumes.js';

/** What a build is going to do, before any engine has done anything. */
export interface BuildPlan {
  image: ImagePlan;
  /** Whose the files are that reach the host, as the engine's containers number users. */
  caller: { uid: number; gid: number };
  /** Who the steps are to run as. */
  user: UserChoice;
  /** The build directory in the container. */
  workdir: string;
  sources: Source[];
  steps: Step[];
  /** What is packed after them, where no step does that. */
  pack?: PackPlan;
  /** Where the archive is then. */
  archiveDir: string;
  /** All but the volumes of the package itself. */
  mounts: Mount[];
  limits: ContainerLimits;
  /** "NAME=value", as every step finds it. */
  env: string[];
  /** Whether the download cache is the engine's own, which other builds use at the same time. */
  downloads: { inVolume: boolean };
  /** Directories of the host, by their paths in the container, that a step may write to. */
  hostDirectories: string[];
  /** Paths in the container that belong to root, and that every user may have to write to. */
  worldWritable: string[];
}

/** The plan of a build. Pure: what it needs to know of the host are `facts`, which say what the engine sees of it. */
export function planBuild(pkg: Package, facts: HostFacts): BuildPlan {
  const workdir = workdirOf(pkg);
  const pack = planPack(pkg);
  return {
    image: imagePlan(pkg),
    caller: facts.user,
    user: userChoice(pkg),
    workdir,
    sources: sourcesOf(pkg),
    steps: buildSteps(pkg, workdir, facts.env),
    pack,
    archiveDir: pack ? `${workdir}/${PACK_DIR}` : workdir,
    mounts: [...hostMounts(facts), ...facts.agent.mounts, ...facts.mounts],
    limits: containerLimits.parse(pkg.options.build_runner_config),
    env: [...buildEnv(pkg, facts), ...facts.agent.env],
    downloads: { inVolume: facts.downloads === undefined },
    hostDirectories: facts.downloads === undefined ? [] : [DL_DIR],
    worldWritable: facts.agent.worldWritable,
  };
}

/**
 * The plan of a shell: the package's own directory is mounted writable, where the engine sees it, in place of its copy.
 */
export function planShell(pkg: Package, facts: HostFacts): BuildPlan {
  const plan = planBuild(pkg, facts);
  if (!facts.packageIsShared) return plan;
  return {
    ...plan,
    mounts: [...plan.mounts, { type: 'bind', source: pkg.root, target: packageDir(pkg) }],
    sources: plan.sources.filter(({ from }) => from !== pkg.root),
    hostDirectories: [...plan.hostDirectories, packageDir(pkg)],
  };
}

function hostMounts({ downloads, artifacts }: HostFacts): Mount[] {
  const mounts: Mount[] = [
    downloads === undefined
      ? { type: 'volume', source: DL_VOLUME, target: DL_VOLUME_DIR }
      : { type: 'bind', source: downloads, target: DL_DIR },
  ];
  if (artifacts !== undefined) {
    mounts.push({ type: 'bind', source: artifacts, target: HOST_ARTIFACTS_DIR, readonly: true });
  }
  return mounts;
}
