// Row 15: what `clean --orphans --dry_run` does where an engine has volumes of other machines, against `docker volume ls`.
import { clean } from '../../build/runner/clean/clean.js';
import { benchPackage, benchRun, TRIVIAL_ARCHIVE } from '../support/package.mjs';
import { comparePair, sh } from '../support/pairs.mjs';

const SIZES = [1, 100, 1_000];

/** @returns {AsyncGenerator<import('../support/pairs.mjs').Measurement>} */
export async function* measure() {
  const { pkg, workspaceRoot, remove } = await benchPackage({ archive: TRIVIAL_ARCHIVE });
  const run = { ...(await benchRun()), print() {} };
  const target = { project: 'bench', workspaceRoot, root: pkg.root };
  const scope = { orphans: true, dry_run: true, all: false, workspaceRoot, projectRoots: { bench: 'bench' } };
  const label = 'nx-docker-artifact.bench';
  let there = 0;
  try {
    for (const size of SIZES) {
      await makeVolumes(run, there, size, label);
      there = size;
      yield await comparePair({
        ...{ row: '15', what: `\`clean --orphans --dry_run\`, ${size} volumes of others`, bar: 3 },
        ...{ peer: '`docker volume ls`', series: 'clean --orphans', size },
        ours: () => clean(target, /** @type {any} */ ({ ...scope, yes: false, imageTags: [] }), run),
        theirs: () => sh('docker volume ls'),
      });
    }
  } finally {
    sh(`docker volume ls -q -f label=${label}=${process.pid} | xargs -r docker volume rm`);
    remove();
  }
}

/** By the engine's API, as a thousand calls of the docker CLI take minutes. */
async function makeVolumes(run, from, to, label) {
  const backend = await run.connect({ env: process.env, signal: run.signal });
  const labels = {
    [label]: String(process.pid),
    'nx-docker-artifact.workspace': '/elsewhere',
    'nx-docker-artifact.host': 'elsewhere',
  };
  try {
    for (let number = from; number < to; number++)
      await backend.volumes.create(`nx-docker-artifact-bench-${process.pid}-${number}`, labels);
  } finally {
    await backend.close();
  }
}
