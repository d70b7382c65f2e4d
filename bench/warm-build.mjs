// A warm build of a trivial package, against one bare `docker run` of the same commands.
import { archive } from '../dist/runner/archive.js';
import { benchPackage, benchRun, comparePairs, IMAGE, sh, TRIVIAL_ARCHIVE } from './support.mjs';

const { pkg, remove } = await benchPackage({ archive: TRIVIAL_ARCHIVE });
try {
  await archive(pkg, await benchRun());
  await comparePairs(
    'warm trivial build',
    '1.5',
    7,
    async () => archive(pkg, await benchRun()),
    () => sh(`docker run --rm --init -w /nerves/build ${IMAGE} sh -c 'true; set -- a; ${TRIVIAL_ARCHIVE}'`),
  );
} finally {
  remove();
}
