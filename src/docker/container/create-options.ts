import type Docker from 'dockerode';
import type { ContainerPlan } from '../../backend/plans.js';
import { engineReference } from '../../conventions/image-reference.js';
import { bytes } from '../../options/units.js';
import { type MountRules, mountsOf } from './mounts.js';
import { STOP_SIGNAL, STOP_TIMEOUT_S, SUPERVISOR_SCRIPT } from './start.js';

/** A container as the engine takes it (Docker API, ContainerCreate). */
export interface CreateOptions {
  /** In the URL. The platform only where one was asked for: else the image alone decides. */
  query: { name: string; platform?: string };
  body: Docker.ContainerCreateOptions;
  /** The image that it must be of, whatever its name leads to by now. */
  imageId: string;
}

export function createOptions(plan: ContainerPlan, engine: MountRules): CreateOptions {
  const { name, platform, image } = plan;
  const query = platform === undefined ? { name } : { name, platform };
  return { query, body: bodyOf(plan, engine), imageId: image.id };
}

function bodyOf(plan: ContainerPlan, engine: MountRules): Docker.ContainerCreateOptions {
  return {
    Image: engineReference(plan.imageName), // and not its id, as `docker ps` shows what stands here
    // in its place, as what an ENTRYPOINT runs may be of another user, who could not end the steps
    Entrypoint: ['sh', '-c', SUPERVISOR_SCRIPT, 'supervisor', ...plan.image.entrypoint],
    Cmd: [],
    User: '0',
    Env: plan.env,
    Labels: plan.labels,
    StopSignal: STOP_SIGNAL,
    StopTimeout: STOP_TIMEOUT_S,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      ...limitsOf(plan),
      ...mountsOf(plan.mounts, engine),
      SecurityOpt: plan.privileges ? undefined : ['no-new-privileges'],
      Init: true,
      // an ENTRYPOINT may print for ever: nobody reads that, and the engine would keep it on its disk
      LogConfig: engine.isPodman ? undefined : { Type: 'none', Config: {} },
      AutoRemove: true,
    },
  };
}

function limitsOf({ limits: { network, memory, shm_size, cpus } }: ContainerPlan): Docker.HostConfig {
  return {
    NetworkMode: network,
    Memory: bytes(memory),
    ShmSize: bytes(shm_size),
    NanoCpus: cpus && Math.round(cpus * 1e9),
  };
}
