import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { aptInstall, debianMirror, hasApt } from '../apt.mjs';
import { TOP } from '../dependencies.mjs';
import { output, succeeds } from '../process.mjs';

/** Where the systems of the engines are kept from run to run, about 1 GB each. */
export const ENGINES = resolve(process.env.ENGINES_DIR || join(TOP, '.engines'));
/** Who runs the rootless engines, in their system and, by number alone, outside of it. */
export const BUILDER = { name: 'builder', uid: 1500, gid: 1500 };

const COMMON = ['ca-certificates', 'catatonit', 'crun', 'iproute2', 'iptables', 'podman', 'procps', 'tini'];
const BOTH = ['docker.io', 'docker-cli', 'docker-buildx', ...COMMON, 'netavark', 'aardvark-dns', 'nftables'];
const ROOTLESS = ['dbus', 'fuse-overlayfs', 'fuse3', 'rootlesskit', 'slirp4netns', 'uidmap'];
/** What is installed in a release of Debian, without what it only recommends. */
const PACKAGES = {
  bookworm: [...COMMON, 'netavark', 'aardvark-dns'],
  trixie: BOTH,
  sid: [...BOTH, 'passt', ...ROOTLESS],
};

/** Where root has no CAP_SYS_RESOURCE, Podman could not raise these limits as it does by itself. */
const CONTAINERS_CONF =
  '[containers]\ndefault_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]\n[engine]\nevents_logger = "file"\n';

/**
 * A release of Debian with the engines in it; made once, and again when what is installed is not the same.
 * @param {keyof typeof PACKAGES} suite
 */
export async function ensureChroot(suite) {
  const root = join(ENGINES, suite);
  const packages = PACKAGES[suite];
  const recipe = createHash('sha256')
    .update(JSON.stringify([packages, CONTAINERS_CONF, BUILDER]))
    .digest('hex');
  const mark = join(ENGINES, `${suite}.recipe`); // written last
  if (existsSync(mark) && readFileSync(mark, 'utf8') === recipe) return root;
  if (!hasApt())
    throw new Error(`Debian ${suite} is made with debootstrap: run this on a Debian-like machine.`);
  if (!(await succeeds('debootstrap', ['--version']))) await aptInstall('debootstrap');
  const start = performance.now();
  rmSync(mark, { force: true });
  rmSync(root, { recursive: true, force: true });
  mkdirSync(ENGINES, { recursive: true });
  // in a mount namespace of its own: nothing stays mounted in it, whatever ends this
  const within = (...argv) => output('unshare', ['--mount', ...argv]);
  await within('debootstrap', '--variant=minbase', suite, root, await debianMirror());
  copyFileSync('/etc/resolv.conf', join(root, 'etc/resolv.conf'));
  cpSync('/etc/apt/apt.conf.d', join(root, 'etc/apt/apt.conf.d'), { recursive: true }); // how its mirror is used
  writeFileSync(join(root, 'usr/sbin/policy-rc.d'), '#!/bin/sh\nexit 101\n'); // installing starts nothing
  chmodSync(join(root, 'usr/sbin/policy-rc.d'), 0o755);
  const install = `apt-get update -q && apt-get install -y -q --no-install-recommends ${packages.join(' ')} && apt-get clean`;
  await within('chroot', root, 'env', 'DEBIAN_FRONTEND=noninteractive', 'sh', '-c', install);
  await within('chroot', root, 'useradd', '-m', '-u', `${BUILDER.uid}`, '-s', '/bin/bash', BUILDER.name);
  writeFileSync(join(root, 'etc/containers/containers.conf'), CONTAINERS_CONF);
  writeFileSync(mark, recipe);
  console.log(`Debian ${suite} in ${root}: made (${((performance.now() - start) / 1000).toFixed(0)} s).`);
  return root;
}
