import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { showFiles } from './files.mjs';
import { coldAndCached, expect, fromCache } from './session.mjs';

/** @type {import('./examples.mjs').Example} */
export const monorepo = {
  about: 'a small Buildroot, two systems on it, and a firmware made of one of them',
  async steps(demo) {
    await coldAndCached(demo, 'alpha', 'systems/alpha', />>> busyloop 1\.0 Building/);

    demo.title('The other system, and a firmware made with the artifact of the first');
    await demo.nx('run-many', '-t', 'build-artifact', 'firmware', '--output-style=stream');
    expect(existsSync(demo.path('firmware/dist/demo.fw')), 'firmware/dist/demo.fw is missing');

    demo.title('One file of beta changes: only beta is built, and of it only what the file reaches');
    appendFileSync(demo.path('systems/beta/src/init.c'), '\n/* A change. */\n');
    const affected = await demo.nx(
      'affected',
      '-t',
      'build-artifact',
      '--base=HEAD',
      '--output-style=stream',
    );
    expect(/beta:archive/.test(affected) && !fromCache(affected, 'beta:archive'), 'beta was not built');
    expect(!/alpha:/.test(affected), 'alpha was touched');
    expect(!/busyloop 1\.0 Building/.test(affected), 'a package that did not change was built again');

    demo.title('The defconfig of alpha changes: a firmware is made of the new artifact');
    const firmware = () => readFileSync(demo.path('firmware/dist/demo.fw'));
    const older = firmware();
    demo.edit('systems/alpha/nerves_defconfig', 'HOSTNAME="alpha"', 'HOSTNAME="alpha-two"');
    const made = await demo.nx('affected', '-t', 'firmware', '--base=HEAD', '--output-style=stream');
    expect(
      !fromCache(made, 'firmware:firmware') && !firmware().equals(older),
      'the firmware is the older one',
    );

    const of = 'systems/alpha';
    showFiles(demo, [
      `${of}/.nerves/artifacts`,
      `${of}/.nerves/archive`,
      `${of}/build.log`,
      'firmware/dist/demo.fw',
    ]);
  },
};
