import { existsSync } from 'node:fs';
import { output, succeeds } from './process.mjs';

const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
const apt = (args, options) =>
  output('apt-get', ['-y', '-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    env,
    timeout: 600_000,
    ...options,
  });

export const hasApt = () => existsSync('/usr/bin/apt-get');

/** Installs Debian packages without a question. */
export async function aptInstall(...packages) {
  await withIndex(() => apt(['install', '--no-install-recommends', ...packages]));
}

/** Downloads one Debian package into a directory, installing nothing. */
export async function aptDownload(name, cwd) {
  await withIndex(() => apt(['download', name], { cwd }));
}

/** The Debian mirror that apt uses here; only the index knows which of its sources is Debian. */
export async function debianMirror() {
  const format = ['--format', '$(ORIGIN) $(COMPONENT) $(REPO_URI)', 'Created-By: Packages'];
  return await withIndex(async () => {
    const lines = (await apt(['indextargets', ...format])).split('\n');
    const mirrors = lines.flatMap((line) => /^Debian main (\S+)$/.exec(line)?.[1] ?? []);
    const mirror = mirrors.find((uri) => !uri.includes('security'));
    if (mirror) return mirror;
    throw new Error('debian:bookworm-slim cannot be pulled, and apt knows no Debian mirror to make it from.');
  });
}

/** What apt is told here below a name, as lines of a configuration of its own. */
export const aptSettings = (name) => output('apt-config', ['dump', name]);

/** An index that is missing or too old is fetched on the way; whether it is good enough, the second try tells. */
async function withIndex(work) {
  try {
    return await work();
  } catch {
    await succeeds('apt-get', ['-qq', 'update'], { env });
    return await work();
  }
}
