import { chmodSync, chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Who runs the rootless engines, in their system and, by number alone, outside of it. */
export const BUILDER = { name: 'builder', uid: 1500, gid: 1500 };

const { name, uid, gid } = BUILDER;
const FILES = {
  'etc/passwd': `root:x:0:0::/root:/bin/bash\nnobody:x:65534:65534::/:/bin/false\nsshd:x:101:65534::/run/sshd:/bin/false\n${name}:x:${uid}:${gid}::/home/${name}:/bin/bash\n`,
  'etc/group': `root:x:0:\ntty:x:5:\nnogroup:x:65534:\n${name}:x:${gid}:\n`,
  'etc/subuid': `${name}:100000:65536\n`,
  'etc/subgid': `${name}:100000:65536\n`,
  'etc/hosts': '127.0.0.1 localhost\n',
  'etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
  'etc/resolv.conf': '',
  // where root has no CAP_SYS_RESOURCE, Podman could not raise these limits as it does by itself
  'etc/containers/containers.conf':
    '[containers]\ndefault_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]\n[engine]\nevents_logger = "file"\n',
};
/** What the packages would have asked `update-alternatives` for. */
const LINKS = {
  ...Object.fromEntries(
    ['iptables', 'ip6tables'].flatMap((table) =>
      ['', '-save', '-restore'].map((command) => [`usr/sbin/${table}${command}`, 'xtables-nft-multi']),
    ),
  ),
  'usr/bin/awk': 'mawk',
  'var/run': '/run',
};
const DIRECTORIES = ['proc', 'sys', 'dev', 'run', 'tmp', 'var/tmp', 'root', `home/${name}`];

/** What installing would have done to a system whose packages were unpacked, as far as its engine needs it. */
export function setUp(root) {
  for (const path of DIRECTORIES) mkdirSync(join(root, path), { recursive: true });
  for (const path of ['tmp', 'var/tmp']) chmodSync(join(root, path), 0o1777);
  chownSync(join(root, `home/${name}`), uid, gid);
  for (const [path, content] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  for (const [path, target] of Object.entries(LINKS)) {
    rmSync(join(root, path), { recursive: true, force: true }); // a package may have an empty directory there
    symlinkSync(target, join(root, path));
  }
}
