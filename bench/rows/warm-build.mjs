// Rows 1, 2 and 11: a warm build of a trivial package by the executor, against one `docker run` of the same three commands
// with the same mounts, and against what Nerves runs for it.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchPackage, IMAGE, TRIVIAL_ARCHIVE } from '../support/package.mjs';
import { comparePair, peakMemory, peakOfBuild, sh, timed } from '../support/pairs.mjs';

const NERVES = join(import.meta.dirname, 'nerves.sh');

/** @returns {AsyncGenerator<import('../support/pairs.mjs').Measurement>} */
export async function* measure({ long }) {
  const loading = await timed(() => import('../../build/executors/archive/executor.js'));
  const { default: executor } = await import('../../build/executors/archive/executor.js');
  const { context, pkg, workspaceRoot, remove } = await benchPackage({ archive: TRIVIAL_ARCHIVE });
  const build = async () => {
    const { success } = await executor({}, context);
    if (!success) throw new Error('the build failed');
  };
  const loadingAnd = await timed(build);
  const peer = peerOf(pkg, workspaceRoot);
  try {
    yield await comparePair({
      ...{ row: '1', what: 'warm trivial build, by the `archive` executor', peer: 'one `docker run`' },
      ...{ bar: 1.25, rounds: long ? 15 : 9, ours: build, theirs: () => sh(peer.run) },
    });
    const what = { row: '1', unit: /** @type {const} */ ('ms'), peer: '' };
    yield { ...what, what: 'loading that executor, once in a process', ours: loading };
    yield { ...what, what: 'the first build in a process, with an empty volume', ours: loadingAnd };
    for (const [generation, name, bar] of /** @type {const} */ ([
      [1, 'the 8 containers of Nerves 1.4', 0.3],
      [2, 'the 4 containers of Nerves 1.15', 0.5],
    ]))
      yield await comparePair({
        ...{ row: '2', what: 'the same', peer: name, bar, rounds: long ? 7 : 3 },
        ...{ ours: build, theirs: () => sh(peer.nerves(generation)) },
      });
    yield peakMemory('warm trivial build', peakOfBuild(pkg));
  } finally {
    sh(`docker volume rm -f ${peer.volumes.join(' ')}`);
    remove();
  }
}

/** The same on volumes of its own. */
function peerOf(pkg, workspaceRoot) {
  const platform = join(workspaceRoot, 'platform');
  mkdirSync(platform);
  for (const [name, line] of [
    ['create-build.sh', 'true'],
    ['archive.sh', TRIVIAL_ARCHIVE],
  ]) {
    writeFileSync(join(platform, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(platform, name), 0o755);
  }
  const downloads = join(workspaceRoot, 'dl');
  const volumes = ['build', 'env'].map((name) => `nx-docker-artifact-bench-${process.pid}-${name}`);
  const mounts = `-v ${volumes[0]}:/nerves/build -v ${volumes[1]}:/nerves/env -v ${downloads}:/nerves/dl`;
  const env = '-e UID=0 -e GID=0 -e TERM=xterm -e NERVES_BR_DL_DIR=/nerves/dl';
  return {
    volumes,
    run: `docker run --rm --init -w /nerves/build ${mounts} ${env} ${IMAGE} sh -c 'true; true; set -- a; ${TRIVIAL_ARCHIVE}'`,
    nerves: (generation) =>
      `sh ${NERVES} ${generation} ${IMAGE} ${volumes[0]} ${pkg.root} ${platform} ${downloads} a`,
  };
}
