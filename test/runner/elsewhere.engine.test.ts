import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Package } from '../../src/artifact/package.js';
import { LABEL } from '../../src/conventions/labels.js';
import { findVolume } from '../../src/docker/resources/volumes.js';
import { archive } from '../../src/runner/archive.js';
import { build } from '../../src/runner/build.js';
import { engineProxy } from '../support/engine-proxy.js';
import { testImage } from '../support/image.js';
import { testEngine, testRun } from '../support/runner.js';
import { collector, inSession } from '../support/session.js';
import { stepOutput } from '../support/step-output.js';
import { busyboxOptions, TOOLBOX, testPackage, writeFiles } from '../support/workspace.js';

const DOWNLOADS = 'nx-docker-artifact-dl';

/** The engine's own download cache goes with the test, unless it was there before. */
beforeEach(async () => {
  const engine = await testEngine();
  if (await findVolume(engine, DOWNLOADS)) return;
  onTestFinished(() => engine.docker.getVolume(DOWNLOADS).remove());
});

test('build(): archive() works on an engine that does not share our files, with its own downloads', async () => {
  const tag = await testImage('USER 1005:1005');
  const docker = { tag, pull: 'never' as const };
  const make =
    'id -u; cat /nerves/env/alpha/VERSION; echo x >"$NERVES_BR_DL_DIR/fetched"; mount | grep -c "on /nerves"';
  const options = { ...busyboxOptions(make, { build_runner_config: { docker } }), dl_dir: undefined };
  const pkg = await testPackage({ options });
  const { env } = await engineProxy({ tcp: true });
  const NERVES_DL_DIR = join(pkg.workspaceRoot, 'dl');
  const deps = testRun(pkg, { env: { ...env, NERVES_DL_DIR }, user: { uid: 4321, gid: 4321 } });
  const { artifact } = await build(pkg, { ...deps, archived: false });
  expect(await stepOutput(pkg.paths.log)).toBe('4321\n0.1.0\n3\n');
  expect(await readFile(join(artifact, 'images/rootfs'), 'utf8')).toBe('image\n');
  expect(existsSync(join(pkg.workspaceRoot, 'dl'))).toBe(false);
  const downloads = await findVolume(await testEngine(), DOWNLOADS);
  expect(downloads?.Labels, 'known to clean --all').toMatchObject({ [LABEL.role]: 'downloads' });
});

test('archive() sends an engine elsewhere what changed, and nothing of the download cache of this machine', async () => {
  const megabyte = randomBytes(500_000).toString('hex');
  const pkg = await testPackage({
    files: { VERSION: '0.1.0\n', nerves_defconfig: '', 'src/two': megabyte.repeat(2) },
    platform: {
      'create-build.sh': { content: '#!/bin/sh\n', mode: 0o755 },
      'scripts/three': megabyte.repeat(3),
    },
    options: { ...busyboxOptions('true'), dl_dir: undefined },
  });
  const NERVES_DL_DIR = join(pkg.workspaceRoot, 'dl');
  await writeFiles(NERVES_DL_DIR, { 'toy/five': megabyte.repeat(5) });
  const sending = async () => {
    const { env, bytes } = await engineProxy({ tcp: true });
    await archive(pkg, testRun(pkg, { env: { ...env, NERVES_DL_DIR } }));
    return bytes().sent;
  };
  const sent = [await sending(), await sending()];
  await writeFiles(pkg.root, { VERSION: '0.2.0\n' });
  sent.push(await sending());
  const [first, unchanged, small] = sent.map((bytes) => bytes / 1_000_000);
  expect(first, String(sent)).toBeGreaterThan(5);
  expect(first, String(sent)).toBeLessThan(5.3);
  expect(Math.max(unchanged ?? 1, small ?? 1), String(sent)).toBeLessThan(0.1);
});

test('archive() sends the dl_dir of a package to an engine elsewhere, what that lacks, and brings back what it has downloaded', async () => {
  const [megabyte, dir] = [randomBytes(500_000).toString('hex'), `test-${randomBytes(4).toString('hex')}`];
  const make = `cd "$NERVES_BR_DL_DIR" && ls *.tar.gz; cd ${dir} && sha256sum one* .lock; echo part >two; echo more >>one
[ -e three ] || exit 1; mkdir -p deep; echo x >deep/'a b'`;
  const pkg = await testPackage({ options: busyboxOptions(make) });
  const dl = join(pkg.workspaceRoot, 'dl');
  const here = { [`${dir}/one`]: megabyte, [`${dir}/one two`]: '', [`${dir}/.lock`]: '' };
  await writeFiles(dl, { ...here, 'toy-portable-1.0.0-0123ABC.tar.gz': 'an archive' });
  const building = async () => {
    const { env, bytes } = await engineProxy({ tcp: true });
    const run = testRun(pkg, { env, user: { uid: 4321, gid: 100 } });
    const result = await archive(pkg, run).catch((error) => error.code);
    return { result, sent: bytes().sent, notes: run.stdout.text };
  };
  const failed = await building();
  expect(failed).toMatchObject({ result: 'BUILD_FAILED' });
  expect(failed.notes).toContain(`Sending 2 files of ${dl} to the engine (1.0 MB)`);
  const sum = createHash('sha256').update(megabyte).digest('hex');
  expect(
    (await stepOutput(pkg.paths.log)).split('\n').filter((line) => !/^(ls|sha256sum):/.test(line)),
  ).toEqual([`${sum}  one`, `${createHash('sha256').digest('hex')}  one two`, '']);
  expect(existsSync(join(dl, dir, 'two')), 'a failed build may have left a part').toBe(false);
  await writeFiles(dl, { [`${dir}/three`]: '' });
  const built = await building();
  expect(built.notes).toContain(`Sending 1 file of ${dl} to the engine (0 kB)`);
  expect(built.sent).toBeLessThan(200_000);
  expect(built.notes).toContain(`Brought 1 file to ${dl} (1 kB)`);
  expect(await readFile(join(dl, dir, 'deep/a b'), 'utf8')).toBe('x\n');
  expect(await readFile(join(dl, dir, 'one'), 'utf8'), 'what the host has stays').toBe(megabyte);
  const again = await building();
  expect(again.notes).not.toMatch(/Sending|Brought/);
});

/**
 * What Buildroot does with its download cache, under its own umask: a directory and a lock for each package, a file that takes
 * the place of another of its name, and an own repository's directories that grow (Buildroot: support/download/dl-wrapper).
 */
const FETCH = `
umask 022
cd "$NERVES_BR_DL_DIR" && mkdir -p $DIRECTORY/git/objects || exit
for i in 1 2 3 4 5 6; do
  flock $DIRECTORY/.lock sh -ec '
    echo "$1" >$DIRECTORY/part && mv -f $DIRECTORY/part $DIRECTORY/fetched
    mkdir -p $DIRECTORY/git/objects/$1; echo x >$DIRECTORY/git/objects/$1/$(id -u)' sh $i || exit
  sleep 0.5
done
cut -d" " -f1 /proc/uptime
id -u
`;

async function fetching(project: string, directory: string): Promise<Package> {
  const tag = await testImage('USER 1005:1005', {}, TOOLBOX);
  const build_runner_config = { docker: { tag, pull: 'never' as const } };
  const script = `DIRECTORY=${directory}; export DIRECTORY; cut -d" " -f1 /proc/uptime${FETCH}`;
  return await testPackage({ project, options: busyboxOptions(script, { build_runner_config }) });
}

/** A build on an engine that does not see our files; when it began to fetch, when it ended, and as whom. */
async function fetchAs(uid: number, pkg: Package, env: NodeJS.ProcessEnv) {
  await archive(pkg, testRun(pkg, { env, user: { uid, gid: uid } }));
  const [from = '', to = '', user] = (await stepOutput(pkg.paths.log)).split('\n');
  return { from: Number(from), to: Number(to), user };
}

test('archive(): two users at once, and again, use the download cache of one engine: its directories and locks', async () => {
  const { env } = await engineProxy({ tcp: true });
  const directory = `test-${process.pid}`;
  const [alpha, beta] = [await fetching('alpha', directory), await fetching('beta', directory)];
  for (const _ of ['cold', 'warm']) {
    const builds = await Promise.all([fetchAs(1005, alpha, env), fetchAs(4321, beta, env)]);
    expect(builds.map(({ user }) => user)).toEqual(['1005', '4321']);
    const [one, other] = builds as [(typeof builds)[0], (typeof builds)[0]];
    expect(Math.max(one.from, other.from), 'both at once').toBeLessThan(Math.min(one.to, other.to));
  }
  // what one user fetched serves all that this user builds
  const tag = alpha.options.build_runner_config.docker;
  const again = await testPackage({
    project: 'gamma',
    options: busyboxOptions(
      `cat "$NERVES_BR_DL_DIR/${directory}/fetched"; ls "$NERVES_BR_DL_DIR/${directory}/git/objects/6"`,
      {
        build_runner_config: { docker: tag },
      },
    ),
  });
  await archive(again, testRun(again, { env, user: { uid: 4321, gid: 100 } }));
  expect(await stepOutput(again.paths.log)).toBe('6\n4321\n');
});

test('archive() as root changes the owner of nothing in the download cache', async () => {
  const { env } = await engineProxy({ tcp: true });
  const file = `test-${process.pid}-of-root`;
  const pkg = await testPackage({ options: busyboxOptions(`echo x >"$NERVES_BR_DL_DIR/${file}"`) });
  await archive(pkg, testRun(pkg, { env, user: { uid: 4321, gid: 4321 } }));
  const { sink, text } = collector();
  const mounts = [{ type: 'volume' as const, source: DOWNLOADS, target: '/dl' }];
  const argv = ['sh', '-c', `find /dl -name ${file} -exec stat -c %u {} +`];
  await inSession((session) => session.exec({ argv }, sink), { spec: { mounts } });
  expect(text()).toBe('0\n');
});
