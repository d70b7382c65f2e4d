import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { build } from '../../src/runner/build.js';
import { testImage } from '../support/image.js';
import { testRun } from '../support/runner.js';
import { stepOutput } from '../support/step-output.js';
import { BUSYBOX, TOOLBOX, temporaryDirectory, testPackage } from '../support/workspace.js';

/** They give a directory to another user. */
const asRoot = test.runIf(process.getuid?.() === 0);

/** What the steps of a build in the image see of their user, for a caller of uid 1000. */
async function seenAs1000(dockerfile: string, from = TOOLBOX): Promise<string> {
  const tag = await testImage(dockerfile, {}, from);
  const dl_dir = join(await temporaryDirectory('dl'), 'dl');
  mkdirSync(dl_dir);
  chownSync(dl_dir, 1000, 1000);
  chmodSync(join(dl_dir, '..'), 0o755);
  const seen =
    'id -un; id -u; echo "$HOME"; pwd; touch ~/writable "$PWD/absolute"; ls ~; touch "$NERVES_BR_DL_DIR/f"';
  const archive = ['sh', '-ec', 'mkdir $1; tar czf $1.tar.gz $1; rmdir $1', 'sh', '{artifact_name}'];
  const pkg = await testPackage({
    options: {
      dl_dir,
      build_runner_config: { docker: { tag, pull: 'never' }, workdir: '/home/nerves/project' },
      build_runner_opts: { commands: { make: ['sh', '-ec', seen], archive } },
    },
  });
  await build(pkg, { ...testRun(pkg, { user: { uid: 1000, gid: 1000 } }), archived: false });
  return await stepOutput(pkg.paths.log);
}

asRoot(
  'build(): archive() in an image with a user by number: its name, and its home, which only it may enter',
  async () => {
    const seen = await seenAs1000(
      'RUN useradd -m -u 1005 nerves && touch /home/nerves/own && chmod 700 /home/nerves\nUSER 1005',
    );
    expect(seen).toBe('nerves\n1000\n/home/nerves\n/home/nerves/project\nown\nproject\nwritable\n');
  },
);

asRoot(
  'archive() in an image in which the caller’s uid has another name can enter the build directory',
  async () => {
    const users = 'useradd -m -u 1000 ubuntu && useradd -m -u 1005 nerves && chmod 700 /home/nerves';
    const seen = await seenAs1000(`RUN ${users}\nUSER nerves`);
    expect(seen).toBe('ubuntu\n1000\n/home/ubuntu\n/home/nerves/project\nwritable\n');
  },
);

asRoot('build(): archive() in a minimal image with a user that has no name', async () => {
  const seen = await seenAs1000('USER 1005:1005', BUSYBOX);
  expect(seen).toBe('nerves\n1000\n/home/nerves\n/home/nerves/project\nproject\nwritable\n');
});
