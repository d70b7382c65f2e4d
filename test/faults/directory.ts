import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { isAlive } from '../../e2e/support/processes.js';

const PREFIX = 'nx-docker-artifact-faults-';

/** The directory of one run of the fault matrix: all that it starts and mounts is named after it. */
export async function faultsDirectory(): Promise<string> {
  await removeLeftovers();
  return await realpath(await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`)));
}

/** Ends what still runs there, unmounts what is mounted there, and removes it. */
export async function removeFaultsDirectory(directory: string): Promise<void> {
  for (const pid of processesOf(directory)) process.kill(pid, 'SIGKILL');
  for (const path of (await mountsBelow(directory)).reverse()) await execa('umount', ['--lazy', path]);
  await rm(directory, { recursive: true, force: true, maxRetries: 5 });
}

/** Mounts a small file system, in which a disk can be filled. */
export async function mountSmall(path: string, megabytes: number): Promise<void> {
  await execa('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]);
}

export async function unmount(path: string): Promise<void> {
  for (const mounted of (await mountsBelow(path)).reverse()) await execa('umount', ['--lazy', mounted]);
}

/** Of a run that was killed: its directory tells its process. */
async function removeLeftovers(): Promise<void> {
  const temporary = await realpath(tmpdir());
  for (const name of await readdir(temporary)) {
    const [, pid] = new RegExp(`^${PREFIX}(\\d+)-`).exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) await removeFaultsDirectory(join(temporary, name));
  }
}

/** The processes that have this directory in their command line: the engine, its containerd, its shims. */
export function processesOf(directory: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => commandLine(name).includes(`${directory}/`))
    .map(Number);
}

function commandLine(pid: string): string {
  const path = `/proc/${pid}/cmdline`;
  try {
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  } catch {
    return ''; // gone in between
  }
}

async function mountsBelow(directory: string): Promise<string[]> {
  const lines = (await readFile('/proc/self/mounts', 'utf8')).split('\n');
  const paths = lines.map((line) => line.split(' ')[1] ?? '');
  return paths.filter((path) => path === directory || path.startsWith(`${directory}/`));
}
