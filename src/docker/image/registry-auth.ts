import { DEADLINES } from '../../util/deadlines.js';
import { type CliConfig, cliConfig } from '../cli/config.js';

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
  return await authOf(registryOf(reference), await cliConfig(env), env);
}

/**
 * All credentials of the user, by their registries, as the docker CLI sends them with a build, whose FROM lines may name any
 * (Docker API, ImageBuild: X-Registry-Config).
 */
export async function allRegistryAuths(env: NodeJS.ProcessEnv): Promise<Record<string, RegistryAuth>> {
  const config = await cliConfig(env);
  const inStore = config.credsStore ? await listStore(config.credsStore, env) : [];
  const names = [...Object.keys(config.auths ?? {}), ...Object.keys(config.credHelpers ?? {}), ...inStore];
  const registries = new Set(names.map((name) => (name === HUB ? HUB : name.replace(/^https?:\/\//, ''))));
  const auths: Record<string, RegistryAuth> = {};
  for (const registry of registries) {
    const auth = await authOf(registry, config, env);
    if (auth) auths[registry] = auth;
  }
  return auths;
}

async function authOf(
  registry: string,
  config: CliConfig,
  env: NodeJS.ProcessEnv,
): Promise<RegistryAuth | undefined> {
  const helper = config.credHelpers?.[registry] ?? config.credsStore;
  if (helper) return await askHelper(helper, registry, env);
  const entry = config.auths?.[registry] ?? config.auths?.[`https://${registry}`];
  if (entry?.identitytoken) return { identitytoken: entry.identitytoken, serveraddress: registry };
  if (!entry?.auth) return undefined;
  const [username, ...password] = Buffer.from(entry.auth, 'base64').toString('utf8').split(':');
  return { username, password: password.join(':'), serveraddress: registry };
}

/** The registries that a credential store has something for (docker-credential-helpers, `list`). */
async function listStore(store: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const { execa } = await import('execa');
  try {
    const options = { env, extendEnv: false, stdin: 'ignore', timeout: DEADLINES.program } as const;
    const { stdout } = await execa(`docker-credential-${store}`, ['list'], options);
    return Object.keys(JSON.parse(stdout));
  } catch {
    return []; // it is not installed
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
