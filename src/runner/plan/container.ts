import type { ContainerPlan, Image } from '../../backend/plans.js';
import { ENV_DIR } from '../../conventions/container-paths.js';
import { LABEL, type Labels } from '../../conventions/labels.js';
import type { BuildPlan } from './build-plan.js';
import { ROOT_IS_MEANT } from './environment.js';
import type { PackageVolumes } from './volumes.js';

/** What is known of a container when its image and its volumes are there. */
interface ContainerInput {
  image: Image;
  volumes: PackageVolumes;
  /** Whose it is. */
  labels: Labels;
  /** Which process has it. */
  process: { pid: number; task: string };
}

/** The container of a package. Its name is that of the build volume, as the name is the lock. */
export function planContainer(plan: BuildPlan, input: ContainerInput): ContainerPlan {
  const { image, volumes, labels, process } = input;
  const { user } = plan;
  return {
    name: volumes.build,
    image,
    imageName: plan.image.tag,
    platform: plan.image.platform,
    labels: {
      ...labels,
      [LABEL.id]: volumes.id,
      [LABEL.pid]: String(process.pid),
      [LABEL.task]: process.task,
    },
    env: 'uid' in user && user.uid === 0 ? [...plan.env, ROOT_IS_MEANT] : plan.env,
    mounts: [
      { type: 'volume', source: volumes.build, target: plan.workdir },
      { type: 'volume', source: volumes.env, target: ENV_DIR },
      ...plan.mounts,
    ],
    limits: plan.limits,
    privileges: user.sudo,
  };
}
