import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isMain, main, output } from './process.mjs';

export const TOP = join(import.meta.dirname, '..');

/** Installs what package-lock.json says, when it is not installed yet or the lockfile is newer. */
export async function ensureDependencies(dir = TOP) {
  const wanted = modified(join(dir, 'package-lock.json'));
  if (modified(join(dir, 'node_modules/.package-lock.json')) >= wanted) return;
  const start = performance.now();
  await output('npm', ['ci', '--no-audit', '--no-fund'], { cwd: dir });
  console.log(`Dependencies installed (${((performance.now() - start) / 1000).toFixed(1)} s).`);
}

function modified(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

if (isMain(import.meta.url)) await main(() => ensureDependencies());
