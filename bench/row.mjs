// Runs the rows of one file of rows/, and writes what they found into a file: `node bench/row.mjs NAME FILE [--long]`.
import { writeFileSync } from 'node:fs';
import { main } from '../scripts/process.mjs';

const [name, file, ...flags] = process.argv.slice(2);

await main(async () => {
  /** @type {import('./support/pairs.mjs').Measurement[]} */
  const found = [];
  const { measure } = await import(`./rows/${name}.mjs`);
  for await (const measurement of measure({ long: flags.includes('--long') })) found.push(measurement);
  writeFileSync(String(file), JSON.stringify(found));
});
