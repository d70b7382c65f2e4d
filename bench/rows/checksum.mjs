// Rows 8 and 11: Nerves' checksum and the recipe of a package on a platform of 1,000 to 30,000 files of 5 kB, with --long 100,000: the first time
// against `sha256sum` of all, and with nothing changed against `git status`.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checksum } from '../../build/artifact/checksum/checksum.js';
import { resolvePackage } from '../../build/artifact/package.js';
import { buildOptions } from '../../build/options/schema.js';
import { recipeOf } from '../../build/runner/recipe/recipe.js';
import { toolVersion } from '../../build/util/tool-version.js';
import { makeFiles } from '../support/make-files.mjs';
import { comparePair, peakMemory, peakOf, sh } from '../support/pairs.mjs';

/** @returns {AsyncGenerator<import('../support/pairs.mjs').Measurement>} */
export async function* measure({ long }) {
  const largest = long ? 100_000 : 30_000;
  for (const count of [1_000, 10_000, largest]) {
    const workspaceRoot = mkdtempSync(join(tmpdir(), 'nx-docker-artifact-bench-'));
    try {
      yield* measureOne(workspaceRoot, count, count > 10_000 ? 3 : 5);
      if (count === largest) yield* measureMemory(workspaceRoot, count);
    } finally {
      rmSync(workspaceRoot, { recursive: true });
    }
  }
}

/** Each of a process of its own, as that of an executor. */
function* measureMemory(workspaceRoot, count) {
  rmSync(listingsIn(workspaceRoot), { recursive: true, force: true });
  for (const when of ['the first time', 'nothing changed'])
    yield peakMemory(
      `recipe of ${count.toLocaleString('en')} files, ${when}`,
      peakOf(`await (await import(${JSON.stringify(import.meta.url)})).calculate(process.argv[1])`, [
        workspaceRoot,
      ]),
    );
}

/** @param {string} workspaceRoot one that {@link measure} has made */
export async function calculate(workspaceRoot) {
  await recipeOf(await packageIn(workspaceRoot), depsIn(workspaceRoot));
}

async function* measureOne(workspaceRoot, count, rounds) {
  makePackage(workspaceRoot, count);
  const pkg = await packageIn(workspaceRoot);
  const deps = depsIn(workspaceRoot);
  const platform = join(workspaceRoot, 'platform');
  const files = `${count.toLocaleString('en')} files`;
  const sums = () => sh(`find ${platform} -type f -print0 | xargs -0 sha256sum`);
  const row = { row: '8', bar: 1, rounds, size: count };
  sh('sync'); // or what is written still takes part of the time
  await sleep(3_000); // files that were written just now are read again in any case
  yield await comparePair({
    ...{ ...row, what: `recipe of ${files}, the first time`, peer: '`sha256sum` of all', series: 'first' },
    ...{ ours: () => recipeOf(pkg, deps), theirs: sums },
    before: () => rmSync(listingsIn(workspaceRoot), { recursive: true, force: true }),
  });
  await recipeOf(pkg, deps);
  sh('git status', { cwd: workspaceRoot });
  yield await comparePair({
    ...{ ...row, what: `recipe of ${files}, nothing changed`, peer: '`git status`', series: 'unchanged' },
    ours: () => recipeOf(pkg, deps),
    theirs: () => sh('git status --porcelain', { cwd: workspaceRoot }),
  });
  yield await comparePair({
    ...{ ...row, what: `Nerves' checksum of ${files}`, peer: '`sha256sum` of all', series: 'checksum' },
    ...{ ours: () => checksum(workspaceRoot, ['platform']), theirs: sums },
  });
}

const listingsIn = (workspaceRoot) => join(workspaceRoot, '.listings');

function depsIn(workspaceRoot) {
  return {
    ...{ env: process.env, arch: process.arch, toolVersion: toolVersion() },
    listings: { directory: listingsIn(workspaceRoot), now: () => new Date() },
    signal: new AbortController().signal,
  };
}

function makePackage(workspaceRoot, count) {
  const root = join(workspaceRoot, 'system');
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'VERSION'), '1.0.0');
  makeFiles(join(workspaceRoot, 'platform'), count);
  const commit = 'git -c user.name=b -c user.email=b@b.invalid commit --quiet -m b';
  sh(`git init --quiet && git add . && ${commit}`, { cwd: workspaceRoot });
}

async function packageIn(workspaceRoot) {
  const platformAt = { name: 'platform', root: join(workspaceRoot, 'platform') };
  return await resolvePackage(
    buildOptions.parse({ platform: 'platform', checksum: ['VERSION'] }),
    { workspaceRoot, project: 'bench', root: join(workspaceRoot, 'system'), platformAt },
    { env: process.env, warn() {} },
  );
}
