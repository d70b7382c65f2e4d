import { existsSync } from 'node:fs';
import { showFiles } from './files.mjs';
import { coldAndCached, expect, fromCache } from './session.mjs';

/** @type {import('./examples.mjs').Example} */
export const toolchain = {
  about: 'cross compilers from source, and a library that is made with them',
  programs: ['xz'],
  async steps(demo) {
    await coldAndCached(demo, 'tcc', 'toolchains/tcc', />>> tcc \S+ Extracting/);
    const library = (target) => demo.path(`library/dist/${target}/libcrc32.a`);

    demo.title('A library for each processor, with the compilers of the artifact');
    await demo.nx('run', 'library:build');
    for (const target of ['arm64', 'riscv64']) expect(existsSync(library(target)), `no ${library(target)}`);
    expect(fromCache(await demo.nx('run', 'library:build'), 'library:build'), 'the library was made again');

    demo.title('A processor more: one compiler is built, and the library is made with the new toolchain');
    demo.edit('toolchains/tcc/targets', 'riscv64', 'riscv64 arm');
    const made = await demo.nx('affected', '-t', 'build', '--base=HEAD', '--output-style=stream');
    expect(!/Extracting|Configuring/.test(made), 'the toolchain was built from nothing');
    expect(!fromCache(made, 'library:build') && existsSync(library('arm')), 'the library is the older one');
    showFiles(demo, ['toolchains/tcc/.nerves/artifacts/current/bin', 'toolchains/tcc/.nerves/archive']);
  },
};
