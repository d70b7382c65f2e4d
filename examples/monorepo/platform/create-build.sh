#!/bin/sh
# Prepares a build directory for a system, in the way of nerves_system_br: the Buildroot is unpacked into the
# platform's own directory, and the build directory gets a .config and a Makefile that lead there.
set -e

if [ $# -ne 2 ]; then
  echo "Usage: $0 <defconfig> <build directory>" >&2
  exit 1
fi
if [ ! -f "$1" ]; then
  echo "$0: there is no defconfig $1" >&2
  exit 1
fi

platform=$(cd "$(dirname "$0")" && pwd)
system=$(cd "$(dirname "$1")" && pwd)
version=$(cat "$platform/VERSION")
build=$2

# Unpacked once for each state of the sources.
state=$(cd "$platform/source" && find . -type f -exec sha256sum {} + | LC_ALL=C sort | sha256sum)
if [ "$(cat "$platform/buildroot/.nerves-state" 2>/dev/null)" != "$state" ]; then
  echo ">>> buildroot $version Extracting"
  rm -rf "$platform"/buildroot*
  cp -a "$platform/source" "$platform/buildroot-$version"
  ln -s "$platform/buildroot-$version" "$platform/buildroot"
  echo "$state" >"$platform/buildroot/.nerves-state"
fi

# Buildroot insists on this file in an external tree.
[ -e "$system/Config.in" ] || echo '# This system adds no options.' >"$system/Config.in"

echo ">>> $(basename "$system") $(cat "$system/VERSION") Configuring"
mkdir -p "$build"
cp "$1" "$build/.config"
cat >"$build/Makefile" <<END
# Written by create-build.sh
BUILDROOT := $platform/buildroot
NERVES_DEFCONFIG_DIR := $system
include \$(BUILDROOT)/Makefile
END
