import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checksumOfFiles } from '../src/artifact/checksum/checksum.js';
import { trackedFiles } from '../src/artifact/checksum/tracked-files.js';
import { isStaleForNerves, nervesDownloads } from '../test/support/nerves.js';
import { temporaryDirectory, writeFiles } from '../test/support/workspace.js';
import { NO_ENGINE, testWorkspace } from './support/workspace.js';

const NAME = 'alpha-portable-0.1.0';

/** An environment in which Nerves' directories are those of a home of its own. */
async function homeAlone() {
  const HOME = await temporaryDirectory('home');
  return { HOME, XDG_DATA_HOME: undefined, NERVES_DL_DIR: undefined, NERVES_ARTIFACTS_DIR: undefined };
}

test('what Nx has built, or restored, is not stale for Nerves, and the archive is where it downloads to', async () => {
  const workspace = await testWorkspace();
  const root = workspace.path('systems/alpha');
  const checksum = await checksumOfFiles(await trackedFiles(root, process.env));
  const alpha = { root, name: NAME, type: 'system' as const, checksum };
  const env = await homeAlone();
  expect(isStaleForNerves(alpha, env)).toBe(true);
  const first = await workspace.nxWith({ env }, 'run', 'alpha:build-artifact');
  expect(first.code, first.text).toBe(0);
  expect(isStaleForNerves(alpha, env)).toBe(false);
  const file = `${NAME}-${checksum.slice(0, 7)}.tar.gz`;
  expect(await readdir(nervesDownloads(env))).toContain(file);

  const other = await homeAlone();
  const stale = join(other.HOME, '.nerves/artifacts', NAME);
  await writeFiles(stale, { CHECKSUM: 'B'.repeat(64) });
  await workspace.remove('systems/alpha/.nerves');
  const second = await workspace.nxWith({ env: { ...other, ...NO_ENGINE } }, 'run', 'alpha:build-artifact');
  expect(second.text).toContain(`${stale} was stale for Nerves, and is now a link to the artifact\n`);
  expect(isStaleForNerves(alpha, other)).toBe(false);
  expect((await readdir(nervesDownloads(other))).sort()).toEqual(['.nx-docker-artifact', file]);
});

test('NERVES_SYSTEM replaces the artifact, is announced, and leaves only the link to it', async () => {
  const workspace = await testWorkspace();
  const NERVES_SYSTEM = await temporaryDirectory('own');
  const overridden = await workspace.nxWith(
    { env: { NERVES_SYSTEM, ...NO_ENGINE } },
    'run',
    'alpha:build-artifact',
  );
  expect(overridden.code, overridden.text).toBe(0);
  expect(overridden.text).toContain(
    `NERVES_SYSTEM=${NERVES_SYSTEM} replaces the artifact of alpha: nothing is built\n`,
  );
  expect(overridden.text).toMatch(
    new RegExp(`^Artifact ${NERVES_SYSTEM} \\(NERVES_SYSTEM, \\d+ ms\\)$`, 'm'),
  );
  const left = await readdir(workspace.path('systems/alpha/.nerves'), { recursive: true });
  expect(left.sort()).toEqual(['artifacts', 'artifacts/current', 'artifacts/current.json']);
  expect(await readlink(workspace.path('systems/alpha/.nerves/artifacts/current'))).toBe(NERVES_SYSTEM);
  const { code, text } = await workspace.nx('run', 'alpha:build-artifact');
  expect(code, text).toBe(0);
  expect(await workspace.read(`systems/alpha/.nerves/artifacts/${NAME}/images/rootfs`)).toBe('alpha\n');
});
