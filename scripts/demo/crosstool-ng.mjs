import { showFiles } from './files.mjs';
import { coldAndCached, expect } from './session.mjs';

const TOOLCHAIN = 'toolchains/riscv64_toolchain';

/** Where its Dockerfile has crosstool-NG from, and where that has most sources from. */
const NEEDED = ['https://github.com/crosstool-ng/crosstool-ng/releases', 'https://ftp.gnu.org/gnu/'];

/** @type {import('./examples.mjs').Example} */
export const crosstoolNg = {
  about: 'a GCC for RISC-V by crosstool-NG; it takes half an hour, and needs github.com and ftp.gnu.org',
  directory: 'toolchain',
  programs: ['xz'],
  async check() {
    for (const url of NEEDED) await reach(url);
  },
  async steps(demo) {
    await coldAndCached(demo, 'riscv64_toolchain', TOOLCHAIN, /Installing/);
    expect(/riscv64/.test(demo.read(`${TOOLCHAIN}/defconfig`)), 'the defconfig is of another processor');
    showFiles(demo, [`${TOOLCHAIN}/.nerves/artifacts/current/bin`, `${TOOLCHAIN}/.nerves/archive`]);
  },
};

async function reach(url) {
  const asked = fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(10_000) });
  const cause = await asked.then(
    ({ ok, status }) => !ok && `status ${status}`,
    (error) => error.cause?.code ?? error.message,
  );
  if (cause) {
    const sites = NEEDED.map((address) => new URL(address).host).join(' and ');
    throw new Error(
      `crosstool-ng builds from sources of ${sites}, and ${url} is not reachable (${cause}). Try: npm run demo -- toolchain`,
    );
  }
}
