import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import type Docker from 'dockerode';
import type { Capabilities } from '../../backend/types.js';
import { ArtifactError } from '../../errors.js';
import { DEADLINES } from '../../util/deadlines.js';
import { debug } from '../../util/debug.js';
import { cliConfig } from '../cli/config.js';
import { proxyVariables } from '../cli/proxies.js';
import { capabilitiesOf, engineInfo, isSurelyHere, securityOptions } from './capabilities.js';
import { client } from './client.js';
import { findEndpoint, surroundingsOf } from './endpoint.js';
import { NoAnswer } from './errors.js';
import { Patience } from './patience.js';
import type { Endpoint } from './transports/transport.js';
import { unreachable } from './unreachable.js';
import { negotiateApiVersion } from './version.js';
import { openWay, type Way } from './way.js';

/** The newest API this code was written for, and the oldest that has everything it needs (Docker Engine 20.10). */
const WANTED_API = '1.44';
const OLDEST_API = '1.41';

/** A connection to a Docker engine whose API version is negotiated. */
export interface Engine {
  docker: Docker;
  /** "20.10.24", as the engine says it. */
  version: string;
  apiVersion: string;
  capabilities: Capabilities;
  /** Podman's service: it has Docker's API, without BuildKit, and with answers of its own where this is asked for. */
  isPodman: boolean;
  /** SELinux keeps its containers from files that do not have their label. */
  hasSelinux: boolean;
  /** Whether it is certain that it sees our files; else it is asked, by `sharesDirectories`. */
  isSurelyHere: boolean;
  /** Its containers go on while it is restarted (dockerd's `live-restore`), without whoever held their input. */
  containersOutliveIt: boolean;
  /** For messages: "/var/run/docker.sock" or "tcp://host:2375". */
  address: string;
  /** Variables by which the docker CLI finds it, over those of the caller. */
  cli: NodeJS.ProcessEnv;
  /** The variables of the proxies that the docker CLI would give to what runs on it; their values may be secrets. */
  proxies: Record<string, string>;
  /** How long it may take for its answers. */
  patience: Patience;
  /** Ends the way to it, where that is more than connections. */
  close(): Promise<void>;
}

/** What a connection takes from its caller. */
interface Connecting {
  /** Ends this, and later every request that does not bring a signal of its own. */
  signal?: AbortSignal;
  /** `build_runner_config.engine`: an address, or `context:NAME`. */
  engine?: string;
  /** For the first answers, by which it is found. */
  timeoutMs?: number;
  /** For all its answers together, until its `patience` is lifted; no limit but that of each if unset. */
  answersMs?: number;
}

/**
 * Connects to the engine of `env` and the option (see {@link findEndpoint}), by ssh where that is the way, negotiates the API
 * version (GET /version), and asks what it can do (GET /info). The caller closes it.
 * @throws ArtifactError ENGINE_UNREACHABLE, ENGINE_DENIED, ENGINE_TOO_OLD, ENGINE_UNSUPPORTED
 */
export async function connect(env: NodeJS.ProcessEnv, connecting: Connecting = {}): Promise<Engine> {
  const { signal = new AbortController().signal, engine, timeoutMs = DEADLINES.connect } = connecting;
  const patience = new Patience(connecting.answersMs);
  const { endpoint: named, refused } = await findEndpoint(surroundingsOf(env, engine));
  const way = await openWay(named, { env, signal, patience });
  try {
    const proxies = proxyVariables(await cliConfig(env), hostOf(way.endpoint));
    return { ...(await engineAt(way, { signal, timeoutMs, patience, refused })), proxies };
  } catch (error) {
    await way.close();
    throw error;
  }
}

/** The engine at an endpoint, by its own answers. */
async function engineAt(way: Way, asking: Asking): Promise<Omit<Engine, 'proxies'>> {
  const { endpoint, close } = way;
  const { address, cli = {} } = endpoint;
  const { signal, timeoutMs: answerMs, patience } = asking;
  const asked = client(endpoint, undefined, { signal, patience, answerMs });
  const [about, info] = await ask(way, asking, () => Promise.all([askVersion(asked), engineInfo(asked)]));
  const apiVersion = checkedApiVersion(about, address);
  debug('engine: version %s, API %s', about.Version, apiVersion);
  debug('engine: %s', (info.SecurityOptions ?? []).join(' ') || 'no security options');
  const capabilities = capabilitiesOf(endpoint, about, info);
  const isPodman = (about.Components ?? []).some(({ Name }) => Name === 'Podman Engine');
  return {
    docker: client(endpoint, apiVersion, { signal, patience }),
    patience,
    version: about.Version,
    apiVersion,
    capabilities,
    isSurelyHere: isSurelyHere(endpoint, about, info, { name: hostname(), has: existsSync }),
    isPodman,
    containersOutliveIt: !isPodman && info.LiveRestoreEnabled !== false,
    hasSelinux: securityOptions(info).includes('name=selinux'),
    address,
    cli,
    close,
  };
}

/** The address as config.json has it. */
function hostOf({ address, tunnel, options }: Endpoint): string {
  return options.socketPath && !tunnel ? `unix://${options.socketPath}` : address;
}

/** @throws ArtifactError ENGINE_TOO_OLD */
function checkedApiVersion(about: Docker.DockerVersion, address: string): string {
  const { MinAPIVersion: min = '1.12', ApiVersion: max } = about;
  const apiVersion = negotiateApiVersion({ wanted: WANTED_API, min, max });
  const isNewEnough =
    apiVersion && negotiateApiVersion({ wanted: OLDEST_API, min: OLDEST_API, max: apiVersion }) !== undefined;
  if (isNewEnough) return apiVersion;
  throw new ArtifactError('ENGINE_TOO_OLD', {
    tried: `use the Docker engine at ${address}`,
    cause: `it is version ${about.Version} with API ${max}; API ${OLDEST_API} is the oldest supported`,
    hint: 'Update to Docker Engine 20.10 or newer.',
  });
}

interface Asking {
  signal: AbortSignal;
  timeoutMs: number;
  patience: Patience;
  /** The ways to other engines that were tried, and why they were not taken. */
  refused: string[];
}

/** The answers within the time limit, or an error that says that the engine is not there. */
async function ask<T>(
  { endpoint, said }: Way,
  { signal, refused }: Asking,
  request: () => Promise<T>,
): Promise<T> {
  try {
    return await request();
  } catch (error) {
    signal.throwIfAborted();
    const late = error instanceof NoAnswer ? error.message.replace('the engine', 'it') : undefined;
    throw unreachable(endpoint, said() ?? late ?? error, refused);
  }
}

async function askVersion(docker: Docker): Promise<Docker.DockerVersion> {
  const about = await docker.version();
  if (typeof about?.ApiVersion === 'string') return about;
  throw new Error('what answers there is not a Docker engine');
}
