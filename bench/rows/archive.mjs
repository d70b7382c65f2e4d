// Rows 4, 5 and 11: an archive out of the build volume, against `docker cp` into a checksum, a test and a file; and unpacked,
// against GNU tar. 20,000 small files; 300 MB in 3 files; with --long also 4 GB.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpack } from '../../build/artifact/archive/unpack.js';
import { archive } from '../../build/runner/archive.js';
import { benchPackage, benchRun, IMAGE } from '../support/package.mjs';
import { comparePair, peakMemory, peakOfBuild, sh } from '../support/pairs.mjs';

const SMALL =
  'for d in $(seq 200); do mkdir d$d; for f in $(seq 100); do head -c 3000 /dev/urandom >d$d/f$f; done; done';
const LARGE = (megabytes) => `for f in 1 2 3; do head -c ${megabytes}000000 /dev/urandom >f$f; done`;

/** @returns {AsyncGenerator<import('../support/pairs.mjs').Measurement>} */
export async function* measure({ long }) {
  yield* measureOne('20,000 files of 3 kB', SMALL, 3);
  yield* measureOne('300 MB in 3 files', LARGE(100), 3);
  if (long) yield* measureOne('4 GB in 3 files', LARGE(1_333), 1);
}

/** The archive is made once and then linked, so that only what the container and its removal take is in both. */
async function* measureOne(what, make, rounds) {
  const once = `cd $1; [ -e ../saved ] || { ${make}; cd ..; tar czf saved $1; }`;
  const { pkg, workspaceRoot, remove } = await benchPackage({
    archive: `mkdir -p $1; (${once}); ln -f saved $1.tar.gz`,
  });
  const { signal } = new AbortController();
  const peer = join(workspaceRoot, 'peer');
  try {
    const stored = await archive(pkg, await benchRun());
    const volume = `bench-${readFileSync(join(pkg.paths.artifact, '.docker_id'), 'utf8')}`;
    yield await comparePair({
      ...{ row: '4', what: `archive out of the volume, with its container: ${what}`, bar: 1.3, rounds },
      ...{ peer: '`docker cp`, sha256sum, gzip -t, file' },
      ours: async () => archive(pkg, await benchRun()),
      theirs: () => copyOut(volume, pkg.archiveFile, peer),
    });
    yield await comparePair({
      ...{ row: '5', what: `unpacking: ${what}`, peer: 'GNU `tar xzf`', bar: 1, rounds },
      ours: () => unpack(stored, pkg.paths.artifact, pkg.checksum, { env: process.env, signal }),
      theirs: () => sh(untar(stored.path, peer)),
    });
    yield await comparePair({
      ...{ row: '5', what: `the same: ${what}`, peer: '`tar xzf` beside sha256sum, then `sync -f`', rounds },
      ours: () => unpack(stored, pkg.paths.artifact, pkg.checksum, { env: process.env, signal }),
      theirs: () => sh(`${untar(stored.path, peer)} & sha256sum ${stored.path}; wait; sync -f ${peer}.d`),
    });
    yield peakMemory(`an archive of ${what}`, peakOfBuild(pkg));
  } finally {
    remove();
  }
}

function untar(path, to) {
  return `rm -rf ${to}.d && mkdir ${to}.d && tar xzf ${path} -C ${to}.d`;
}

/** On a disk as ours is when it is done: synced. */
function copyOut(volume, file, to) {
  const all = `docker cp $c:/v/${file} - | tar xO | tee ${to} >(sha256sum >${to}.sha256) | gzip -t`;
  const script = `set -e -o pipefail; c=$(docker run -d --init -v ${volume}:/v ${IMAGE} sleep 1000); ${all}; sync ${to}; docker rm -f $c`;
  sh(`bash -c '${script}'`);
}
