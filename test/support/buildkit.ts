import { existsSync } from 'node:fs';
import { access, symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { temporaryDirectory } from './workspace.js';

/** The caller's environment with a docker CLI first that has BuildKit, be it an older one or with a plugin. */
export async function buildKitEnv(): Promise<NodeJS.ProcessEnv> {
  const { PATH = '' } = process.env;
  for (const directory of PATH.split(delimiter)) {
    const docker = join(directory, 'docker');
    if (
      !(await access(docker).then(
        () => true,
        () => false,
      ))
    )
      continue;
    const env = { DOCKER_BUILDKIT: '1' };
    const { stdout } = await execa(docker, ['build', '--help'], { env, reject: false });
    if (stdout.includes('--secret')) return { ...process.env, PATH: `${directory}${delimiter}${PATH}` };
  }
  throw new Error('No docker CLI here has BuildKit: install docker.io of Debian 12, or the buildx plugin.');
}

/** The caller's environment without a docker CLI, and with what an engine by ssh needs. */
export async function noDockerEnv(): Promise<NodeJS.ProcessEnv> {
  const bin = await temporaryDirectory('bin');
  const directories = (process.env.PATH ?? '').split(delimiter);
  for (const name of ['sh', 'cat', 'ssh']) {
    const program = directories.map((directory) => join(directory, name)).find(existsSync);
    if (program) await symlink(program, join(bin, name));
  }
  return { ...process.env, PATH: bin };
}
