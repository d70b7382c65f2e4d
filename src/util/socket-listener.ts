import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isSuspended } from './process-identity.js';
import { processStart } from './process-start.js';

/** The flags of a socket that listens, in proc(5): `/proc/net/unix`. */
const LISTENS = '00010000';

/**
 * Who listens at an abstract socket and says nothing: "a process that does not answer (pid 123, suspended, since
 * 2026-01-01T10:00:00Z)", as far as /proc shows it.
 */
export function silentListener(address: string, now: Date, proc = '/proc'): string {
  const pid = listenerAt(address, proc);
  if (pid === undefined) return 'a process that does not answer';
  const start = processStart(pid, now, proc);
  const since = start && `since ${new Date(start).toISOString().replace(/\.\d+Z$/, 'Z')}`;
  const facts = [`pid ${pid}`, isSuspended(pid, proc) && 'suspended', since];
  return `a process that does not answer (${facts.filter(Boolean).join(', ')})`;
}

function listenerAt(address: string, proc: string): number | undefined {
  if (!address.startsWith('\0')) return undefined;
  try {
    const lines = readFileSync(`${proc}/net/unix`, 'utf8').split('\n');
    const isThere = (fields: string[]) =>
      fields[3] === LISTENS && fields[7]?.replace(/@+$/, '') === `@${address.slice(1)}`;
    const inode = lines.map((line) => line.split(/\s+/)).find(isThere)?.[6];
    const pids = readdirSync(proc).filter((name) => /^\d+$/.test(name));
    const found = pids.find((pid) => inode !== undefined && holds(`${proc}/${pid}/fd`, `socket:[${inode}]`));
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined;
  }
}

/** Whether a process has that file open; false of one of somebody else's, where that cannot be seen. */
function holds(descriptors: string, file: string): boolean {
  try {
    return readdirSync(descriptors).some((name) => readlinkSync(`${descriptors}/${name}`) === file);
  } catch {
    return false;
  }
}
