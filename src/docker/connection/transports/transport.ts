import type { DockerOptions } from 'dockerode';
import { ArtifactError } from '../../../errors.js';

/** Where an engine listens, and what it takes to talk to it. */
export interface Endpoint {
  /** For messages: "/var/run/docker.sock" or "tcp://host:2375". */
  address: string;
  /** Who named it: "DOCKER_HOST", 'docker context "x"'. */
  source: string;
  /** Whether it is on this machine, so that it can see our files. */
  local: boolean;
  /** As dockerode takes them, and complete: what is left out it would take from the process's environment. */
  options: DockerOptions;
  /** Where ssh is the way: the options are known when the tunnel is open. */
  tunnel?: SshTarget;
  /** Variables by which the docker CLI finds the same engine, where those of the caller lead it to another. */
  cli?: NodeJS.ProcessEnv;
  /** The places of its kind that were tried before, and why each was not taken. */
  passed?: readonly string[];
}

/** An engine behind ssh. */
export interface SshTarget {
  /** "[user@]host", as ssh takes it: also a name of the user's ssh configuration. */
  destination: string;
  port?: number;
  /** The socket on that machine. */
  socket: string;
}

export interface Tls {
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
}

/** A way to an engine. */
export interface Transport {
  /** Of the addresses that it understands. */
  schemes: readonly string[];
  /** @throws ArtifactError ENGINE_UNSUPPORTED when the address is not one */
  endpoint(address: string, source: string, tls: Tls | undefined): Endpoint;
}

/** The error for an address of an engine that cannot be reached from here. */
export function unsupported(address: string, source: string, cause: string): ArtifactError {
  return new ArtifactError('ENGINE_UNSUPPORTED', {
    tried: `use the Docker engine at ${address} (from ${source})`,
    cause,
    hint: 'An address is unix:///path, tcp://host:port or ssh://user@host.',
  });
}
