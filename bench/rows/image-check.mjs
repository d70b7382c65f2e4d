// Row 10: whether an image whose context has 5,000 files has to be built again, against a `docker build` that finds all of it
// cached.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDocker } from '../../build/docker/backend.js';
import { IMAGE } from '../support/package.mjs';
import { comparePair, sh } from '../support/pairs.mjs';

/** @returns {AsyncGenerator<import('../support/pairs.mjs').Measurement>} */
export async function* measure() {
  const context = mkdtempSync(join(tmpdir(), 'nx-docker-artifact-bench-'));
  const tag = `nx-docker-artifact-bench-${process.pid}:1`;
  for (let number = 0; number < 5_000; number++) {
    const directory = join(context, `d${number % 50}`);
    if (number < 50) mkdirSync(directory);
    writeFileSync(join(directory, `f${number}`), `line ${number}\n`.repeat(450));
  }
  const dockerfile = join(context, 'Dockerfile');
  writeFileSync(dockerfile, `FROM ${IMAGE}\nCOPY . /context\n`);
  const plan = {
    tag,
    pull: /** @type {const} */ ('never'),
    build: { dockerfile, context, contextGiven: true },
  };
  const backend = await connectDocker({ env: process.env, signal: new AbortController().signal });
  const ignore = { onStep() {}, onLine() {}, onWait() {} };
  const check = () => backend.ensureImage(plan, { labels: {}, who: 'bench', wait: true, ...ignore });
  const env = { ...process.env, DOCKER_BUILDKIT: '0' };
  try {
    await check();
    sh(`docker build -q -t ${tag.replace(':1', ':2')} ${context} 2>/dev/null`, { env });
    yield await comparePair({
      ...{ row: '10', what: 'image check with nothing changed, context of 5,000 files', bar: 0.3 },
      ...{ peer: '`docker build`, everything cached', ours: check },
      theirs: () => sh(`docker build -q -t ${tag.replace(':1', ':2')} ${context} 2>/dev/null`, { env }),
    });
  } finally {
    await backend.close();
    sh(`docker rmi -f ${tag} ${tag.replace(':1', ':2')}`);
    rmSync(context, { recursive: true });
  }
}
