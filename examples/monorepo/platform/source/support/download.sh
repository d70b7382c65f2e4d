#!/bin/sh
# Puts a package's tarball into the download cache, when it is not there. The real Buildroot fetches it; here it is
# packed from the platform's own files, so that the demo needs no network. Builds share the cache: the file appears
# under its name only when it is complete.
set -e
source=$1
tarball=$2

if [ -f "$tarball" ]; then
  echo "$(basename "$tarball") is in the download cache"
  exit 0
fi
mkdir -p "$(dirname "$tarball")"
tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -C "$source" -c . | gzip -n >"$tarball.$$"
mv "$tarball.$$" "$tarball"
echo "$(basename "$tarball") saved in the download cache"
