import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDependencies, TOP } from './dependencies.mjs';
import { isMain, main, run } from './process.mjs';
import { ensurePrograms } from './programs.mjs';
import { report } from './report.mjs';
import { vitest } from './vitest.mjs';

const bin = (name) => join(TOP, 'node_modules/.bin', name);

/** What needs no engine. All of it runs, so that one run shows all there is to mend. */
export async function check({ unit = true } = {}) {
  await ensurePrograms();
  const results = [
    await step('types', bin('tsc'), ['--noEmit']),
    await step('lint and format', bin('biome'), ['check', '--error-on-warnings', '.']),
  ];
  if (existsSync(join(TOP, 'scripts/generate.mjs'))) {
    results.push(await step('generated files', process.execPath, ['scripts/generate.mjs', '--check']));
  }
  results.push(await step('types of scripts and bench', bin('tsc'), ['-p', 'tsconfig.scripts.json']));
  if (unit) results.push(await vitest(['unit']));
  return results;
}

/** @returns {Promise<import('./vitest.mjs').Counts>} */
async function step(name, command, args) {
  const { code } = await run(command, args, { cwd: TOP, show: true });
  return code === 0 ? {} : { problem: `${name}: exit code ${code}` };
}

if (isMain(import.meta.url)) {
  await main(async () => {
    await ensureDependencies();
    report(await check());
  });
}
