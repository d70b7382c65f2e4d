import { readFileSync } from 'node:fs';

/** Clock ticks a second, as /proc shows them to programs on every architecture (time(7), USER_HZ). */
const TICKS = 100;

/**
 * When a process was started, in ms since 1970 (proc(5): `/proc/[pid]/stat`, field 22, and `/proc/uptime`), to about
 * 20 ms; undefined where that is not known.
 */
export function processStart(pid: number, now: Date, proc = '/proc'): number | undefined {
  try {
    const stat = readFileSync(`${proc}/${pid}/stat`, 'utf8');
    const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
    const uptime = Number(readFileSync(`${proc}/uptime`, 'utf8').split(' ')[0]);
    const age = uptime * 1000 - (ticks / TICKS) * 1000;
    return Number.isFinite(age) && age >= 0 ? now.getTime() - age : undefined;
  } catch {
    return undefined;
  }
}
