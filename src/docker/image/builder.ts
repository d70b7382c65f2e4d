import type { DockerfileBuild } from '../../backend/plans.js';
import type { Labels } from '../../conventions/labels.js';

/** What a builder is asked for. */
export interface ImageBuild extends DockerfileBuild {
  tag: string;
  labels: Labels;
  /** Look for newer base images. */
  pull: boolean;
}

export interface ImageBuildDeps {
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  onLine: (line: string) => void;
}
