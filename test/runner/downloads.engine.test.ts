import { chmod, chown, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { archive } from '../../src/runner/archive.js';
import { testImage } from '../support/image.js';
import { testRun } from '../support/runner.js';
import { stepOutput } from '../support/step-output.js';
import { busyboxOptions, testPackage, writeFiles } from '../support/workspace.js';

const ROOT = { uid: 0, gid: 0 };
const OTHER = { uid: 4321, gid: 4321 };
const BUILDER = 'RUN echo "builder:x:2345:2345::/home/builder:/bin/sh" >>/etc/passwd\nUSER builder';

/** A package with an image whose user can't write to the host's downloads. */
async function packageThat(make: string, user?: 'image') {
  const docker = { tag: await testImage(BUILDER), pull: 'never' as const };
  const { build_runner_opts } = busyboxOptions(`echo as $(id -u); cd $NERVES_BR_DL_DIR; ${make}`);
  const pkg = await testPackage({
    options: { build_runner_config: { docker, ...(user && { user }) }, build_runner_opts },
  });
  const downloads = join(pkg.workspaceRoot, 'dl');
  await mkdir(downloads);
  return { pkg, downloads };
}

async function ownerOf(path: string): Promise<string> {
  const { uid, gid } = await stat(path);
  return `${uid}:${gid}`;
}

test("archive() runs as the image's user where the caller is root, with the downloads of the host", async () => {
  const make =
    'cat kept/a; ls; mkdir -p new/deep "kept/o d d"; echo b >new/deep/b; echo "it" >"kept/o d d/$(printf "x\\ny")"';
  const { pkg, downloads } = await packageThat(make);
  const ofPackage = 'alpha-portable-0.1.0-ABCDEF0.tar.gz';
  await writeFiles(downloads, { 'kept/a': 'content of a\n', [ofPackage]: '', 'x-1.tar.gz': '' });
  await archive(pkg, testRun(pkg, { user: ROOT }));
  const log = await stepOutput(pkg.paths.log);
  expect(log).toContain('as 2345\ncontent of a\n');
  expect(log).toContain('x-1.tar.gz');
  expect(log).not.toContain(ofPackage);
  expect(await readFile(join(downloads, 'new/deep/b'), 'utf8')).toBe('b\n');
  expect(await readdir(join(downloads, 'kept/o d d'))).toEqual(['x\ny']);
  for (const path of ['new', 'new/deep', 'new/deep/b', 'kept/a', 'kept/o d d/x\ny'])
    expect(await ownerOf(join(downloads, path))).toBe('0:0');
});

test("archive() gives a caller who is not root what the image's user has downloaded", async () => {
  const { pkg, downloads } = await packageThat('echo b >b', 'image');
  await chown(downloads, OTHER.uid, OTHER.gid);
  await archive(pkg, testRun(pkg, { user: OTHER }));
  expect(await ownerOf(join(downloads, 'b'))).toBe('4321:4321');
});

test('archive() replaces no download, and gives none of a build that failed', async () => {
  const { pkg, downloads } = await packageThat('echo changed >a; echo b >b; [ -e c ]');
  await writeFiles(downloads, { a: 'a' });
  await expect(archive(pkg, testRun(pkg, { user: ROOT }))).rejects.toMatchObject({ code: 'BUILD_FAILED' });
  expect(await readdir(downloads)).toEqual(['a']);
  await writeFiles(downloads, { c: '' });
  await archive(pkg, testRun(pkg, { user: ROOT }));
  expect((await readdir(downloads)).sort()).toEqual(['a', 'b', 'c']);
  expect(await readFile(join(downloads, 'a'), 'utf8')).toBe('a');
});

test('archive() says which downloads could not be given to the host', async () => {
  const { pkg, downloads } = await packageThat('echo b >b', 'image');
  await chmod(downloads, 0o555);
  const run = testRun(pkg, { user: OTHER });
  await archive(pkg, run);
  expect(run.stdout.text).toContain(
    `Not copied to ${downloads}: ./b. The next build may download this again`,
  );
});
