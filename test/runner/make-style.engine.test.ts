import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BuildOptionsInput } from '../../src/options/types.js';
import { build } from '../../src/runner/build.js';
import { testRun } from '../support/runner.js';
import { busyboxOptions, type Files, TOOLBOX, testPackage } from '../support/workspace.js';

type Opts = BuildOptionsInput['build_runner_opts'];

/** Builds a package without a platform; its artifact. */
async function built(image: string, opts: Opts, files: Files) {
  const config = { docker: { tag: image, pull: 'never' as const } };
  const options = busyboxOptions('', { build_runner_config: config, build_runner_opts: opts });
  const pkg = await testPackage({ options, files });
  const run = testRun(pkg);
  const { artifact } = await build(pkg, { ...run, archived: false });
  return { pkg, run, read: (name: string) => readFile(join(artifact, name), 'utf8') };
}

test('archive() runs a string as a shell line in the build directory, with each value as one word', async () => {
  const commands = {
    create_build: 'pwd >where && ls {package_dir} >what',
    make: 'for arg in {make_args}; do echo "$arg"; done | cat >args',
    archive:
      'mkdir {artifact_name} && cp where what args {artifact_name} && tar -czf {artifact_name}.tar.gz {artifact_name}',
  };
  const { read } = await built(
    'nx-docker-artifact-test/busybox:1',
    { commands, make_args: ['-j2', 'CFLAGS=-O2 -g', "it's $(id)"] },
    { 'source.txt': '' },
  );
  expect(await read('where')).toBe('/nerves/build\n');
  expect(await read('what')).toBe('source.txt\n');
  expect(await read('args')).toBe("-j2\nCFLAGS=-O2 -g\nit's $(id)\n");
});

test('archive() goes on building where a shell line has copied the package to', async () => {
  const commands = {
    create_build: 'cp -a {package_dir}/. .',
    archive: 'make dist NAME={artifact_name}',
  };
  const files = {
    Makefile:
      'all: out\nout: in\n\tcp in out; echo made >>runs\ndist:\n\tmkdir $(NAME); cp out runs $(NAME)\n\ttar -czf $(NAME).tar.gz $(NAME); rm -r $(NAME)\n',
    in: 'one\n',
  };
  const { pkg, run, read } = await built(TOOLBOX, { commands }, files);
  expect([await read('out'), await read('runs')]).toEqual(['one\n', 'made\n']);
  await build(pkg, { ...run, archived: false });
  expect(await read('runs')).toBe('made\n');
});
