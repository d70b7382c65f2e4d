// An archive of 20,000 small files and 300 MB: out of the volume against `docker cp`, unpacked against GNU tar.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { unpack } from '../dist/artifact/archive/unpack.js';
import { archive } from '../dist/runner/archive.js';
import { benchPackage, benchRun, comparePairs, IMAGE, sh } from './support.mjs';

const CONTENT =
  'mkdir -p $1; cd $1; [ -e big ] || { head -c 300000000 /dev/urandom >big; for d in $(seq 200); do mkdir d$d; for f in $(seq 100); do echo $d $f >d$d/f$f; done; done; }; cd ..; [ -e saved ] || tar czf saved $1; ln -f saved $1.tar.gz';
const { pkg, workspaceRoot, remove } = await benchPackage({ archive: CONTENT });
const run = await benchRun();
try {
  await archive(pkg, run);
  const id = (await import('node:fs')).readFileSync(join(pkg.paths.artifact, '.docker_id'), 'utf8');
  console.log(`archive of ${statSync(join(pkg.paths.archive, pkg.archiveFile)).size} bytes`);
  const peer = join(workspaceRoot, 'peer');
  await comparePairs(
    'archive out of the volume, the build around it included',
    '1.2',
    3,
    () => archive(pkg, run),
    () =>
      sh(
        `c=$(docker create -v bench-${id}:/v ${IMAGE}); docker start $c >/dev/null; docker cp $c:/v/${pkg.archiveFile} ${peer}; docker rm -f $c`,
      ),
  );
  const { sha256, size, path, file } = await archive(pkg, run);
  await comparePairs(
    'unpacking',
    '1.1',
    5,
    () =>
      unpack({ sha256, size, path, file }, pkg.paths.artifact, pkg.checksum, {
        env: process.env,
        signal: run.signal,
      }),
    () => sh(`rm -rf ${peer}.d && mkdir ${peer}.d && tar xzf ${path} -C ${peer}.d`),
  );
  console.log(`peak RSS ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
} finally {
  remove();
}
