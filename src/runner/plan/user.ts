import type { Image } from '../../backend/plans.js';

/** The user that the steps run as, and the script (run as root) that makes it one with a name and a home. */
export interface BuildUser {
  uid: number;
  gid: number;
  script: string;
  /** Whether a step may become root (sudo): only in images that have a user of their own, as Nerves' second generation. */
  sudo: boolean;
}

/**
 * Chooses the user of the steps. Images of Nerves' first generation map UID and GID by their ENTRYPOINT, those of
 * the second have a user of their own: in both the steps run as the caller, so that the host's files belong to
 * the caller. An image that is neither runs as root, as its Dockerfile means it.
 */
export function buildUser(image: Image, caller: { uid: number; gid: number }): BuildUser {
  const configured = image.user.split(':')[0] ?? '';
  const isRoot = configured === '' || configured === '0' || configured === 'root';
  if (caller.uid === 0 || (isRoot && image.entrypoint.length === 0))
    return { uid: 0, gid: 0, script: ':', sudo: false };
  return { ...caller, script: nameScript(configured || 'nerves', caller), sudo: !isRoot };
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
