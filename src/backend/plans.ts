import type { Labels } from '../conventions/labels.js';
import type { ContainerLimits } from '../options/types.js';

/** An image that is built from a Dockerfile, or else one that exists or can be pulled. */
export interface ImagePlan {
  tag: string;
  pull: 'missing' | 'always' | 'never';
  platform?: string;
  build?: DockerfileBuild;
}

/** What an image is built from. Paths are absolute. */
export interface DockerfileBuild {
  dockerfile: string;
  context: string;
  /** All of the context counts, whatever the Dockerfile uses: the user named it, or a base image may use it. */
  contextGiven: boolean;
  target?: string;
  build_args?: Record<string, string>;
  platform?: string;
  /** As in `docker build --secret` and `--ssh`; their paths are relative to `cwd`, or else to the context. */
  secrets?: string[];
  ssh?: string[];
  cwd?: string;
}

export interface Image {
  id: string;
  /** As registries know it: "name@sha256:..."; none of one that was built or loaded on the engine. */
  digests: readonly string[];
  /** USER of its Dockerfile, as it stands there: '' where there is none. */
  user: string;
  /** ENTRYPOINT of its Dockerfile; empty where there is none. */
  entrypoint: readonly string[];
}

/** What an engine has by the tag of a plan. */
export interface FoundImage {
  id: string;
  created: Date;
  /** Bytes. */
  size: number;
  /** Why it is not what the plan makes now; undefined where it is. */
  outdated?: string;
}

export interface Mount {
  type: 'bind' | 'volume' | 'tmpfs';
  /** A path of the host, or the name of a volume. */
  source: string;
  target: string;
  readonly?: boolean;
  /** A directory that is for builds, or the package's: SELinux may label its files as those of containers. */
  relabel?: boolean;
}

export interface ContainerPlan {
  /** Unique on an engine, so that it can serve as a lock. */
  name: string;
  image: Image;
  /** For messages, and for who lists the containers. */
  imageName: string;
  /** Where one was asked for: "linux/arm64". */
  platform?: string;
  labels: Labels;
  /** "NAME=value" */
  env: string[];
  mounts: Mount[];
  limits: ContainerLimits;
  /** Whether a program in it may gain privileges, as sudo does. */
  privileges: boolean;
}
