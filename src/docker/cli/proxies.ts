import type { CliConfig, ProxyConfig } from './config.js';

const VARIABLES: Record<keyof ProxyConfig, string> = {
  httpProxy: 'HTTP_PROXY',
  httpsProxy: 'HTTPS_PROXY',
  ftpProxy: 'FTP_PROXY',
  noProxy: 'NO_PROXY',
  allProxy: 'ALL_PROXY',
};

/**
 * The proxies that the docker CLI gives to containers and builds on an engine, as variables in both spellings (docker/cli,
 * ConfigFile.ParseProxyConfig). An address may hold a password.
 * @param address of the engine, as DOCKER_HOST has it
 */
export function proxyVariables({ proxies }: CliConfig, address: string): Record<string, string> {
  const config = proxies?.[address] ?? proxies?.default;
  const variables: Record<string, string> = {};
  for (const [key, name] of Object.entries(VARIABLES)) {
    const value: unknown = config?.[key as keyof ProxyConfig];
    if (typeof value !== 'string' || value === '') continue;
    variables[name] = value;
    variables[name.toLowerCase()] = value;
  }
  return variables;
}

/** "NAME=value" of those that are not set already, in either spelling. */
export function unset(variables: Record<string, string>, own: readonly string[]): string[] {
  const set = new Set(own.map((variable) => variable.split('=', 1)[0]?.toUpperCase()));
  return Object.entries(variables).flatMap(([name, value]) =>
    set.has(name.toUpperCase()) ? [] : [`${name}=${value}`],
  );
}
