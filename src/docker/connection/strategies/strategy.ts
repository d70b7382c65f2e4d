import type { Endpoint } from '../transports/transport.js';

/** What a strategy looks at. */
export interface Surroundings {
  env: NodeJS.ProcessEnv;
  /** The caller's home directory. */
  home: string;
  /** The directory of the docker CLI's configuration. */
  config: string;
  /** The engine that the package's options name: an address, or `context:NAME`. */
  engine: string | undefined;
  /** The caller; undefined where the system has no such numbers. */
  uid: number | undefined;
}

/** One way of finding the engine. */
export interface Strategy {
  name: string;
  /**
   * The engine, or why this way leads to none: "DOCKER_HOST is not set".
   * @throws ArtifactError when it leads to one that cannot be used: then no other is tried
   */
  find(surroundings: Surroundings): Promise<Endpoint | string>;
}
