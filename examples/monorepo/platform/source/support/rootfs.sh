#!/bin/sh
# Makes the images of the root file system: what was installed, and the system's overlay on top. Equal content makes
# equal images, whoever builds them and when.
set -e
root=$1

rm -rf "$root"
mkdir -p "$root"
cp -a "$TARGET_DIR/." "$root"
for name in dev etc proc sys tmp; do mkdir -p "$root/$name"; done
echo "$HOSTNAME" >"$root/etc/hostname"
[ -z "$OVERLAY" ] || cp -r "$OVERLAY/." "$root"
find "$root" -exec touch -h -d @0 {} +

mkdir -p "$IMAGES_DIR"
echo ">>> rootfs Generating rootfs.cpio.gz"
(cd "$root" && find . | LC_ALL=C sort | cpio --quiet --reproducible -o -H newc -R 0:0) | gzip -n -9 >"$IMAGES_DIR/rootfs.cpio.gz"

rm -f "$IMAGES_DIR/rootfs.squashfs"
if [ "$SQUASHFS" = y ]; then
  echo ">>> rootfs Generating rootfs.squashfs"
  mksquashfs "$root" "$IMAGES_DIR/rootfs.squashfs" -all-root -mkfs-time 0 -no-progress -quiet
fi
ls -l "$IMAGES_DIR"
