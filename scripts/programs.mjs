import { aptInstall, hasApt } from './apt.mjs';
import { succeeds } from './process.mjs';

/** What tests and demos run beside Docker, and the Debian packages it is in. */
const PROGRAMS = { git: 'git', xz: 'xz-utils', zstd: 'zstd' };
/** What only some tests or a benchmark run. */
const MORE = { chromium: 'chromium', rsync: 'rsync' };

/** A root user of a Debian-like machine gets what is missing; everybody else is told. */
export async function ensurePrograms(names = ['git', 'xz', 'zstd']) {
  const missing = [];
  for (const name of names) if (!(await succeeds(name, ['--version']))) missing.push(name);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !hasApt()) throw new Error(`This needs ${missing.join(', ')}: install it.`);
  await aptInstall(...missing.map((name) => ({ ...PROGRAMS, ...MORE })[name]));
  console.log(`Installed from Debian: ${missing.join(', ')}.`);
}
