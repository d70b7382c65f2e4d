// Rows 9 and 11: a platform of 20,000 files into its volume, with --long 100,000, as a complete trivial build: the first time against
// `tar c` into `docker cp -`; with nothing or 10 files changed against rsync, which looks at two directories of this machine, and a
// `docker run`. What the same build takes without that platform stands beside it. Memory is that of a process of one build.
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { archive } from '../../build/runner/archive.js';
import { ensurePrograms } from '../../scripts/programs.mjs';
import { fileAt, makeFiles } from '../support/make-files.mjs';
import { benchPackage, benchRun, IMAGE, TRIVIAL_ARCHIVE } from '../support/package.mjs';
import { comparePair, peakMemory, peakOfBuild, sh } from '../support/pairs.mjs';

/** @returns {AsyncGenerator<import('../support/pairs.mjs').Measurement>} */
export async function* measure({ long }) {
  await ensurePrograms(['rsync']);
  const count = long ? 100_000 : 20_000;
  const { pkg, workspaceRoot, remove } = await benchPackage({ archive: TRIVIAL_ARCHIVE });
  const platform = join(workspaceRoot, 'platform');
  makeFiles(platform, count);
  const withPlatform = { ...pkg, platform: { name: 'platform', root: platform, version: '1.0.0' } };
  const copy = join(workspaceRoot, 'copy');
  const volume = `nx-docker-artifact-bench-${process.pid}`;
  const build = async () => void (await archive(withPlatform, await benchRun()));
  const buildAlone = async () => void (await archive(pkg, await benchRun()));
  const row = { row: '9', rounds: long ? 3 : 5 };
  const what = (rest) => `platform of ${count.toLocaleString('en')} files into its volume: ${rest}`;
  try {
    sh('sync'); // or what is written still takes part of the time
    await sleep(3_000); // files that were written just now are read again in any case
    yield await comparePair({
      ...{ ...row, what: what('the first time'), peer: '`tar c` into `docker cp -`', bar: 1.3 },
      ...{ ours: build, theirs: () => sh(tarInto(platform, volume)) },
      ...{ before: () => removeVolumes(workspaceRoot, volume), rounds: long ? 1 : 3 },
    });
    const first = peakOfBuild(withPlatform); // of a copy, too: the volume was removed
    sh(`cp -a ${platform} ${copy}`);
    const container = `docker run --rm --init ${IMAGE} true`;
    yield await comparePair({
      ...{ ...row, what: what('nothing changed'), peer: '`rsync -an` and one `docker run`', bar: 1 },
      ...{ ours: build, theirs: () => sh(`rsync -an --delete ${platform}/ ${copy} && ${container}`) },
    });
    const same = peakOfBuild(withPlatform); // ahead of the edits: what was written just now is read again
    yield await comparePair({
      ...{ ...row, what: what('10 files changed'), peer: '`rsync -a` and one `docker run`', bar: 1 },
      ...{ ours: build, theirs: () => sh(`rsync -a --delete ${platform}/ ${copy} && ${container}`) },
      before: () => {
        for (let number = 0; number < 10; number++) appendFileSync(fileAt(platform, number), 'one more\n');
      },
    });
    const of = `a platform of ${count.toLocaleString('en')} files`;
    yield peakMemory(`${of}, the first time`, first);
    yield peakMemory(`${of}, nothing changed`, same);
    await buildAlone();
    yield await comparePair({
      ...{ ...row, what: 'of which the build itself: without that platform', peer: 'one `docker run`' },
      ...{ ours: buildAlone, theirs: () => sh(container) },
    });
  } finally {
    sh(`docker volume rm -f ${volume}`);
    remove();
  }
}

function tarInto(platform, volume) {
  return `c=$(docker run -d --init -v ${volume}:/v ${IMAGE} sleep 1000) && tar c -C ${platform} . | docker cp - $c:/v && docker rm -f $c`;
}

function removeVolumes(workspaceRoot, volume) {
  sh(
    `docker volume ls -q -f label=nx-docker-artifact.workspace=${workspaceRoot} | xargs -r docker volume rm; docker volume rm -f ${volume}`,
  );
  rmSync(join(workspaceRoot, 'bench/.nerves'), { recursive: true, force: true });
}
