#!/bin/sh
# A static library for each processor that the toolchain has a compiler for.
set -e
toolchain=../toolchains/tcc/.nerves/artifacts/current

rm -rf dist
for compiler in "$toolchain"/bin/*-tcc; do
  target=$(basename "$compiler" -tcc)
  mkdir -p "dist/$target"
  # -B: it was built in another directory than it lies in now
  "$compiler" -B "$toolchain/lib/tcc" -Wall -c crc32.c -o "dist/$target/crc32.o"
  "$compiler" -ar rcs "dist/$target/libcrc32.a" "dist/$target/crc32.o"
  echo "library/dist/$target/libcrc32.a"
done
