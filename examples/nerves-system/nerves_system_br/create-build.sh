#!/bin/sh
# Prepares a build directory: the defconfig becomes its .config, and a Makefile leads to the platform.
set -e

if [ $# -ne 2 ] || [ ! -f "$1" ]; then
  echo "Usage: $0 <defconfig> <build directory>" >&2
  exit 1
fi

platform=$(cd "$(dirname "$0")" && pwd)
system=$(cd "$(dirname "$1")" && pwd)

echo ">>> $(basename "$system") $(cat "$system/VERSION") Configuring"
mkdir -p "$2"
cp "$1" "$2/.config"
cat >"$2/Makefile" <<END
# Written by create-build.sh
PLATFORM := $platform
NERVES_DEFCONFIG_DIR := $system
include \$(PLATFORM)/platform.mk
END
