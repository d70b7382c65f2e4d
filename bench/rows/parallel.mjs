// Row 13: three systems built at once in one process, against three `docker run` at once, each with work for the processor.
import { archive } from '../../build/runner/archive.js';
import { benchPackage, benchRun, IMAGE, TRIVIAL_ARCHIVE } from '../support/package.mjs';
import { comparePair, sh } from '../support/pairs.mjs';

const WORK = 'head -c 100000000 /dev/zero | sha256sum';

/** @returns {AsyncGenerator<import('../support/pairs.mjs').Measurement>} */
export async function* measure() {
  const lines = { make: WORK, archive: TRIVIAL_ARCHIVE };
  const packages = [await benchPackage(lines), await benchPackage(lines), await benchPackage(lines)];
  const peer = `docker run --rm --init ${IMAGE} sh -c '${WORK}; set -- a; ${TRIVIAL_ARCHIVE}'`;
  const build = async ({ pkg }) => archive(pkg, await benchRun());
  try {
    await Promise.all(packages.map(build));
    yield await comparePair({
      ...{
        row: '13',
        what: 'three systems in parallel',
        peer: 'three `docker run` in parallel',
        bar: 1.2,
        rounds: 3,
      },
      ...{
        ours: () => Promise.all(packages.map(build)),
        theirs: () => sh(`${peer} & ${peer} & ${peer} & wait`),
      },
    });
  } finally {
    for (const { remove } of packages) remove();
  }
}
