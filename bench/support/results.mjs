import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plots } from './plot.mjs';
import { page } from './table.mjs';

const TOP = join(import.meta.dirname, '..');
const FILE = join(TOP, 'results.json');

/**
 * @typedef {import('./pairs.mjs').Measurement} Measurement
 * @typedef {Record<string, { date: string, measurements: Measurement[] }>} Found by the name of the rows' file
 * @typedef {{ machine: Record<string, string>, found: Found }} Results
 */

/** @returns {Results} */
export function readResults() {
  return existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : { machine: {}, found: {} };
}

/** Writes results.json, and RESULTS.md and the plots from it. @param {Results} results */
export function writeResults({ machine, found }) {
  for (const { measurements } of Object.values(found))
    for (const one of measurements)
      for (const name of /** @type {const} */ (['ours', 'theirs']))
        if (one[name] !== undefined) one[name] = Number(one[name].toPrecision(4));
  writeFileSync(FILE, `${JSON.stringify({ machine, found }, null, 1)}\n`);
  const drawn = plots(Object.values(found).flatMap(({ measurements }) => measurements));
  for (const name of readdirSync(TOP)) if (name.endsWith('.svg')) rmSync(join(TOP, name));
  for (const { file, svg } of drawn) writeFileSync(join(TOP, file), svg);
  writeFileSync(join(TOP, 'RESULTS.md'), page({ machine, found }, drawn));
}
