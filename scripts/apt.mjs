import { existsSync } from 'node:fs';
import { output, succeeds } from './process.mjs';

const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
const apt = (args, options) =>
  output('apt-get', ['-y', '-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], { env, ...options });

export const hasApt = () => existsSync('/usr/bin/apt-get');

/** Installs Debian packages without a question. */
export async function aptInstall(...packages) {
  await withIndex(() => apt(['install', '--no-install-recommends', ...packages]));
}

/** Downloads one Debian package into a directory, installing nothing. */
export async function aptDownload(name, cwd) {
  await withIndex(() => apt(['download', name], { cwd }));
}

/** The Debian mirror that apt uses here. */
export async function debianMirror() {
  const format = ['--format', '$(ORIGIN) $(COMPONENT) $(REPO_URI)', 'Created-By: Packages'];
  const lines = (await withIndex(() => apt(['indextargets', ...format]))).split('\n');
  const mirror = lines
    .map((line) => /^Debian main (\S+)$/.exec(line)?.[1])
    .find((uri) => !uri?.includes('security'));
  if (mirror) return mirror;
  throw new Error(
    'apt knows no Debian mirror to make the base image from, and debian:bookworm-slim cannot be pulled.',
  );
}

/** An index that is missing or too old is fetched on the way; whether it is good enough, the second try tells. */
async function withIndex(work) {
  try {
    return await work();
  } catch {
    await succeeds('apt-get', ['-qq', 'update'], { env });
    return await work();
  }
}
