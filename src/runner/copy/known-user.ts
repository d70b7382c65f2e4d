import type { BuildContainer } from '../../backend/types.js';
import { ArtifactError } from '../../errors.js';
import type { BuildUser, ImageUser } from '../plan/user.js';

/** As an engine finds the numbers of a USER (moby/sys/user, GetExecUser); prints "uid:gid". */
const NUMBERS = `set -e
user=\${1%%:*}; group=\${1#"$user"}; group=\${group#:}
case $user in *[!0-9]*) known="^$user:" ;; *) known="^[^:]*:[^:]*:$user:" ;; esac
entry=$(grep "$known" /etc/passwd || :)
uid=$(echo "$entry" | head -n 1 | cut -d: -f3); gid=$(echo "$entry" | head -n 1 | cut -d: -f4)
[ -z "$group" ] || gid=$(grep "^$group:" /etc/group | cut -d: -f3)
echo "\${uid:-$user}:\${gid:-\${group:-0}}"`;

/**
 * The numbers of a user that the image names.
 * @throws ArtifactError CONTAINER_START where the image has no such user
 */
export async function knownUser(container: BuildContainer, user: BuildUser | ImageUser): Promise<BuildUser> {
  if (!('of' in user)) return user;
  const output: Buffer[] = [];
  const argv = ['sh', '-c', NUMBERS, 'sh', user.of];
  const tried = `run the steps as "${user.of}", the USER of the image`;
  await container.exec({ argv, tried, user: '0', series: 'scripts' }, (chunks) => {
    for (const { source, data } of chunks) if (source === 1) output.push(data);
  });
  const [, uid, gid] = /^(\d+):(\d+)\n$/.exec(Buffer.concat(output).toString()) ?? [];
  if (uid !== undefined) return { uid: Number(uid), gid: Number(gid), script: user.script, sudo: user.sudo };
  throw new ArtifactError('CONTAINER_START', {
    tried,
    cause: 'the image has no such user',
    hint: 'Correct USER in the Dockerfile, or the option "build_runner_config.user".',
  });
}
