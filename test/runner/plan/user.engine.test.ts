import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Package } from '../../../src/artifact/package.js';
import {
  type BuildProgram,
  buildProgram,
  chownTree,
  engineForAll,
  ownersIn,
} from '../../support/build-as.js';
import { testImage } from '../../support/image.js';
import { testEngine } from '../../support/runner.js';
import { ALL } from '../../support/some.js';
import { stepOutput } from '../../support/step-output.js';
import { TOOLBOX, temporaryDirectory, testPackage } from '../../support/workspace.js';

const USER = `RUN useradd -m -u 1005 -s /bin/bash nerves && echo 'nerves ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/nerves`;

/** The two generations of Nerves' images, by their properties (see the platform's Dockerfiles), and a plain one. */
const IMAGES = {
  'old generation': () =>
    testImage(
      'COPY entrypoint /entrypoint\nENTRYPOINT ["/entrypoint"]\nWORKDIR /nerves/build',
      { entrypoint: { content: ENTRYPOINT, mode: 0o755 } },
      TOOLBOX,
    ),
  'new generation': () => testImage(`${USER}\nUSER nerves\nWORKDIR /home/nerves/project`, {}, TOOLBOX),
  'plain, root': () => testImage('ENV OWN=1', {}, TOOLBOX),
};

/** As the first generation's: it needs both variables, makes the user, and goes on as that user. */
const ENTRYPOINT = `#!/bin/bash -e
: "\${UID:?}" "\${GID:?}"
groupadd -o -g "$GID" nerves 2>/dev/null || true
useradd -o -m -u "$UID" -g "$GID" -s /bin/bash nerves
export HOME=/home/nerves
exec setpriv --reuid "$UID" --regid "$GID" --clear-groups "$@"
`;

/** A step that needs what builds need of their user, and says what it finds. */
const STEP = `
echo "uid: $(id -u)"
echo "name: $(id -un)"
echo "getpwuid: $(perl -e 'print((getpwuid($<))[0])')"
echo "home: $(touch ~/.writable && echo writable)"
echo "downloads: $(mkdir -p "$NERVES_BR_DL_DIR/sub" && touch "$NERVES_BR_DL_DIR/sub/file" && echo writable)"
echo "package: $(touch /nerves/env/alpha/Config.in && echo writable)"
echo "sudo: $(sudo -n id -u 2>/dev/null || echo no)"
echo "workdir: $(pwd)"
echo "configure: $([ "$(id -u)" != 0 ] || [ -n "$FORCE_UNSAFE_CONFIGURE" ] && echo works)"
echo "built: $(ls built 2>/dev/null || echo first)"; touch built
`;

let program: BuildProgram;
beforeAll(async () => {
  program = await buildProgram();
});

const report: Record<string, unknown>[] = [];
afterAll(() => console.table(report));

/** Only root can be somebody else. */
const uids = process.getuid?.() === 0 ? [0, 1005, 4321] : [process.getuid?.() ?? 0];

/** Two builds of one package, one after the other, each a process of that user's. */
async function buildTwice(tag: string, workdir: string, uid: number) {
  const HOME = await temporaryDirectory('home');
  const commands = {
    make: ['sh', '-ec', STEP],
    archive: ['sh', '-ec', 'mkdir -p $1/a; tar czf $1.tar.gz $1; rm -r $1', 'sh', '{artifact_name}'],
  };
  const build_runner_config = { workdir, docker: { tag, pull: 'never' as const } };
  const pkg = await testPackage({ options: { build_runner_config, build_runner_opts: { commands } } });
  pkg.options.dl_dir = undefined; // ~/.nerves, which is not there
  for (const place of [HOME, pkg.workspaceRoot]) chownTree(place, uid);
  const logs = [await buildAs(pkg, uid, HOME), await buildAs(pkg, uid, HOME)];
  return { logs, owners: [...new Set([...ownersIn(HOME), ...ownersIn(pkg.workspaceRoot)])] };
}

async function buildAs(pkg: Package, uid: number, HOME: string): Promise<Record<string, string>> {
  const run = await execa(process.execPath, [program.script, ...program.argsFor(pkg)], {
    uid,
    gid: uid,
    env: { ...(await engineForAll()), HOME },
    extendEnv: false,
    reject: false,
    timeout: 60_000,
  });
  expect(run.exitCode, String(run.stderr)).toBe(0);
  const log = await stepOutput(pkg.paths.log);
  return Object.fromEntries(log.split('\n').flatMap((line) => (/: /.test(line) ? [line.split(': ')] : [])));
}

/** Each image, and each user once: all pairs by `npm run test:all`. */
const usersOf = (image: string) => {
  const at = Object.keys(IMAGES).indexOf(image);
  return ALL ? uids : uids.filter((_, n) => n % Object.keys(IMAGES).length === at);
};

describe.each(Object.entries(IMAGES))('buildUser() in %s', (image, makeImage) => {
  const workdir = image === 'new generation' ? '/home/nerves/project' : '/nerves/build';

  test.each(usersOf(image))(
    'host uid %i: a name, a home, downloads, and files that belong to the caller',
    async (uid) => {
      const { logs, owners } = await buildTwice(await makeImage(), workdir, uid);
      const [first, second] = logs;
      report.push({
        image,
        'host uid': uid,
        ...first,
        built: second?.built,
        'owner on the host': owners.join(' '),
      });
      const { users } = (await testEngine()).capabilities;
      // where root calls, the steps run as the image's own user, as in Nerves
      const asImage = uid === 0 && image === 'new generation' && users !== 'rootless';
      const isRoot = !asImage && (uid === 0 || image === 'plain, root' || users === 'rootless');
      const name = isRoot ? 'root' : 'nerves';
      const writable = { home: 'writable', downloads: 'writable', package: 'writable', configure: 'works' };
      const user = { uid: String(asImage ? 1005 : isRoot ? 0 : uid), name, getpwuid: name };
      expect(first).toMatchObject({ ...user, ...writable, workdir, built: 'first' });
      expect(second).toMatchObject({ ...user, ...writable, workdir, built: 'built' });
      if (image === 'new generation') expect(first?.sudo, 'sudo').toBe('0');
      expect(owners).toEqual([`${uid}:${uid}`]);
    },
  );
});
