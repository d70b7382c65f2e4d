import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Package } from '../../src/artifact/package.js';
import { type BuildProgram, buildProgram, chownTree, engineForAll, ownersIn } from '../support/build-as.js';
import { testImage } from '../support/image.js';
import { containersOf, testEngine } from '../support/runner.js';
import { engineSeesUs } from '../support/seen.js';
import { stepOutput } from '../support/step-output.js';
import { until } from '../support/wait.js';
import { BUSYBOX, busyboxOptions, temporaryDirectory, testPackage } from '../support/workspace.js';

let program: BuildProgram;
beforeAll(async () => {
  program = await buildProgram();
});

const seen = await engineSeesUs();
/** Only root can be somebody else; a rootless engine is its own user's. */
const own = process.getuid?.() ?? 0;
const uids = own === 0 ? [0, 1000, 4321, 200_000] : [own];

/** As the second generation of Nerves' images, which has a user of its own. */
const WITH_USER =
  'RUN echo nerves:x:1005:1005::/home/nerves:/bin/sh >>/etc/passwd; mkdir -p /home/nerves; chown 1005:1005 /home/nerves\nUSER nerves';
const STEP = `
id -u; id -un; touch ~/.writable
mkdir -p "$NERVES_BR_DL_DIR/sub" && echo x >"$NERVES_BR_DL_DIR/sub/fetched"
touch {package_dir}/made; [ -e built ] && echo again; touch built`;

async function packageIn(tag: string, make: string): Promise<Package> {
  const { build_runner_opts } = busyboxOptions();
  const commands = { ...build_runner_opts?.commands, make };
  const docker = { tag, pull: 'never' as const };
  return await testPackage({
    options: { build_runner_config: { docker }, build_runner_opts: { commands } },
  });
}

async function buildAs(pkg: Package, uid: number, HOME: string): Promise<string> {
  const as = own === uid ? {} : { uid, gid: uid };
  const env = { ...(await engineForAll()), HOME };
  const args = [program.script, ...program.argsFor(pkg)];
  const run = await execa(process.execPath, args, {
    ...as,
    env,
    extendEnv: false,
    reject: false,
    timeout: 110_000,
  });
  expect(run.exitCode, String(run.stderr)).toBe(0);
  return await stepOutput(pkg.paths.log);
}

/** What `id` says in a step: root is root, unless the image has a user; root of a rootless engine is its caller. */
async function stepUser(uid: number, name: string): Promise<string> {
  const { users } = (await testEngine()).capabilities;
  if (users === 'rootless' || name === 'root') return '0\nroot\n';
  return `${uid || 1005}\n${name}\n`;
}

describe.each([
  ['that has no user', async () => BUSYBOX, 'root'],
  ['with a user of its own', () => testImage(WITH_USER), 'nerves'],
])('build() in an image %s', (_, image, name) => {
  for (const uid of uids) {
    const tags = uid === 4321 && name === 'nerves' ? ['quick'] : [];
    test(`by uid ${uid}: it can write where it must, and what reaches the host is the caller’s`, {
      tags,
    }, async () => {
      const [pkg, home] = [await packageIn(await image(), STEP), await temporaryDirectory('home')];
      pkg.options.dl_dir = undefined; // ~/.nerves, which is not there
      if (own === 0) for (const place of [home, pkg.workspaceRoot]) chownTree(place, uid);
      const who = await stepUser(uid, name);
      expect(await buildAs(pkg, uid, home)).toBe(who);
      expect(await buildAs(pkg, uid, home)).toBe(`${who}again\n`);
      if (seen) expect(await readFile(`${home}/.nerves/dl/sub/fetched`, 'utf8')).toBe('x\n');
      const owner = `${uid}:${own === uid ? (process.getgid?.() ?? 0) : uid}`;
      expect([ownersIn(home), ownersIn(pkg.workspaceRoot)]).toEqual([[owner], [owner]]);
    });
  }
});

test('build(): after a SIGKILL of its process the container is gone within 5 s, and the next build finds the volume', async () => {
  const make = 'echo ">>> in make"; [ -e pass ] || { touch pass; sleep 60; }; echo passed';
  const pkg = await packageIn(BUSYBOX, make);
  const child = spawn(process.execPath, [program.script, ...program.argsFor(pkg)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (data) => {
    text += data;
  });
  await until(() => text.includes('>>> in make'), 60_000);
  const engine = await testEngine();
  expect(await containersOf(engine, pkg.workspaceRoot)).toHaveLength(1);
  child.kill('SIGKILL');
  await until(async () => (await containersOf(engine, pkg.workspaceRoot)).length === 0, 5_000);
  expect(await buildAs(pkg, own, await temporaryDirectory('home'))).toBe('>>> in make\npassed\n');
});
