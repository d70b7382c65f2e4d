import { chmodSync, chownSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BuildOptionsInput } from '../../src/options.js';
import { build } from '../../src/runner/build.js';
import { testImage } from '../support/image.js';
import { runnerDeps } from '../support/runner.js';
import { TOOLBOX, temporaryDirectory, testPackage } from '../support/workspace.js';

/** The two generations of Nerves' images, by their properties (see the platform's Dockerfiles), and a plain one. */
const IMAGES = {
  'first generation: root, an entrypoint that maps UID and GID': () =>
    testImage(
      'COPY entrypoint /entrypoint\nENTRYPOINT ["/entrypoint"]',
      { entrypoint: { content: ENTRYPOINT, mode: 0o755 } },
      TOOLBOX,
    ),
  'second generation: user nerves of uid 1005, no entrypoint': () =>
    testImage(
      'RUN groupadd -g 1005 nerves && useradd -m -u 1005 -g 1005 -s /bin/bash nerves\nUSER nerves\nWORKDIR /home/nerves/project',
      {},
      TOOLBOX,
    ),
  'an image of the user: root, no entrypoint': () => testImage('ENV OWN=1', {}, TOOLBOX),
};

/** As the first generation's: it needs both variables, makes the user, and goes on as that user. */
const ENTRYPOINT = `#!/bin/bash -e
: "\${UID:?}" "\${GID:?}"
groupadd -o -g "$GID" nerves 2>/dev/null || true
useradd -o -m -u "$UID" -g "$GID" -s /bin/bash nerves
export HOME=/home/nerves
exec setpriv --reuid "$UID" --regid "$GID" --clear-groups "$@"
`;

const STEP = `id -un; touch ~/home-is-writable; touch "$NERVES_BR_DL_DIR/downloaded"; mkdir -p "$NERVES_BR_DL_DIR/sub"; touch "$NERVES_BR_DL_DIR/sub/file" /nerves/env/alpha/Config.in; python3 --version 2>/dev/null || true; getent passwd "$(id -u)"`;

async function buildAs(tag: string, uid: number) {
  const dl_dir = join(await temporaryDirectory('dl'), 'dl');
  mkdirSync(dl_dir);
  chownSync(dl_dir, uid, uid);
  chmodSync(join(dl_dir, '..'), 0o755);
  const commands = {
    make: ['sh', '-ec', STEP],
    archive: ['sh', '-ec', 'mkdir $1; tar czf $1.tar.gz $1; rmdir $1', 'sh', '{artifact_name}'],
  };
  const options: BuildOptionsInput = {
    dl_dir,
    build_runner_config: { docker: { tag, pull: 'never' } },
    build_runner_opts: { commands },
  };
  const pkg = await testPackage({ options });
  const deps = runnerDeps(pkg, { user: { uid, gid: uid } });
  await build(pkg, { ...deps, archived: false });
  await build(pkg, { ...deps, archived: false }); // the second finds the user and the volume as the first left them
  const owners = readdirSync(dl_dir, { recursive: true, encoding: 'utf8' }).map(
    (name) => statSync(join(dl_dir, name)).uid,
  );
  return { log: await readFile(pkg.paths.log, 'utf8'), owners };
}

describe.each(Object.entries(IMAGES))('%s', (_name, makeImage) => {
  test.each([0, 1000, 4321])(
    'as host uid %i: a name, a home, downloads that belong to the caller',
    async (uid) => {
      const { log, owners } = await buildAs(await makeImage(), uid);
      expect(log).toMatch(/^(nerves|root)\n/);
      expect(owners).toEqual([uid, uid, uid]);
    },
  );
});
