import { resolve } from 'node:path';
import { ensureDependencies } from './dependencies.mjs';
import { ensureEngine } from './engine.mjs';
import { ensureFaultTools } from './faults-tools.mjs';
import { ensureTestImage } from './images.mjs';
import { main } from './process.mjs';
import { report } from './report.mjs';
import { vitest } from './vitest.mjs';

// node scripts/faults.mjs [--table FILE] [vitest's own options, e.g. -t 'engine killed']
const args = process.argv.slice(2);
const at = args.indexOf('--table');
const [, table] = at < 0 ? [] : args.splice(at, 2);

/** Every fault in every step; `npm test` runs a part of it. The table is printed, and written to FILE. */
await main(async () => {
  await ensureDependencies();
  await ensureEngine();
  await ensureTestImage();
  await ensureFaultTools();
  process.env.FAULTS = 'all';
  if (table) process.env.FAULTS_TABLE = resolve(table);
  report([await vitest(['faults'], ...args)]);
});
