import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What of the docker CLI's config.json concerns an engine; it may be anything, as users write it. */
export interface CliConfig {
  auths?: Record<string, { auth?: string; identitytoken?: string }>;
  credHelpers?: Record<string, string>;
  credsStore?: string;
  /** By the engine's address, or "default". */
  proxies?: Record<string, ProxyConfig>;
}

/** "Configure the Docker CLI to use a proxy server" (docs.docker.com/engine/cli/proxy). */
export interface ProxyConfig {
  httpProxy?: string;
  httpsProxy?: string;
  ftpProxy?: string;
  noProxy?: string;
  allProxy?: string;
}

/** The docker CLI's configuration; empty where there is none, or one that the docker CLI would warn about. */
export async function cliConfig(env: NodeJS.ProcessEnv): Promise<CliConfig> {
  try {
    const path = join(env.DOCKER_CONFIG || join(env.HOME || homedir(), '.docker'), 'config.json');
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}
