import type { ContainerPlan } from '../../src/backend/plans.js';

/** The plan of a container that no engine is asked for. */
export const CONTAINER_PLAN: ContainerPlan = {
  name: 'alpha-abcdefgh01234567',
  image: { id: 'sha256:1', digests: [], user: '', entrypoint: [] },
  imageName: 'alpha:1',
  labels: {},
  env: [],
  mounts: [],
  limits: {},
  privileges: false,
};
