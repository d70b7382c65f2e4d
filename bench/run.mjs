// Runs the benchmarks, each in a process of its own, and writes RESULTS.md: `npm run bench -- [--long] [NAME...]`,
// where a NAME is that of a file of rows/, or the number of a row.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build, buildInternal } from '../scripts/build.mjs';
import { ensureDependencies } from '../scripts/dependencies.mjs';
import { ensureEngine } from '../scripts/engine.mjs';
import { ensureTestImage } from '../scripts/images.mjs';
import { main, run } from '../scripts/process.mjs';
import { withTemporary } from '../scripts/temporary.mjs';
import { machine } from './support/machine.mjs';
import { readResults, writeResults } from './support/results.mjs';
import { chosen, listed } from './support/rows.mjs';
import { lineOf } from './support/table.mjs';

const HERE = import.meta.dirname;

await main(async () => {
  const options = /** @type {const} */ ({ long: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } });
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const names = chosen(positionals);
  if (values.help) return void console.log(`npm run bench -- [--long] [ROW...]\n\n${listed()}`);
  const flags = values.long ? ['--long'] : [];
  await ensureDependencies();
  await ensureEngine();
  await ensureTestImage();
  await build();
  await buildInternal();
  const failed = [];
  for (const name of names) if (!(await runRow(name, flags))) failed.push(name);
  if (failed.length > 0) throw new Error(`Failed: ${failed.join(', ')}`);
});

/** What one file of rows finds takes the place of what it found before. */
async function runRow(name, flags) {
  return await withTemporary(async (dir) => {
    const file = join(dir, 'found.json');
    const started = performance.now();
    const argv = [join(HERE, 'row.mjs'), name, file, ...flags];
    const { code, output } = await run(process.execPath, argv);
    if (code !== 0) {
      console.error(`${name}: exit code ${code}\n${output.slice(-3000)}`);
      return false;
    }
    const found = JSON.parse(readFileSync(file, 'utf8'));
    for (const measurement of found) console.log(lineOf(measurement));
    console.log(`  ${name} took ${Math.round((performance.now() - started) / 1000)} s\n`);
    const results = readResults();
    const date = new Date().toISOString().slice(0, 10);
    writeResults({
      machine: await machine(),
      found: { ...results.found, [name]: { date, measurements: found } },
    });
    return true;
  });
}
