import { existsSync, mkdirSync } from 'node:fs';
import type { Package } from '../../artifact/package.js';
import { downloadDir, hostArtifactsDir } from '../../artifact/paths.js';
import { DL_DIR, ENV_DIR, HOST_ARTIFACTS_DIR } from '../../conventions/container-paths.js';
import { LABEL, type Labels } from '../../conventions/labels.js';
import { NERVES_BR_DL_DIR } from '../../conventions/nerves-variables.js';
import type { Engine } from '../../docker/connection/connect.js';
import type { HostConfig, MountSettings, SessionSpec } from '../../docker/container/session.js';
import { fileError } from '../../errors.js';
import type { RunnerDeps } from '../deps.js';
import { DL_VOLUME, type PackageVolumes } from '../volumes.js';
import { userMount } from './mount-option.js';
import type { SshAgent } from './ssh-agent.js';
import type { BuildUser } from './user.js';

export interface ContainerInput {
  engine: Engine;
  pkg: Package;
  volumes: PackageVolumes;
  image: string;
  /** For messages, as `image` is an id. */
  imageName: string;
  workdir: string;
  labels: Labels;
  agent: SshAgent;
  /** The user of the steps. */
  user: BuildUser;
}

/** The container of a package: its mounts (DESIGN.md section 3), its limits, its environment. */
export function containerSpec(
  input: ContainerInput,
  deps: RunnerDeps,
  more: MountSettings[] = [],
): SessionSpec {
  const { pkg, volumes, labels, agent } = input;
  const config = pkg.options.build_runner_config;
  const hostConfig: HostConfig = {
    Mounts: [
      ...ownMounts(input, deps),
      ...agent.mounts,
      ...config.mounts.map((mount) => userMount(mount, pkg, deps.env)),
      ...more,
    ],
    // nothing in it gains rights by a setuid program
    SecurityOpt: input.user.sudo ? undefined : ['no-new-privileges'],
    NetworkMode: config.network,
    Memory: bytes(config.memory),
    NanoCpus: config.cpus && Math.round(config.cpus * 1e9),
  };
  return {
    name: volumes.build,
    image: input.image,
    imageName: input.imageName,
    labels: {
      ...labels,
      [LABEL.id]: volumes.id,
      [LABEL.pid]: String(deps.process.pid),
      [LABEL.task]: deps.process.task,
    },
    env: [...buildEnv(input, deps), ...agent.env],
    hostConfig,
  };
}

/** What a step finds in its environment: Nerves' variables and the listed ones, nothing of the caller's. */
function buildEnv({ pkg, user: steps }: ContainerInput, { env, user }: RunnerDeps): string[] {
  return [
    `UID=${user.uid}`,
    `GID=${user.gid}`,
    `TERM=${env.TERM || 'xterm'}`,
    `${NERVES_BR_DL_DIR}=${DL_DIR}`,
    // GNU's configure scripts (tar's, coreutils') fail as root without it
    ...(steps.uid === 0 ? ['FORCE_UNSAFE_CONFIGURE=1'] : []),
    ...Object.entries(pkg.options.env).flatMap(([name, listed]) => {
      const value = listed ?? env[name];
      return value === undefined ? [] : [`${name}=${value}`];
    }),
  ];
}

/** As API objects: a comma or a space in a path breaks the `--mount` strings of the CLI. */
function ownMounts({ engine, pkg, volumes, workdir }: ContainerInput, { env }: RunnerDeps): MountSettings[] {
  const mounts: MountSettings[] = [
    { Type: 'volume', Source: volumes.build, Target: workdir },
    { Type: 'volume', Source: volumes.env, Target: ENV_DIR },
  ];
  if (!engine.sharesFiles) return [...mounts, { Type: 'volume', Source: DL_VOLUME, Target: DL_DIR }];
  const downloads = downloadDir(env, pkg.workspaceRoot, pkg.options.dl_dir);
  makeDirectory(downloads);
  mounts.push({ Type: 'bind', Source: downloads, Target: DL_DIR });
  const artifacts = hostArtifactsDir(env);
  if (existsSync(artifacts))
    mounts.push({ Type: 'bind', Source: artifacts, Target: HOST_ARTIFACTS_DIR, ReadOnly: true });
  return mounts;
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw fileError(error, `make the download cache ${path}`);
  }
}

/** "4g" in bytes, by powers of 1024 as the docker CLI counts. */
export function bytes(size: string | number | undefined): number | undefined {
  if (size === undefined || typeof size === 'number') return size;
  const power = 'bkmg'.indexOf(/[bkmg]$/i.exec(size)?.[0].toLowerCase() ?? 'b');
  return Math.round(Number.parseFloat(size) * 1024 ** power);
}
