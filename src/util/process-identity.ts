import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { systemCode } from '../errors.js';

/**
 * What distinguishes a process from every other one with its number: the boot of the machine, the namespace that the number
 * counts in, and when it was started (proc(5): `/proc/[pid]/stat`, field 22). Undefined where there is no /proc, or no
 * such process that may be looked at.
 */
export function processIdentity(pid: number, proc = '/proc'): string | undefined {
  try {
    const fields = statOf(pid, proc);
    const isOver = ['Z', 'X'].includes(fields[0] ?? ''); // and only not reaped yet
    return `${bootId(proc)} ${isOver ? 'over' : fields[19]}`;
  } catch {
    return undefined;
  }
}

/**
 * Whether the process that had this life has ended. Undefined when that is unknown: it was on another machine, before
 * a reboot, in another container, of somebody whose processes are hidden, or where there is no /proc.
 */
export function hasEnded(pid: number, life: string | undefined, proc = '/proc'): boolean | undefined {
  const here = bootId(proc);
  if (here === undefined || !life?.startsWith(`${here} `)) return undefined;
  if (!isAlive(pid)) return true;
  const now = processIdentity(pid, proc);
  return now === undefined ? undefined : now !== life;
}

/** Whether a process is stopped, as by a ^Z; it goes on when somebody lets it. */
export function isSuspended(pid: number, proc = '/proc'): boolean {
  try {
    return ['T', 't'].includes(statOf(pid, proc)[0] ?? '');
  } catch {
    return false;
  }
}

/** From its state on, the third field of proc(5): the second, the name in brackets, may hold anything. */
function statOf(pid: number, proc: string): string[] {
  const stat = readFileSync(`${proc}/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
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

/** Of a machine without /proc, where a process is known by its number alone. */
const NO_PROC = '00000000';

/**
 * A process in the name of a file: the machine's boot and namespace as 8 hex digits, its number, its start. Other
 * machines, and other containers on this one, may look at the same directory.
 */
export function processTag(pid = process.pid, proc = '/proc'): string {
  const start = processIdentity(pid, proc)?.split(' ').at(-1) ?? '0';
  return `${here(proc)}-${pid}-${start}`;
}

/** Whether the process with this tag has ended; undefined when nobody can tell from here. */
export function hasTagEnded(tag: string, proc = '/proc'): boolean | undefined {
  const [where, pid = '', start = ''] = tag.split('-');
  if (where !== here(proc)) return undefined;
  if (where === NO_PROC) return !isAlive(Number(pid));
  return hasEnded(Number(pid), `${bootId(proc)} ${start}`, proc);
}

function here(proc: string): string {
  const id = bootId(proc);
  return id === undefined ? NO_PROC : createHash('sha256').update(id).digest('hex').slice(0, 8);
}
