import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { importMixfile } from '../../src/generators/import/import-mixfile.js';
import type { BuildOptionsInput } from '../../src/options/types.js';
import { build } from '../../src/runner/build.js';
import { testTree } from '../generators/support/tree.js';
import { testImage } from '../support/image.js';
import { testRun } from '../support/runner.js';
import { stepOutput } from '../support/step-output.js';
import { TUPLE, toolchainPlatform } from '../support/toolchain-platform.js';
import { busyboxOptions, TOOLBOX, testPackage } from '../support/workspace.js';

const mixfile = (name: string) =>
  readFileSync(new URL(`../fixtures/mix/${name}.exs`, import.meta.url), 'utf8');
const MIXFILE = mixfile('toolchain');

/** What `import` makes of the mix.exs, on a platform that lies in the workspace under a name of its own. */
function imported(): BuildOptionsInput {
  const tree = testTree({ 'tool/mix.exs': MIXFILE, 'tool/deps/nerves_toolchain_ctng/VERSION': '1.12.0\n' });
  importMixfile(tree, { mixfile: 'tool/mix.exs', overwrite: false });
  const { targets } = JSON.parse(tree.read('tool/project.json', 'utf8') ?? '');
  return { ...targets['build-artifact'].options, platform: 'platform' };
}

async function toolchain(image: string, more: BuildOptionsInput = {}) {
  const docker = { tag: image, pull: 'never' as const };
  const options = { ...imported(), ...more, build_runner_config: { docker, ...more.build_runner_config } };
  // its own in each test, as what it downloads is called after it and stays on the engine
  const defconfig = `CT_TOOLCHAIN_PKGVERSION="${randomUUID()}"\n`;
  const files = { VERSION: '13.2.0\n', defconfig, 'mix.exs': MIXFILE };
  return await testPackage({ project: 'tool', files, platform: toolchainPlatform, options });
}

async function built(pkg: Awaited<ReturnType<typeof toolchain>>, user?: { uid: number; gid: number }) {
  const run = testRun(pkg, { ...(user && { user }), env: { ...process.env, HOST_OS: 'linux' } });
  const downloads = join(pkg.workspaceRoot, 'dl');
  await mkdir(downloads, { recursive: true });
  await chmod(downloads, 0o777); // the caller of the test may not be the one who runs it
  await build(pkg, { ...run, archived: false });
  return await stepOutput(pkg.paths.log);
}

const ROOT = { uid: 0, gid: 0 };
const USER = { uid: 4321, gid: 4321 };

test.each([
  ['root, in an image of root', ROOT, '', 'nerves'],
  ['root, in an image with a user', ROOT, 'RUN useradd -m builder\nUSER builder', 'builder'],
  ['another user, in an image of root', USER, '', 'nerves'],
])(
  'build() makes a toolchain by the scripts of nerves_toolchain_ctng, called by %s',
  async (_, caller, lines, name) => {
    const pkg = await toolchain(lines ? await testImage(lines, {}, TOOLBOX) : TOOLBOX);
    const log = await built(pkg, caller);
    expect(log).toContain(`Installing C compiler for linux as ${name}\n`);
    expect(log).not.toContain('downloaded before');
    expect(pkg.archiveFile).toMatch(
      /^nerves_toolchain_riscv64_example-linux_\w+-13\.2\.0-[0-9A-F]{7}\.tar\.xz$/,
    );
    const listed = execFileSync('tar', ['tJf', join(pkg.paths.archive, pkg.archiveFile)]).toString();
    expect(listed.split('\n')[0]).toBe(`${pkg.name}/`);
    const compiler = join(pkg.paths.artifact, `bin/${TUPLE}-gcc`);
    expect(execFileSync(compiler).toString()).toBe(`${TUPLE} 13.2.0\n`);
    // what it has downloaded is there for the next build
    expect(await built(pkg, caller)).toContain('downloaded before\n');
  },
);

/** As the build.sh of Nerves' toolchains since 2026, with the checksum that they ask elixir for. */
const OWN_BUILD = `#!/usr/bin/env bash
set -e
[ "$(id -u)" != 0 ] || { echo "[ERROR]  You must NOT be root to run crosstool-NG"; exit 1; }
package=$(cd "$(dirname "$0")" && pwd); name=$(basename "$package")
rm -fr "$1"; mkdir -p "$1/x-tools/${TUPLE}"; echo "$(id -un)" >"$1/x-tools/${TUPLE}/by"
raw() { for file; do printf "$(sha256sum "$package/$file" | cut -c 1-64 | sed 's/../\\\\x&/g')"; done; }
sum=$(raw defconfig build.sh | sha256sum | cut -c 1-7 | tr a-f A-F)
mv "$1/x-tools/${TUPLE}" "$1/x-tools/$name"
tar -c -J -C "$1/x-tools" -f "$2/$name-linux_$(uname -m)-$(cat "$package/VERSION")-$sum.tar.xz" "$name"
`;

test('build() makes a toolchain that has its own build.sh, as import has it', async () => {
  const source = mixfile('toolchain-of-its-own');
  const tree = testTree({ 'tool/mix.exs': source, 'tool/build.sh': OWN_BUILD });
  importMixfile(tree, { mixfile: 'tool/mix.exs', overwrite: false });
  const { options } = JSON.parse(tree.read('tool/project.json', 'utf8') ?? '').targets['build-artifact'];
  options.build_runner_config.docker = {
    tag: await testImage('RUN useradd -m builder\nUSER builder', {}, TOOLBOX),
    pull: 'never',
  };
  const files = { VERSION: '15.2.0\n', defconfig: 'CT_ARCH_RISCV=y\n', 'mix.exs': source };
  const pkg = await testPackage({
    files: { ...files, 'build.sh': { content: OWN_BUILD, mode: 0o755 } },
    options,
  });
  for (const caller of [ROOT, USER]) {
    await built(pkg, caller);
    expect(await readFile(join(pkg.paths.artifact, 'by'), 'utf8')).toBe('builder\n');
  }
});

/** As crosstool-NG 1.28: not as root, by a defconfig in its directory, into CT_PREFIX, which is read-only then. */
const CT_NG = `#!/bin/sh
set -e
[ "$(id -u)" != 0 ] || { echo "[ERROR]  You must NOT be root to run crosstool-NG"; exit 1; }
case $1 in
defconfig) cp defconfig .config ;;
build)
  echo "[INFO ]  Installing C compiler"
  mkdir -p "$CT_PREFIX/${TUPLE}/bin"; cp .config "$CT_PREFIX/${TUPLE}/bin/${TUPLE}-ct-ng.config"
  chmod -R a-w "$CT_PREFIX/${TUPLE}" ;;
esac
`;

test('build() makes a toolchain by the commands for crosstool-NG in docs/options.md', async () => {
  const page = readFileSync(new URL('../../docs/options.md', import.meta.url), 'utf8');
  const [, json] = /crosstool-NG[^`]*```json\n([^`]*)```/.exec(page) ?? [];
  const documented = JSON.parse(`{${json}}`) as BuildOptionsInput;
  const lines = 'COPY ct-ng /usr/bin/\nRUN useradd -m builder\nUSER builder';
  const docker = {
    tag: await testImage(lines, { 'ct-ng': { content: CT_NG, mode: 0o755 } }, TOOLBOX),
    pull: 'never' as const,
  };
  const pkg = await testPackage({
    files: { VERSION: '1.0\n', defconfig: 'CT_ARCH_RISCV=y\n' },
    options: {
      ...documented,
      platform_config: { defconfig: 'defconfig' },
      build_runner_config: { ...documented.build_runner_config, docker },
    },
  });
  for (const _ of ['cold', 'again']) await built(pkg, ROOT);
  const config = join(pkg.paths.artifact, `bin/${TUPLE}-ct-ng.config`);
  expect(await readFile(config, 'utf8')).toBe('CT_ARCH_RISCV=y\n');
});

test('build() runs the steps as the user that build_runner_config.user names', async () => {
  const image = await testImage('RUN useradd -m -u 2345 builder\nUSER builder:users', {}, TOOLBOX);
  const ran = async (user: 'image' | 'caller' | 'root', caller: { uid: number; gid: number }) => {
    const { commands } = busyboxOptions('echo "as $(id -u):$(id -g) at $HOME"; touch "$NERVES_BR_DL_DIR/x"')
      .build_runner_opts as { commands: object };
    const config = { docker: { tag: image, pull: 'never' as const }, user };
    const pkg = await testPackage({
      options: { build_runner_config: config, build_runner_opts: { commands } },
    });
    return /as (.*)/.exec(await built(pkg, caller))?.[1];
  };
  expect(await ran('image', ROOT)).toBe('2345:100 at /home/builder');
  expect(await ran('image', USER)).toBe('2345:100 at /home/builder');
  expect(await ran('caller', ROOT)).toBe('0:0 at /root');
  expect(await ran('caller', USER)).toBe('4321:4321 at /home/builder');
  expect(await ran('root', USER)).toBe('0:0 at /root');
});

test('archive() refuses a package on nerves_toolchain_ctng that is no toolchain, and one without build.sh', async () => {
  const system = await toolchain(TOOLBOX, { type: 'system' });
  await expect(built(system)).rejects.toMatchObject({
    code: 'BAD_OPTION',
    hint: 'Set the option "type" to "toolchain".',
  });
  const pkg = await toolchain(TOOLBOX);
  await rm(join(pkg.workspaceRoot, 'platform/build.sh'));
  await expect(built(pkg)).rejects.toMatchObject({
    code: 'PLATFORM_MISSING',
    message: expect.stringContaining('platform/build.sh does not exist'),
  });
});
