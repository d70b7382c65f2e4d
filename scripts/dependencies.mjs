import { statSync } from 'node:fs';
import { join } from 'node:path';
import { failure, isMain, main, output, run } from './process.mjs';

export const TOP = join(import.meta.dirname, '..');

/** Installs what package-lock.json says, when it is not installed yet or the lockfile is newer. */
export async function ensureDependencies(dir = TOP) {
  const wanted = modified(join(dir, 'package-lock.json'));
  if (modified(join(dir, 'node_modules/.package-lock.json')) >= wanted) return;
  const start = performance.now();
  await install(['--no-audit', '--no-fund'], { cwd: dir });
  console.log(`Dependencies installed (${((performance.now() - start) / 1000).toFixed(1)} s).`);
}

async function install(flags, options) {
  const args = ['ci', ...flags];
  const result = await run('npm', args, options);
  if (result.code === 0) return;
  // `npm ci` refuses a lockfile without the binaries for other platforms, which is what npm writes where it could
  // not find those. `npm install` takes the versions of the lockfile, too, and leaves the file as it is.
  if (!onlyPlatformsMissing(result.output)) throw failure('npm', args, result);
  await output('npm', ['install', '--no-save', ...flags], options);
}

/** A dependency that is really missing is listed with its version. */
function onlyPlatformsMissing(text) {
  const complaints = text.split('\n').filter((line) => /^npm error (Missing|Invalid):/.test(line));
  return (
    complaints.length > 0 && complaints.every((line) => /^npm error Missing: \S+@ from lock file/.test(line))
  );
}

function modified(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

if (isMain(import.meta.url)) await main(() => ensureDependencies());
