import { aptInstall, hasApt } from './apt.mjs';
import { succeeds } from './process.mjs';

/** What the tests compress archives with, and the Debian packages it is in. */
const PROGRAMS = { git: 'git', xz: 'xz-utils', zstd: 'zstd' };

/** A root user of a Debian-like machine gets what is missing; everybody else is told. */
export async function ensurePrograms() {
  const missing = [];
  for (const name of Object.keys(PROGRAMS)) if (!(await succeeds(name, ['--version']))) missing.push(name);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !hasApt())
    throw new Error(`The tests need ${missing.join(', ')}: install it.`);
  await aptInstall(...missing.map((name) => PROGRAMS[name]));
  console.log(`Installed from Debian: ${missing.join(', ')}.`);
}
