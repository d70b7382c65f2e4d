import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { TOP } from '../../scripts/dependencies.mjs';

/** What the numbers depend on. It names no machine. */
export async function machine() {
  const nx = JSON.parse(readFileSync(join(TOP, 'node_modules/nx/package.json'), 'utf8')).version;
  const version = (of) =>
    execFileSync('docker', ['version', '--format', `{{.${of}.Version}}`], { encoding: 'utf8' }).trim();
  return {
    processor: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memory: `${(totalmem() / 2 ** 30).toFixed(0)} GB`,
    kernel: `${type()} ${release()}`,
    'Node.js': process.version.slice(1),
    Nx: nx,
    'Docker Engine': version('Server'),
    'Docker CLI': version('Client'),
  };
}
