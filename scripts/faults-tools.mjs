import { existsSync } from 'node:fs';
import { aptInstall, hasApt } from './apt.mjs';
import { installEngine } from './engine-install.mjs';
import { succeeds } from './process.mjs';

/** Whether this machine can run the fault tests at all: they start, kill and starve an engine of their own. */
export const canFault = () => process.platform === 'linux' && process.getuid?.() === 0;

/** A dockerd, also where the engine in use is elsewhere; and what makes it a network of its own. */
export async function ensureFaultTools() {
  if (!canFault())
    throw new Error('The fault tests start an engine of their own: run them as root, on Linux.');
  if (!hasApt()) return; // what is missing the tests then say
  await installEngine();
  if (!existsSync('/usr/sbin/ip') && !(await succeeds('ip', ['-V']))) await aptInstall('iproute2');
}
