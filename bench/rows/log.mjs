// Rows 3 and 11: a log of 1,000,000 lines with 5,000 headlines into build.log, against `docker run > file`; and 200,000 lines
// through `--verbose` to a reader that takes 5 MB a second.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { archive } from '../../build/runner/archive.js';
import { verboseReporter } from '../../build/runner/output/reporters.js';
import { benchPackage, benchRun, IMAGE, TRIVIAL_ARCHIVE } from '../support/package.mjs';
import { comparePair, peakMemory, peakOfBuild, sh } from '../support/pairs.mjs';

const BYTES_A_SECOND = 5_000_000;

/** @returns {AsyncGenerator<import('../support/pairs.mjs').Measurement>} */
export async function* measure({ long }) {
  const slow = await benchPackage({ make: lines(2), archive: TRIVIAL_ARCHIVE });
  const { pkg, workspaceRoot, remove } = await benchPackage({ make: lines(10), archive: TRIVIAL_ARCHIVE });
  const file = join(workspaceRoot, 'docker-run.log');
  const write = () => sh(`docker run --rm --init ${IMAGE} sh -c '${lines(10)}' >${file}`);
  try {
    await archive(slow.pkg, { ...(await benchRun()), reporter: verboseReporter(slowTerminal()) });
    yield peakMemory('200,000 lines through `--verbose` to a slow reader');
    yield await comparePair({
      ...{ row: '3', what: 'log of 1,000,000 lines, 5,000 headlines', peer: '`docker run > file`', bar: 1 },
      ...{ rounds: long ? 5 : 3, ours: async () => archive(pkg, await benchRun()), theirs: write },
    });
    yield peakMemory(`a log of ${Math.round(statSync(file).size / 1e6)} MB`, peakOfBuild(pkg));
    sh(`grep -v '^\\[nx-docker-artifact\\]' ${pkg.paths.log} | cmp - ${file}`);
  } finally {
    slow.remove();
    remove();
  }
}

/** Commands that print that many times 100,000 lines, of which each 200th is a headline. */
function lines(times) {
  const line = '"  CC      src/component/another/directory/of/it/file-$i.o"';
  const headline = '[ $((i % 200)) -ne 0 ] || echo ">>> component $i Building"';
  const print = `i=1; while [ $i -le 100000 ]; do echo ${line}; ${headline}; i=$((i+1)); done >/tmp/l`;
  return `${print}; n=0; while [ $n -lt ${times} ]; do cat /tmp/l; n=$((n+1)); done`;
}

function slowTerminal() {
  const stdout = new Writable({
    write: (chunk, _encoding, done) => void sleep((1000 * chunk.length) / BYTES_A_SECOND).then(() => done()),
  });
  return { stdout, clock: () => performance.now(), env: process.env };
}
