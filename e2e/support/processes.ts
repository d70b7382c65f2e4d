import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  pid: number;
  parent: number;
  state: string;
  args: string;
}

/** Whether a process runs; one that is dead and only not yet reaped does not. */
export function isAlive(pid: number): boolean {
  return !['', 'Z', 'X'].includes(read(pid)?.state ?? '');
}

/** The process in which Nx runs an executor: a descendant of `nx`. Undefined when there is none (yet). */
export function executorOf(nx: number): number | undefined {
  return descendants(nx).find(({ args }) => args.includes('/run-executor.js'))?.pid;
}

function descendants(pid: number): Process[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => read(Number(name)) ?? []);
  const below = (parent: number): Process[] =>
    all.filter((process) => process.parent === parent).flatMap((process) => [process, ...below(process.pid)]);
  return below(pid);
}

function read(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { pid, parent: Number(parent), state, args };
  } catch {
    return undefined; // gone
  }
}
