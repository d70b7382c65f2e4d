import { execFileSync } from 'node:child_process';
import { showFiles } from './files.mjs';
import { coldAndCached, expect } from './session.mjs';

const PACKAGE = 'packages/busybox';

/** @type {import('./examples.mjs').Example} */
export const busybox = {
  about: 'busybox from source: a package that make builds, with a configuration of its own',
  async steps(demo) {
    await coldAndCached(demo, 'busybox', PACKAGE, />>> busybox \S+ Extracting/);
    const compiled = () => demo.read(`${PACKAGE}/build.log`).match(/^ {2}CC /gm)?.length ?? 0;
    const all = compiled();

    demo.title('One option more in its configuration: only what that reaches is compiled');
    demo.edit(`${PACKAGE}/busybox.config`, 'CONFIG_MOUNT=y', 'CONFIG_MOUNT=y\nCONFIG_SEQ=y');
    const changed = await demo.nx('run', 'busybox:build-artifact');
    expect(!/Extracting/.test(changed), 'the source was unpacked again');
    console.log(`Compiled: ${all} files at first, ${compiled()} of them now.`);
    expect(compiled() < all / 4, `${compiled()} files were compiled again`);
    showFiles(demo, [`${PACKAGE}/.nerves/artifacts/current/bin`, `${PACKAGE}/.nerves/archive`]);

    if (process.platform !== 'linux') return;
    const program = demo.path(`${PACKAGE}/.nerves/artifacts/current/bin/busybox`);
    const counted = execFileSync(program, ['seq', '3'], { encoding: 'utf8' });
    console.log(`$ busybox seq 3\n${counted.trimEnd()}`);
    expect(counted === '1\n2\n3\n', 'busybox does not run what was turned on');
  },
};
