import { readFileSync, readlinkSync } from 'node:fs';
import { systemCode } from '../errors.js';

/**
 * What tells a process from every other one of its number: the boot of the machine, the namespace that the number
 * counts in, and when it was started (proc(5): `/proc/[pid]/stat`, field 22). Undefined where there is no /proc, or no
 * such process that may be looked at.
 */
export function processIdentity(pid: number, proc = '/proc'): string | undefined {
  try {
    const stat = readFileSync(`${proc}/${pid}/stat`, 'utf8');
    // the second field, the name in brackets, may hold anything
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const isOver = ['Z', 'X'].includes(fields[0] ?? ''); // and only not reaped yet
    return `${bootId(proc)} ${isOver ? 'over' : fields[19]}`;
  } catch {
    return undefined;
  }
}

/**
 * Whether the process that had this life has ended. Undefined when nobody can tell: it was on another machine, before
 * a reboot, in another container, of somebody whose processes are hidden, or where there is no /proc.
 */
export function hasEnded(pid: number, life: string | undefined, proc = '/proc'): boolean | undefined {
  const here = bootId(proc);
  if (here === undefined || !life?.startsWith(`${here} `)) return undefined;
  if (!isAlive(pid)) return true;
  const now = processIdentity(pid, proc);
  return now === undefined ? undefined : now !== life;
}

/** Whether there is a process of that number. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

function bootId(proc: string): string | undefined {
  try {
    const boot = readFileSync(`${proc}/sys/kernel/random/boot_id`, 'utf8').trim();
    return `${boot} ${readlinkSync(`${proc}/self/ns/pid`)}`;
  } catch {
    return undefined;
  }
}
