// The acceptance tests on one engine after the other: npm run test:engines -- [row ...] [--table FILE] [--all] [vitest's own options]
import { writeFileSync } from 'node:fs';
import { ensureDependencies } from './dependencies.mjs';
import { ensureEngine } from './engine.mjs';
import { ROWS, rowsOf } from './engines/rows.mjs';
import { runRow } from './engines/run-row.mjs';
import { tableOf } from './engines/table.mjs';
import { canFault } from './faults-tools.mjs';
import { ensureTestImage, ensureToolboxImage } from './images.mjs';
import { main } from './process.mjs';
import { report } from './report.mjs';

const args = process.argv.slice(2);
const take = (name, count) => {
  const at = args.indexOf(name);
  return at < 0 ? [] : args.splice(at, count);
};
const [, table] = take('--table', 2);
/** With the tests of the main engine, too. */
const all = take('--all', 1).length > 0;
const at = args.findIndex((argument) => argument.startsWith('-'));
const [names, options] = at < 0 ? [args, []] : [args.slice(0, at), args.slice(at)];

await main(async () => {
  const rows = rowsOf(names);
  if (rows.some((name) => ROWS[name].system) && !canFault())
    throw new Error('Engines are started in namespaces of their own: run this as root, on Linux.');
  await ensureDependencies();
  await ensureEngine();
  await ensureTestImage();
  if (all) await ensureToolboxImage();
  /** @type {import('./engines/table.mjs').Result[]} */
  const results = [];
  for (const name of rows) {
    results.push(await runRow(name, { all, options }));
    if (table) writeFileSync(table, `${tableOf(results)}\n`); // also when the next one is interrupted
  }
  console.log(tableOf(results));
  report(results.map(({ counts }) => counts));
});
