// A log of 1,000,000 lines into build.log, against `docker run > file`.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { archive } from '../dist/runner/archive.js';
import { benchPackage, benchRun, comparePairs, IMAGE, sh, TRIVIAL_ARCHIVE } from './support.mjs';

const LINES = `i=0; while [ $i -lt 100000 ]; do echo "  CC      src/component/file-$i.o"; i=$((i+1)); done >/tmp/l; for n in 0 1 2 3 4 5 6 7 8 9; do cat /tmp/l; done`;
const { pkg, workspaceRoot, remove } = await benchPackage({ make: LINES, archive: TRIVIAL_ARCHIVE });
const file = join(workspaceRoot, 'docker-run.log');
try {
  await comparePairs(
    'log of 1,000,000 lines',
    '1.25',
    3,
    async () => archive(pkg, await benchRun()),
    () => sh(`docker run --rm --init ${IMAGE} sh -c '${LINES}' >${file}`),
  );
  const rss = process.resourceUsage().maxRSS / 1024;
  console.log(
    `build.log ${statSync(pkg.paths.log).size} bytes, docker run ${statSync(file).size}; peak RSS ${rss.toFixed(0)} MB`,
  );
  sh(`grep -v '^\\[nx-docker-artifact\\]' ${pkg.paths.log} | cmp - ${file}`);
} finally {
  remove();
}
