import { readFileSync } from 'node:fs';

/** The version of this package, from its package.json one level above the compiled code. */
export function toolVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
