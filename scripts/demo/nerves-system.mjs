import { showFiles } from './files.mjs';
import { coldAndCached, expect } from './session.mjs';

const SYSTEM = 'systems/my_system';

/** @type {import('./examples.mjs').Example} */
export const nervesSystem = {
  about: 'a system with a mix.exs, as Nerves has it, imported and built',
  async steps(demo) {
    demo.title('What its mix.exs says becomes a project.json');
    await demo.nx('g', 'nx-docker-artifact:import', '--mixfile', `${SYSTEM}/mix.exs`);
    console.log(demo.read(`${SYSTEM}/project.json`));

    await coldAndCached(demo, 'my_system', SYSTEM, />>> lua \S+ Building/);

    demo.title('A file of its overlay changes: only the root file system is made anew');
    demo.edit(`${SYSTEM}/rootfs_overlay/etc/main.lua`, 'of your own', 'of my own');
    const changed = await demo.nx('run', 'my_system:build-artifact');
    expect(/Generating rootfs/.test(changed), 'no root file system was made');
    expect(!/>>> (lua|tini)/.test(changed), 'a package was built again');
    const current = `${SYSTEM}/.nerves/artifacts/current`;
    expect(/^[0-9A-F]{64}$/.test(demo.read(`${current}/CHECKSUM`)), 'the artifact has no checksum of Nerves');
    showFiles(demo, [current, `${current}/images`, `${SYSTEM}/.nerves/archive`]);
  },
};
