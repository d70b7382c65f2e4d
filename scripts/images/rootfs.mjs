import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aptDownload, aptInstall, debianMirror, hasApt } from '../apt.mjs';
import { output, succeeds } from '../process.mjs';

/** A root file system of Debian's static busybox with a link for each of its applets. */
export async function fillBusybox(root, dir) {
  needApt('busybox:stable-musl');
  await aptDownload('busybox-static', dir);
  const deb = readdirSync(dir).find((name) => name.endsWith('.deb'));
  if (!deb) throw new Error('apt-get download busybox-static left no .deb.');
  await output('dpkg', ['-x', join(dir, deb), join(dir, 'deb')]);
  for (const name of ['bin', 'etc', 'root', 'tmp', 'usr']) mkdirSync(join(root, name), { recursive: true });
  const busybox = join(root, 'bin/busybox');
  cpSync(join(dir, 'deb/bin/busybox'), busybox);
  for (const applet of (await output(busybox, ['--list'])).split('\n')) {
    if (applet !== 'busybox') symlinkSync('busybox', join(root, 'bin', applet));
  }
  // `#!/usr/bin/env` in scripts.
  symlinkSync('../bin', join(root, 'usr/bin'));
  chmodSync(join(root, 'tmp'), 0o1777);
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\n');
}

/** Debian's smallest system, from the mirror that this machine's apt uses. */
export async function fillDebian(root) {
  needApt('debian:bookworm-slim');
  if (process.getuid?.() !== 0)
    throw new Error('debian:bookworm-slim cannot be pulled, and debootstrap needs root.');
  if (!(await succeeds('debootstrap', ['--version']))) await aptInstall('debootstrap');
  // In a mount namespace of its own: whatever ends it, no /proc stays mounted in a directory that is then removed.
  const bootstrap = ['debootstrap', '--variant=minbase', 'bookworm', root, await debianMirror()];
  await output('unshare', ['--mount', ...bootstrap]);
  for (const name of [
    'var/cache/apt',
    'var/lib/apt/lists',
    'usr/share/doc',
    'usr/share/man',
    'usr/share/locale',
  ]) {
    for (const entry of readdirSync(join(root, name))) rmSync(join(root, name, entry), { recursive: true });
  }
}

function needApt(image) {
  if (!hasApt())
    throw new Error(`${image} cannot be pulled, and there is no apt here to make an image from instead.`);
}
