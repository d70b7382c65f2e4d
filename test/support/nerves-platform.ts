import type { Files } from './workspace.js';

/** The version of Buildroot that it pretends to unpack. */
export const VERSION = '2024.1';

/**
 * A platform with the habits of nerves_system_br (its create-build.sh): it unpacks a source tree into its own
 * directory, with absolute links, and patches it; records a state by which it knows the tree again, and asks for
 * Return when that differs and somebody sits at a terminal; makes Config.in in the package where there is none;
 * refuses a build directory that takes upper and lower case for the same; and makes the download directory.
 */
export const nervesPlatform: Files = {
  VERSION: '1.29.0\n',
  'patches/buildroot/0001-greeting.patch': 'greeting=patched\n',
  'scripts/buildroot-state.sh': {
    mode: 0o755,
    content: '#!/bin/sh\necho "$1"\ncd "$2" && find . -type f | sort | xargs cat\n',
  },
  'source/Makefile.in': `include $(TREE)/greeting
all:
	@echo ">>> demo 1.0 Building"
	@test -e Config.in.seen
	@mkdir -p images; cp $(TREE)/greeting images/rootfs
	@echo "$$(id -un) made it" >images/maker
system:
	@mkdir -p $(NERVES_ARTIFACT_NAME); cp -a images $(NERVES_ARTIFACT_NAME)/
	@tar -czf $(NERVES_ARTIFACT_NAME).tar.gz $(NERVES_ARTIFACT_NAME); rm -r $(NERVES_ARTIFACT_NAME)
`,
  'create-build.sh': {
    mode: 0o755,
    content: `#!/bin/bash
set -e
defconfig=$(readlink -f "$1"); system=$(dirname "$defconfig")
mkdir -p "$2"; build=$(readlink -f "$2")
platform=$(dirname "$(readlink -f "$0")")

touch "$build/case.check" "$build/CASE.check"
if [ "$(find "$build" -maxdepth 1 -name '*.check' | wc -l)" != 2 ]; then
  echo "ERROR: $build does not tell upper case from lower case"; exit 1
fi
rm -f "$build"/*.check

[ -e "$system/Config.in" ] || echo "# packages of this system" >"$system/Config.in"
mkdir -p "\${NERVES_BR_DL_DIR:=$HOME/.nerves/dl}"

state=$platform/buildroot-${VERSION}/.nerves-br-state
"$platform/scripts/buildroot-state.sh" ${VERSION} "$platform/patches" >"$build/.expected-state"
unpack() {
  echo ">>> buildroot ${VERSION} Extracting"
  rm -fr "$platform"/buildroot*
  [ -e "$NERVES_BR_DL_DIR/buildroot-${VERSION}" ] || cp -r "$platform/source" "$NERVES_BR_DL_DIR/buildroot-${VERSION}"
  cp -r "$NERVES_BR_DL_DIR/buildroot-${VERSION}" "$platform/buildroot-${VERSION}"
  ln -s "$platform/buildroot-${VERSION}" "$platform/buildroot"
  cat "$platform"/patches/buildroot/*.patch >"$platform/buildroot/greeting"
  ln -sf "$NERVES_BR_DL_DIR" "$platform/buildroot/dl"
  cp "$build/.expected-state" "$state"
}
if [ ! -e "$state" ]; then
  unpack
elif ! diff "$state" "$build/.expected-state" >/dev/null; then
  echo "The source tree is another one."
  if [ -t 0 ]; then echo "Press Return"; read -r; fi
  unpack
fi

cp "$system/Config.in" "$build/Config.in.seen"
{ echo "TREE := $platform/buildroot"; cat "$platform/buildroot/Makefile.in"; } >"$build/Makefile"
cp "$defconfig" "$build/.config"
`,
  },
};
