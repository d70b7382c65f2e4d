import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DEADLINES } from '../../util/deadlines.js';

/** What the engine takes as X-Registry-Auth (Docker API, "Authentication"). */
interface RegistryAuth {
  username?: string;
  password?: string;
  identitytoken?: string;
  serveraddress: string;
}

const HUB = 'https://index.docker.io/v1/';

/**
 * The registry's host in an image reference: its first part, when that has a dot, a colon or is localhost. Docker
 * Hub, also by its own name, keeps its credentials under a legacy address.
 */
export function registryOf(reference: string): string {
  const [first, ...rest] = reference.split('/');
  if (rest.length === 0 || !first || !/[.:]|^localhost$/.test(first)) return HUB;
  return ['docker.io', 'index.docker.io'].includes(first) ? HUB : first;
}

/**
 * The user's credentials for the registry of `reference`, from the docker CLI's config.json: a credential helper,
 * the credential store, or `auths`. Without any it is not an error: most images are public.
 */
export async function registryAuth(
  reference: string,
  env: NodeJS.ProcessEnv,
): Promise<RegistryAuth | undefined> {
  const registry = registryOf(reference);
  const config = await readConfig(env);
  const helper = config?.credHelpers?.[registry] ?? config?.credsStore;
  if (helper) return await askHelper(helper, registry, env);
  const entry = config?.auths?.[registry] ?? config?.auths?.[`https://${registry}`];
  if (entry?.identitytoken) return { identitytoken: entry.identitytoken, serveraddress: registry };
  if (!entry?.auth) return undefined;
  const [username, ...password] = Buffer.from(entry.auth, 'base64').toString('utf8').split(':');
  return { username, password: password.join(':'), serveraddress: registry };
}

interface CliConfig {
  auths?: Record<string, { auth?: string; identitytoken?: string }>;
  credHelpers?: Record<string, string>;
  credsStore?: string;
}

async function readConfig(env: NodeJS.ProcessEnv): Promise<CliConfig | undefined> {
  try {
    const path = join(env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker'), 'config.json');
    return JSON.parse(await readFile(path, 'utf8')) as CliConfig;
  } catch {
    return undefined; // none, or broken: then it is a pull without credentials, as with the docker CLI
  }
}

async function askHelper(
  helper: string,
  registry: string,
  env: NodeJS.ProcessEnv,
): Promise<RegistryAuth | undefined> {
  const { execa } = await import('execa');
  try {
    const { stdout } = await execa(`docker-credential-${helper}`, ['get'], {
      input: registry,
      env,
      extendEnv: false,
      timeout: DEADLINES.program,
    });
    const { Username, Secret } = JSON.parse(stdout) as { Username: string; Secret: string };
    if (Username === '<token>') return { identitytoken: Secret, serveraddress: registry };
    return { username: Username, password: Secret, serveraddress: registry };
  } catch {
    return undefined; // the helper has none for this registry, or is not installed
  }
}
