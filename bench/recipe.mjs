// The recipe of a package on a platform of 1,000, 10,000 and 100,000 files of 5 kB: calculated for the first time against
// `sha256sum` of the same files, and with nothing changed since against `git status`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { comparePairs, sh } from './support.mjs';

const { resolvePackage } = await import('../dist/artifact/package.js');
const { buildOptions } = await import('../dist/options/schema.js');
const { recipeOf } = await import('../dist/runner/recipe/recipe.js');

for (const count of [1_000, 10_000, 100_000]) {
  const workspaceRoot = mkdtempSync(join(tmpdir(), 'nx-docker-artifact-bench-'));
  try {
    await bench(workspaceRoot, count);
  } finally {
    rmSync(workspaceRoot, { recursive: true });
  }
}

async function bench(workspaceRoot, count) {
  const [root, platform] = ['system', 'platform'].map((name) => join(workspaceRoot, name));
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'VERSION'), '1.0.0');
  for (let number = 0; number < count; number++) {
    const directory = join(platform, `d${number % 100}`, `s${number % 7}`);
    if (number < 700) mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `f${number}`), `line ${number}\n`.repeat(450));
  }
  const git = (...args) => execFileSync('git', args, { cwd: workspaceRoot, stdio: 'ignore' });
  git('init', '--quiet');
  git('add', '.');
  const pkg = await resolvePackage(
    buildOptions.parse({ platform: 'platform', checksum: ['VERSION'] }),
    { workspaceRoot, project: 'bench', root, platformAt: { name: 'platform', root: platform } },
    { env: process.env, warn() {} },
  );
  const directory = join(workspaceRoot, '.listings');
  const deps = {
    env: process.env,
    arch: process.arch,
    toolVersion: 'bench',
    listings: { directory, now: () => new Date() },
    signal: new AbortController().signal,
  };
  const rounds = count > 50_000 ? 3 : 5;
  const name = `recipe of ${count.toLocaleString('en')} files`;
  await sleep(3_000); // files that were written just now are read again in any case
  await comparePairs(
    `${name}, the first time`,
    '1.0',
    rounds,
    () => recipeOf(pkg, deps),
    () => sh(`find ${platform} -type f -print0 | xargs -0 sha256sum`),
    () => rmSync(directory, { recursive: true, force: true }),
  );
  await recipeOf(pkg, deps);
  git('status');
  await comparePairs(
    `${name}, nothing changed`,
    '1.0',
    rounds,
    () => recipeOf(pkg, deps),
    () => git('status', '--porcelain'),
  );
}
