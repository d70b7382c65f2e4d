import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { aptInstall, aptSettings, debianMirror, hasApt } from '../apt.mjs';
import { TOP } from '../dependencies.mjs';
import { output, succeeds } from '../process.mjs';
import { withTemporary } from '../temporary.mjs';
import { setUp } from './set-up.mjs';

/** Where the systems of the engines are kept from run to run, 300 to 600 MB each. */
export const ENGINES = resolve(process.env.ENGINES_DIR || join(TOP, '.engines'));

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** What enters a system, and what it lacks when nothing is taken to be installed. */
const BASE = ['base-files', 'bash', 'coreutils', 'dash', 'findutils', 'grep', 'iproute2', 'iptables', 'mawk'];
const COMMON = [...BASE, 'mount', 'procps', 'sed', 'tini', 'util-linux', 'docker-buildx'];
const DOCKER = ['ca-certificates', 'docker.io'];
const PODMAN = ['aardvark-dns', 'ca-certificates', 'catatonit', 'crun', 'netavark', 'nftables', 'podman'];
const ROOTLESS = ['dbus', 'fuse-overlayfs', 'fuse3', 'passt', 'rootlesskit', 'slirp4netns', 'uidmap'];

/** The systems by name, `<release of Debian>-<what it is for>`, with what is in them. */
const PACKAGES = {
  'bookworm-podman': [...COMMON.filter((name) => name !== 'docker-buildx'), ...PODMAN],
  'trixie-docker': [...COMMON, ...DOCKER],
  'trixie-podman': [...COMMON, ...PODMAN],
  'sid-docker': [...COMMON, ...DOCKER],
  'sid-ssh': [...COMMON, ...DOCKER, 'docker-cli', 'openssh-server'],
  'sid-podman': [...COMMON, ...PODMAN],
  'sid-rootless': [...COMMON, ...DOCKER, ...PODMAN, ...ROOTLESS],
};
/** @typedef {keyof typeof PACKAGES} System */

const SET_UP = join(import.meta.dirname, 'set-up.mjs');
const MINUTES = 60_000;

/**
 * The directory of a Debian with an engine in it; made once, and again when it is not to be the same. Its packages are
 * unpacked, not installed: no more than an engine needs, in half a minute.
 * @param {System} name
 */
export async function ensureSystem(name) {
  const root = join(ENGINES, name);
  const recipe = createHash('sha256')
    .update(`${PACKAGES[name]}\n${readFileSync(SET_UP)}`)
    .digest('hex');
  const mark = `${root}.recipe`; // written last
  if (existsSync(mark) && readFileSync(mark, 'utf8') === recipe) return root;
  if (!hasApt()) throw new Error(`${name} is made of Debian's packages: run this on a Debian-like machine.`);
  const start = performance.now();
  rmSync(mark, { force: true });
  rmSync(root, { recursive: true, force: true });
  mkdirSync(ENGINES, { recursive: true });
  await unpack(name, root);
  setUp(root);
  writeFileSync(mark, recipe);
  console.log(`${name} in ${root}: made (${((performance.now() - start) / 1000).toFixed(0)} s).`);
  return root;
}

/** By apt itself: it finds out what is needed, and checks the signatures. */
async function unpack(name, root) {
  if (!(await succeeds('mmdebstrap', ['--version'])) || !existsSync(KEYRING))
    await aptInstall('mmdebstrap', 'debian-archive-keyring');
  const [release] = name.split('-');
  const source = `deb [signed-by=${KEYRING}] ${await debianMirror()} ${release} main`;
  await withTemporary(async (dir) => {
    const settings = join(dir, 'apt.conf'); // how the mirror is used here
    const limits = 'Acquire::Retries "3";\nAcquire::http::Timeout "30";\n';
    writeFileSync(settings, `${await aptSettings('Acquire')}\n${limits}`);
    const merged = release === 'bookworm' ? ['--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr'] : [];
    const options = [
      '--mode=root',
      '--variant=extract',
      '--format=directory',
      `--aptopt=${settings}`,
      ...merged,
    ];
    const argv = [...options, `--include=${PACKAGES[name].join(',')}`, release, root, source];
    // in a mount namespace of its own: nothing stays mounted in it, whatever ends this
    await output('unshare', ['--mount', 'mmdebstrap', ...argv], { timeout: 10 * MINUTES });
  });
}
