import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { buildImage } from '../../../src/docker/image/build.js';
import type { ImageBuild } from '../../../src/docker/image/builder.js';
import { buildKitEnv } from '../../support/buildkit.js';
import { imageTag, testImage } from '../../support/image.js';
import { testEngine } from '../../support/runner.js';
import { BUSYBOX, type Files, temporaryDirectory, writeFiles } from '../../support/workspace.js';

const BUILDERS: [string, () => Promise<NodeJS.ProcessEnv>][] = [
  ['the classic builder', async () => ({ PATH: '/nonexistent' })],
  ['BuildKit', async () => ({ ...(await buildKitEnv()), DOCKER_BUILDKIT: '1' })],
];

describe.each(BUILDERS)('buildImage(): by %s', (name, builderEnv) => {
  /** What the image has below /c, as paths relative to it, and where that was copied to. */
  async function built(context: string, more: Partial<ImageBuild> = {}) {
    const tag = imageTag();
    const source = { dockerfile: join(context, 'Dockerfile'), context, contextGiven: true };
    const lines: string[] = [];
    const build = { ...source, tag, labels: {}, pull: false, ...more };
    const deps = { signal: new AbortController().signal, onLine: (line: string) => lines.push(line) };
    await buildImage(await testEngine(), build, { ...deps, env: await builderEnv() });
    const directory = await copyOut(tag);
    const { stdout } = await execa('find', ['.', '-mindepth', '1', '-printf', '%P %m\n'], { cwd: directory });
    const found = stdout.split('\n').filter(Boolean).sort();
    return { directory, names: found.map((line) => line.replace(/ \d+$/, '')), modes: found };
  }

  async function copyOut(tag: string): Promise<string> {
    const { docker } = await testEngine();
    const container = await docker.createContainer({ Image: tag, Cmd: ['true'] });
    try {
      const directory = await temporaryDirectory('copied');
      const input = (await container.getArchive({ path: '/c' })) as never;
      await execa('tar', ['-xp', '-C', directory], { input });
      return join(directory, 'c');
    } finally {
      await container.remove({ force: true });
    }
  }

  async function contextOf(files: Files): Promise<string> {
    const context = await temporaryDirectory('context');
    await writeFiles(context, { Dockerfile: `FROM ${BUSYBOX}\nCOPY . /c\n`, ...files });
    return context;
  }

  test('files and directories keep their modes', async () => {
    const context = await contextOf({
      secret: '',
      group: '',
      tool: '',
      setuid: '',
      'dir/f': '',
      'own/f': '',
    });
    const modes = { secret: 0o400, group: 0o664, tool: 0o775, dir: 0o775, own: 0o700 };
    for (const [path, mode] of Object.entries(modes)) await chmod(join(context, path), mode);
    const expected = Object.entries(modes).map(([path, mode]) => `${path} ${mode.toString(8)}`);
    expect((await built(context)).modes).toEqual(expect.arrayContaining(expected));
  });

  test('what it copies belongs to root, whoever has it here', async () => {
    const context = await contextOf({
      Dockerfile: `FROM ${BUSYBOX}\nCOPY . /c\nRUN stat -c %u:%g /c/f > /c/owner\n`,
      f: '',
    });
    if (process.getuid?.() === 0) await execa('chown', ['1234:1234', join(context, 'f')]);
    expect(await execa('cat', [join((await built(context)).directory, 'owner')])).toMatchObject({
      stdout: '0:0',
    });
  });

  test('a Dockerfile that is ignored does not get into the image, and .dockerignore does', async () => {
    const context = await contextOf({ f: '', '.dockerignore': 'Dockerfile\n' });
    expect((await built(context)).names).toEqual(['.dockerignore', 'f']);
  });

  test('nor do a Dockerfile and a .dockerignore that are both ignored', async () => {
    const context = await contextOf({ f: '', '.dockerignore': '*\n!f\n' });
    expect((await built(context)).names).toEqual(['f']);
  });

  test.each(['', '.dockerignore\nignored\n', '*\n!f\n'])(
    'nor does one from outside of the context, with the rules %j',
    async (rules) => {
      const dockerfile = join(await contextOf({}), 'Dockerfile');
      const context = await contextOf({ f: '', ignored: '', ...(rules && { '.dockerignore': rules }) });
      await execa('rm', [join(context, 'Dockerfile')]);
      const { names } = await built(context, { dockerfile });
      expect(names).toEqual(rules ? ['f'] : ['f', 'ignored']);
    },
  );

  test('nor does one in a directory that is ignored', async () => {
    const context = await contextOf({ f: '', '.dockerignore': '.dockerignore\n**/docker\n' });
    await mkdir(join(context, 'a/docker'), { recursive: true });
    await execa('mv', [join(context, 'Dockerfile'), join(context, 'a/docker/Dockerfile')]);
    const { names } = await built(context, { dockerfile: join(context, 'a/docker/Dockerfile') });
    expect(names).toEqual(['a', 'f']);
  });

  test('our own outputs and those of Nx are not sent, whatever their names are', async () => {
    const odd = '#[s] *!\\';
    const own = { '.nerves/a': '', 'build.log': '', [`${odd}/.nerves/a`]: '', [`${odd}/build.log`]: '' };
    const context = await contextOf({
      ...own,
      '.nx/cache/d/f': '',
      '.nx/workspace-data/f': '',
      'docs/build.log': '',
    });
    const names = [odd, '.nx', 'Dockerfile', 'docs', 'docs/build.log'];
    expect((await built(context)).names).toEqual(names);
  });

  test('.git is sent: `git describe` says in the image what it says here', async () => {
    const context = await contextOf({ f: '' });
    const git = (cwd: string, ...args: string[]) =>
      execa('git', ['-c', 'safe.directory=*', ...args], { cwd });
    await git(context, 'init', '--quiet');
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@b.invalid'];
    await git(context, ...who, 'commit', '--quiet', '--allow-empty', '-m', 'a');
    await git(context, ...who, 'tag', '-a', '-m', 'a', 'v1.2.3');
    await git(context, ...who, 'commit', '--quiet', '--allow-empty', '-m', 'b');
    const here = await git(context, 'describe');
    expect(here.stdout).toMatch(/^v1\.2\.3-1-g/);
    expect((await git((await built(context)).directory, 'describe')).stdout).toBe(here.stdout);
  });

  test('ONBUILD instructions of the base image get their files', async () => {
    const base = await testImage('ONBUILD COPY . /c');
    const context = await contextOf({ Dockerfile: `FROM ${base}\nRUN true\n`, 'dir/f': '' });
    expect((await built(context)).names).toEqual(['Dockerfile', 'dir', 'dir/f']);
  });

  describe('an error says what helps:', () => {
    const failing = async (files: Files) => {
      const context = await contextOf({ Dockerfile: `FROM ${BUSYBOX}\nCOPY missing /c\n`, ...files });
      return await built(context).then(
        () => expect.unreachable(),
        (error: Error) => error.message,
      );
    };

    test('`docker build`, where that gets the same context', async () => {
      expect(await failing({ f: '' })).toContain('`docker build` shows the same error');
    });

    test('what is not sent, where `docker build` sends it', async () => {
      const message = await failing({ 'build.log': '', '.nerves/f': '' });
      expect(message).not.toContain('shows the same error');
      expect(message).toContain('`docker build` also sends .nerves (and 1 more), which this does not');
    });

    test('that only BuildKit reads the .dockerignore of a Dockerfile', async () => {
      const message = await failing({ 'Dockerfile.dockerignore': 'missing\n', missing: '' });
      const same = '`docker build` shows the same error';
      expect(message).toContain(name === 'BuildKit' ? same : 'does not read Dockerfile.dockerignore');
    });
  });
});
