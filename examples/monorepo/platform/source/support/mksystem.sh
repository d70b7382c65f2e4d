#!/bin/sh
# Packs what firmware projects need of a build: images, staging, environment.
set -e
name=$1
[ -n "$name" ] || { echo 'make system needs NERVES_ARTIFACT_NAME=<name>' >&2; exit 1; }
[ -f images/rootfs.cpio.gz ] || { echo 'make system: nothing is built yet, run make first' >&2; exit 1; }

echo ">>> $name Packing"
rm -rf "$name" "$name.tar.gz"
mkdir "$name"
cp -a images staging "$name"
cp .config "$name/nerves_defconfig"
# Links as an unpacked Buildroot has them: one that is relative, one that is absolute.
ln -sfn usr/lib "$name/staging/lib"
mkdir -p "$name/staging/etc"
ln -sfn /proc/self/mounts "$name/staging/etc/mtab"
cat >"$name/nerves-env.sh" <<'END'
# Source this to compile against the system.
NERVES_SYSTEM=${NERVES_SYSTEM:-$(cd "$(dirname "${BASH_SOURCE:-$0}")" && pwd)}
export NERVES_SYSTEM
export CFLAGS="-I$NERVES_SYSTEM/staging/usr/include"
export LDFLAGS="-static -L$NERVES_SYSTEM/staging/usr/lib"
END
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -c "$name" | gzip -n >"$name.tmp"
mv "$name.tmp" "$name.tar.gz"
rm -rf "$name"
ls -l "$name.tar.gz"
