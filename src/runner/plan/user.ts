import type { Image } from '../../backend/plans.js';

/** Who the steps run as: an option, or anybody but root, for a platform whose programs refuse root. */
export type UserChoice = 'image' | 'caller' | 'root' | 'not root' | undefined;

interface Numbers {
  uid: number;
  gid: number;
}

/** The user that the steps run as, and the script (run as root) that makes it one with a name and a home. */
export interface BuildUser extends Numbers {
  script: string;
  /** Whether a step may become root (sudo): only in images that have a user of their own, as Nerves' second generation. */
  sudo: boolean;
}

/** One whose number only the image knows, see {@link knownUser}: its USER, "name[:group]". */
export interface ImageUser extends Omit<BuildUser, keyof Numbers> {
  of: string;
}

/** Of nobody in particular: where root is the caller, and the image has no other user. */
const NOBODY: Numbers = { uid: 1000, gid: 1000 };
/** The script of one that the image knows. */
export const NO_SCRIPT = ':';
const ROOT: BuildUser = { uid: 0, gid: 0, script: NO_SCRIPT, sudo: false };

/**
 * Chooses the user of the steps. Images of Nerves' first generation map UID and GID by their ENTRYPOINT, those of
 * the second have a user of their own: in both the steps run as the caller, so that the host's files belong to
 * the caller. An image that is neither runs as root, as its Dockerfile means it; so does any where root is the caller.
 */
export function buildUser(image: Image, caller: Numbers, choice?: UserChoice): BuildUser | ImageUser {
  const configured = image.user.split(':')[0] ?? '';
  const isRoot = configured === '' || configured === '0' || configured === 'root';
  const asImage = choice === 'image' || (choice === 'not root' && caller.uid === 0 && !isRoot);
  if (asImage) return isRoot ? ROOT : { of: image.user, script: NO_SCRIPT, sudo: true };
  const name = isRoot ? 'nerves' : configured;
  const run = (user: Numbers) => ({ ...user, script: nameScript(name, user), sudo: !isRoot });
  if (choice === 'not root') return run(caller.uid === 0 ? NOBODY : caller);
  const isPlain = isRoot && image.entrypoint.length === 0 && choice !== 'caller';
  return choice === 'root' || caller.uid === 0 || isPlain ? ROOT : run(caller);
}

/** Whether the steps may write to the caller's directories. */
export function mayWriteAs(user: BuildUser | ImageUser, caller: Numbers): boolean {
  return 'uid' in user && (user.uid === 0 || user.uid === caller.uid);
}

/**
 * Gives the uid a passwd entry where it has none: that of the image's own user, whom the image may name by number,
 * or a new one. A step without a name or a home fails in odd places (ssh, git, bash's prompt, Buildroot's fakeroot).
 */
function nameScript(configured: string, { uid, gid }: { uid: number; gid: number }): string {
  const name = /^\d+$/.test(configured)
    ? `$(grep '^[^:]*:[^:]*:${configured}:' /etc/passwd | head -n 1 | cut -d: -f1)`
    : configured;
  return `
if ! cut -d: -f3 /etc/passwd | grep -qx ${uid}; then
  cut -d: -f3 /etc/group | grep -qx ${gid} || echo "nerves${gid}:x:${gid}:" >>/etc/group
  name=${name}; name=\${name:-nerves}
  if grep -q "^$name:" /etc/passwd; then
    sed "s/^\\($name:[^:]*\\):[0-9]*:[0-9]*:/\\1:${uid}:${gid}:/" /etc/passwd >/etc/passwd.new
    cat /etc/passwd.new >/etc/passwd; rm /etc/passwd.new
  else
    echo "$name:x:${uid}:${gid}::/home/$name:/bin/sh" >>/etc/passwd
  fi
fi
home=$(grep "^[^:]*:[^:]*:${uid}:" /etc/passwd | head -n 1 | cut -d: -f6)
mkdir -p "$home" && { [ "$home" = / ] || chown ${uid}:${gid} "$home"; }`;
}
