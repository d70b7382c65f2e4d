import { busybox } from './busybox.mjs';
import { crosstoolNg } from './crosstool-ng.mjs';
import { monorepo } from './monorepo.mjs';
import { nervesSystem } from './nerves-system.mjs';
import { toolchain } from './toolchain.mjs';

/**
 * `directory`: below `examples`, where that is not called as the example is. `programs`: what it runs on this machine
 * besides git. `check` fails, in one line, where the example cannot be built.
 * @typedef {{
 *   about: string,
 *   directory?: string,
 *   programs?: string[],
 *   check?: () => Promise<void>,
 *   steps: (demo: import('./session.mjs').Session) => Promise<void>,
 * }} Example
 */

/**
 * All there are, by their names; the first is what the demo shows when nobody names one.
 * @type {Record<string, Example>}
 */
export const EXAMPLES = {
  monorepo,
  busybox,
  toolchain,
  'nerves-system': nervesSystem,
  'crosstool-ng': crosstoolNg,
};

/** A line for each of them. */
export function listOfExamples() {
  return Object.entries(EXAMPLES)
    .map(([name, { about }]) => `  ${name.padEnd(14)} ${about}`)
    .join('\n');
}
